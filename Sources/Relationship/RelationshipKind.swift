// What kind of relationship it is, and who asked for it: the customer's to run.

/// One step of a relationship: an invitation (`relationship.invited`) with its answer, or a declaration
/// (`relationship.declared`) with what a later look at it found.
package struct RelationshipStep: EventMade {
  package enum Kind: String, Hashable, Sendable { case invited, declared }

  /// The answer to an invitation, or the outcome of a review.
  package struct Outcome: Hashable, Sendable {
    package var moment: Moment
    /// `accepted`, `declined`; `same`, `changed`, `ended`.
    package var word: String

    /// Joins both parts.
    package init(_ moment: Moment, _ word: String) {
      self.moment = moment
      self.word = word
    }
  }

  package var mark: EventMark
  package var kind: Kind
  /// `partner`, `closeFriend`, …: an open list; personal. Nil for an invitation.
  package var type: String?
  package var topic: String
  /// `customer` or `staff`. Nil for an invitation.
  package var declaredBy: String?
  /// Of an invitation.
  package var channel: String?
  /// Of an invitation: what is in it for the customer.
  package var offer: String?
  /// The latest.
  package private(set) var outcome: Outcome?

  /// An invitation.
  package static func invited(
    _ mark: EventMark, topic: String, channel: String, offer: String?
  ) -> RelationshipStep {
    RelationshipStep(
      mark, .invited, type: nil, topic: topic, declaredBy: nil, channel: channel, offer: offer)
  }

  /// A declaration.
  package static func declared(
    _ mark: EventMark, type: String?, topic: String, by declaredBy: String
  ) -> RelationshipStep {
    RelationshipStep(
      mark, .declared, type: type, topic: topic, declaredBy: declaredBy, channel: nil, offer: nil)
  }

  /// A step as it was stored.
  package init(
    _ mark: EventMark, _ kind: Kind, type: String?, topic: String, declaredBy: String?,
    channel: String?, offer: String?, outcome: Outcome? = nil
  ) {
    self.mark = mark
    self.kind = kind
    self.type = type
    self.topic = topic
    self.declaredBy = declaredBy
    self.channel = channel
    self.offer = offer
    self.outcome = outcome
  }

  /// Takes in an answer or a review that names this step. The latest counts.
  package mutating func answered(_ new: Outcome) {
    if let old = outcome, new.moment < old.moment { return }
    outcome = new
  }

  /// Of a declaration: no review found it changed or ended. Of an invitation: it waits for an answer, or was
  /// accepted.
  package var isStanding: Bool {
    switch outcome?.word {
    case "changed", "ended", "declined": false
    default: true
    }
  }

  /// The declaration that holds for `topic`: the customer's word before that of staff, then the latest.
  package static func current(
    of topic: String, in steps: some Sequence<RelationshipStep>
  ) -> RelationshipStep? {
    steps.filter { $0.kind == .declared && $0.topic == topic && $0.isStanding }
      .max { one, other in
        let first = one.declaredBy == "customer"
        let second = other.declaredBy == "customer"
        return first != second ? second : one.mark < other.mark
      }
  }
}
