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
