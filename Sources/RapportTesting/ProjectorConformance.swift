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
/// They are compared again and again as the history grows: a row that was left behind may be put right by a later
/// event. Throws ``NotConforming`` with the seed, the way that differs, and the first row that does.
package func expectProjectorConformance<P: Projector>(
  _ projector: P.Type, seeds: Range<UInt64>, events count: Int, types: [String]? = nil,
  comparisons: Int = 40
) throws {
  for seed in seeds {
    try expectProjectorConformance(
      P.self, over: RandomHistory.events(seed: seed, count: count, types: types).events,
      named: "seed \(seed)", comparisons: comparisons)
  }
}

/// The same over a history of the caller's own: events at positions from 0 without gaps. `history` names it in the
/// error.
package func expectProjectorConformance<P: Projector>(
  _ projector: P.Type, over events: [DecodedEvent], named history: String, comparisons: Int = 40
) throws {
  let ends = (1...comparisons).map { events.count * $0 / comparisons }
  let bulk = try ends.map {
    try ModelFile.withFolded(
      FoldedModel(P.self), from: ArraySource(events[..<$0]), TableDump.init)
  }
  for size in [1, 7, 1_000] {
    try TemporaryDirectory.with { folder in
      try expectLive(P.self, events, ends, batches: size, in: folder, toBe: bulk, history)
    }
  }
  guard let whole = bulk.last else { return }
  let source = ArraySource(events)
  let again = try ModelFile.withFolded(FoldedModel(P.self), from: source) { tables in
    try storeAgain(P.self, events, try source.customers(before: source.end), in: tables)
    return try TableDump(tables)
  }
  try expectSame(again, whole, "loaded and stored again", P.self, history)
}

private func expectSame<P: Projector>(
  _ found: TableDump, _ expected: TableDump, _ way: String, _ projector: P.Type, _ history: String
) throws {
  guard found.digest != expected.digest else { return }
  throw NotConforming(
    description: "\(P.name), \(history): \(way) differs from bulk."
      + " \(found.difference(from: expected))")
}

private func expectLive<P: Projector>(
  _ projector: P.Type, _ events: [DecodedEvent], _ ends: [Int], batches: Int, in folder: String,
  toBe bulk: [TableDump], _ history: String
) throws {
  let source = ArraySource()
  var engine = ProjectionEngine(
    P.self, folder: folder + "/views", catalogue: "test")
  engine.batchMax = batches
  let now = Timestamp(microseconds: 0)
  _ = try engine.catchUp(with: source, now: now)
  var start = 0
  for (end, expected) in zip(ends, bulk) {
    source.append(events[start..<end])
    guard try engine.catchUp(with: source, now: now).rebuilt == nil else {
      throw NotConforming(description: "\(P.name) was rebuilt where it should have gone on")
    }
    let way = "live at batches of \(batches), after \(end) events,"
    try expectSame(try engine.read(TableDump.init), expected, way, P.self, history)
    start = end
  }
}

private func storeAgain<P: Projector>(
  _ projector: P.Type, _ events: [DecodedEvent], _ map: CustomerMap, in tables: Tables
) throws {
  let projector = P()
  var byKey: [String: [DecodedEvent]] = [:]
  for event in events {
    guard let key = projector.key(of: event) else { continue }
    byKey[P.isOfCustomers ? map.customer(of: key) : key, default: []].append(event)
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
