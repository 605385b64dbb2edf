// One answer to "may we?": from the log, and from the model.

import Foundation
import JSONBytes
import Ledger
import LogEngine

enum PermissionDecideBenchmark {
  /// Answers about customers of about `history` events each, out of practice lives: from the log of a ledger that was
  /// opened for this answer alone, from that of an open one, and from the model. The hash is over the answers from the
  /// log; the model must give the same.
  @Sendable static func run(_ given: Bench) async throws -> String? {
    var bench = given
    let history = bench.parameter("history", smoke: 20, real: 200)
    let customers = bench.parameter("customers", smoke: 40, real: 4_000)
    let asked = bench.parameter("asked", smoke: 5, real: 1_000)
    let events = bench.parameter("events", smoke: 800, real: 800_000)
    let directory = try await PracticeLedger.make(
      &bench, events: events, customers: customers, in: "decide")
    let names = try Self.customers(of: directory, history, count: asked)
    let ledger = try Ledger.open(directory, for: .reading)
    let at = Ledger.now()
    var (cold, log, model): ([Duration], [Duration], [Duration]) = ([], [], [])
    var (fromLog, fromModel): ([ContactAnswer], [ContactAnswer]) = ([], [])
    for name in names.prefix(max(1, asked / 10)) {
      let question = Self.question(name, at)
      cold.append(
        try Self.time { _ = try Ledger.open(directory, for: .reading).mayContact(question) })
    }
    for name in names {
      let question = Self.question(name, at)
      log.append(try Self.time { fromLog.append(try ledger.mayContact(question)) })
    }
    // The first one opens the file.
    _ = try names.first.map { try ledger.decideFromModel(Self.question($0, at)) }
    for name in names {
      let question = Self.question(name, at)
      model.append(try Self.time { fromModel.append(try ledger.decideFromModel(question)) })
    }
    bench.note("customersOfThatSize", .integer(names.count))
    bench.note(latencies: cold, as: "openAndAnswerMicroseconds")
    bench.note(latencies: log, as: "fromLogMicroseconds")
    bench.note(latencies: model, as: "fromModelMicroseconds")
    bench.note("allowed", .integer(fromLog.count { $0.decision["verdict"] == "allow" }))
    return bench.report(
      hash: PracticeLedger.digest(of: fromLog.map(\.json)),
      expected: PracticeLedger.digest(of: fromModel.map(\.json)))
  }

  private static func question(_ customer: String, _ at: Timestamp) -> ContactQuestion {
    ContactQuestion(
      customer: customer, department: "marketing", purpose: "marketing", channel: "email", at: at)
  }

  private static func time(_ body: () throws -> Void) rethrows -> Duration {
    let start = ContinuousClock.now
    try body()
    return ContinuousClock.now - start
  }

  /// Customers with about so many events, in the order of their ids.
  private static func customers(
    of directory: String, _ events: Int, count: Int
  ) throws -> [String] {
    let ledger = try Ledger.open(directory, for: .reading)
    let view = try ledger.view("customer")
    _ = try view.catchUp()
    var names: [String] = []
    // Those nearest to it, whichever there are.
    try view.query(
      "SELECT customer_id FROM customer ORDER BY abs(events - \(events)), customer_id LIMIT \(count)",
      asOf: nil, { _, _ in }, columns: { _ in }, row: { names.append($0[0].string ?? "") })
    return names.sorted()
  }
}

/// A sealed ledger of practice lives, made where it is not there yet.
enum PracticeLedger {
  /// Returns its directory. The model `permission` is up to date.
  static func make(
    _ bench: inout Bench, events: Int, customers: Int, in name: String
  ) async throws -> String {
    let directory = "\(bench.data)/\(name)-\(events)-\(customers)"
    if !FileManager.default.fileExists(atPath: "\(directory)/ledger.json") {
      _ = try Ledger.create(directory)
    }
    let writer = try Ledger.open(directory, for: .writing)
    if writer.log.end < Position(UInt64(events)) {
      _ = try await writer.fillWithPractice(customers: customers, events: events, seed: 1)
    }
    _ = try await writer.publishPracticePlan()
    _ = await writer.seal()
    try await writer.close()
    let ledger = try Ledger.open(directory, for: .reading)
    let view = try ledger.view("permission")
    let progress = try await bench.time("view", events: Int(ledger.log.end.value)) {
      try view.catchUp()
    }
    bench.note("viewBuilt", .bool(progress.rebuiltBecause != nil))
    return directory
  }

  /// A digest over values in their order.
  static func digest(of values: [JSONValue]) -> String {
    var hasher = ReferenceHash()
    for value in values { hasher.add(value.text) }
    return hasher.text
  }
}

/// FNV-1a, 64 bits: enough to see that two runs gave the same.
struct ReferenceHash {
  private var state: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ text: String) {
    for byte in text.utf8 { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }
  }

  var number: UInt64 { state }
  var text: String { "fnv1a:" + String(state, radix: 16) }
}
