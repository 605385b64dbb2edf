// By what events are read: what a read model was made by, type by type.

/// Digests of the schemas and upcasts of a ledger. Another digest of a type that a model reads, and its rows may be others.
package struct CatalogueDigest: Hashable, Sendable {
  /// Over all of them.
  package var whole: String
  /// By event type.
  package var types: [String: String]

  /// Joins the parts.
  package init(whole: String, types: [String: String]) {
    self.whole = whole
    self.types = types
  }

  /// The same for rows that depend on something else besides, of which this is the digest: the sharing plan.
  package func under(_ other: String) -> CatalogueDigest {
    CatalogueDigest(
      whole: "\(whole) \(other)", types: types.mapValues { "\($0) \(other)" })
  }

  /// What besides the catalogue the rows depend on.
  var scope: Substring { Self.scope(of: whole) }

  static func scope(of whole: String) -> Substring { whole.drop { $0 != " " } }

  /// The event types of which events are read otherwise than under `before`. A type that `before` does not have is among
  /// them only where one of `holes` is of it: nothing else of it can be in the rows.
  func typesChanged(since before: CatalogueDigest, holes: Set<String>) -> Set<String> {
    var changed: Set<String> = []
    for (type, digest) in before.types where types[type] != digest { changed.insert(type) }
    for type in types.keys where before.types[type] == nil && holes.contains(type) {
      changed.insert(type)
    }
    return changed
  }
}

extension CatalogueDigest: ExpressibleByStringLiteral {
  /// A digest of no types, for tests and benchmarks whose events have none.
  package init(stringLiteral value: String) { self.init(whole: value, types: [:]) }
}
