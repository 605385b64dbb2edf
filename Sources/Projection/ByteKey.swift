// Keys of states, equal exactly when their bytes are.

/// A key as SQLite compares it. Swift's `String` holds two spellings of one accented letter for equal; a table does
/// not, and live and bulk must agree.
struct ByteKey: Hashable {
  let text: String

  init(_ text: String) { self.text = text }

  static func == (one: ByteKey, other: ByteKey) -> Bool {
    one.text.utf8.count == other.text.utf8.count && one.text.utf8.elementsEqual(other.text.utf8)
  }

  // Equal bytes hash alike; the rare spellings that also do only collide.
  func hash(into hasher: inout Hasher) { text.hash(into: &hasher) }

  static func precedes(_ one: String, _ other: String) -> Bool {
    one.utf8.lexicographicallyPrecedes(other.utf8)
  }
}
