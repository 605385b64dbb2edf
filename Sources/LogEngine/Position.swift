/// The number of an event in the log: 0-based, gapless, equal to its leaf index in the tree.
package struct Position: Hashable, Comparable, Sendable, CustomStringConvertible {
  package var value: UInt64

  package init(_ value: UInt64) { self.value = value }

  package static let zero = Position(0)

  package static func < (one: Position, other: Position) -> Bool { one.value < other.value }

  package func advanced(by count: Int) -> Position { Position(value + UInt64(count)) }

  package var description: String { String(value) }
}
