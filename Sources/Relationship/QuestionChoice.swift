// The best next question: what we do not know, about what matters to her.

package import JSONBytes

/// What of a customer the choice of a question goes by, at one instant.
package struct QuestionSituation: Sendable {
  package var instant: Timestamp
  /// The facts that hold at the instant.
  package var facts: [Fact]
  package var dialogue: Dialogue
  /// Bookings and orders: topics that she deals in.
  package var occasions: [Occasion]
  /// What keeps us from asking her anything.
  package var obstacle: QuestionObstacle?

  /// Joins the parts.
  package init(
    at instant: Timestamp, facts: [Fact] = [], dialogue: Dialogue = Dialogue(),
    occasions: [Occasion] = [], obstacle: QuestionObstacle? = nil
  ) {
    self.instant = instant
    self.facts = facts
    self.dialogue = dialogue
    self.occasions = occasions
    self.obstacle = obstacle
  }
}

/// How much a question's topic matters to her, the least first.
package enum QuestionRelevance: Hashable, Comparable, Sendable {
  case none
  /// Only a guess says so: to ask is better than to guess, but after what she said.
  case guessed(EventMark)
  case everybody
  case observed(Moment)
  case stated(EventMark)

  private var rank: Int {
    switch self {
    case .none: 0
    case .guessed: 1
    case .everybody: 2
    case .observed: 3
    case .stated: 4
    }
  }

  package static func < (one: QuestionRelevance, other: QuestionRelevance) -> Bool {
    one.rank < other.rank
  }

  /// One word, for programs.
  package var word: String {
    switch self {
    case .none: "none"
    case .guessed: "inferred"
    case .everybody: "everybody"
    case .observed: "observed"
    case .stated: "stated"
    }
  }

  /// Position of the event that says so.
  package var place: UInt64? {
    switch self {
    case .none, .everybody: nil
    case .observed(let moment): moment.place
    case .guessed(let mark), .stated(let mark): mark.moment.place
    }
  }
}

/// A question that may be asked, and why this one.
package struct NextQuestion: Hashable, Sendable {
  package var question: BankQuestion
  /// What we know of it, which has aged; nil: nothing.
  package var aged: EventMark?
  package var relevance: QuestionRelevance
  /// The yes that permits a sensitive one: its id belongs into `consentEventId`.
  package var consent: EventStamp?
  /// The `reviewBy` to record with an answer given now, where she names no day; nil: it does not age.
  package var reviewBy: Timestamp?

  /// Why this one, in a sentence.
  package var reason: String {
    let gap = aged == nil ? "nobody has told us yet" : "what we know of it has aged"
    let why =
      switch relevance {
      case .stated: "the customer said that the topic matters"
      case .observed: "the customer buys, books or looks at such things"
      case .guessed: "to ask is better than to guess"
      case .everybody: "it matters to everybody"
      case .none: "nothing better is left to ask"
      }
    return question.isFirst ? "\(gap), and this is asked before all others" : "\(gap), and \(why)"
  }
}

