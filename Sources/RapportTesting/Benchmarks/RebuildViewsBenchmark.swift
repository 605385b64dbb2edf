// The four read models of the comparison, rebuilt from a ledger of reference events into durable SQLite files.

import JSONBytes
import Ledger
import LogEngine
import Projection

/// The hash is one line a view: its name, how many rows it has, and for each of its columns a sum over the rows, so that
/// other programs can give it as well; the rows themselves are compared by those who export them.
enum RebuildViewsBenchmark {
  @Sendable static func run(_ given: Bench) async throws -> String? {
    var bench = given
    let set = ReferenceSet(&bench)
    let threads = max(1, bench.parameter("threads", smoke: 2, real: 2))
    let directory = try await RivalsBenchmarks.ledgerFolder(holding: set, &bench)
    let ledger = try Ledger.open(directory, for: .reading)
    let views = "\(bench.data)/views"
    let made = try await bench.time("read", events: set.count) {
      try AggregateRebuild(folder: views, catalogue: "reference", threads: threads)
        .run(ReferenceViews.all, from: ledger.mapper, now: Ledger.now())
    }
    bench.note("threads", .integer(threads))
    for model in made { bench.note("\(model.model)Rows", .integer(model.digest.rows)) }
    let result = try answer(in: views)
    return bench.report(hash: result, expected: expected(set))
  }

  /// What the answer must be.
  static func expected(_ set: ReferenceSet) -> String { ExpectedViews(set).text }

  /// The answer of the files in force.
  static func answer(in views: String) throws -> String {
    var lines: [String] = []
    func add<P: AggregateProjector>(_ model: P.Type) throws {
      let engine = ProjectionEngine(
        P.self, folder: views, catalogue: "reference")
      let rows = try engine.query(ReferenceViews.exports[P.name] ?? "").rows
      var hash = RowHash()
      for row in rows { hash.add(row.map { text($0) }.joined(separator: ",")) }
      lines.append("\(P.name) \(hash.text)")
    }
    for model in ReferenceViews.all { try add(model) }
    return lines.joined(separator: "\n")
  }

  private static func text(_ value: SQLValue) -> String {
    switch value {
    case .integer(let number): String(number)
    case .text(let text): text
    default: ""
    }
  }
}

/// How many lines, and a sum modulo 2^64 of a hash of each: the same in any order.
struct RowHash: Hashable, Sendable {
  private var rows = 0
  private var sum: UInt64 = 0

  /// FNV-1a, mixed.
  mutating func add(_ line: String) {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in line.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    hash ^= hash >> 33
    hash &*= 0xFF51_AFD7_ED55_8CCD
    hash ^= hash >> 33
    rows += 1
    sum &+= hash
  }

  var text: String { "\(rows) \(sum)" }
}

/// The four views by a fold of the generator's events that shares nothing with the engine's.
private struct ExpectedViews {
  fileprivate struct Customer {
    var events = 0
    var spend = 0
    var orders = 0
    var complaints = 0
    var lastSeen = Int64.min
    var lastChannel = 0
    var optOut: Int64?
    var preference: Int64?
    var firstSeen = Int64.max
  }

  private var customers: [Int: Customer] = [:]
  private var permissions: [[Int]: (changed: Int64, last: Int)] = [:]
  private var products: [Int: (units: Int, revenue: Int, events: Int)] = [:]
  private var services: [[Int]: Int] = [:]

  init(_ set: ReferenceSet) {
    var events = set.events
    while let event = events.next() { add(event) }
  }

  private mutating func add(_ event: ReferenceEvent) {
    let time = event.recorded
    let type = ReferenceEvents.types[event.type]
    let cents = event.amountCents * event.quantity
    customers[event.customer, default: Customer()].add(event, type, cents)
    switch type {
    case "order.completed":
      let before = products[event.sku] ?? (0, 0, 0)
      products[event.sku] = (
        before.units + event.quantity, before.revenue + cents, before.events + 1
      )
    case "complaint.opened":
      services[[Int(time / 86_400_000), event.channel], default: 0] += 1
    case "optout.recorded", "preference.stated":
      let key = [event.customer, event.channel]
      if permissions[key].map({ $0.changed <= time }) ?? true {
        permissions[key] = (time, event.type)
      }
    default: break
    }
  }

  var text: String {
    var hashes = Array(repeating: RowHash(), count: 4)
    for (number, row) in customers {
      let fields: [String] = [
        ReferenceAnswers.name(of: number), "\(row.events)", "\(row.spend)", "\(row.orders)",
        "\(row.complaints)", "\(row.lastSeen)", "\(row.lastChannel)",
        row.optOut.map { "\($0)" } ?? "", row.preference.map { "\($0)" } ?? "", "\(row.firstSeen)",
      ]
      hashes[0].add(fields.joined(separator: ","))
    }
    for (key, row) in permissions {
      let name = ReferenceAnswers.name(of: key[0])
      hashes[1].add("\(name),\(key[1]),\(ReferenceEvents.types[row.last]),\(row.changed)")
    }
    for (sku, row) in products {
      hashes[2].add("SKU\(sku),\(row.units),\(row.revenue),\(row.events)")
    }
    for (key, events) in services { hashes[3].add("\(key[0]),\(key[1]),\(events)") }
    return zip(ReferenceViews.all, hashes).map { "\($0.name) \($1.text)" }
      .joined(separator: "\n")
  }
}

extension ExpectedViews.Customer {
  fileprivate mutating func add(_ event: ReferenceEvent, _ type: String, _ cents: Int) {
    let time = event.recorded
    events += 1
    switch type {
    case "order.completed":
      orders += 1
      spend += cents
    case "complaint.opened": complaints += 1
    case "optout.recorded": optOut = max(optOut ?? time, time)
    case "preference.stated": preference = max(preference ?? time, time)
    default: break
    }
    if time >= lastSeen {
      lastSeen = time
      lastChannel = event.channel
    }
    firstSeen = min(firstSeen, time)
  }
}
