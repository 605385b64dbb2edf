// The fields of every fact, in the order in which its text has them. The stamp stands before them.

import JSONBytes

/// A fact that can be written and read: its fields but for the stamp, and one without any, for a reader to fill.
package protocol PassedFact: Stamped, Hashable, Sendable {
  /// Without any field.
  init(blank stamp: EventStamp)
  /// Hands each field to a writer or a decoder.
  mutating func pass(_ text: inout some FactsPassing)
}

extension EventStamp: PassedFact {
  package init(blank stamp: EventStamp) { self = stamp }
  package mutating func pass(_ text: inout some FactsPassing) {}
}

extension EventLink: PassedFact {
  package init(blank stamp: EventStamp) { self.init(stamp, to: "") }
  package mutating func pass(_ text: inout some FactsPassing) { text.id(&id) }
}

extension Permit: PassedFact {
  package init(blank stamp: EventStamp) {
    self.init(
      stamp: stamp, kind: .given, scope: StatementScope(), isSigned: false, isComplete: false,
      hasEvidence: false)
  }

  package mutating func pass(_ text: inout some FactsPassing) {
    text.code(&kind, among: FactCodes.statements)
    text.scope(&scope)
    text.id(&noticeEventId)
    text.id(&requestEventId)
    text.period(&validity)
    text.instant(&until)
    text.flag(&isSigned)
    text.flag(&isComplete)
    text.flag(&hasEvidence)
  }
}

extension Forbid: PassedFact {
  package init(blank stamp: EventStamp) { self.init(stamp, .withdrawn, StatementScope()) }

  package mutating func pass(_ text: inout some FactsPassing) {
    text.code(&kind, among: FactCodes.statements)
    text.scope(&scope)
    text.flag(&reachesChannelsOfPoint)
  }
}

extension TopicWish: PassedFact {
  package init(blank stamp: EventStamp) { self.init(stamp: stamp, topic: "") }
  package mutating func pass(_ text: inout some FactsPassing) { text.name(&topic) }
}

extension ConsentRequest: PassedFact {
  package init(blank stamp: EventStamp) {
    self.init(
      stamp: stamp, scope: StatementScope(), isComplete: false, expiresAt: stamp.time)
  }

  package mutating func pass(_ text: inout some FactsPassing) {
    text.scope(&scope)
    text.id(&noticeEventId)
    text.period(&validity)
    text.flag(&isComplete)
    text.instant(&expiresAt)
  }
}

extension ChannelChoice: PassedFact {
  package init(blank stamp: EventStamp) {
    self.init(
      stamp: stamp, purpose: .everything, topic: .everything, channels: [], isOnly: false)
  }

  package mutating func pass(_ text: inout some FactsPassing) {
    text.path(&purpose)
    text.path(&topic)
    text.paths(&channels)
    text.flag(&isOnly)
  }
}

extension Cadence: PassedFact {
  package init(blank stamp: EventStamp) { self.init(stamp: stamp, scope: StatementScope()) }

  package mutating func pass(_ text: inout some FactsPassing) {
    text.scope(&scope)
    var hasWindow = window != nil
    text.flag(&hasWindow)
    if hasWindow {
      var hours = window?.hours ?? LocalHours(from: 0, to: 0)
      var zone = window?.timeZone ?? ""
      text.hours(&hours)
      text.name(&zone)
      window = Window(hours: hours, timeZone: zone)
    }
    var count = cap?.count ?? 0
    var period = cap?.period
    text.period(&period)
    guard let period else { return }
    text.number(&count)
    cap = PermissionPolicy.Cap(count: count, period: period)
  }
}

extension Pause: PassedFact {
  package init(blank stamp: EventStamp) {
    self.init(stamp: stamp, scope: StatementScope(), until: stamp.time)
  }

  package mutating func pass(_ text: inout some FactsPassing) {
    text.scope(&scope)
    text.instant(&until)
  }
}

extension PointAdded: PassedFact {
  package init(blank stamp: EventStamp) {
    self.init(
      stamp: stamp, id: "", kind: "", channels: [], timeZones: [], isShared: false,
      isBrought: false)
  }