/// What comes of looking through the bank.
package struct QuestionChoice: Hashable, Sendable {
  /// Nil: nothing is to be asked.
  package var next: NextQuestion?
  /// Questions that may not be asked, in the order of the bank, with the reason.
  package var refused: [Refused]

  /// A question that is not asked, and what stands in the way.
  package struct Refused: Hashable, Sendable {
    package var question: BankQuestion
    package var obstacle: QuestionObstacle
  }

  /// The rule that leaves nothing to ask: what stops every question, else `question.none`.
  package var silenceRule: String {
    refused.first { $0.obstacle.isAboutCustomer }?.obstacle.code ?? "question.none"
  }

  /// Why nothing is asked, in a sentence.
  package var silence: String {
    if let all = refused.first(where: { $0.obstacle.isAboutCustomer }) {
      return "nothing is asked: \(all.obstacle.clause)"
    }
    var counts: [(clause: String, count: Int)] = []
    for refused in refused {
      let clause = refused.obstacle.clause
      if let index = counts.firstIndex(where: { $0.clause == clause }) {
        counts[index].count += 1
      } else {
        counts.append((clause, 1))
      }
    }
    let reasons = counts.map { "\($0.count): \($0.clause)" }.joined(separator: "; ")
    return counts.isEmpty
      ? "nothing is asked: the bank has no question"
      : "nothing is asked; of the bank's questions \(reasons)"
  }

  /// Chooses.
  ///
  /// Before all others come questions that the bank puts first; then those of which we know nothing before those whose
  /// answer has aged; then those whose topic matters more to her: what she said, what we saw, what matters to
  /// everybody, what we guess; then the order of the bank. `standing` is what her statements come to for a question's
  /// scope. Costs a pass over her facts for each question.
  package init<Failure>(
    from bank: QuestionBank, for situation: QuestionSituation, at context: CounterContext? = nil,
    standing: (BankQuestion) throws(Failure) -> ScopeStanding
  ) throws(Failure) {
    var best: NextQuestion?
    refused = []
    for question in bank.questions {
      let standing = try standing(question)
      let obstacle = QuestionRule.obstacle(
        to: question, of: situation, standing: standing, at: context)
      if let obstacle {
        refused.append(Refused(question: question, obstacle: obstacle))
        continue
      }
      let found = NextQuestion(
        question: question, aged: Self.aged(question, situation),
        relevance: Self.relevance(of: question, situation),
        consent: question.sensitivity == .normal ? nil : standing.winner,
        reviewBy: question.askAgain.end(from: situation.instant))
      if best.map({ Self.isBetter(found, than: $0) }) ?? true { best = found }
    }
    next = best
  }

  private static func isBetter(_ one: NextQuestion, than other: NextQuestion) -> Bool {
    if one.question.isFirst != other.question.isFirst { return one.question.isFirst }
    if (one.aged == nil) != (other.aged == nil) { return one.aged == nil }
    return other.relevance < one.relevance
  }

  /// The latest of what is known, which has aged: nothing else lets the question through.
  private static func aged(_ question: BankQuestion, _ situation: QuestionSituation) -> EventMark? {
    let told = situation.facts.filter { question.isFilled(by: $0) }.map(\.mark)
    let answered = situation.dialogue.questions.filter {
      $0.id == question.id && $0.outcome?.kind == .answered
    }.map(\.mark)
    return (told + answered).max()
  }

  /// Whether a fact tells that its topic matters to her.
  private static func matters(_ fact: Fact) -> Bool {
    switch fact.kind {
    case .preference, .interest, .owns, .lifestyle, .need, .value, .answer, .suggestion: true
    case .reaction: fact.value != "notInterested"
    case .viewed, .configuration, .inference: true
    default: false
    }
  }

  private static func relevance(
    of question: BankQuestion, _ situation: QuestionSituation
  ) -> QuestionRelevance {
    let related = situation.facts.filter {
      matters($0) && !$0.topic.isEmpty && TopicPath.areRelated($0.topic, question.topic)
    }
    func latest(_ origin: Origin) -> EventMark? {
      related.lazy.filter { $0.origin == origin }.map(\.mark).max()
    }
    if let mark = latest(.stated) { return .stated(mark) }
    let seen = [latest(.observed)?.moment, occasion(about: question, situation)].compactMap { $0 }
    if let moment = seen.max() { return .observed(moment) }
    if question.isForEverybody { return .everybody }
    return latest(.inferred).map { .guessed($0) } ?? .none
  }

  private static func occasion(
    about question: BankQuestion, _ situation: QuestionSituation
  ) -> Moment? {
    situation.occasions.lazy.filter { $0.moment.time <= situation.instant }.filter { occasion in
      occasion.topic.map { TopicPath.areRelated($0, question.topic) } ?? false
        || occasion.context == .order
          && occasion.slots.contains { TopicPath.areRelated($0, question.topic) }
    }.map(\.moment).max()
  }
}
