// The part of the model `permission` that is about customers: facts, and the rows that follow from them.

import GRDB
import JSONBytes
package import Projection
package import Relationship

/// The fold of what permission asks about one customer.
///
/// The text of her facts grows at its end; her other rows follow from the facts, so that live as in bulk the same facts
/// give the same rows. Subjects that merges join stand in one text, apart. A live batch reads the text, and writes the
/// rows that its events make others.
package struct PermissionCustomers: Projector {
  package static let name = PermissionModel.name
  package static let version = PermissionModel.version
  /// All: who has any event is a customer about whom somebody may ask.
  package static let eventTypes: Set<String>? = nil
  package static let isOfCustomers = true

  /// What is known of a customer, and what of it is new.
  package struct State: Sendable {
    var facts: [CustomerFacts]
    var writer: FactsWriter
    /// As the tables have it; empty where they have nothing.
    var stored: [CustomerFacts] = []
    var isStored = false
    /// Whether the text is another one than the table has.
    var isLonger = false
    var touched: TouchedTables = []
  }

  package init() {}

  package func key(of event: DecodedEvent) -> String? { event.subject }

  package func fresh(_ key: String) -> State {
    State(facts: [CustomerFacts(key)], writer: FactsWriter(key))
  }

  package func load(
    _ key: String, for events: [DecodedEvent], from tables: Tables
  ) throws -> State {
    var reader = FactsReader()
    guard try reader.readText(of: key, in: tables) else { return fresh(key) }
    guard let (facts, writer) = reader.readToGoOn(of: key) else {
      throw ProjectionError.damaged(
        model: Self.name, finding: "the facts of a customer cannot be read")
    }
    return State(facts: facts, writer: writer, stored: facts, isStored: true)
  }

  package func fold(_ event: DecodedEvent, into state: inout State) -> String? {
    guard let subject = event.subject, CustomerFacts.types.contains(event.type) else { return nil }
    var own = CustomerFacts(subject)
    // The gate has put the hash in place of the address.
    own.takeWord(event.permissionEvent) { $0 }
    let touched = TouchedTables(own)
    guard !touched.isEmpty else { return nil }
    state.touched.formUnion(touched)
    state.isLonger = true
    state.writer.append(own)
    if let index = state.facts.firstIndex(where: { ByteText($0.subject) == ByteText(subject) }) {
      state.facts[index].append(own)
    } else {
      state.facts.append(own)
    }
    return nil
  }

  package func store(_ state: State, of key: String, in tables: Tables) throws {
    if state.isLonger || !state.isStored {
      let row = try tables.writer("facts")
      row.text(key)
      row.text(utf8: state.writer.bytes)
      try row.insert()
    }
    let touched = state.touched
    guard !touched.isSubset(of: .facts) else { return }
    let (new, old) = (FactRows(state.facts), FactRows(state.stored))
    func store<Row: FollowingRow>(
      _ table: TouchedTables, _ rows: (FactRows) -> [Row]
    ) throws {
      guard touched.contains(table) else { return }
      try Row.store(rows(new), inPlaceOf: rows(old), of: key, in: tables)
    }
    try store(.statement) { StatementRow.all($0.facts) }
    try store(.permission) { $0.standings }
    try store(.choice) { $0.choices }
    try store(.contactPoint) { $0.points }
    try store(.suppressed) { SuppressedRow.all($0.facts) }
    try store(.addressWord) { AddressWordRow.all($0.facts) }
    try store(.addressWord) { StrayWordRow.all($0.facts) }
    try store(.pressure) { PressureRow.all($0.facts) }
  }
}

/// The tables whose rows an event may make others.
struct TouchedTables: OptionSet {
  let rawValue: UInt8

  static let facts = TouchedTables(rawValue: 1)
  static let statement = TouchedTables(rawValue: 2)
  static let permission = TouchedTables(rawValue: 4)
  static let choice = TouchedTables(rawValue: 8)
  static let contactPoint = TouchedTables(rawValue: 16)
  static let suppressed = TouchedTables(rawValue: 32)
  static let pressure = TouchedTables(rawValue: 64)
  static let addressWord = TouchedTables(rawValue: 128)
}

extension TouchedTables {
  /// Of the facts that one event left; empty where it left none.
  init(_ facts: CustomerFacts) {
    var touched: TouchedTables = facts == CustomerFacts(facts.subject) ? [] : .facts
    // Whether a permit counts follows from notices and requests.
    if !facts.permits.isEmpty || !facts.forbids.isEmpty || !facts.requests.isEmpty
      || !facts.notices.isEmpty
    {
      touched.formUnion([.statement, .permission])
    }
    if !facts.wishes.isEmpty { touched.insert(.permission) }
    if !facts.choices.isEmpty || !facts.cadences.isEmpty || !facts.pauses.isEmpty
      || !facts.resumptions.isEmpty
    {
      touched.insert(.choice)
    }
    if !facts.forbids.isEmpty { touched.insert(.addressWord) }
    // A statement is bound to an address, which contact points make.
    if !facts.points.isEmpty { touched.formUnion([.contactPoint, .permission, .addressWord]) }
    if !facts.verifications.isEmpty || !facts.invalidations.isEmpty || !facts.listings.isEmpty {
      touched.insert(.contactPoint)
    }
    if !facts.erasures.isEmpty { touched.insert(.suppressed) }
    if !facts.contacts.isEmpty { touched.insert(.pressure) }
    self = touched
  }
}

/// The rows that follow from facts. What they have in common is made once, when it is first asked for.
private final class FactRows {
  let facts: [CustomerFacts]
  private lazy var customer = CustomerPermission(
    SubjectGroup(subjects: facts.map(\.subject)), facts: facts)

  init(_ facts: [CustomerFacts]) { self.facts = facts }

  var standings: [StandingRow] { customer.standingsOverTime().map { StandingRow(part: $0) } }

  var choices: [ChoiceRow] { customer.choicesOverTime().map { ChoiceRow($0) } }

  var points: [ContactPointRow] {
    var subjects: [UInt64: String] = [:]
    for own in facts {
      for point in own.points { subjects[point.stamp.place] = own.subject }
    }
    return customer.pointsOverTime().map { line in
      ContactPointRow(line, subject: subjects[line.point.stamp.place] ?? "")
    }
  }
}

extension FactsReader {
  /// Fills in the text of a customer; false where the tables have none.
  package mutating func readText(of customer: String, in tables: Tables) throws -> Bool {
    var isThere = false
    var text: [UInt8] = []
    swap(&text, &bytes)
    try tables.rows("SELECT facts FROM facts WHERE customer_id = ?", [customer]) { row in
      row.text(into: &text)
      isThere = true
    }
    swap(&text, &bytes)
    return isThere
  }
}
