// What one state of the model `permission` says of customers, and what others said about an address.

import GRDB
import JSONBytes
import LogEngine
import Projection
import ReadModels
import Relationship

/// The tables of the model inside one transaction.
struct PermissionSight {
  let tables: Tables
  let state: Tables.State
  /// Under whom subjects stand in the tables.
  let map: CustomerMap
  private var reader = FactsReader()

  init(_ tables: Tables, _ state: Tables.State, map: CustomerMap) {
    self.tables = tables
    self.state = state
    self.map = map
  }

  /// Position of the last event that is known here.
  var readUpTo: UInt64? { state.end > .zero ? state.end.value - 1 : nil }

  // MARK: Facts

  /// The facts of every subject in the rows of these, each row once; nil where none of them has a row.
  mutating func facts(ofRowsOf subjects: some Sequence<String>) throws -> [CustomerFacts]? {
    var found: [CustomerFacts]?
    for customer in Set(subjects.map { map.customer(of: $0) }).sorted() {
      guard let own = try facts(ofRow: customer) else { continue }
      found = (found ?? []) + own
    }
    return found
  }

  /// The facts of the subjects in one row; nil where there is no such row.
  mutating func facts(ofRow customer: String) throws -> [CustomerFacts]? {
    guard try reader.readText(of: customer, in: tables) else { return nil }
    return try Self.read(&reader, of: customer)
  }

  /// Reads the text that `reader` holds. Throws where it is damaged: derived, so it can be made again.
  static func read(
    _ reader: inout FactsReader, of customer: String
  ) throws -> [CustomerFacts] {
    guard let facts = reader.read(of: customer) else {
      throw ProjectionError.damaged(
        model: PermissionModel.name, finding: "the facts of a customer cannot be read")
    }
    return facts
  }

  /// How many events of these subjects are not in the tables.
  func holeCount(of subjects: [String]) throws -> Int {
    state.holes == 0 ? 0 : try tables.holeCount(of: Set(subjects))
  }

  // MARK: Shared addresses

  /// What others say about the addresses of these facts; addresses of which nobody else says anything are left out.
  /// Costs a few look-ups an address, and the facts of who says something.
  mutating func notes(
    on facts: [CustomerFacts], besides group: [String], knownAt known: KnownAt
  ) throws -> [String: AddressNotes] {
    var notes: [String: AddressNotes] = [:]
    let hasStrays = try hasStrayWords()
    for address in Set(facts.flatMap(\.points).compactMap(\.value)) {
      let speakers = try speakers(about: address, hasStrays: hasStrays)
      guard !speakers.isEmpty else { continue }
      var others: [CustomerFacts] = []
      for customer in speakers { others += try self.facts(ofRow: customer) ?? [] }
      notes[address] = AddressNotes(
        about: address, besides: group, in: others, knownAt: known)
    }
    return notes
  }

  /// The rows in which something is said about an address.
  private func speakers(about address: String, hasStrays: Bool) throws -> [String] {
    var customers: Set<String> = []
    func add(_ sql: String) throws {
      try tables.rows(sql, [address]) { customers.insert($0.text()) }
    }
    try add("SELECT customer_id FROM address_word WHERE address = ?")
    try add("SELECT customer_id FROM suppressed WHERE address = ?")
    if hasStrays {
      // The one who says it, and the one whose contact point is meant.
      try add(
        """
        SELECT s.customer_id FROM contact_point AS p
          JOIN stray_word AS s ON s.contact_point = p.contact_point WHERE p.address = ?
        """)
      if !customers.isEmpty {
        try add(
          """
          SELECT p.customer_id FROM contact_point AS p
            JOIN stray_word AS s ON s.contact_point = p.contact_point WHERE p.address = ?
          """)
      }
    }
    return customers.sorted()
  }

  func hasStrayWords() throws -> Bool {
    var isThere = false
    try tables.rows("SELECT EXISTS (SELECT 1 FROM stray_word)") { isThere = $0.bool() }
    return isThere
  }
}

extension Tables {
  /// How far a file has got.
  struct State {
    /// Everything before it is in the rows.
    var end = Position.zero
    /// How many events are not.
    var holes: Int64 = 0
  }

  func state() throws -> State {
    var state = State()
    try rows("SELECT position, holes FROM _rapport") { row in
      state.end = Position(UInt64(clamping: row.integer()))
      state.holes = row.integer()
    }
    return state
  }
}

extension CustomerPermission {
  /// A customer with what others say about her addresses, as ``PermissionSight/notes(on:besides:knownAt:)`` found it.
  convenience init(
    _ group: SubjectGroup, facts: [CustomerFacts], knownAt known: KnownAt, readUpTo: UInt64?,
    notes: [String: AddressNotes]
  ) {
    self.init(
      group, facts: facts, knownAt: known, readUpTo: readUpTo,
      notes: { $0.value.flatMap { notes[$0] } ?? AddressNotes() })
  }
}
