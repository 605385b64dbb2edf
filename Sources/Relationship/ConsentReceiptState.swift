// What became of a consent: the states of W3C DPV, and how events lead from one to the next.

import JSONBytes

/// The state of a consent, by the names of the Data Privacy Vocabulary (W3C DPV 2).
package enum ConsentState: String, Hashable, Sendable, CaseIterable {
  case unknown = "ConsentUnknown"
  case requested = "ConsentRequested"
  case refused = "ConsentRefused"
  case given = "ConsentGiven"
  /// Given again while an earlier one of the same scope was in force.
  case renewed = "RenewedConsentGiven"
  case expired = "ConsentExpired"
  /// It never was one: its notice, its record or its author was wrong.
  case invalidated = "ConsentInvalidated"
  /// Ended by somebody else than the customer.
  case revoked = "ConsentRevoked"
  /// Ended by the customer.
  case withdrawn = "ConsentWithdrawn"

  /// Whether data may be used by it.
  package var isValid: Bool { self == .given || self == .renewed }
}

/// Reads a customer's statements for the receipt of one of her events.
struct ReceiptReading {
  let event: ConsentEvent
  let history: [ConsentEvent]
  let customer: CustomerPermission
  let instant: Timestamp
  /// What the event says, where it is a statement. One that does not count is made here, see ``defect(of:)``.
  let own: PreparedStatement?
  /// From when on her own word counts, as far as birth dates say.
  private let ofAge: Timestamp

  init(
    _ event: ConsentEvent, _ history: [ConsentEvent], _ customer: CustomerPermission,
    _ instant: Timestamp, _ rules: PermissionRules?
  ) {
    self.event = event
    self.history = history
    self.customer = customer
    self.instant = instant
    own = Self.statement(event, customer)
    ofAge =
      rules.map { AgeStanding(customer, under: $0.policy, at: instant).permitsCountFrom } ?? .first
  }

  private var type: String { event.event.type }

  /// The statement of an event, whether or not it counts.
  private static func statement(
    _ event: ConsentEvent, _ customer: CustomerPermission
  ) -> PreparedStatement? {
    let stamp = event.event.stamp
    if let found = customer.statements.first(where: { $0.stamp == stamp }) { return found }
    guard let kind = StatementKind(rawValue: event.event.type) else { return nil }
    let scope = StatementScope(event.event)
    return PreparedStatement(
      kind: kind, subject: 0, purpose: scope.purpose, topic: scope.topic, channel: scope.channel,
      address: customer.book.address(of: scope.point, at: stamp.momentOfYes),
      effect: kind.isPermit ? stamp.momentOfYes : stamp.momentOfNo, end: nil, isSigned: false,
      stamp: stamp)
  }

  // MARK: Records

  func records() -> [ConsentReceipt.Record] {
    switch type {
    case "consent.requested": [record(named: event, fields: event, steps: stepsOfRequest())]
    case "consent.refused":
      [record(named: event, fields: request(of: event) ?? event, steps: stepsOfRefusal())]
    case "consent.given", "consent.confirmed", "guardian.consented": [recordOfPermit(event)]
    default: ended().compactMap(found).map(recordOfPermit)
    }
  }

  private func record(
    named: ConsentEvent, fields: ConsentEvent, steps: [ConsentReceipt.Step]
  ) -> ConsentReceipt.Record {
    let notice = fields.event.text("noticeEventId").flatMap {
      latest("notice.presented", named: $0, before: fields.event.stamp)
    }
    return ConsentReceipt.Record(fields: fields, named: named, notice: notice, steps: steps)
  }

  private func recordOfPermit(_ permit: ConsentEvent) -> ConsentReceipt.Record {
    let request = request(of: permit)
    var steps = request.map { [step($0, .requested, effect: $0.event.stamp.time)] } ?? []
    let fields = permit.event.type == "consent.confirmed" ? request ?? permit : permit
    guard let statement = Self.statement(permit, customer) else {
      return record(named: permit, fields: fields, steps: steps)
    }
    let given: ConsentState =
      defect(of: statement) != nil ? .invalidated : isRenewal(statement) ? .renewed : .given
    steps.append(
      step(
        permit, given, effect: statement.effect,
        validity: fields.event.text("validityDuration") ?? fields.event.text("until")))
    if given.isValid, let end = ending(of: statement) { steps.append(end) }
    return record(named: permit, fields: fields, steps: steps)
  }

