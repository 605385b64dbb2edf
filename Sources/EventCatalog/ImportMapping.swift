// A mapping file: how the rows of one foreign source become events. docs/imports.md describes the language.
package import JSONBytes

/// A checked mapping: everything that can be refused before a row is read has been.
///
/// Load it once, then give it to an ``ImportRun`` for each file. What a mapping may not do: permit. Types that give
/// or widen a permission are refused here, by ``ImportGuard``.
package struct ImportMapping: Sendable {
  /// The mapping's own name: events have the source `/import/` and this.
  package let name: String
  /// A sentence for whoever chooses a mapping.
  package let about: String

  let reads: ReadPlan
  /// Rows with the same text make one event.
  let group: Template?
  /// Instead of `FILE:LINE`.
  let id: LeafPlan?
  let skips: [SkipPlan]
  /// Why rows for which no event is made are left out; nil: they do not fit.
  let unmatched: Int?
  /// What skipped rows are counted under.
  let skipReasons: [String]
  let makes: Makes
  /// Names of the columns that the mapping uses, by slot.
  let columns: [String]
  /// Line of the first use of each, for the sentence that a file lacks one.
  let columnLines: [Int]
  /// Events that others refer to by `idOf` or `cause`.
  let namedCount: Int
  /// As the caller named the mapping's file.
  let file: String

  enum Makes: Sendable {
    case events([EventPlan])
    /// Rows are CloudEvents envelopes and are taken as they are.
    case envelopes
  }

  /// Whether rows may hold what an import must not bring, as far as `types` and addresses tell: their events then carry
  /// the row.
  func keepsRows(of types: Set<String>) -> Bool {
    guard case .events(let plans) = makes else { return true }
    return plans.contains { plan in
      if case .byAddress = plan.subject { return true }
      return types.contains(plan.type)
    }
  }

  /// Parses and checks a mapping. `file` is what errors call it.
  package init(yaml: [UInt8], file: String) throws(MappingError) {
    self = try MappingLoader.load(yaml, file: file)
  }

  init(
    name: String, about: String, reads: ReadPlan, group: Template?, id: LeafPlan?,
    skips: [SkipPlan], unmatched: Int?, skipReasons: [String], makes: Makes, columns: [String],
    columnLines: [Int], namedCount: Int, file: String
  ) {
    self.name = name
    self.about = about
    self.reads = reads
    self.group = group
    self.id = id
    self.skips = skips
    self.unmatched = unmatched
    self.skipReasons = skipReasons
    self.makes = makes
    self.columns = columns
    self.columnLines = columnLines
    self.namedCount = namedCount
    self.file = file
  }

  /// The event types that the mapping makes, each once, in its order; none where rows are envelopes. The caller
  /// checks that the ledger knows them.
  package var eventTypes: [String] {
    guard case .events(let events) = makes else { return [] }
    var types: [String] = []
    for event in events where !types.contains(event.type) { types.append(event.type) }
    return types
  }
}

/// How the bytes of a file are cut into records.
enum ReadPlan: Sendable {
  /// With a header, columns are found by name in the first row; without, `columns` names them.
  case delimited(DelimitedFormat, header: Bool, columns: [String])
  /// One JSON value a line.
  case jsonLines(RecordPlace)
  /// One JSON document.
  case jsonDocument(RecordPlace)

  /// Where in a JSON value the records are. An array gives each of its elements.
  enum RecordPlace: Sendable {
    /// The first of these pointers that leads to an object or array.
    case pointers([[String]])
    /// The only member of the document's object; the document itself where it has several.
    case onlyMember
  }

  var isJSON: Bool {
    if case .delimited = self { false } else { true }
  }
}

/// Rows that are left out on purpose.
struct SkipPlan: Sendable {
  var when: RowCondition
  /// Number of the reason.
  var reason: Int
}

/// How one event is made from a row.
struct EventPlan: Sendable {
  var type: String
  /// Number of the event's name, if others refer to it.
  var name: Int?
  var when: RowCondition?
  /// Made for the first row with this text only.
  var once: Template?
  var repeats: Repeat?
  /// Instead of the row's id.
  var id: LeafPlan?
  var subject: SubjectPlan
  var time: TimePlan
  /// Number of the event that caused this one.
  var cause: Int?
  var data: ValuePlan
  /// In the mapping file.
  var line: Int

  enum Repeat: Sendable {
    /// As often as the column says, less so many.
    case count(Column, less: Int)
    /// Once for each element of a JSON array.
    case each(Column)
  }
}

/// Whom an event is about.
enum SubjectPlan: Sendable {
  /// A type that concerns no single customer.
  case none
  /// A fresh `anon-` subject for each row.
  case anonymous
  case leaf(LeafPlan, anonymousIfEmpty: Bool)
  /// Every customer who has this address. The channels are those of a contact point that must be made for it.
  case byAddress(LeafPlan, channels: [String])
}

/// When an event happened.
enum TimePlan: Sendable {
  case constant(Timestamp)
  case leaf(LeafPlan, InstantForm)
}

/// What no import may bring in, whatever a row says: imports only tighten.
package enum ImportGuard {
  private static let loosening: Set<String> = [
    "consent.given", "consent.confirmed", "contact.resumed", "channel.chosen", "guardian.consented",
    "contactpoint.verified", "profile.attribute.rectified", "restriction.lifted",
    "registry.cleared", "conflict.confirmed", "policy.published", "department.granted",
  ]

  /// Why an import must not bring an event of this type with this data; nil if it may. One step a member.
  package static func refusal(type: String, data: JSONView?) -> String? {
    refusal(
      type: type, assurance: data?["assurance"]?.string, hasReplaces: data?["replaces"] != nil,
      addedBy: data?["addedBy"]?.string)
  }

  static func refusal(
    type: String, assurance: String?, hasReplaces: Bool, addedBy: String?
  ) -> String? {
    if loosening.contains(type) {
      return "`\(type)` would loosen what the customer or the company closed; imports only tighten"
    }
    if type == "profile.merged", assurance != "probable" {
      return "an import cannot verify a merge; write `assurance: probable`"
    }
    if type == "contactpoint.added", hasReplaces {
      return "an import cannot replace a contact point; leave `replaces` away"
    }
    if type == "contactpoint.added", addedBy != "import" {
      return "a contact point from an import is added by the import; write `addedBy: import`"
    }
    return nil
  }
}
