// A consent receipt from the log: the event, the customer it belongs to, and what became of it.

import EventCatalog
package import JSONBytes
import LogEngine
import Projection
import ReadModels
package import Relationship

/// A receipt, and what a page needs around it.
package struct ReceiptAnswer: Sendable {
  package var receipt: ConsentReceipt
  /// Who the controllers are, as far as a file says.
  package var parties: [String: ConsentParty]
  /// The receipt in the fields of ISO/IEC TS 27560.
  package var json: JSONValue
}

extension Ledger {
  /// The receipt of an event of a customer: of a consent, a request of one, a refusal or a withdrawal.
  ///
  /// `reference` is the position or the id of the event. Throws `customer.missing`, `event.missing`, `event.other-customer`,
  /// `receipt.no-consent`. Cost: the history of the customer, and once the events of the house.
  package func receipt(
    of id: String, event reference: String, parties: [String: ConsentParty] = [:]
  ) throws -> ReceiptAnswer {
    let history = try events(ofCustomer: id)
    guard !history.isEmpty else { throw LedgerError.unknownCustomer }
    // Her own events first: no other one needs to be looked for.
    let found: DecodedEvent
    let own = history.filter { event in
      UInt64(reference).map { event.place == $0 } ?? event.id.utf8.elementsEqual(reference.utf8)
    }
    if own.count == 1 {
      found = own[0]
    } else {
      _ = try event(reference)
      throw LedgerError(
        "event.other-customer",
        "that event is not one of this customer's; rapport timeline lists hers", .badData)
    }
    let instant = clock()
    let prepared = try prepared(id, at: instant)
    do throws(ReceiptFault) {
      let receipt = try ConsentReceipt(
        of: Self.consentEvent(found),
        history: history.filter { $0.defect == nil }.map(Self.consentEvent),
        customer: prepared.customer, under: prepared.rules, at: instant)
      return ReceiptAnswer(
        receipt: receipt, parties: parties,
        json: receipt.json(parties: parties, ledger: log.description.origin))
    } catch {
      throw LedgerError(error.code, error.sentence)
    }
  }

  private static func consentEvent(_ event: DecodedEvent) -> ConsentEvent {
    ConsentEvent(
      event.permissionEvent, authid: event.authid,
      schema: "\(event.type)/\(event.schemaVersion)")
  }
}