  private func stepsOfRequest() -> [ConsentReceipt.Step] {
    [step(event, .requested, effect: event.event.stamp.time)]
      + (answer().map { [step($0.event, $0.state, effect: $0.event.event.stamp.time)] } ?? [])
  }

  private func stepsOfRefusal() -> [ConsentReceipt.Step] {
    (request(of: event).map { [step($0, .requested, effect: $0.event.stamp.time)] } ?? [])
      + [step(event, .refused, effect: event.event.stamp.momentOfNo)]
  }

  private func step(
    _ event: ConsentEvent, _ state: ConsentState, effect: Timestamp, validity: String? = nil
  ) -> ConsentReceipt.Step {
    ConsentReceipt.Step(
      stamp: event.event.stamp, type: event.event.type, authid: event.authid, state: state,
      effect: effect, validity: validity, isElsewhere: false)
  }

  // MARK: Which event another one means

  private func found(_ statement: PreparedStatement) -> ConsentEvent? {
    history.first { $0.event.stamp == statement.stamp }
  }

  /// The request that a confirmation or refusal answers.
  private func request(of answer: ConsentEvent) -> ConsentEvent? {
    answer.event.text("requestEventId").flatMap {
      latest("consent.requested", named: $0, before: answer.event.stamp)
    }
  }

  private func latest(
    _ type: String, named id: String, before stamp: EventStamp
  ) -> ConsentEvent? {
    let all = history.filter { $0.event.type == type }
    return EventLink(stamp, to: id).index(in: all.map(\.event.stamp)).map { all[$0] }
  }

  /// The first answer to the request.
  private func answer() -> (event: ConsentEvent, state: ConsentState)? {
    let answers = history.filter {
      ["consent.confirmed", "consent.refused"].contains($0.event.type)
        && request(of: $0)?.event.stamp == event.event.stamp
    }
    return answers.min { $0.event.stamp < $1.event.stamp }.map { answer in
      guard answer.event.type == "consent.confirmed" else { return (answer, .refused) }
      let counts = customer.statements.contains { $0.stamp == answer.event.stamp }
      return (answer, counts ? .given : .invalidated)
    }
  }

  // MARK: States

  /// Why a permit never counted; nil for one that did, and for everything else.
  func defect(of statement: PreparedStatement) -> PermitDefect? {
    guard statement.kind.isPermit else { return nil }
    if !customer.statements.contains(where: { $0.stamp == statement.stamp }) {
      let permit = customer.facts.permits.first { $0.stamp == statement.stamp }
      // What the facts of all her subjects do not tell is wrong with those of its own: a notice shown to another one.
      return permit.flatMap { PermitRule.defect(of: $0, in: customer.facts) } ?? .noNotice
    }
    return statement.kind != .guardian && statement.effect < ofAge ? .underAge : nil
  }

  func stateThen() -> ConsentState {
    switch type {
    case "consent.requested": return .requested
    case "consent.refused": return .refused
    case "consent.withdrawn": return .withdrawn
    case "consent.revoked": return revoked(event)
    default:
      guard let own else { return .unknown }
      return defect(of: own) != nil ? .invalidated : isRenewal(own) ? .renewed : .given
    }
  }

  /// How it stands now, and the event by which it does.
  func stateNow() -> (ConsentState, EventStamp) {
    let stamp = event.event.stamp
    guard let own else {
      // A request.
      if let answer = answer() { return (answer.state, answer.event.event.stamp) }
      let isOpen = event.event.instant("expiresAt").map { instant < $0 } ?? false
      return (isOpen ? .requested : .unknown, stamp)
    }
    if own.kind.isPermit {
      let then = stateThen()
      guard then.isValid else { return (then, stamp) }
      return ending(of: own).map { ($0.state, $0.stamp) } ?? (then, stamp)
    }
    let reopening = customer.statements.last {
      $0.kind.isPermit && $0.effect > own.effect && $0.effect <= instant && lifts($0, own)
        && covers($0, own)
    }
    guard let reopening else { return (stateThen(), stamp) }
    let end = ending(of: reopening)
    return (end?.state ?? (isRenewal(reopening) ? .renewed : .given), end?.stamp ?? reopening.stamp)
  }

