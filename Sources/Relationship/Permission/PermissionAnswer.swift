// The answer: yes, later or no, by which rule, and which event decided.

package import JSONBytes

/// Allow above defer above deny.
package enum Verdict: String, Hashable, Comparable, Sendable, CaseIterable {
  case deny, `defer`, allow

  private var rank: Int { self == .deny ? 0 : self == .defer ? 1 : 2 }

  package static func < (one: Verdict, other: Verdict) -> Bool { one.rank < other.rank }
}

/// Until when an answer defers.
package enum Until: Hashable, Sendable {
  /// The earliest instant at which nothing known defers any more.
  case instant(Timestamp)
  /// Only an event can end it.
  case open
}

/// The event that decided.
package struct DecidingEvent: Hashable, Sendable {
  package var stamp: EventStamp
  /// Another customer's, of the same address: answers name the address, not the person.
  package var isElsewhere: Bool

  /// Joins both parts.
  init(_ stamp: EventStamp, isElsewhere: Bool = false) {
    self.stamp = stamp
    self.isElsewhere = isElsewhere
  }
}

/// A no, and why.
struct Denial: Sendable {
  var rule: RuleCode
  var event: DecidingEvent

  init(_ rule: RuleCode, _ stamp: EventStamp) {
    self.rule = rule
    event = DecidingEvent(stamp)
  }

  init(_ rule: RuleCode, _ event: DecidingEvent) {
    self.rule = rule
    self.event = event
  }
}

/// What was decided, without the words around it: cheap enough for every customer of an audience.
package struct Decision: Hashable, Sendable {
  package var verdict: Verdict
  /// Of a deferral.
  package var until: Until?
  package var rule: RuleCode
  /// Never empty: where nobody said anything it is the policy.
  package var decidingEvent: DecidingEvent
  /// Nil: the purpose is not registered.
  package var messageClass: MessageClass?
  /// Of a yes: the event that the contact rests on.
  package var basis: EventStamp?
  /// Of a yes: the `contactpoint.added` by which she took her consent to this address.
  package var carriedBy: EventStamp?
  /// Whether a yes rests on her own permit.
  var isHerOwnPermit = false

  static func deny(_ denial: Denial, _ messageClass: MessageClass?) -> Decision {
    Decision(
      verdict: .deny, rule: denial.rule, decidingEvent: denial.event, messageClass: messageClass)
  }
}

/// How many contacts are used and left of a cap.
package struct CapUse: Hashable, Sendable {
  package var used: Int
  package var left: Int

  /// Joins the parts.
  package init(
    used: Int, left: Int
  ) {
    self.used = used
    self.left = left
  }
}

/// What one gate said.
package struct GateTrace: Hashable, Sendable {
  package enum Result: String, Hashable, Sendable { case pass, skip, deny, `defer` }

  /// `G0` to `G9`; `marketing` before those of a message that promotes.
  package var gate: String
  package var result: Result
  package var event: EventStamp
}

/// Something that the sender must add to the message.
package enum SendingDuty: String, Hashable, Sendable {
  /// RFC 8058.
  case oneClick
  case stopKeyword
}

/// A decision with everything that explains it.
package struct PermissionAnswer: Sendable {
  package var decision: Decision
  package var policyVersion: String
  /// Other channels that would be right, the best first.
  package var insteadTry: [String]
  package var duties: [SendingDuty]
  /// Nil for a class that is not counted, or where she set no cap.
  package var customerCap: CapUse?
  package var companyCap: CapUse?
  /// The instant asked about, what could be known, and the position read up to.
  package var asOf: (instant: Timestamp, known: KnownAt, position: UInt64?)
  /// Who said it, where and when.
  package var saidBy: String
  /// The reason in one sentence that she understands; nil where it is not shown to her.
  package var customerText: String?
  /// Every gate in the order in which it was met.
  package var trace: [GateTrace]
}
