// Questions we asked and what became of them: we never ask twice, and answers age.

package import JSONBytes

/// A question we asked (`question.asked`), with the customer's answer or refusal.
package struct Question: EventMade {
  /// What she said to it. The latest counts.
  package struct Outcome: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable { case answered, declined }

    package var moment: Moment
    package var kind: Kind
    /// Her words; personal. Nil when she declined.
    package var answer: String?
    /// The earliest instant at which the question may be asked again; nil: never.
    package var askAgain: Timestamp?

    /// Joins the parts.
    package init(_ moment: Moment, _ kind: Kind, answer: String? = nil, askAgain: Timestamp?) {
      self.moment = moment
      self.kind = kind
      self.answer = answer
      self.askAgain = askAgain
    }
  }

  package var mark: EventMark
  /// The question's number in the question bank.
  package var id: String
  package var topic: String
  package var channel: String
  /// `normal`, `sensitive` or `special`.
  package var sensitivity: String
  package private(set) var outcome: Outcome?

  /// Joins the parts.
  package init(
    _ mark: EventMark, id: String, topic: String, channel: String, sensitivity: String,
    outcome: Outcome? = nil
  ) {
    self.mark = mark
    self.id = id
    self.topic = topic
    self.channel = channel
    self.sensitivity = sensitivity
    self.outcome = outcome
  }

  /// `asked`, `answered` or `declined`.
  package var state: String { outcome?.kind.rawValue ?? "asked" }

  /// Takes in what she said to it. The latest counts.
  package mutating func settle(_ new: Outcome) {
    if let old = outcome, new.moment < old.moment { return }
    outcome = new
  }
}

/// All questions of one customer.
package struct Dialogue: Sendable {
  /// Whether a question may be asked, and if not, which asking stands in the way.
  package enum MayAsk: Hashable, Sendable {
    case yes
    /// It was asked and waits for its answer.
    case waiting(EventMark)
    /// It was answered or declined; `until` is the instant from which it may be asked again, nil: never.
    case settled(EventMark, until: Timestamp?)
  }

  /// By place in the ledger.
  package var questions: [Question] { list.all }
  private var list: EventList<Question>

  /// The questions as they were stored.
  package init(_ questions: [Question] = []) { list = EventList(questions) }

  /// Takes in a `question.asked`.
  package mutating func asked(_ question: Question) { list.add(question) }

  /// Takes in an answer or refusal that names the event which asked; returns that question, nil if it is not here.
  package mutating func settled(_ asking: String, _ outcome: Question.Outcome) -> Question? {
    guard let index = list.indexes(of: asking, before: outcome.moment)?.first else {
      return nil
    }
    list.change(index) { $0.settle(outcome) }
    return questions[index]
  }

  /// Whether the question may be asked at `instant`: never twice, and again only when an answer has aged or the
  /// customer named a day.
  package func mayAsk(_ id: String, at instant: Timestamp) -> MayAsk {
    let moment = Moment(instant, place: .max)
    let earlier = questions.filter { $0.id == id && $0.mark.moment < moment }
    return Self.mayAsk(after: earlier.max { $0.mark < $1.mark }, at: moment)
  }

  /// Whether a question may be asked at `moment` whose last asking before it is `last`.
  package static func mayAsk(after last: Question?, at moment: Moment) -> MayAsk {
    guard let last else { return .yes }
    guard let outcome = last.outcome, outcome.moment < moment else { return .waiting(last.mark) }
    if let again = outcome.askAgain, again <= moment.time { return .yes }
    return .settled(last.mark, until: outcome.askAgain)
  }

  /// For each question whether it was asked although it should not have been: a defect of ours, counted. In the order of
  /// ``questions``; costs one sorting.
  package func askedTwice() -> [Bool] {
    var last: [String: Question] = [:]
    var found = questions.map { _ in false }
    for index in questions.indices.sorted(by: { questions[$0].mark < questions[$1].mark }) {
      let question = questions[index]
      let earlier = last.updateValue(question, forKey: question.id)
      found[index] = Self.mayAsk(after: earlier, at: question.mark.moment) != .yes
    }
    return found
  }
}
