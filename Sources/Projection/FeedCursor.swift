// How far somebody has followed a ledger or a read model.

package import LogEngine

/// A place between items: all items before it were had, none behind it.
///
/// Of events an item is one position, and ``number`` is 0. Changes of a read model come with a position each
/// transaction, several at a time: ``number`` counts those of the last position that were had.
package struct FeedCursor: Hashable, Comparable, Sendable {
  /// Events before it were had.
  package var next: Position
  /// Of the changes that brought the model to ``next``, so many were had.
  package var number: Int

  /// Joins the parts.
  package init(_ next: Position, _ number: Int = 0) {
    self.next = next
    self.number = number
  }

  package static let origin = FeedCursor(.zero)

  package static func < (one: FeedCursor, other: FeedCursor) -> Bool {
    (one.next, one.number) < (other.next, other.number)
  }
}
