// The customer's say, for who asks "may we?": what was said, what it comes to, and everything that an answer needs.

package import Projection

/// The read model `permission`, for marketing and compliance.
///
///     statement      every permit and forbid as it was said, and whether it counts
///     permission     what her statements come to, scope by scope, from her last word on
///     choice         channels, windows, caps and pauses as they were chosen
///     contact_point  addresses, by their keyed hashes, and whether they reach her
///     suppressed     the hashes of addresses that must not come back
///     address_word   opt-outs that bind everyone at an address
///     stray_word     opt-outs that name somebody else's contact point
///     pressure       contacts that count
///     facts          everything that `decide` asks about a customer, in one text (FactsText of Relationship)
///     house          policies, purposes, grants, lists and experiments: the events that rules are made of
///
/// Its events come through a gate that puts a keyed hash in place of every address, so that none stands in the file.
/// What another customer said about a shared address is in that customer's rows: it is looked for when somebody asks.
package enum PermissionModel {
  package static let name = "permission"
  /// Raised whenever the same events would give other rows, and whenever FactsText changes.
  package static let version = 3
  package static let parts: [any Projector.Type] = [
    PermissionCustomers.self, PermissionHouse.self,
  ]

  /// The model as the engine keeps it.
  package static var folded: FoldedModel { FoldedModel(name, version: version, parts) }
}