  /// By what a consent ended: the first no that reaches all of it, or its own end, whichever came first.
  private func ending(of permit: PreparedStatement) -> ConsentReceipt.Step? {
    let no = customer.statements.first {
      !$0.kind.isPermit && $0.effect >= permit.effect && $0.effect <= instant && covers($0, permit)
    }
    let end = permit.end.flatMap { $0 <= instant ? $0 : nil }
    if let end, no.map({ end <= $0.effect }) ?? true {
      return ConsentReceipt.Step(
        stamp: permit.stamp, type: "consent.expired", authid: nil, state: .expired, effect: end,
        validity: nil, isElsewhere: false)
    }
    return no.map { no in
      let event = found(no)
      return ConsentReceipt.Step(
        stamp: no.stamp, type: no.kind.rawValue, authid: event?.authid,
        state: state(of: no, event), effect: no.effect, validity: nil,
        isElsewhere: no.subject == PreparedStatement.elsewhere)
    }
  }

  private func state(of no: PreparedStatement, _ event: ConsentEvent?) -> ConsentState {
    switch no.kind {
    case .refused: .refused
    case .revoked: event.map(revoked) ?? .revoked
    default: .withdrawn
    }
  }

  private func revoked(_ event: ConsentEvent) -> ConsentState {
    event.event.text("reason") == "noticeDefect" ? .invalidated : .revoked
  }

  /// Whether an earlier consent that reaches as far was in force when this one was given.
  private func isRenewal(_ permit: PreparedStatement) -> Bool {
    customer.statements.contains { earlier in
      earlier.kind.isPermit && earlier.stamp != permit.stamp && earlier.effect < permit.effect
        && covers(earlier, permit) && earlier.end.map { permit.effect < $0 } ?? true
        && !customer.statements.contains {
          !$0.kind.isPermit && $0.effect >= earlier.effect && $0.effect <= permit.effect
            && covers($0, earlier)
        }
    }
  }

  /// The consents that a withdrawal ended: those in force that it reaches whole.
  private func ended() -> [PreparedStatement] {
    guard let own else { return [] }
    return customer.statements.filter { permit in
      permit.kind.isPermit && permit.effect <= own.effect && covers(own, permit)
        && endedBy(own, permit)
    }
  }

  private func endedBy(_ no: PreparedStatement, _ permit: PreparedStatement) -> Bool {
    if let end = permit.end, end <= no.effect { return false }
    let first = customer.statements.first {
      !$0.kind.isPermit && $0.effect >= permit.effect && covers($0, permit)
    }
    return first?.stamp == no.stamp
  }

  /// Later words about a part of what the event is about: a no inside a yes, a yes inside a no.
  func exceptions() -> [ConsentReceipt.Exception] {
    guard let own else { return [] }
    return customer.statements.filter { other in
      guard other.kind.isPermit != own.kind.isPermit, other.effect >= own.effect,
        other.effect <= instant, !covers(other, own), meets(own.address, other.address)
      else { return false }
      return own.kind.isPermit ? overlap(own, other) : lifts(other, own)
    }.map { other in
      ConsentReceipt.Exception(
        stamp: other.stamp, type: other.kind.rawValue, isPermit: other.kind.isPermit,
        purpose: other.purpose.text, topic: other.topic.text, channel: other.channel.text,
        isElsewhere: other.subject == PreparedStatement.elsewhere)
    }
  }

  // MARK: Reach

  /// Whether one statement reaches all that the other one is about.
  private func covers(_ one: PreparedStatement, _ other: PreparedStatement) -> Bool {
    other.purpose.isNoWider(than: one.purpose) && other.topic.isNoWider(than: one.topic)
      && other.channel.isNoWider(than: one.channel)
      && (one.address == PreparedStatement.anyAddress
        || one.address == other.address && one.address != PreparedStatement.unknownAddress)
  }

  /// Whether there is something that both are about, as far as scopes tell.
  private func overlap(_ one: PreparedStatement, _ other: PreparedStatement) -> Bool {
    func related(_ one: PathScope, _ other: PathScope) -> Bool {
      one.isNoWider(than: other) || other.isNoWider(than: one)
    }
    return related(one.purpose, other.purpose) && related(one.topic, other.topic)
      && related(one.channel, other.channel)
  }

  private func meets(_ one: Int, _ other: Int) -> Bool {
    one == other || one == PreparedStatement.anyAddress || other == PreparedStatement.anyAddress
  }

  /// Whether a yes reopens a part of a no: it names purpose and channel, and reaches no further.
  private func lifts(_ permit: PreparedStatement, _ no: PreparedStatement) -> Bool {
    permit.kind != .guardian && !permit.channel.isEverything
      && permit.purpose.isNoWider(than: no.purpose) && permit.topic.isNoWider(than: no.topic)
      && permit.channel.isNoWider(than: no.channel)
  }
}
