// Texts that are equal exactly when their bytes are.

/// A text as SQLite compares it: by its bytes. Swift's `String` holds two spellings of one accented letter for equal.
package struct ByteText: Hashable, Comparable, Sendable {
  package let text: String

  /// Wraps the text.
  package init(_ text: String) { self.text = text }

  /// By bytes.
  package static func == (one: ByteText, other: ByteText) -> Bool {
    one.text.utf8.elementsEqual(other.text.utf8)
  }

  /// By bytes.
  package static func < (one: ByteText, other: ByteText) -> Bool {
    one.text.utf8.lexicographicallyPrecedes(other.text.utf8)
  }

  /// Equal bytes hash alike; the rare spellings that also do only collide.
  package func hash(into hasher: inout Hasher) { text.hash(into: &hasher) }
}
