// A consent receipt: what one consent, request, refusal or withdrawal says, in the words of ISO/IEC TS 27560.

package import JSONBytes

/// An event behind a receipt, with what the envelope says of it besides.
package struct ConsentEvent: Sendable {
  package var event: PermissionEvent
  /// Who acted: a pseudonym.
  package var authid: String?
  /// Type and version of its schema: `consent.given/1`.
  package var schema: String

  /// Joins the parts.
  package init(_ event: PermissionEvent, authid: String?, schema: String) {
    self.event = event
    self.authid = authid
    self.schema = schema
  }
}

/// Who a party of a consent record is, as the house has it written down.
package struct ConsentParty: Hashable, Sendable {
  package var name: String
  package var address: String
  /// How to reach it about privacy.
  package var contact: String
  /// What sort of party: `organisation`, `authority` and so on.
  package var type: String

  /// Joins the parts.
  package init(name: String, address: String, contact: String, type: String) {
    self.name = name
    self.address = address
    self.contact = contact
    self.type = type
  }
}

/// Why there is no receipt.
package enum ReceiptFault: Error, Hashable, Sendable {
  /// Only consents, requests of one, refusals and withdrawals have one.
  case noConsent(type: String)

  /// Stable, for programs.
  package var code: String { "receipt.no-consent" }

  /// What is wrong and how to mend it.
  package var sentence: String {
    switch self {
    case .noConsent(let type):
      "a receipt is of a consent, a request of one, a refusal or a withdrawal, and that event is \(type); "
        + "rapport timeline lists what the customer said"
    }
  }
}

/// The receipt of one event, with the state of its consent then and now. Holds data of that customer only.
package struct ConsentReceipt: Sendable {
  /// One consent that the event gives, asks for, refuses or ends.
  package struct Record: Sendable {
    /// The event that carries the fields of the record: for a confirmation its request.
    package var fields: ConsentEvent
    /// The event that the record is named by.
    package var named: ConsentEvent
    /// What was shown before it.
    package var notice: ConsentEvent?
    /// What happened to it, in order of effect.
    package var steps: [Step]
  }

  /// An event of a record, and the state that it left.
  package struct Step: Hashable, Sendable {
    package var stamp: EventStamp
    package var type: String
    package var authid: String?
    package var state: ConsentState
    /// From when on it counts.
    package var effect: Timestamp
    /// Until when it holds, as it was said.
    package var validity: String?
    /// Another customer's, of the same address.
    package var isElsewhere: Bool
  }

  /// A later word about a part of the scope, which does not change the state of the whole.
  package struct Exception: Hashable, Sendable {
    package var stamp: EventStamp
    package var type: String
    package var isPermit: Bool
    package var purpose: String
    package var topic: String
    package var channel: String
    package var isElsewhere: Bool
  }

  package let event: ConsentEvent
  /// One for a consent; for a withdrawal one for each consent that it ended, and none where there was none.
  package let records: [Record]
  package let stateThen: ConsentState
  package let stateNow: ConsentState
  /// The event by which it stands so now.
  package let decidedNow: EventStamp
  package let exceptions: [Exception]
  /// The instant of ``stateNow``.
  package let instant: Timestamp
  /// Why a consent never counted.
  package let defect: PermitDefect?

  /// The types that have a receipt.
  package static let types: Set<String> = [
    "consent.requested", "consent.given", "consent.confirmed", "guardian.consented",
    "consent.refused", "consent.withdrawn", "consent.revoked",
  ]

  /// Makes the receipt of an event.
  ///
  /// - Parameters:
  ///   - event: one of `history`.
  ///   - history: all events of the customer and of the subjects merged with her.
  ///   - customer: the same customer made ready for questions, with all that is known.
  ///   - rules: those in force, for the age of consent; nil: age is not asked.
  ///   - instant: now.
  ///
  /// Throws where the event is no consent. Costs a pass over her statements.
  package init(
    of event: ConsentEvent, history: [ConsentEvent], customer: CustomerPermission,
    under rules: PermissionRules?, at instant: Timestamp
  ) throws(ReceiptFault) {
    guard Self.types.contains(event.event.type) else {
      throw .noConsent(type: event.event.type)
    }
    let reading = ReceiptReading(event, history, customer, instant, rules)
    self.event = event
    self.instant = instant
    records = reading.records()
    defect = reading.own.flatMap { reading.defect(of: $0) }
    stateThen = reading.stateThen()
    (stateNow, decidedNow) = reading.stateNow()
    exceptions = reading.exceptions()
  }
}
