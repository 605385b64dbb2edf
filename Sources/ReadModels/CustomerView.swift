// The 360-degree view of one customer, as values: whoever prints it decides how.

package import JSONBytes
package import Relationship

/// One customer at one instant, readable in half a minute. Every value names its origin, when, who said it, and the
/// event that gave it.
package struct CustomerView: Hashable, Sendable {
  /// The event behind a value.
  package struct Source: Hashable, Sendable {
    /// Position of the event in the ledger.
    package var position: UInt64
    package var time: Timestamp
    package var saidBy: Author
    package var eventId: String
  }

  /// A stated, observed or inferred value that holds at the instant of the view.
  package struct Value: Hashable, Sendable {
    package var kind: Fact.Kind
    package var topic: String
    /// A product's SKU, an id, a scope.
    package var about: String?
    package var text: String?
    package var detail: String?
    package var strength: String?
    package var standing: Bool?
    package var validUntil: Timestamp?
    package var reviewBy: Timestamp?
    package var origin: Origin
    package var source: Source
    /// Of a guess: the position of the event that says something stronger about the topic; nil where none does.
    package var outrankedBy: UInt64?
  }

  /// What she bought in one currency.
  package struct Spending: Hashable, Sendable {
    package var orders: Int64
    package var gross: Money
    package var refunded: Money
    package var cancelled: Money
    package var net: Money
  }

  package struct Who: Hashable, Sendable {
    package var kind: String?
    package var isAnonymous: Bool
    package var isRegistered: Bool
    package var firstSeen: Timestamp
    package var lastSeen: Timestamp
    package var events: Int64
    package var orders: Int64
    /// The currency of the first order comes first.
    package var spending: [Spending]
    /// Name, language and so on.
    package var profile: [Value]
    package var contactPoints: [Value]
    package var identifiers: [Value]
    /// Other subjects that are this person.
    package var sameAs: [Link]
  }

  package struct Link: Hashable, Sendable {
    package var subject: String
    package var assurance: String
    package var source: Source
  }

  /// Whether contact is possible at all, and how she wants it.
  package struct Contact: Hashable, Sendable {
    /// She said no to everything.
    package var stopped: Source?
    /// A pause of everything that still runs.
    package var pausedUntil: Timestamp?
    package var paused: Source?
    package var erased: Source?
    package var deceased: Value?
    /// Keep the data, do not use them.
    package var restricted: Value?
    /// Channels, hours, and pauses that are narrower than everything.
    package var choices: [Value]
  }

  package struct PromiseItem: Hashable, Sendable {
    package var id: String
    package var state: Promise.State
    package var owed: Money?
    package var reason: String?
    package var redeemWhere: String?
    package var validUntil: Timestamp?
    package var promised: Source?
    package var redeemed: Source?
    /// Positions of events that said the same once more and count for nothing.
    package var conflicts: [UInt64]
  }

  package struct ComplaintItem: Hashable, Sendable {
    package var id: String
    package var state: Complaint.State
    package var topic: String?
    package var product: String?
    package var issue: String?
    package var severity: String?
    package var wantedRemedy: String?
    package var remedy: String?
    package var opened: Source?
  }

  /// A booking that has not begun.
  package struct Booking: Hashable, Sendable {
    package var reference: String
    package var topic: String?
    package var startsAt: Timestamp
    package var source: Source
  }

  /// A wish to honour whenever she comes next, and the bookings ahead at which it can be.
  package struct Wish: Hashable, Sendable {
    package var value: Value
    /// Bookings that have not begun, by number.
    package var bookings: [String]
    /// When it was honoured last.
    package var honoured: Timestamp?
    /// Bookings and orders that have passed without it.
    package var missed: Int
  }

  package struct QuestionItem: Hashable, Sendable {
    package var id: String
    package var topic: String
    /// `asked`, `answered` or `declined`.
    package var state: String
    package var answer: String?
    /// The earliest time to ask again; nil: never, or it waits for an answer.
    package var askAgain: Timestamp?
    package var asked: Source
  }

  package struct BenefitItem: Hashable, Sendable {
    package var id: String
    package var name: String
    package var tier: String?
    package var validUntil: Timestamp?
    package var used: Int
    package var granted: Source
  }

  package struct RelationshipItem: Hashable, Sendable {
    package var step: RelationshipStep.Kind
    package var type: String?
    package var topic: String
    package var declaredBy: String?
    package var offer: String?
    package var outcome: String?
    package var source: Source
  }

  package struct Touch: Hashable, Sendable {
    package var channel: String?
    package var type: String
    package var line: String
    package var source: Source
  }

  package var id: String
  /// The instant that the view answers for.
  package var instant: Timestamp
  /// Events of the customer that could not be taken in: the view is complete but for them.
  package var lacking: Int
  package var who: Who
  package var contact: Contact
  /// Complaints, the open ones first.
  package var complaints: [ComplaintItem]
  package var bookings: [Booking]
  /// What we promised, the open ones first.
  package var promises: [PromiseItem]
  package var wishes: [Wish]
  /// What she told us.
  package var stated: [Value]
  /// What we saw.
  package var observed: [Value]
  /// What we guess.
  package var inferred: [Value]
  package var questions: [QuestionItem]
  package var benefits: [BenefitItem]
  package var relationships: [RelationshipItem]
  /// The last touches in any channel, the latest first.
  package var touches: [Touch]

  /// Open complaints.
  package var openComplaints: [ComplaintItem] {
    complaints.filter { $0.state == .open || $0.state == .disputed }
  }

  /// What we owe at the instant of the view.
  package var openPromises: [PromiseItem] { promises.filter { $0.state == .open } }
}
