// What a door asks of an open ledger: a customer's view, a decision, an append, from open files.

import JSONBytes
import Ledger
import LogEngine

enum ServingBenchmark {
  /// A ledger of practice lives is served: views of customers as JSON, decisions, and durable appends of single events from
  /// many tasks at once. The hash is over the decisions; those from the log must be the same.
  @Sendable static func run(_ given: Bench) async throws -> String? {
    var bench = given
    let customers = bench.parameter("customers", smoke: 40, real: 40_000)
    let events = bench.parameter("events", smoke: 800, real: 800_000)
    let asked = bench.parameter("asked", smoke: 10, real: 5_000)
    let appends = bench.parameter("appends", smoke: 64, real: 20_000)
    let tasks = bench.parameter("tasks", smoke: 8, real: 64)
    let directory = try await PracticeLedger.make(
      &bench, events: events, customers: customers, in: "serve")
    let ledger = try Ledger.open(directory, for: .writing)
    let served = ledger.serve()
    try await served.live.wait(
      for: ledger.log.end, in: ["customer", "permission"], until: .now + .seconds(3_600))
    let names = try names(of: ledger, count: asked)
    var (views, decisions): ([Duration], [Duration]) = ([], [])
    var (decided, expected): ([JSONValue], [JSONValue]) = ([], [])
    var size = 0
    let at = Ledger.now()
    // The first ones open the files.
    for name in names.prefix(1) { _ = try served.customer(name) }
    for name in names {
      var bytes: [UInt8] = []
      let start = ContinuousClock.now
      try served.customer(name)?.write(to: &bytes)
      views.append(ContinuousClock.now - start)
      size += bytes.count
    }
    for name in names {
      let question = ContactQuestion(
        customer: name, department: "marketing", purpose: "marketing", channel: "email", at: at)
      let start = ContinuousClock.now
      let answers = try await served.decide([question], until: .now + .seconds(60))
      decisions.append(ContinuousClock.now - start)
      guard decided.count < 200 else { continue }
      decided.append(try answers[0].get().json)
      expected.append(try ledger.mayContact(question).json)
    }
    let run = ledger.log.end.value
    try await bench.time("append", events: appends) {
      try await append(appends, tasks: tasks, run: run, to: ledger)
    }
    bench.note(latencies: views, as: "customerMicroseconds")
    bench.note(latencies: decisions, as: "decideMicroseconds")
    bench.note("customerBytes", .integer(size / max(1, names.count)))
    try await served.stop()
    try await ledger.close()
    return bench.report(
      hash: PracticeLedger.digest(of: decided), expected: PracticeLedger.digest(of: expected))
  }

  /// Some customers, in no order that the file has.
  private static func names(of ledger: Ledger, count: Int) throws -> [String] {
    var names: [String] = []
    try ledger.view("customer").query(
      "SELECT customer_id FROM customer ORDER BY substr(customer_id, -3), customer_id LIMIT \(count)",
      asOf: nil, { _, _ in }, columns: { _ in }, row: { names.append($0[0].string ?? "") })
    return names
  }

  /// Each task appends one event after the other, each of a customer of its own, and waits until it is durable.
  private static func append(
    _ count: Int, tasks: Int, run: UInt64, to ledger: Ledger
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in 0..<tasks {
        group.addTask {
          for number in stride(from: task, to: count, by: tasks) {
            let event: JSONValue = [
              "specversion": "1.0", "id": .string("\(run)-\(number)"), "source": "/bench",
              "type": "inquiry.received", "subject": .string("bench-\(task)"),
              "time": "2026-03-02T00:00:00Z", "dataschema": "inquiry.received/1",
              "authtype": "service_account", "authid": "bench",
              "data": ["inquiryId": "i", "channel": "email", "topic": "delivery"],
            ]
            let bytes = Array(event.text.utf8)
            let texts = EventTexts(
              bytes: bytes, items: [EventTexts.Item(range: 0..<bytes.count, line: 1)])
            let answer = try await ledger.append(texts)[0]
            if let refusal = answer.refusal {
              throw LedgerError("bench.refused", refusal.sentence)
            }
          }
        }
      }
      try await group.waitForAll()
    }
  }
}
