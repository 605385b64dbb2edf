// An audience is the sum of single decisions, customer by customer.

import JSONBytes
import Ledger
import LogEngine
import Projection
import RapportTesting
import Relationship
import Synchronization
import Testing

@Suite struct AudienceTests {
  private static let order = ["email", "sms", "push", "inapp", "whatsapp", "post", "voice"]

  private func practice(customers: Int, events: Int, seed: UInt64) async throws -> TestLedger {
    let ledger = try TestLedger()
    try await ledger.write { ledger in
      _ = try await ledger.fillWithPractice(customers: customers, events: events, seed: seed)
      _ = try await ledger.publishPracticePlan()
      if seed % 2 == 0 { _ = await ledger.seal() }
    }
    return ledger
  }

  /// Everybody of whom there is an event, as the view `customer` has them.
  private func customers(_ ledger: Ledger) throws -> [String] {
    let view = try ledger.view("customer")
    _ = try view.catchUp()
    var names: [String] = []
    try view.query(
      "SELECT customer_id FROM customer", asOf: nil, { _, _ in }, columns: { _ in },
      row: { names.append($0[0].string ?? "") })
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Of the channels asked about, the first with the best verdict.
  private func single(
    _ question: AudienceQuestion, _ customer: String,
    _ ask: (ContactQuestion) throws -> ContactAnswer
  ) throws -> (decision: Decision, channel: String) {
    var best: (decision: Decision, channel: String)?
    for channel in question.channel.map({ [$0] }) ?? Self.order {
      let decision = try ask(
        ContactQuestion(
          customer: customer, department: question.department, purpose: question.purpose,
          topic: question.topic, channel: channel, campaignId: question.campaignId,
          promotion: question.promotion, at: question.at)
      ).answer.decision
      if best.map({ $0.decision.verdict < decision.verdict }) ?? true { best = (decision, channel) }
    }
    return try #require(best)
  }

  /// Counts single decisions, and compares.
  private func expectSum(
    _ question: AudienceQuestion, _ ledger: Ledger, _ names: [String],
    _ ask: (ContactQuestion) throws -> ContactAnswer
  ) throws {
    let told = Mutex<[String: Decision]>([:])
    let audience = try ledger.audience(question) { customer, decision in
      told.withLock { $0[customer] = decision }
    }
    let counted = told.withLock { $0 }
    var counts: [String: Int] = [:]
    var samples: [String: [String]] = [:]
    var channels: [String: Int] = [:]
    for name in names {
      let (decision, channel) = try single(question, name, ask)
      #expect(counted[name] == decision, "\(name)")
      let key = "\(decision.verdict.rawValue) \(decision.rule.rawValue)"
      counts[key, default: 0] += 1
      if samples[key, default: []].count < question.sampleMax {
        samples[key, default: []].append(name)
      }
      if decision.verdict == .allow { channels[channel, default: 0] += 1 }
    }
    func sum(_ verdict: Verdict) -> Int {
      counts.filter { $0.key.hasPrefix(verdict.rawValue) }.values.reduce(0, +)
    }
    #expect(counted.count == names.count && audience.customers == names.count)
    #expect(audience.now == sum(.allow) && audience.later == sum(.defer))
    #expect(audience.no == sum(.deny))
    for reason in audience.reasons {
      let key = "\(reason.verdict.rawValue) \(reason.rule.rawValue)"
      #expect(reason.count == counts[key] && reason.sample == samples[key], "\(key)")
      #expect(reason.verdict == .defer || reason.earliest == nil)
    }
    #expect(audience.reasons.count == counts.count)
    #expect(audience.channels.map(\.channel) == question.channel.map { [$0] } ?? Self.order)
    for (channel, count) in audience.channels { #expect(count == channels[channel] ?? 0) }
  }

  @Test(arguments: [1, 2] as [UInt64])
  func theCountsAreTheSumOfSingleDecisions(seed: UInt64) async throws {
    let practice = try await practice(customers: 90, events: 3_000, seed: seed)
    try practice.read { ledger in
      let at = Ledger.now()
      let names = try customers(ledger)
      let questions = [
        AudienceQuestion(purpose: "marketing", department: "marketing", channel: "email", at: at),
        AudienceQuestion(purpose: "marketing", department: "marketing", channel: "voice", at: at),
        AudienceQuestion(
          topic: "products.shoes", purpose: "marketing.newsletter", department: "marketing", at: at),
        AudienceQuestion(purpose: "relationship.survey", department: "marketing", at: at),
        AudienceQuestion(
          purpose: "sharing.advertising", department: "marketing", channel: "none", at: at),
        AudienceQuestion(
          purpose: "service.receipt", department: "service", channel: "email", promotion: true,
          at: at),
        AudienceQuestion(purpose: "no.such", department: "marketing", channel: "email", at: at),
      ]
      for question in questions { try expectSum(question, ledger, names, ledger.decideFromModel) }
      // The log says the same as the model.
      try expectSum(questions[0], ledger, names, ledger.mayContact)
      #expect(
        try ledger.audience(questions[0]).now > 0, "somebody can be written to, or nothing is shown"
      )
    }
  }

  /// Of a moment in the middle of the history, when other merges were in force.
  @Test func thePastIsCountedAsItWas() async throws {
    let practice = try await practice(customers: 120, events: 4_000, seed: 5)
    try practice.read { ledger in
      let events = try ledger.mapper.events(from: .zero, countMax: .max, ofTypes: nil).events
      let merges = events.filter { $0.type == "profile.merged" }
      #expect(!merges.isEmpty, "some were merged")
      let at = try #require(merges.map(\.time).sorted().dropFirst(merges.count / 2).first)
      let question = AudienceQuestion(
        purpose: "marketing", department: "marketing", channel: "email", at: at)
      let told = Mutex<[String: Decision]>([:])
      let audience = try ledger.audience(question) { customer, decision in
        told.withLock { $0[customer] = decision }
      }
      let counted = told.withLock { $0 }
      #expect(counted.count == audience.customers, "each once")
      for (customer, decision) in counted {
        #expect(try single(question, customer, ledger.mayContact).decision == decision)
      }
      #expect(try audience.customers >= customers(ledger).count, "not all were merged by then")
    }
  }

  @Test func nobodyIsAnAudienceToo() async throws {
    let ledger = try TestLedger()
    try await ledger.publish()
    let audience = try ledger.read { ledger in
      try ledger.audience(AudienceQuestion(purpose: "marketing", department: "marketing"))
    }
    #expect(audience.customers == 0 && audience.reasons.isEmpty)
    #expect(audience.json["customers"] == 0 && audience.json["policyVersion"] == "1")
  }

  /// Customers whose names are no more alike than a till makes them: all in one range, and none is lost.
  @Test func everyCustomerIsInOneRange() async throws {
    let ledger = try TestLedger()
    try await ledger.publish()
    let lines = (0..<300).map { number in
      Lines.event(
        "e\(number)", "contactpoint.added", of: "C\(number * number)",
        Lines.point("p\(number)", "p\(number)@example.test"))
    }
    _ = try await ledger.append(lines.joined())
    try ledger.read { ledger in
      let names = try customers(ledger)
      #expect(names.count == 300)
      let question = AudienceQuestion(
        purpose: "marketing", department: "marketing", channel: "email", at: Ledger.now())
      try expectSum(question, ledger, names, ledger.decideFromModel)
    }
  }
}
