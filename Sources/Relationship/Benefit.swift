// What the company gives without being asked: kept apart from what the customer asked for.

package import JSONBytes

/// A benefit (`benefit.granted`) and its use (`benefit.used`). The events may arrive in any order.
package struct Benefit: Hashable, Sendable {
  /// The benefit as it was given.
  package struct Grant: Hashable, Sendable {
    package var mark: EventMark
    package var name: String
    package var tier: String?
    /// It ends at this instant; nil: it does not end.
    package var validUntil: Timestamp?

    /// Joins the parts.
    package init(_ mark: EventMark, name: String, tier: String? = nil, validUntil: Timestamp? = nil)
    {
      self.mark = mark
      self.name = name
      self.tier = tier
      self.validUntil = validUntil
    }
  }

  package let id: String
  /// The latest grant under this number.
  package private(set) var grant: Grant?
  package private(set) var usedCount: Int
  package private(set) var lastUsed: Moment?

  /// A benefit of which nothing is known yet but its number.
  package init(_ id: String) { self.init(id, grant: nil, usedCount: 0, lastUsed: nil) }

  /// A benefit as it was stored.
  package init(_ id: String, grant: Grant?, usedCount: Int, lastUsed: Moment?) {
    self.id = id
    self.grant = grant
    self.usedCount = usedCount
    self.lastUsed = lastUsed
  }

  /// Takes in a `benefit.granted`. The latest counts.
  package mutating func granted(_ new: Grant) {
    if let old = grant, new.mark < old.mark { return }
    grant = new
  }

  /// Takes in a `benefit.used`.
  package mutating func used(at moment: Moment) {
    usedCount += 1
    lastUsed = max(lastUsed ?? moment, moment)
  }

  /// Whether it can still be used at `instant`.
  package func isValid(at instant: Timestamp) -> Bool {
    guard let grant else { return false }
    return grant.validUntil.map { instant < $0 } ?? true
  }
}
