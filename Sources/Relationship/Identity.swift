// Which subjects are one customer. Links are recorded here; what follows from them is another rule's work.

/// A merge (`profile.merged`): two subjects are the same person. A link, nothing is copied.
package struct IdentityLink: EventMade {
  package var mark: EventMark
  /// The subject that was taken into this one.
  package var absorbed: String
  /// `verified` or `probable`.
  package var assurance: String
  /// The `profile.unmerged` that took the link back.
  package private(set) var undone: Moment?

  /// Joins the parts.
  package init(_ mark: EventMark, absorbed: String, assurance: String, undone: Moment? = nil) {
    self.mark = mark
    self.absorbed = absorbed
    self.assurance = assurance
    self.undone = undone
  }

  /// Takes in a `profile.unmerged` that names this merge. The earliest counts.
  package mutating func unmerged(at moment: Moment) {
    undone = min(undone ?? moment, moment)
  }

  /// Whether the link holds.
  package var isInForce: Bool { undone == nil }
}
