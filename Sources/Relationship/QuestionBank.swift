// The bank of questions: what may be asked at all, what an answer is for, and when it has aged.

package import JSONBytes

/// Which fact an answer fills in.
///
/// Written `kind` or `kind.rest`: `lifestage`, `lifestyle.life.mobility`, `reason.choose`, `channel.marketing`. The rest is
/// the topic; of a reason the stance, of a choice of channels or hours the purpose.
package struct FactPath: Hashable, Sendable {
  package let kind: Fact.Kind
  /// Nil: any fact of the kind.
  package let rest: String?

  /// Kinds that a customer can fill in by an answer, each with the event that records it. An `answer` is its own record.
  package static let recordedAs: [Fact.Kind: String] = [
    .preference: "preference.stated", .interest: "interest.stated", .lifestage: "lifestage.stated",
    .lifestyle: "lifestyle.stated", .need: "need.stated", .value: "value.stated",
    .reason: "reason.given", .channel: "channel.chosen", .cadence: "cadence.chosen",
    .reaction: "item.reacted", .owns: "item.reacted", .answer: "question.answered",
  ]

  /// Reads a path; nil where it begins with no kind that an answer can fill in.
  package init?(_ text: String) {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let word = parts.first, let kind = Fact.Kind(rawValue: String(word)),
      Self.recordedAs[kind] != nil
    else { return nil }
    self.kind = kind
    rest = parts.count == 2 ? String(parts[1]) : nil
  }

  /// As it is written.
  package var text: String { rest.map { "\(kind.rawValue).\($0)" } ?? kind.rawValue }

  /// The type of the event that records the answer as a fact.
  package var recordedAs: String { Self.recordedAs[kind] ?? "question.answered" }

  /// Whether the fact is what an answer to any question would tell. Only what was stated is: a guess fills in nothing.
  fileprivate func isFilled(by fact: Fact) -> Bool {
    guard fact.kind == kind, fact.origin == .stated else { return false }
    guard let rest else { return true }
    switch kind {
    case .reason: return fact.about == rest
    case .channel, .cadence:
      return fact.about?.split(separator: " ").first.map { $0 == rest } ?? false
    default: return TopicPath.covers(rest, fact.topic)
    }
  }
}

/// One question of the bank.
package struct BankQuestion: Hashable, Sendable {
  package enum Sensitivity: String, Hashable, Sendable, CaseIterable {
    case normal, sensitive, special
  }

  /// How long something rests.
  package enum Rest: Hashable, Sendable {
    case period(CalendarPeriod)
    case forEver

    /// When it ends; nil: never.
    package func end(from start: Timestamp) -> Timestamp? {
      if case .period(let period) = self { period.after(start) } else { nil }
    }
  }

  /// What `question.asked` calls it.
  package var id: String
  /// What the customer is asked.
  package var text: String
  package var topic: String
  package var sensitivity: Sensitivity
  package var fills: FactPath
  /// What the answer is for: a no that covers it stops the question, and what is sensitive needs a yes that does.
  package var purpose: String
  /// How long an answer holds: the `reviewBy` to record with it, and the age at which a fact without one is asked for again.
  package var askAgain: Rest
  /// How long a refusal is respected at least, whatever day she named. Nil: as long as she said.
  package var afterDeclined: Rest?
  package var contexts: Set<CounterContext>
  /// Answers to choose from; none of them is ticked beforehand.
  package var choices: [String]
  /// Asked before all others, at every touch until it is answered.
  package var isFirst: Bool
  /// It matters to everybody, whatever she deals in.
  package var isForEverybody: Bool

  /// Joins the parts.
  package init(
    _ id: String, text: String, topic: String, sensitivity: Sensitivity = .normal,
    fills: FactPath, purpose: String, askAgain: Rest, afterDeclined: Rest? = nil,
    contexts: Set<CounterContext> = Set(CounterContext.allCases), choices: [String] = [],
    isFirst: Bool = false, isForEverybody: Bool = false
  ) {
    self.id = id
    self.text = text
    self.topic = topic
    self.sensitivity = sensitivity
    self.fills = fills
    self.purpose = purpose
    self.askAgain = askAgain
    self.afterDeclined = afterDeclined
    self.contexts = contexts
    self.choices = choices
    self.isFirst = isFirst
    self.isForEverybody = isForEverybody
  }

  /// Whether the fact tells what an answer would.
  package func isFilled(by fact: Fact) -> Bool {
    fills.isFilled(by: fact) && (fills.kind != .answer || fact.about == id)
  }

  /// What a no must cover to stop it, and a yes to permit it: a use of data without contact.
  package var scope: StatementScope {
    StatementScope(
      purpose: PathScope(purpose), topic: PathScope(topic), channel: PathScope("none"),
      point: .none)
  }
}

/// All questions, in the order in which they are preferred where nothing else decides.
package struct QuestionBank: Hashable, Sendable {
  package let questions: [BankQuestion]

  /// Joins questions; their ids are all different.
  package init(_ questions: [BankQuestion]) {
    precondition(
      Set(questions.map(\.id)).count == questions.count, "a question stands in the bank once")
    self.questions = questions
  }
}
