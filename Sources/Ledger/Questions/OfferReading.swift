// Asking the ledger what may be offered to a customer.

package import JSONBytes
import LogEngine
import Projection
import ReadModels
package import Relationship

extension Ledger {
  /// What of `items` may be offered to a customer now, in order, and what not: see ``Offers``. An item without a topic gets
  /// the one by which her own events name it, if any does. Nil when there is no event of that customer.
  ///
  /// Costs one look at the view `customer`, and her history through the log's postings, for her orders. Throws what
  /// ``customer(_:asOf:)`` throws.
  package func offers(
    _ items: [OfferItem], to id: String, asOf instant: Timestamp? = nil
  ) throws -> (offers: Offers?, caughtUp: ViewProgress?) {
    let (offers, progress) = try readCustomer(id, asOf: instant) {
      customer, subjects, at, tables -> Offers? in
      let events = try mapper.history(of: subjects.union([customer]), before: log.end)
        .filter { $0.defect == nil && $0.time <= at }
      let purchases = KeptPurchases(of: events.lazy.map(\.permissionEvent))
      guard
        let situation = try Customer360.offerSituation(
          of: customer, at: at, purchases: purchases, in: tables)
      else { return nil }
      let named = items.map { item in
        OfferItem(item.sku, topic: item.topic ?? purchases.topics[item.sku])
      }
      return Offers(named, for: situation)
    }
    return (offers, progress)
  }
}