  package mutating func pass(_ text: inout some FactsPassing) {
    text.id(&id)
    text.name(&kind)
    text.paths(&channels)
    text.secret(&value)
    text.secret(&suppressionHash)
    text.names(&timeZones)
    text.flag(&isShared)
    text.flag(&isBrought)
    text.id(&replaces)
  }
}

extension PointChange: PassedFact {
  package init(blank stamp: EventStamp) { self.init(stamp: stamp, id: "", isReassigned: false) }

  package mutating func pass(_ text: inout some FactsPassing) {
    text.id(&id)
    text.flag(&isReassigned)
  }
}

/// A country is one of few, a birth date is not; both are written alike.
extension ProfileValue: PassedFact {
  package init(blank stamp: EventStamp) { self.init(stamp: stamp, value: "") }
  package mutating func pass(_ text: inout some FactsPassing) { text.text(&value) }
}

extension OrderFact: PassedFact {
  package init(blank stamp: EventStamp) {
    self.init(stamp: stamp, topics: [], point: nil, isSoftOptIn: false, hasEvidence: false)
  }

  package mutating func pass(_ text: inout some FactsPassing) {
    text.names(&topics)
    text.id(&point)
    text.flag(&isSoftOptIn)
    text.flag(&hasEvidence)
  }
}

extension Dealing: PassedFact {
  package init(blank stamp: EventStamp) {
    self.init(stamp: stamp, kind: .inquiry, hasEvidence: false)
  }

  package mutating func pass(_ text: inout some FactsPassing) {
    text.code(&kind, among: FactCodes.dealings)
    text.flag(&hasEvidence)
  }
}

extension ContactFact: PassedFact {
  package init(blank stamp: EventStamp) {
    self.init(
      stamp: stamp, department: "", purpose: "", topic: "", channel: "", contactPoint: "")
  }

  package mutating func pass(_ text: inout some FactsPassing) {
    text.name(&department)
    text.name(&purpose)
    text.name(&topic)
    text.name(&channel)
    text.id(&contactPoint)
    text.code(&messageClass, among: FactCodes.classes)
    text.id(&occasionEventId)
    text.id(&campaignId)
    text.id(&decisionEventId)
  }
}

extension PrivacySignal: PassedFact {
  package init(blank stamp: EventStamp) { self.init(stamp: stamp, deviceId: nil, isOn: false) }

  package mutating func pass(_ text: inout some FactsPassing) {
    text.secret(&deviceId)
    text.flag(&isOn)
  }
}

extension SignalConflict: PassedFact {
  package init(blank stamp: EventStamp) {
    self.init(stamp: stamp, signalEventId: "", consentEventId: "")
  }

  package mutating func pass(_ text: inout some FactsPassing) {
    text.id(&signalEventId)
    text.id(&consentEventId)
  }
}

extension Listing: PassedFact {
  package init(blank stamp: EventStamp) {
    self.init(stamp: stamp, list: "", point: "", isMatch: false)
  }

  package mutating func pass(_ text: inout some FactsPassing) {
    text.name(&list)
    text.id(&point)
    text.flag(&isMatch)
  }
}

extension ComplaintFact: PassedFact {
  package init(blank stamp: EventStamp) {
    self.init(stamp: stamp, complaintId: "", isSettled: false, isOpening: false)
  }

  package mutating func pass(_ text: inout some FactsPassing) {
    text.id(&complaintId)
    text.flag(&isSettled)
    text.flag(&isOpening)
  }
}

extension Assignment: PassedFact {
  package init(blank stamp: EventStamp) {
    self.init(stamp: stamp, experimentId: "", campaignId: "", isControl: false)
  }

  package mutating func pass(_ text: inout some FactsPassing) {
    text.id(&experimentId)
    text.id(&campaignId)
    text.flag(&isControl)
  }
}

extension Erasure: PassedFact {
  package init(blank stamp: EventStamp) { self.init(stamp: stamp, suppressed: []) }
  package mutating func pass(_ text: inout some FactsPassing) { text.secrets(&suppressed) }
}
