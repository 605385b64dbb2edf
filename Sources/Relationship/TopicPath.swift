// Topics, purposes and channels are paths: `products.shoes` lies below `products` (the field type `path` of docs/schemas.md).

/// Questions about paths.
package enum TopicPath {
  /// Whether `scope` is `*`, equal to `path`, or an ancestor of it.
  package static func covers(_ scope: String, _ path: String) -> Bool {
    if scope == "*" || scope == path { return true }
    guard path.utf8.count > scope.utf8.count else { return false }
    return path.utf8.starts(with: scope.utf8)
      && path.utf8.dropFirst(scope.utf8.count).first == UInt8(ascii: ".")
  }

  /// The paths above `path`, the nearest first; `*` is not among them.
  package static func ancestors(of path: String) -> [String] {
    path.utf8.indices.reversed().filter { path.utf8[$0] == UInt8(ascii: ".") }
      .map { String(path[..<$0]) }.filter { $0 != "*" }
  }

  /// Whether the two are equal or one lies below the other.
  package static func areRelated(_ one: String, _ other: String) -> Bool {
    covers(one, other) || covers(other, one)
  }
}
