// How one value of an event is made from a row: the compiled form of what a mapping says.
import JSONBytes

/// A value of `data`: an object mirrors the event's own shape, a leaf says where its value comes from.
indirect enum ValuePlan: Sendable {
  /// JSON text.
  case constant([UInt8])
  case leaf(LeafPlan)
  case object([Member])
  case array([ValuePlan])
  case each(EachPlan)
  case sum(SumPlan)
  /// The id of the contact point by whose address the event's customer is found.
  case pointOfSubject

  struct Member: Sendable {
    var name: String
    /// With quotes and colon, as it is written.
    var quoted: [UInt8]
    var value: ValuePlan

    init(_ name: String, _ value: ValuePlan) {
      self.name = name
      self.value = value
      quoted = []
      JSONText.appendQuoted(name.utf8, to: &quoted)
      quoted.append(UInt8(ascii: ":"))
    }
  }
}

/// What happens where there is nothing to make a value of.
enum Fallback: Sendable {
  /// The row does not fit.
  case reject
  /// The field is left away.
  case absent
  /// This JSON text stands in.
  case use([UInt8])
}

/// One value from one place.
struct LeafPlan: Sendable {
  enum Source: Sendable {
    /// The first of these that is not empty.
    case columns([Column])
    case template(Template)
    /// Id of the event with this number among the named ones.
    case idOf(Int, name: String)
  }

  var source: Source
  /// False: the field is left away.
  var when: RowCondition?
  var form = ValueForm.text
  /// From the source's code to JSON text; nil leaves the field away.
  var map: [[UInt8]: [UInt8]?]?
  var ifEmpty = Fallback.reject
  var ifUnknown = Fallback.reject

  /// The word for a sentence: a column's name.
  var name: String {
    switch source {
    case .columns(let columns): columns[0].name
    case .template(let template): template.columns.first?.name ?? "the template"
    case .idOf(_, let name): name
    }
  }
}

/// What a cell's text becomes.
enum ValueForm: Sendable {
  /// A JSON string as it stands.
  case text
  /// A JSON integer.
  case integer(negated: Bool)
  /// A JSON number.
  case number(negated: Bool)
  /// A JSON string that holds an exact decimal.
  case decimal(negated: Bool)
  /// A JSON string; characters that an Id cannot hold become `-`.
  case id
  case money(Currency, negated: Bool)
  /// `YYYY-MM-DD`.
  case date(DatePattern, year: Int?)
  case instant(InstantForm)
  /// ISO 8601 in one unit: what stands before the number, and behind it.
  case duration(before: String, behind: String)
  case email
  case phone(PhoneForm)

  enum Currency: Sendable {
    case fixed(String)
    case columns([Column])
  }
}

/// How to read an instant.
struct InstantForm: Sendable {
  var pattern: DatePattern
  var year: Int?
  /// East of UTC.
  var offsetMinutes = 0
  /// A column that says how many days before.
  var daysBefore: Column?
}

/// How to read a phone number that does not begin with `+`.
struct PhoneForm: Sendable {
  /// `+49`; nil: such a number is refused.
  var countryCode: String?
  /// Dropped before the country code is put there: `0` in most countries.
  var trunkPrefix: String?
}

/// An array with one element for each row of a group, or for each element of a JSON array.
struct EachPlan: Sendable {
  enum Over: Sendable {
    case rows
    case elements(Column)
  }

  var over: Over
  var when: RowCondition?
  var give: ValuePlan
  var ifEmpty = Fallback.reject
}

/// An exact sum over the rows of a group, or over the elements of a JSON array: of one column, or of the product of
/// two.
struct SumPlan: Sendable {
  var over: EachPlan.Over
  var when: RowCondition?
  var column: Column
  var times: Column?
  var form: ValueForm
}

/// Text with places for cells: `{Invoice}-{StockCode}`.
struct Template: Sendable {
  enum Part: Sendable {
    case text([UInt8])
    case column(Column)
    /// `{@file}`: the file's name made fit for an Id.
    case file
    /// `{@line}`: the row's line.
    case line
    /// `{@number}`: which of the events that `repeat` makes.
    case number
  }

  var parts: [Part]

  var columns: [Column] {
    parts.compactMap { if case .column(let column) = $0 { column } else { nil } }
  }

  /// The text; nil if a cell of it is empty.
  func text(in context: RowContext) throws(Misfit) -> ArraySlice<UInt8>? {
    var text: [UInt8] = []
    for part in parts {
      switch part {
      case .text(let bytes): text += bytes
      case .column(let column):
        guard let cell = try context.cell(column) else { return nil }
        text += cell
      case .file: text += context.source.fileWord
      case .line: text += context.lineWord.utf8
      case .number: text += String(context.number).utf8
      }
    }
    return text[...]
  }
}
