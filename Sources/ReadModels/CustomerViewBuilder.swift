// From a customer's state to the view of it at an instant.

import JSONBytes
import Relationship

/// Chooses what holds at an instant, and puts it in order.
struct CustomerViewBuilder {
  let state: CustomerState
  private let row: CustomerRow
  let instant: Timestamp
  private let sources: [UInt64: CustomerView.Source]
  /// The facts that hold at the instant.
  let facts: [Fact]

  /// `sources` names the events behind the contact state and the bookings, by position.
  init(_ state: CustomerState, at instant: Timestamp, sources: [UInt64: CustomerView.Source]) {
    self.state = state
    self.instant = instant
    self.sources = sources
    row = state.settledRow
    facts = state.facts.inForce.filter { $0.isValid(at: instant) }
  }

  func view(_ touches: [CustomerView.Touch], lacking: Int) -> CustomerView {
    CustomerView(
      id: state.id, instant: instant, lacking: lacking, who: who, contact: contact,
      complaints: complaints,
      bookings: bookings, promises: promises, wishes: wishes, stated: told(.stated),
      observed: told(.observed), inferred: told(.inferred), questions: questions,
      benefits: benefits, relationships: relationships, touches: touches)
  }

  func source(_ mark: EventMark) -> CustomerView.Source {
    CustomerView.Source(
      position: mark.moment.place, time: mark.moment.time, saidBy: mark.author, eventId: mark.id)
  }

  func value(_ fact: Fact) -> CustomerView.Value {
    CustomerView.Value(
      kind: fact.kind, topic: fact.topic, about: fact.about, text: fact.value,
      detail: fact.detail, strength: fact.strength, standing: fact.standing,
      validUntil: fact.validUntil, reviewBy: fact.reviewBy, origin: fact.origin,
      source: source(fact.mark), outrankedBy: outranking(fact)?.mark.moment.place)
  }

  private func outranking(_ fact: Fact) -> Fact? {
    guard fact.kind == .inference,
      let leading = state.facts.leading(on: fact.topic, at: instant), leading.origin > fact.origin
    else { return nil }
    return leading
  }

  private func values(_ kinds: Set<Fact.Kind>) -> [CustomerView.Value] {
    facts.filter { kinds.contains($0.kind) }.map(value)
  }

  private var who: CustomerView.Who {
    var spends = state.spend.sorted { $0.currency < $1.currency }
    if let main = spends.firstIndex(where: { $0.currency == row.currency }) {
      spends.insert(spends.remove(at: main), at: 0)
    }
    let spending = spends.map { spend in
      func money(_ micros: Int64) -> Money { Money(micros: micros, currency: spend.currency) }
      return CustomerView.Spending(
        orders: spend.orders, gross: money(spend.gross), refunded: money(spend.refunded),
        cancelled: money(spend.cancelled), net: money(spend.net ?? 0))
    }
    return CustomerView.Who(
      kind: row.kind, isAnonymous: row.anonymous && !row.registered,
      isRegistered: row.registered, firstSeen: row.firstSeen, lastSeen: row.lastSeen,
      events: row.events, orders: row.orders, spending: spending, profile: values([.profile]),
      contactPoints: values([.contactPoint]), identifiers: values([.identifier]),
      sameAs: state.links.all.filter(\.isInForce).map {
        CustomerView.Link(subject: $0.absorbed, assurance: $0.assurance, source: source($0.mark))
      })
  }

  var contact: CustomerView.Contact {
    let pause = ContactState.pause(in: state.facts)
    let running = pause.flatMap { pause in
      pause.validUntil.flatMap { instant < $0 ? (pause, $0) : nil }
    }
    return CustomerView.Contact(
      stopped: row.contact.stop.flatMap { sources[$0.place] },
      pausedUntil: running?.1, paused: running.map { source($0.0.mark) },
      erased: row.contact.erasure.flatMap { sources[$0.place] },
      deceased: values([.death]).first, restricted: values([.restriction]).first,
      choices: values([.channel, .cadence, .pause]).filter {
        !($0.kind == .pause && $0.topic == "*" && $0.about == ContactState.everything)
      })
  }

