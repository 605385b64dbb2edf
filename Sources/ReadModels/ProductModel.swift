// The read model of product development: what is bought, what comes back, and what customers say of it.

package import Projection

/// The read model `product`.
///
///     product               what was sold and came back, a row a product
///     product_revenue       the same in money, a row a product and currency
///     product_return        why it came back
///     reaction              have it, not for me, more like this, want it
///     configuration_demand  options that customers put into a product
///     configured_product    how often a product was put together
///     suggestion            ideas, and what became of them
///     need                  what customers need and hold important, by topic
///
/// No row names a customer and no text of theirs is kept. Where a row counts what customers did, `customers` says how
/// many of them are behind it at least, so that a door can leave out small groups.
package enum ProductModel: DepartmentModel {
  package static let name = "product"
  package static let version = 1

  package static let parts: [any Projector.Type] = [
    ProductSales.self, ProductReactions.self, ProductConfigurations.self,
    ProductSuggestions.self, ProductNeeds.self,
  ]

  package static let reads: [String: [String]] = [
    "order.completed": [
      "lines.sku", "lines.topic", "lines.label", "lines.quantity", "lines.unitPrice",
      "lines.lineTotal", "total",
    ],
    "order.refunded": [
      "lines.sku", "lines.quantity", "lines.unitPrice", "lines.lineTotal", "amount", "reasonCode",
    ],
    "order.cancelled": [
      "lines.sku", "lines.quantity", "lines.unitPrice", "lines.lineTotal", "total", "reasonCode",
    ],
    "item.reacted": ["reaction", "sku", "topic"],
    "configuration.chosen": ["sku", "topic", "options.option", "options.value"],
    "suggestion.made": ["suggestionId", "topic"],
    "suggestion.adopted": ["suggestionId", "productId"],
    "need.stated": ["topic", "validUntil"],
    "value.stated": ["topic"],
  ]
}
