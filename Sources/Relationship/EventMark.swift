// When, where and by whom something was said: what every answer of a rule names.

package import JSONBytes

/// When something happened, and its place in the ledger: the order in which words count.
///
/// Compared by time and, at the same instant, by place. So the same events give the same answer in whatever order
/// they were appended, as long as no two of them carry the same instant.
package struct Moment: Hashable, Comparable, Sendable {
  /// When it happened, as the source says.
  package var time: Timestamp
  /// The event's position in the ledger. Breaks ties and names the event.
  package var place: UInt64

  /// Joins both parts.
  package init(_ time: Timestamp, place: UInt64) {
    self.time = time
    self.place = place
  }

  /// By time, then by place.
  package static func < (one: Moment, other: Moment) -> Bool {
    (one.time, one.place) < (other.time, other.place)
  }
}

/// Who acted: `authtype` of the CloudEvents authcontext extension.
package enum Author: String, Hashable, Sendable, CaseIterable {
  /// The customer herself, or her guardian.
  case customer = "app_user"
  /// Somebody who works in a department.
  case staff = "user"
  /// Software: an import, a till, a mail sender.
  case serviceAccount = "service_account"
  /// Software that came with a key.
  case apiKey = "api_key"
  /// The ledger itself.
  case system
  case unauthenticated
  /// Nobody knows, or the word is none of the above.
  case unknown

  /// Reads an `authtype`; a word that is none of them is ``unknown``.
  package init(authtype: String) { self = Author(rawValue: authtype) ?? .unknown }
}

/// The event that says something: which one, when, and who said it.
package struct EventMark: Hashable, Comparable, Sendable {
  package var moment: Moment
  /// The event's `id`.
  package var id: String
  package var author: Author

  /// Joins the parts.
  package init(_ id: String, at moment: Moment, by author: Author) {
    self.id = id
    self.moment = moment
    self.author = author
  }

  /// By moment: see ``Moment``.
  package static func < (one: EventMark, other: EventMark) -> Bool { one.moment < other.moment }
}
