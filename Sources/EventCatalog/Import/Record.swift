// One record of a foreign file as the mapper sees it: cells of a row, or a JSON value.
import JSONBytes

/// Where a mapping looks in a record: a column of delimited text, or a JSON Pointer (RFC 6901).
struct Column: Hashable, Sendable {
  /// As the mapping writes it, for sentences.
  let name: String
  /// Number of the column among those the mapping names; -1 in JSON.
  let slot: Int
  /// Parts of the pointer, unescaped; none in delimited text.
  let path: [String]
  /// Looked for in the whole record, even while the elements of an array are gone through.
  let ofRecord: Bool
}

/// Cells of a row, or a value of JSON.
enum Record: Sendable {
  case cells(CellRow)
  case json(JSONView)

  /// The record whose bytes these are: it goes to the reject file if it does not fit.
  var raw: [UInt8] {
    switch self {
    case .cells(let row): row.raw
    case .json(let view): Array(view.source)
    }
  }
}

extension JSONView {
  /// The value that the parts of a pointer lead to; nil if there is none. It goes on into a string whose text is JSON
  /// of its own, as some senders wrap it.
  func at(path: [String]) -> JSONView? {
    var view = self
    for part in path {
      if view.kind == .string {
        // Text that is no JSON holds nothing.
        guard let text = view.text, let inner = try? JSONDocument(scanning: Array(text)) else {
          return nil
        }
        view = inner.root
      }
      switch view.kind {
      case .object:
        guard let member = view[part] else { return nil }
        view = member
      case .array:
        guard let place = Int(part), place >= 0, place < view.count, String(place) == part else {
          return nil
        }
        var elements = view.elements
        for _ in 0..<place { _ = elements.next() }
        guard let element = elements.next() else { return nil }
        view = element
      default: return nil
      }
    }
    return view
  }

  /// The text of a string, number or boolean; nil for null, which is as good as absent.
  func cell(_ column: Column) throws(Misfit) -> ArraySlice<UInt8>? {
    switch kind {
    case .string: return text
    case .number, .true, .false: return source
    case .null: return nil
    case .array, .object:
      throw Misfit(
        "import.bad-value", "`\(column.name)` is an \(kind.word), where one value is expected")
    }
  }
}

/// One row of a group.
struct GroupRow: Sendable {
  var record: Record
  var line: Int
}

/// Everything that the values of an event are taken from.
struct RowContext {
  /// The row, or the first one of a group.
  var record: Record
  /// Of `record`, from 1.
  var line: Int
  /// All rows of the group; none where the mapping does not group.
  var group: [GroupRow] = []
  /// Counts records that begin on one line, from 1: a JSON document may be written on a single one.
  var recordInLine = 1
  /// The element of a JSON array that is being looked at.
  var element: JSONView?
  /// Counts the events that `repeat` makes, from 1.
  var number = 1
  /// Ids of the events made so far for this row: by the number of their name, then by ``number``.
  var ids: [[[UInt8]?]] = []
  var source: RowSource

  /// Remembers the id of an event that others refer to.
  mutating func keep(_ id: [UInt8], ofEvent name: Int) {
    while ids[name].count < number { ids[name].append(nil) }
    ids[name][number - 1] = id
  }

  /// The id of an event with a name: of the same element where both are made for each, else of the one that there is.
  func id(ofEvent name: Int) -> [UInt8]? {
    guard name < ids.count else { return nil }
    let made = ids[name]
    return made.count == 1 ? made[0] : number <= made.count ? made[number - 1] : nil
  }

  /// `12`, or `12.3` for the third record of line 12.
  var lineWord: String {
    recordInLine == 1 ? String(line) : "\(line).\(recordInLine)"
  }

  /// The cell's text; nil where it is empty or missing.
  func cell(_ column: Column) throws(Misfit) -> ArraySlice<UInt8>? {
    let text: ArraySlice<UInt8>?
    switch record {
    case .cells(let row): text = row[source.columnOfSlot[column.slot]]
    case .json(let view):
      let base = column.ofRecord ? view : element ?? view
      text = try base.at(path: column.path)?.cell(column)
    }
    guard let text, !text.isEmpty else { return nil }
    return text
  }

  /// The first of the columns that is not empty.
  func cell(_ columns: [Column]) throws(Misfit) -> ArraySlice<UInt8>? {
    for column in columns {
      if let text = try cell(column) { return text }
    }
    return nil
  }

  /// The decimal number that `text` writes; nil if it is none.
  func decimal(_ text: ArraySlice<UInt8>) -> ExactDecimal? {
    source.decimalComma ? ExactDecimal(decimalComma: text) : ExactDecimal(text)
  }
}

/// What all rows of a file have in common.
struct RowSource: Sendable {
  /// Numbers of the file's columns, by slot.
  var columnOfSlot: [Int] = []
  /// Numbers are written `1.234,56`.
  var decimalComma = false
  /// The file's base name.
  var fileName: [UInt8]
  /// The same, made fit for an Id.
  var fileWord: [UInt8]
}

extension ExactDecimal {
  /// Reads `1234,56` and `1.234,56`: points only between groups of three digits. Nil for anything else.
  init?(decimalComma text: ArraySlice<UInt8>) {
    let comma = text.firstIndex(of: UInt8(ascii: ",")) ?? text.endIndex
    var plain: [UInt8] = []
    var groups = text[..<comma].split(
      separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    if groups.count > 1 {
      let first = groups.removeFirst()
      guard groups.allSatisfy({ $0.count == 3 && $0.allSatisfy(TextRules.isDigit) }),
        (1...4).contains(first.count), first.last.map(TextRules.isDigit) == true,
        first.count < 4 || !TextRules.isDigit(first[first.startIndex])
      else { return nil }
      plain += first
    }
    for group in groups { plain += group }
    if comma < text.endIndex {
      plain.append(UInt8(ascii: "."))
      plain += text[(comma + 1)...]
    }
    self.init(plain)
  }
}
