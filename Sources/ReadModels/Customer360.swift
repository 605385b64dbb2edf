// The customer in one view: who, what is open, what we promised, what she said, and every touch.

package import Projection
import Relationship

/// The read model `customer`, for every point of contact.
///
///     customer      one row a customer: standing, counts, state of contact
///     spend         what she bought, a row a currency
///     fact          every stated, observed and inferred value
///     timeline      one row an event, a short line without personal fields
///     promise       what we owe, and what was kept
///     complaint     what went wrong, and how we answered
///     question      what we asked, and what became of it
///     cue           wishes to honour, and those that were
///     occasion      bookings and orders at which a wish can be honoured
///     benefit       what we gave without being asked
///     relationship  invitations and declarations
///     link          subjects that are the same person
///     loose_end     events that name another event which is not here yet
///
/// The key is the customer: the `subject`. The rules themselves stand in `Relationship`; here they meet the events
/// (`CustomerFold…`), the tables (`Customer360Tables`, `CustomerRows`) and the questions (`CustomerView`).
package struct Customer360: Projector {
  package static let name = "customer"
  package static let version = 1
  /// What takes in the events that could not be, once the cause is mended.
  package static let repairCommand = "rapport repair \(name)"
  /// All: the timeline has a line for every event of a customer.
  package static let eventTypes: Set<String>? = nil

  package static let isOfCustomers = true

  package init() {}

  package func key(of event: DecodedEvent) -> String? { event.subject }

  package func fresh(_ key: String) -> CustomerState { CustomerState(key) }

  package func load(
    _ key: String, for events: [DecodedEvent], from tables: Tables
  ) throws -> CustomerState {
    try CustomerState(loading: key, for: events, from: tables) ?? CustomerState(key)
  }

  package func fold(_ event: DecodedEvent, into state: inout CustomerState) -> String? {
    state.take(event)
  }

  package func store(_ state: CustomerState, of key: String, in tables: Tables) throws {
    try state.store(in: tables)
  }
}
