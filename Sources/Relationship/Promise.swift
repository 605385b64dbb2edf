// What we owe a customer: promised once, kept once, found at every counter.

package import JSONBytes

/// A credit that was promised (`credit.granted`) and is redeemed once (`credit.redeemed`).
///
/// The events may arrive in any order. Of several redemptions the earliest counts; the others are conflicts, which
/// are shown and not applied. What moves with the clock is asked for with an instant: see ``state(at:)``.
package struct Promise: Hashable, Sendable {
  /// The promise as it was made.
  package struct Grant: Hashable, Sendable {
    package var mark: EventMark
    package var owed: Money
    /// In the company's words; may hold personal data.
    package var reason: String?
    /// A place or business; `*` means anywhere.
    package var redeemWhere: String
    /// From this instant on nothing is owed any more; nil: it does not end.
    package var validUntil: Timestamp?

    /// Joins the parts.
    package init(
      _ mark: EventMark, owed: Money, reason: String? = nil, redeemWhere: String = "*",
      validUntil: Timestamp? = nil
    ) {
      self.mark = mark
      self.owed = owed
      self.reason = reason
      self.redeemWhere = redeemWhere
      self.validUntil = validUntil
    }
  }

  /// The promise being kept.
  package struct Redemption: Hashable, Sendable {
    package var mark: EventMark
    package var amount: Money
    package var storeId: String?

    /// Joins the parts.
    package init(_ mark: EventMark, amount: Money, storeId: String? = nil) {
      self.mark = mark
      self.amount = amount
      self.storeId = storeId
    }
  }

  /// How a promise stands at an instant.
  package enum State: String, Hashable, Sendable {
    /// We owe it.
    case open
    /// It was kept.
    case redeemed
    /// `validUntil` has passed and it was not redeemed.
    case expired
    /// Redeemed, but the ledger holds no promise of that number.
    case unknown
  }

  package let id: String
  package private(set) var grant: Grant?
  package private(set) var redemption: Redemption?
  /// Places of the events that said the same again: not applied, ascending.
  package private(set) var conflicts: [UInt64]

  /// A promise of which nothing is known yet but its number.
  package init(_ id: String) { self.init(id, grant: nil, redemption: nil, conflicts: []) }

  /// A promise as it was stored.
  package init(_ id: String, grant: Grant?, redemption: Redemption?, conflicts: [UInt64]) {
    self.id = id
    self.grant = grant
    self.redemption = redemption
    self.conflicts = conflicts
  }

  /// Takes in a `credit.granted`. The earliest counts; another under the same number is a conflict.
  package mutating func granted(_ new: Grant) {
    guard let old = grant else {
      grant = new
      return
    }
    grant = new.mark < old.mark ? new : old
    conflict(max(new.mark, old.mark))
  }

  /// Takes in a `credit.redeemed`. The earliest counts: two tills, one winner.
  package mutating func redeemed(_ new: Redemption) {
    guard let old = redemption else {
      redemption = new
      return
    }
    redemption = new.mark < old.mark ? new : old
    conflict(max(new.mark, old.mark))
  }

  private mutating func conflict(_ loser: EventMark) {
    let place = loser.moment.place
    let index = conflicts.firstIndex { $0 >= place } ?? conflicts.endIndex
    if index == conflicts.endIndex || conflicts[index] != place {
      conflicts.insert(place, at: index)
    }
  }

  /// Promised and not redeemed, whatever the time: ``state(at:)`` also asks whether it has expired.
  package var isUnredeemed: Bool { grant != nil && redemption == nil }

  /// How it stands at `instant`.
  package func state(at instant: Timestamp) -> State {
    guard let grant else { return .unknown }
    if redemption != nil { return .redeemed }
    if let end = grant.validUntil, end <= instant { return .expired }
    return .open
  }

  /// What we owe at `instant`: the promised sum while it is open, else nothing.
  package func owed(at instant: Timestamp) -> Money? {
    state(at: instant) == .open ? grant?.owed : nil
  }
}
