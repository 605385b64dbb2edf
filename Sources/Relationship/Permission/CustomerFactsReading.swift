// The rest of the fold: contact points, profile, dealings, contacts, rights.

import JSONBytes

extension CustomerFacts {
  mutating func takePoint(_ event: PermissionEvent, _ hash: (String) -> String?) {
    guard let id = event.text("contactPointId") else { return }
    let stamp = event.stamp
    switch event.type {
    case "contactpoint.added":
      let kind = event.text("kind") ?? ""
      let value = event.personal("value").map { AddressForm.normal($0, kind: kind) }
      let isBrought =
        stamp.isImport || ["import", "broker"].contains(event.text("addedBy") ?? "")
      points.append(
        PointAdded(
          stamp: stamp, id: id, kind: kind,
          channels: event.texts("channels").map { PathScope($0) }, value: value,
          suppressionHash: value.flatMap(hash), timeZones: event.texts("timeZones"),
          isShared: event.text("ownership") == "shared", isBrought: isBrought,
          replaces: event.text("replaces")))
    case "contactpoint.verified":
      guard !stamp.isImport else { return }
      verifications.append(PointChange(stamp: stamp, id: id, isReassigned: false))
    case "contactpoint.invalidated":
      invalidations.append(
        PointChange(
          stamp: stamp, id: id, isReassigned: event.text("reason") == "reassigned"))
    default:
      let isMatch = event.type == "registry.matched"
      guard let list = event.text("list"), isMatch || !stamp.isImport else { return }
      listings.append(Listing(stamp: stamp, list: list, point: id, isMatch: isMatch))
    }
  }

  mutating func takeProfile(_ event: PermissionEvent) {
    let stamp = event.stamp
    func value(_ name: String) -> String? {
      event.type == "customer.registered"
        ? event.personal(name) : event.text("path") == name ? event.personal("newValue") : nil
    }
    // An import rectifies nothing, and no country comes from one.
    if stamp.isImport, event.type != "customer.registered" { return }
    if let country = value("country"), !stamp.isImport {
      countries.append(ProfileValue(stamp: stamp, value: country))
    }
    if let date = value("birthDate") {
      birthDates.append(ProfileValue(stamp: stamp, value: date))
    }
  }

  mutating func takeDealing(_ event: PermissionEvent) {
    let stamp = event.stamp
    switch event.type {
    case "order.completed": takeOrder(event)
    case "inquiry.received":
      dealings.append(Dealing(stamp: stamp, kind: .inquiry, hasEvidence: event.hasEvidence))
    case "contract.started":
      dealings.append(Dealing(stamp: stamp, kind: .contract, hasEvidence: event.hasEvidence))
    default:
      guard let id = event.text("complaintId") else { return }
      let isOpening = event.type == "complaint.opened"
      complaints.append(
        ComplaintFact(
          stamp: stamp, complaintId: id,
          isSettled: !isOpening && event.data["customerAgrees"]?.bool != false,
          isOpening: isOpening))
    }
  }

  private mutating func takeOrder(_ event: PermissionEvent) {
    let offer = event.data["softOptIn"]
    let isRefused = offer?["refused"]?.bool
    let point = event.text("contactPointId")
    orders.append(
      OrderFact(
        stamp: event.stamp,
        topics: event.data["lines"]?.elements.compactMap { $0["topic"]?.string } ?? [],
        point: point, isSoftOptIn: offer?["offered"]?.bool == true && isRefused == false,
        hasEvidence: event.hasEvidence))
    guard isRefused == true else { return }
    // Where the sale names no address, the no is about the person.
    forbids.append(
      Forbid(
        event.stamp, .softOptInRefused,
        StatementScope(
          purpose: PathScope("marketing"), point: point.map { .point($0) } ?? .any),
        reachesChannelsOfPoint: point != nil))
  }

  mutating func takeContact(_ event: PermissionEvent) {
    let stamp = event.stamp
    switch event.type {
    case "experiment.assigned":
      // An import puts nobody into another arm.
      guard !stamp.isImport, let experiment = event.text("experimentId"),
        let campaign = event.text("campaignId")
      else { return }
      assignments.append(
        Assignment(
          stamp: stamp, experimentId: experiment, campaignId: campaign,
          isControl: event.text("arm") == "control"))
    case "contact.decided":
      guard event.text("verdict") == "allow", !stamp.isImport else { return }
      tokens.append(ContactFact(event))
    default: contacts.append(ContactFact(event))
    }
  }

  mutating func takeRight(_ event: PermissionEvent) {
    let stamp = event.stamp
    switch event.type {
    case "signal.received":
      // An import cannot turn a signal off.
      let isOn = event.text("value") == "1"
      guard event.text("kind") == "gpc", isOn || !stamp.isImport else { return }
      signals.append(
        PrivacySignal(stamp: stamp, deviceId: event.personal("deviceId"), isOn: isOn))
    case "conflict.confirmed":
      // The customer alone can say that she keeps the consent.
      guard stamp.author == .customer, !stamp.isImport, let signal = event.text("signalEventId"),
        let consent = event.text("consentEventId")
      else { return }
      conflicts.append(
        SignalConflict(stamp: stamp, signalEventId: signal, consentEventId: consent))
    case "restriction.applied": restrictions.append(stamp)
    case "restriction.lifted":
      guard !stamp.isImport, let id = event.text("restrictionEventId") else { return }
      lifts.append(EventLink(stamp, to: id))
    case "death.notified": deaths.append(stamp)
    default: erasures.append(Erasure(stamp: stamp, suppressed: event.texts("suppressed")))
    }
  }
}

extension ContactFact {
  /// Reads a `contact.sent`, `contact.decided` or `gift.sent`. A present is advertising about nothing in particular.
  fileprivate init(_ event: PermissionEvent) {
    let isGift = event.type == "gift.sent"
    stamp = event.stamp
    department = event.text("department") ?? ""
    purpose = isGift ? "marketing" : event.text("purpose") ?? ""
    topic = isGift ? "general" : event.text("topic") ?? ""
    channel = event.text("channel") ?? ""
    contactPoint = event.text("contactPoint") ?? "none"
    messageClass = isGift ? .marketing : event.text("class").flatMap { MessageClass(rawValue: $0) }
    occasionEventId = event.text("occasionEventId")
    campaignId = event.text("campaignId")
    // An import redeems no token.
    decisionEventId = event.stamp.isImport ? nil : event.text("decisionEventId")
  }
}
