// Something went wrong for the customer: open until it is settled with her.

import JSONBytes

/// A complaint from its opening (`complaint.opened`) to its settlement (`complaint.resolved`).
///
/// The events may arrive in any order. A resolution with which the customer disagrees settles nothing: the complaint
/// stays open, as disputed. Opening it again after the last resolution opens it again.
package struct Complaint: Hashable, Sendable {
  /// What she complained about.
  package struct Opening: Hashable, Sendable {
    package var mark: EventMark
    package var channel: String
    package var topic: String
    package var severity: String?
    package var orderId: String?
    package var product: String?
    package var issue: String?
    /// In the customer's words; personal.
    package var wantedRemedy: String?

    /// Joins the parts.
    package init(
      _ mark: EventMark, channel: String, topic: String, severity: String? = nil,
      orderId: String? = nil, product: String? = nil, issue: String? = nil,
      wantedRemedy: String? = nil
    ) {
      self.mark = mark
      self.channel = channel
      self.topic = topic
      self.severity = severity
      self.orderId = orderId
      self.product = product
      self.issue = issue
      self.wantedRemedy = wantedRemedy
    }
  }

  /// How we answered.
  package struct Resolution: Hashable, Sendable {
    package var moment: Moment
    package var remedy: String
    /// Nil: nobody asked her.
    package var customerAgrees: Bool?

    /// Joins the parts.
    package init(_ moment: Moment, remedy: String, customerAgrees: Bool? = nil) {
      self.moment = moment
      self.remedy = remedy
      self.customerAgrees = customerAgrees
    }
  }

  /// How a complaint stands.
  package enum State: String, Hashable, Sendable {
    case open
    case resolved
    /// Resolved as we see it, and the customer disagrees: still open.
    case disputed
    /// Resolved, but the ledger holds no complaint of that number.
    case unknown
  }

  package let id: String
  /// The earliest opening: since when.
  package private(set) var opening: Opening?
  /// The latest opening, where there are several.
  package private(set) var reopened: Moment?
  /// The latest resolution.
  package private(set) var resolution: Resolution?

  /// A complaint of which nothing is known yet but its number.
  package init(_ id: String) { self.init(id, opening: nil, reopened: nil, resolution: nil) }

  /// A complaint as it was stored.
  package init(_ id: String, opening: Opening?, reopened: Moment?, resolution: Resolution?) {
    self.id = id
    self.opening = opening
    self.reopened = reopened
    self.resolution = resolution
  }

  /// Takes in a `complaint.opened`.
  package mutating func opened(_ new: Opening) {
    guard let old = opening else {
      opening = new
      return
    }
    opening = new.mark < old.mark ? new : old
    let later = max(new.mark, old.mark).moment
    reopened = max(reopened ?? later, later)
  }

  /// Takes in a `complaint.resolved`. The latest counts.
  package mutating func resolved(_ new: Resolution) {
    if let old = resolution, new.moment < old.moment { return }
    resolution = new
  }

  /// How it stands.
  package var state: State {
    guard let opening else { return .unknown }
    guard let resolution, resolution.moment > reopened ?? opening.mark.moment else { return .open }
    return resolution.customerAgrees == false ? .disputed : .resolved
  }

  /// Whether the customer still waits for us.
  package var isOpen: Bool { state == .open || state == .disputed }
}
