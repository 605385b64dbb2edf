// The events of generated histories besides permits and noes: choices, addresses, dealings, contacts, rights.

import RapportTesting

extension GeneratedHistory {
  mutating func addChoice(_ subject: String, _ time: String, _ tail: String) {
    switch random.below(5) {
    case 0:
      add(
        "channel.chosen {purpose: \(purpose(star: false)), topic: \(topic()), channels: "
          + "[\(channel(star: 0))], mode: \(random.pick(["only", "only", "prefer"]))}", subject,
        time, tail)
    case 1:
      add(
        "cadence.chosen {\(scope()), window: {days: [\(random.pick(["sat", "mon, wed", "sun"]))], "
          + "from: 09:00, to: \(random.pick(["18:00", "24:00", "03:00"])), timeZone: "
          + "Europe/Berlin}}", subject, time, tail)
    case 2:
      add(
        "cadence.chosen {\(scope()), maxPer: {count: \(1 + random.below(2)), period: "
          + "\(random.pick(["P7D", "P1M"]))}}", subject, time, tail)
    case 3: add("contact.paused {\(scope()), until: d\(random.below(140))}", subject, time, tail)
    default:
      guard let pause = reference("contact.paused", subject) else { return }
      add("contact.resumed {pauseEventId: \(pause)}", subject, time, " by customer")
    }
  }

  mutating func addAddress(_ subject: String, _ time: String, _ tail: String) {
    let own = point(subject)
    switch random.below(6) {
    case 0:
      add(
        "contactpoint.invalidated {contactPointId: \(own), reason: "
          + "\(random.pick(["hardBounce", "reassigned", "removed"]))}", subject, time, tail)
    case 1:
      add("contactpoint.verified {contactPointId: \(own), method: code}", subject, time, tail)
    case 2: addPoint(own, subject, time, "", tail)
    case 3:
      addPoint(own, subject, time, ", replaces: \(point(subject))", tail)
    case 4:
      add(
        "registry.matched {list: \(random.pick(["us-dnc", "uk-tps"])), contactPointId: \(own)}",
        subject, time, tail)
    default:
      add(
        "registry.cleared {list: \(random.pick(["us-dnc", "uk-tps"])), contactPointId: \(own)}",
        subject, time, tail)
    }
  }

  mutating func addDealing(_ subject: String, _ time: String, _ tail: String) {
    switch random.below(6) {
    case 0, 1:
      add(
        "order.completed {topics: [\(random.pick(["products", "products.shoes", "news"]))], "
          + "contactPointId: \(point(subject)), softOptIn: {offered: true, refused: "
          + "\(random.chance(25))}}", subject, time, tail)
    case 2: add("inquiry.received {topic: products}", subject, time, tail)
    case 3: add("contract.started {topic: products}", subject, time, tail)
    case 4:
      add("complaint.opened {complaintId: k\(random.below(2))}", subject, time, tail)
    default:
      add(
        "complaint.resolved {complaintId: k\(random.below(2)), customerAgrees: "
          + "\(random.chance(70))}", subject, time, tail)
    }
  }

  mutating func addContact(_ subject: String, _ time: String, _ tail: String) {
    let occasion = reference("order.completed", subject)
    switch random.below(5) {
    case 0: add("gift.sent {channel: post}", subject, time, tail)
    case 1:
      add(
        "contact.decided {contactPoint: \(point(subject)), verdict: allow, decidingEventId: e1}",
        subject, time)
    case 2:
      guard let occasion else { return }
      add(
        "contact.sent {department: service, purpose: service.receipt, class: transactional, "
          + "occasionEventId: \(occasion), contactPoint: \(point(subject))}", subject, time, tail)
    case 3:
      guard let token = reference("contact.decided", subject) else { return }
      add(
        "contact.sent {contactPoint: \(point(subject)), decisionEventId: \(token)}", subject, time,
        tail)
    default: add("contact.sent {contactPoint: \(point(subject))}", subject, time, tail)
    }
  }

  mutating func addStanding(_ subject: String, _ time: String, _ tail: String) {
    switch random.below(6) {
    case 0:
      add(
        "signal.received {kind: gpc, value: \(random.below(2)), deviceId: dev1}", subject, time,
        tail)
    case 1:
      guard let signal = reference("signal.received", subject),
        let consent = reference("consent.given", subject)
      else { return }
      add(
        "conflict.confirmed {signalEventId: \(signal), consentEventId: \(consent)}", subject, time)
    case 2:
      let what =
        random.chance(60)
        ? "path: birthDate, newValue: \(random.pick([birthDate(), birthDate(), "unknown"]))"
        : "path: country, newValue: \(random.pick(["DE", "GB", "US"]))"
      add("profile.attribute.rectified {\(what)}", subject, time, tail)
    case 3:
      add(
        "experiment.assigned {experimentId: x1, campaignId: X, arm: "
          + "\(random.pick(["control", "treated"]))}", subject, time, tail)
    case 4:
      let other = random.pick(Self.subjects.filter { $0 != subject })
      add(
        "profile.merged {canonical: \(subject), absorbed: \(other), assurance: "
          + "\(random.pick(["verified", "probable"]))}", subject, time, tail)
    default:
      guard let merge = reference("profile.merged", subject) else { return }
      add("profile.unmerged {mergeEventId: \(merge)}", subject, time, tail)
    }
  }

  mutating func addRight(_ subject: String, _ time: String, _ tail: String) {
    switch random.below(8) {
    case 0 where random.chance(40):
      add("restriction.applied {reason: legalClaim}", subject, time, tail)
    case 1:
      guard let restriction = reference("restriction.applied", subject) else { return }
      add("restriction.lifted {restrictionEventId: \(restriction)}", subject, time, tail)
    case 2 where random.chance(20): add("death.notified {}", subject, time, tail)
    case 3 where random.chance(30):
      add(
        "data.erased {suppressed: [\(Self.points[subject, default: []].joined(separator: ", "))]}",
        subject, time, tail)
    case 4:
      add(
        "registry.snapshot.loaded {list: \(random.pick(["us-dnc", "uk-tps"])), asOf: \(time)}", nil,
        time)
    case 5 where random.chance(30): add("experiment.concluded {experimentId: x1}", nil, time)
    case 6: add(forbid(subject), subject, time, tail)
    default: addPermit(subject, time, "")
    }
  }
}
