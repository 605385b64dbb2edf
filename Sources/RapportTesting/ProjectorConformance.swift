// The suite that every projector must pass: the same rows, however it is made to work.

package import Projection
import GRDB
import JSONBytes
import LogEngine

/// What a projector does not keep of the contract.
package struct NotConforming: Error, CustomStringConvertible {
  package var description: String
}

/// Checks that the projector gives the same rows live, at batches of 1, 7 and 1,000 events, as in bulk, with one fold
/// and with two that share the keys; and that loading and storing a state changes nothing.
///
/// Throws ``NotConforming`` with the seed, the way that differs, and the first row that does.
package func expectProjectorConformance<P: Projector>(
  _ projector: P.Type, seeds: Range<UInt64>, events count: Int, types: [String]? = nil
) throws {
  for seed in seeds {
    let events = RandomHistory.events(seed: seed, count: count, types: types).events
    let bulk = try ModelFile.withFolded(P.self, events, TableDump.init)
    let twoFolds = try ModelFile.withFolded(P.self, events, parts: 2, TableDump.init)
    try expectSame(twoFolds, bulk, "bulk with two folds", P.self, seed)
    for size in [1, 7, 1_000] {
      let live = try TemporaryDirectory.with { folder in
        try liveDump(P.self, events, batches: size, in: folder)
      }
      try expectSame(live, bulk, "live at batches of \(size)", P.self, seed)
    }
    let again = try ModelFile.withFolded(P.self, events) { tables in
      try storeAgain(P.self, events, in: tables)
      return try TableDump(tables)
    }
    try expectSame(again, bulk, "loaded and stored again", P.self, seed)
  }
}

private func expectSame<P: Projector>(
  _ found: TableDump, _ expected: TableDump, _ way: String, _ projector: P.Type, _ seed: UInt64
) throws {
  guard found.digest != expected.digest else { return }
  throw NotConforming(
    description: "\(P.name), seed \(seed): \(way) differs from bulk."
      + " \(found.difference(from: expected))")
}

private func liveDump<P: Projector>(
  _ projector: P.Type, _ events: [DecodedEvent], batches: Int, in folder: String
) throws -> TableDump {
  let source = ArraySource()
  var engine = ProjectionEngine<P>(folder: folder + "/views", catalogueDigest: "test")
  engine.batchMax = batches
  let now = Timestamp(microseconds: 0)
  _ = try engine.catchUp(with: source, now: now)
  source.append(events)
  let done = try engine.catchUp(with: source, now: now)
  guard done.rebuilt == nil else {
    throw NotConforming(description: "\(P.name) was rebuilt where it should have gone on")
  }
  return try engine.read(TableDump.init)
}

private func storeAgain<P: Projector>(
  _ projector: P.Type, _ events: [DecodedEvent], in tables: Tables
) throws {
  let projector = P()
  var byKey: [String: [DecodedEvent]] = [:]
  for event in events {
    if let key = projector.key(of: event) { byKey[key, default: []].append(event) }
  }
  for key in byKey.keys.sorted() {
    let state = try projector.load(key, for: byKey[key] ?? [], from: tables)
    try projector.store(state, of: key, in: tables)
  }
}

/// Every row of a read model as text, with its digest: for comparing, and for telling what differs.
package struct TableDump: Sendable {
  package var digest: ContentDigest
  package var rows: [String: [String]] = [:]

  package init(_ tables: Tables) throws {
    digest = try Digest.contents(of: tables.db)
    for table in digest.tables.map(\.table) {
      let key = try tables.db.primaryKey(table).columns.joined(separator: ", ")
      rows[table] = try Row.fetchAll(tables.db, sql: "SELECT * FROM \(table) ORDER BY \(key)")
        .map { row in
          row.map { column, value in "\(column)=\(value)" }.joined(separator: " | ")
        }
    }
  }

  /// The first row that differs, in words.
  package func difference(from expected: TableDump) -> String {
    for table in digest.tablesDiffering(from: expected.digest) {
      let found = rows[table] ?? []
      let wanted = expected.rows[table] ?? []
      let place = zip(found, wanted).enumerated().first { $0.element.0 != $0.element.1 }?.offset
      let index = place ?? min(found.count, wanted.count)
      let one = index < found.count ? found[index] : "none"
      let other = index < wanted.count ? wanted[index] : "none"
      return "Table \(table), row \(index): found \(one), expected \(other)."
    }
    return "No row differs."
  }
}
