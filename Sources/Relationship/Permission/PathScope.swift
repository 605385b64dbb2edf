// A scope of a statement, and a path that is asked about, made so that covering costs a few comparisons of numbers.

/// A path or `*`: what a statement says it is about.
package struct PathScope: Hashable, Sendable {
  package let text: String
  /// Of the text; 0 for `*`.
  let mark: UInt64

  /// Reads a scope; a field that the event's type does not have counts as `*`.
  package init(_ text: String?) {
    self.text = text ?? "*"
    mark = self.text == "*" ? 0 : PathMark.last(of: self.text)
  }

  /// Everything.
  package static let everything = PathScope("*")

  /// Whether it is `*`.
  package var isEverything: Bool { mark == 0 }

  /// Whether it is `*`, equal to the path, or an ancestor of it. Costs one comparison a segment.
  package func covers(_ path: AskedPath) -> Bool {
    if mark == 0 { return true }
    return path.marks.contains(mark) && TopicPath.covers(text, path.text)
  }

  /// Whether it is a part of the path: a narrower one below it.
  func isBelow(_ path: AskedPath) -> Bool {
    text.utf8.count > path.text.utf8.count && TopicPath.covers(path.text, text)
  }

  /// Whether it reaches no further than the other.
  package func isNoWider(than other: PathScope) -> Bool { TopicPath.covers(other.text, text) }
}

/// A concrete path of a question, with the marks of itself and its ancestors.
package struct AskedPath: Hashable, Sendable {
  package let text: String
  let marks: [UInt64]

  /// Reads a path.
  package init(_ text: String) {
    self.text = text
    marks = PathMark.all(of: text)
  }
}

/// Numbers that stand for paths. Two paths may share one, so that equal numbers are followed by a look at the texts.
private enum PathMark {
  /// Of every ancestor of a path and of the path itself, the shortest first (FNV-1a, 64 bits). Never 0.
  static func all(of text: String) -> [UInt64] {
    var marks: [UInt64] = []
    var state = start
    for byte in text.utf8 {
      if byte == UInt8(ascii: ".") { marks.append(max(state, 1)) }
      state = (state ^ UInt64(byte)) &* prime
    }
    marks.append(max(state, 1))
    return marks
  }

  /// Of the path itself.
  static func last(of text: String) -> UInt64 {
    var state = start
    for byte in text.utf8 { state = (state ^ UInt64(byte)) &* prime }
    return max(state, 1)
  }

  private static let start: UInt64 = 0xcbf2_9ce4_8422_2325
  private static let prime: UInt64 = 0x100_0000_01b3
}