  private var complaints: [CustomerView.ComplaintItem] {
    state.complaints.sorted { one, other in
      let first = one.opening?.mark.moment ?? Moment(.last, place: 0)
      let second = other.opening?.mark.moment ?? Moment(.last, place: 0)
      return one.isOpen != other.isOpen ? one.isOpen : first < second
    }.map { complaint in
      CustomerView.ComplaintItem(
        id: complaint.id, state: complaint.state, topic: complaint.opening?.topic,
        product: complaint.opening?.product, issue: complaint.opening?.issue,
        severity: complaint.opening?.severity, wantedRemedy: complaint.opening?.wantedRemedy,
        remedy: complaint.resolution?.remedy,
        opened: complaint.opening.map { source($0.mark) })
    }
  }

  private var bookings: [CustomerView.Booking] {
    state.wishes.occasions.compactMap { occasion in
      guard occasion.context == .booking, let startsAt = occasion.startsAt, startsAt > instant
      else { return nil }
      guard let source = sources[occasion.moment.place] else { return nil }
      return CustomerView.Booking(
        reference: occasion.reference, topic: occasion.topic, startsAt: startsAt, source: source)
    }.sorted { ($0.startsAt, $0.source.position) < ($1.startsAt, $1.source.position) }
  }

  var promises: [CustomerView.PromiseItem] {
    state.promises.map { promise in
      CustomerView.PromiseItem(
        id: promise.id, state: promise.state(at: instant), owed: promise.grant?.owed,
        reason: promise.grant?.reason, redeemWhere: promise.grant?.redeemWhere,
        validUntil: promise.grant?.validUntil, promised: promise.grant.map { source($0.mark) },
        redeemed: promise.redemption.map { source($0.mark) }, conflicts: promise.conflicts)
    }.sorted { one, other in
      let first = one.promised ?? one.redeemed
      let second = other.promised ?? other.redeemed
      guard (one.state == .open) == (other.state == .open) else { return one.state == .open }
      return (first?.time ?? .last, one.id) < (second?.time ?? .last, other.id)
    }
  }

  var wishes: [CustomerView.Wish] {
    let cues = Dictionary(grouping: state.wishes.cues(for: state.facts), by: \.wish.mark.moment)
    return facts.filter { $0.kind == .preference }.compactMap { wish in
      let own = cues[wish.mark.moment] ?? []
      guard let next = own.first(where: { $0.context.isEmpty }), next.isOpen else { return nil }
      let waiting = own.filter { !$0.context.isEmpty && $0.isOpen }
      let ahead = waiting.filter { ($0.occasion?.startsAt).map { $0 > instant } ?? false }
      return CustomerView.Wish(
        value: value(wish), bookings: ahead.map(\.reference).sorted(),
        honoured: next.honoured?.moment.time, missed: waiting.count - ahead.count)
    }
  }

  /// What belongs to an origin, without what is told elsewhere in the view: the person, and how to contact her.
  private func told(_ origin: Origin) -> [CustomerView.Value] {
    let elsewhere: Set<Fact.Kind> = [
      .profile, .contactPoint, .identifier, .death, .restriction, .channel, .cadence, .pause,
    ]
    return facts.filter { $0.origin == origin && !elsewhere.contains($0.kind) }
      .sorted { $0.mark > $1.mark }.map(value)
  }

  private var questions: [CustomerView.QuestionItem] {
    state.dialogue.questions.map { question in
      CustomerView.QuestionItem(
        id: question.id, topic: question.topic, state: question.state,
        answer: question.outcome?.answer, askAgain: question.outcome?.askAgain,
        asked: source(question.mark))
    }.sorted { ($0.asked.time, $0.asked.position) > ($1.asked.time, $1.asked.position) }
  }

  private var benefits: [CustomerView.BenefitItem] {
    state.benefits.compactMap { benefit in
      guard let grant = benefit.grant, benefit.isValid(at: instant) else { return nil }
      return CustomerView.BenefitItem(
        id: benefit.id, name: grant.name, tier: grant.tier, validUntil: grant.validUntil,
        used: benefit.usedCount, granted: source(grant.mark))
    }.sorted { $0.id < $1.id }
  }

  private var relationships: [CustomerView.RelationshipItem] {
    let declared = Set(state.relationships.all.map(\.topic)).sorted().compactMap {
      RelationshipStep.current(of: $0, in: state.relationships.all)
    }
    let invited = state.relationships.all.filter { $0.kind == .invited && $0.isStanding }
    return (declared + invited).map { step in
      CustomerView.RelationshipItem(
        step: step.kind, type: step.type, topic: step.topic, declaredBy: step.declaredBy,
        offer: step.offer, outcome: step.outcome?.word, source: source(step.mark))
    }
  }
}
