// An audience counted over every customer, and compared with single decisions.

import Foundation
import JSONBytes
import Ledger
import LogEngine
import Synchronization

enum PermissionAudienceBenchmark {
  /// Counts three audiences over practice lives, twice each: the second time the file is in the system's memory. Then each
  /// customer of a sample is decided about alone. The hash is over the decisions by which she was counted; the single
  /// decisions must give the same.
  @Sendable static func run(_ given: Bench) async throws -> String? {
    var bench = given
    let events = bench.parameter("events", smoke: 1_500, real: 10_000_000)
    let customers = bench.parameter("customers", smoke: 100, real: 1_000_000)
    let sample = bench.parameter("sample", smoke: 40, real: 10_000)
    let directory = try await PracticeLedger.make(
      &bench, events: events, customers: customers, in: "practice")
    let ledger = try Ledger.open(directory, for: .reading)
    let at = Ledger.now()
    let questions = [
      (
        "email",
        AudienceQuestion(purpose: "marketing", department: "marketing", channel: "email", at: at)
      ),
      (
        "voice",
        AudienceQuestion(purpose: "marketing", department: "marketing", channel: "voice", at: at)
      ),
      (
        "anyChannel",
        AudienceQuestion(purpose: "relationship.survey", department: "marketing", at: at)
      ),
    ]
    var total = 0
    for (name, question) in questions {
      for run in ["first", "again"] {
        let audience = try await bench.time("\(name) \(run)", events: customers) {
          try ledger.audience(question)
        }
        total = audience.customers
        if run == "again" { bench.note("\(name) counts", audience.json) }
      }
    }
    bench.note("customers", .integer(total))
    var (counted, single): ([JSONValue], [JSONValue]) = ([], [])
    for (_, question) in questions {
      let kept = try Self.decisions(question, ledger, oneIn: max(1, total / sample))
      for (customer, decision) in kept.sorted(by: { $0.key < $1.key }) {
        counted.append(decision)
        single.append(try Self.single(question, customer, ledger))
      }
    }
    bench.note("compared", .integer(counted.count))
    return bench.report(
      hash: PracticeLedger.digest(of: counted), expected: PracticeLedger.digest(of: single))
  }

  /// The decisions by which some customers are counted: about one in so many.
  private static func decisions(
    _ question: AudienceQuestion, _ ledger: Ledger, oneIn part: Int
  ) throws -> [String: JSONValue] {
    let kept = Mutex<[String: JSONValue]>([:])
    _ = try ledger.audience(question) { customer, decision in
      var hash = ReferenceHash()
      hash.add(customer)
      guard hash.number % UInt64(part) == 0 else { return }
      kept.withLock { $0[customer] = decision.json }
    }
    return kept.withLock { $0 }
  }

  /// Of the channels asked about, the first with the best verdict.
  private static func single(
    _ question: AudienceQuestion, _ customer: String, _ ledger: Ledger
  ) throws -> JSONValue {
    // The order of the policy that ships.
    let order = ["email", "sms", "push", "inapp", "whatsapp", "post", "voice"]
    let verdicts = ["deny", "defer", "allow"]
    var best: (rank: Int, json: JSONValue)?
    for channel in question.channel.map({ [$0] }) ?? order {
      let json = try ledger.decideFromModel(
        ContactQuestion(
          customer: customer, department: question.department, purpose: question.purpose,
          topic: question.topic, channel: channel, at: question.at)
      ).decision
      let rank = verdicts.firstIndex(of: json["verdict"]?.string ?? "") ?? 0
      if best.map({ $0.rank < rank }) ?? true { best = (rank, json) }
    }
    return best?.json ?? .null
  }
}
