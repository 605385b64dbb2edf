// Counting an audience: one question asked of every customer, out of the model alone, on two threads.

import GRDB
import JSONBytes
import LogEngine
import Projection
import ReadModels
package import Relationship

extension Ledger {
  /// Counts whom the department may contact now, whom later and whom not, by the rule that decides, over every customer
  /// of whom there is an event. The same rules answer as for one: the counts are the sum of single decisions.
  ///
  /// `each` hears of every customer, from either thread, with the decision that she is counted by; where the ledger
  /// grows meanwhile, of some of them again. Brings the model up to date first. Throws as ``mayContact(_:)`` does, but
  /// for a customer. Cost: some microseconds a customer on each of two threads.
  package func audience(
    _ question: AudienceQuestion,
    each: (@Sendable (_ customer: String, _ decision: Decision) -> Void)? = nil
  ) throws -> Audience {
    try requirePermission()
    let at = question.at ?? clock()
    for _ in 0..<4 {
      _ = try permissionView.catchUp()
      let view = try permissionView.opened().engine
      guard let work = try view.read({ try AudienceWork(question, self, $0, at: at) }) else {
        continue
      }
      let parts = work.ranges.count
      let tallies = try ParallelWork.map(parts, threads: 2) { part in
        try view.read { try work.count(part, in: $0, each) }
      }
      // Where somebody else appended meanwhile, parts are of different states.
      let whole = tallies.compactMap { $0 }
      if whole.count == parts { return work.sum(whole) }
    }
    throw Self.busy
  }
}

/// A question to every customer, made ready: shared by the threads that count.
struct AudienceWork: Sendable {
  let ranges: [CustomerRange]
  private let question: AudienceQuestion
  private let at: Timestamp
  private let rules: PermissionRules
  private let merges: MergeFacts
  private let map: CustomerMap
  private let end: Position
  private let shared: SharedAddresses
  private let desk: PermissionDesk
  private let asked: [(path: AskedPath, question: PermissionQuestion)]

  /// Nil where the tables are not those of the log's end.
  init?(
    _ question: AudienceQuestion, _ ledger: Ledger, _ tables: Tables, at: Timestamp
  ) throws {
    let state = try tables.state()
    guard state.end == ledger.log.end else { return nil }
    self.question = question
    self.at = at
    end = state.end
    desk = ledger.desk
    rules = try desk.rules(at: at, knownAt: .end, in: tables, end: end)
    merges = try desk.merges(before: end, of: ledger)
    map = try ledger.mapper.customers(before: end)
    var sight = PermissionSight(tables, state, map: map)
    shared = try SharedAddresses(&sight)
    let channels = question.channel.map { [$0] } ?? rules.policy.channelOrder
    asked = try channels.map { (AskedPath($0), try question.about(channel: $0)) }
    ranges = try CustomerRange.all(try ledger.log.customerSample(4_096))
  }

  /// Counts one range; nil where the tables have moved on.
  func count(
    _ part: Int, in tables: Tables, _ each: ((String, Decision) -> Void)?
  ) throws -> AudienceTally? {
    let state = try tables.state()
    guard state.end == end else { return nil }
    var counter = AudienceCounter(
      rules, asked, shared, desk, PermissionSight(tables, state, map: map), merges,
      sampleMax: question.sampleMax, each)
    let (sql, arguments) = ranges[part].query
    try tables.rows(sql, arguments) { row in
      let customer = row.text()
      row.text(into: &counter.reader.bytes)
      try counter.count(customer)
    }
    return counter.tally
  }

  /// The parts together, in the order of their ranges.
  func sum(_ tallies: [AudienceTally]) -> Audience {
    var total = AudienceTally(channels: asked.count, sampleMax: question.sampleMax)
    for tally in tallies { total.add(tally) }
    var audience = Audience(
      question, policyVersion: rules.policy.version,
      asOf: (at, end > .zero ? end.value - 1 : nil))
    for reason in total.reasons {
      switch reason.verdict {
      case .allow: audience.now += reason.count
      case .defer: audience.later += reason.count
      case .deny: audience.no += reason.count
      }
    }
    audience.reasons = total.reasons.sorted { one, other in
      if one.verdict != other.verdict { return one.verdict > other.verdict }
      return one.count == other.count
        ? one.rule.rawValue < other.rule.rawValue : one.count > other.count
    }
    audience.channels = zip(asked, total.channels).map { ($0.question.channel, $1) }
    return audience
  }
}

/// Customers from one name on, before another.
struct CustomerRange: Sendable {
  private var from: String?
  private var before: String?

  private static let countMax = 64

  /// Ranges of about as many customers each, in order, as far as a sample of their names tells.
  static func all(_ sample: [[UInt8]]) throws -> [CustomerRange] {
    let sorted = sample.sorted { $0.lexicographicallyPrecedes($1) }
    var starts: [String] = []
    for number in 1..<countMax where !sorted.isEmpty {
      let start = String(decoding: sorted[number * sorted.count / countMax], as: UTF8.self)
      if starts.last.map({ $0.utf8.lexicographicallyPrecedes(start.utf8) }) ?? true {
        starts.append(start)
      }
    }
    let bounds = [nil] + starts.map { Optional($0) } + [nil]
    return zip(bounds, bounds.dropFirst()).map { CustomerRange(from: $0, before: $1) }
  }

  /// The rows of the range, in order.
  var query: (sql: String, arguments: StatementArguments) {
    let conditions: [String] =
      (from == nil ? [] : ["customer_id >= ?"]) + (before == nil ? [] : ["customer_id < ?"])
    let place = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
    return (
      "SELECT customer_id, facts FROM facts \(place) ORDER BY customer_id",
      StatementArguments([from, before].compactMap { $0 })
    )
  }
}
