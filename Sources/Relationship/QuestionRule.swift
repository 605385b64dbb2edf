// Whether a question may be asked, and if not, which event stands in the way.

package import JSONBytes

/// Why a question is not asked. Each names what stands in the way.
package enum QuestionObstacle: Hashable, Sendable {
  /// Her keys were destroyed.
  case erased(place: UInt64)
  case deceased(EventMark)
  /// Keep the data, do not use them: nothing new is gathered either.
  case restricted(EventMark)
  /// A sale to nobody known.
  case unknownPerson
  /// It is not asked at this point of contact.
  case elsewhere
  /// It was asked and waits for its answer.
  case waiting(EventMark)
  /// It was answered; nil: it is not asked again.
  case answered(EventMark, until: Timestamp?)
  /// She would rather not; nil: for ever.
  case declined(EventMark, until: Timestamp?)
  /// She has told us by herself; nil: it does not age.
  case known(EventMark, until: Timestamp?)
  /// A no of hers covers what the answer is for.
  case refused(EventStamp)
  /// She asked for a rest that covers it.
  case paused(EventMark, until: Timestamp?)
  /// It is sensitive, and no yes of hers permits to keep the answer.
  case noConsent(purpose: String)

  /// Stable, for programs.
  package var code: String {
    switch self {
    case .erased: "question.erased"
    case .deceased: "question.deceased"
    case .restricted: "question.restricted"
    case .unknownPerson: "question.unknownPerson"
    case .elsewhere: "question.elsewhere"
    case .waiting: "question.waiting"
    case .answered: "question.answered"
    case .declined: "question.declined"
    case .known: "question.known"
    case .refused: "question.refused"
    case .paused: "question.paused"
    case .noConsent: "question.noConsent"
    }
  }

  /// Position of the event that stands in the way; nil where none does.
  package var place: UInt64? {
    switch self {
    case .erased(let place): place
    case .deceased(let mark), .restricted(let mark), .waiting(let mark), .answered(let mark, _),
      .declined(let mark, _), .known(let mark, _), .paused(let mark, _):
      mark.moment.place
    case .refused(let stamp): stamp.place
    case .unknownPerson, .elsewhere, .noConsent: nil
    }
  }

  /// From when on it may be asked again; nil: not by itself.
  package var until: Timestamp? {
    switch self {
    case .answered(_, let until), .declined(_, let until), .known(_, let until),
      .paused(_, let until):
      until
    default: nil
    }
  }

  /// Whether it stops every question.
  package var isAboutCustomer: Bool {
    switch self {
    case .erased, .deceased, .restricted, .unknownPerson: true
    default: false
    }
  }

  /// Why, in a clause behind "is not asked:".
  package var clause: String {
    switch self {
    case .erased: "the customer's data were erased"
    case .deceased: "the customer has died"
    case .restricted: "the customer's data are kept and not used"
    case .unknownPerson: "nobody knows who this customer is"
    case .elsewhere: "it belongs to other points of contact"
    case .waiting: "it was asked and waits for its answer"
    case .answered: "it was answered, and the answer has not aged"
    case .declined: "the customer would rather not answer it"
    case .known: "the customer has told us already"
    case .refused: "the customer said no to what the answer is for"
    case .paused: "the customer asked for a rest"
    case .noConsent(let purpose): "it is sensitive, and no consent to \(purpose) is in force"
    }
  }
}

/// Never ask twice, respect a refusal, and ask nothing sensitive without a yes to keep the answer.
package enum QuestionRule {
  /// Why `event` must not be appended; nil if it may, or is no `question.asked`. `dialogue` is the customer's, without
  /// the event. The guard of the door; costs a pass over her questions.
  ///
  /// What an import brings happened elsewhere: it is taken as it was, and shown as asked twice.
  package static func refusal(
    of event: PermissionEvent, in dialogue: Dialogue
  ) -> AppendRefusal? {
    guard event.type == "question.asked", !event.stamp.isImport,
      let id = event.text("questionId")
    else { return nil }
    func refused(_ earlier: EventMark, _ how: String) -> AppendRefusal {
      AppendRefusal(
        code: "question.alreadyAsked",
        sentence: "this question was asked by event \(earlier.moment.place) and \(how)")
    }
    switch dialogue.mayAsk(id, at: event.stamp.time) {
    case .yes: return nil
    case .waiting(let earlier):
      return refused(earlier, "waits for its answer; record the answer, or ask another question")
    case .settled(let earlier, until: let until?):
      return refused(earlier, "is settled; it may be asked again from \(until.text) on")
    case .settled(let earlier, until: nil):
      return refused(earlier, "is settled for good; ask another question")
    }
  }

  /// Why `event` must not be appended for the consent that it names; nil where it names none, and where that one is a yes of
  /// hers in force when it was asked, to keep such answers: for the topic, without contact. `facts` are those of `subjects`,
  /// which are one customer, without the event; without `rules` nobody asks for what the yes was registered.
  ///
  /// Costs what a question about permission costs, where it names one.
  package static func consentRefusal(
    of event: PermissionEvent, by subjects: [String], _ facts: [CustomerFacts],
    under rules: PermissionRules?
  ) -> AppendRefusal? {
    guard event.type == "question.asked", !event.stamp.isImport,
      let id = event.text("consentEventId")
    else { return nil }
    let isInForce = facts.flatMap(\.permits).contains { permit in
      guard permit.stamp.isCalled(id), permit.stamp.time <= event.stamp.time else { return false }
      // By itself, against every no: another yes does not make it hold. One that comes in late with the question it was
      // given for counts from when she said it: nothing is sent by it.
      let alone = facts.map { facts in
        var facts = facts
        facts.permits = facts.permits.filter { $0.stamp.place == permit.stamp.place }.map { own in
          var own = own
          own.stamp.recorded = own.stamp.time
          return own
        }
        return facts
      }
      let scope = StatementScope(
        purpose: permit.scope.purpose, topic: event.scope("topic"), channel: PathScope("none"),
        point: .none)
      return CustomerPermission(SubjectGroup(subjects: subjects), facts: alone)
        .standing(on: scope, at: event.stamp.time, under: rules).result == .permitted
    }
    if isInForce { return nil }
    return AppendRefusal(
      code: "question.noConsent",
      sentence:
        "`consentEventId` names no consent of this customer that is in force and permits to keep the answer; ask for "
        + "one first")
  }

  /// Why the question is not asked now; nil if it may be.
  ///
  /// - Parameters:
  ///   - standing: what her statements come to for ``BankQuestion/scope``.
  ///   - context: where she is; nil: anywhere.
  ///
  /// Costs a pass over her questions and facts.
  package static func obstacle(
    to question: BankQuestion, of situation: QuestionSituation, standing: ScopeStanding,
    at context: CounterContext? = nil
  ) -> QuestionObstacle? {
    if let obstacle = situation.obstacle { return obstacle }
    if let context, !question.contexts.contains(context) { return .elsewhere }
    if let obstacle = settled(question, situation) { return obstacle }
    if standing.result == .forbidden, let winner = standing.winner { return .refused(winner) }
    if let pause = pause(of: question, situation, context) {
      return .paused(pause.mark, until: pause.validUntil)
    }
    if let known = known(question, situation) { return known }
    guard question.sensitivity == .normal || standing.result == .permitted else {
      return .noConsent(purpose: question.purpose)
    }
    return nil
  }

  /// By what was asked: the bank may only make us wait longer than the events say.
  private static func settled(
    _ question: BankQuestion, _ situation: QuestionSituation
  ) -> QuestionObstacle? {
    let instant = situation.instant
    let moment = Moment(instant, place: .max)
    let last = situation.dialogue.questions
      .filter { $0.id == question.id && $0.mark.moment < moment }.max { $0.mark < $1.mark }
    guard let last else { return nil }
    guard let outcome = last.outcome, outcome.moment < moment else { return .waiting(last.mark) }
    var until = outcome.askAgain
    if outcome.kind == .declined, let day = until, let rest = question.afterDeclined {
      until = rest.end(from: outcome.moment.time).map { max($0, day) }
    }
    if let until, until <= instant { return nil }
    switch outcome.kind {
    case .answered: return .answered(last.mark, until: until)
    case .declined: return .declined(last.mark, until: until)
    }
  }

  /// A pause that covers what the question is for, its topic, and the channel on which we meet.
  private static func pause(
    of question: BankQuestion, _ situation: QuestionSituation, _ context: CounterContext?
  ) -> Fact? {
    situation.facts.filter { fact in
      guard fact.kind == .pause, TopicPath.covers(fact.topic, question.topic),
        let scope = fact.about?.split(separator: " "), scope.count == 2
      else { return false }
      return TopicPath.covers(String(scope[0]), question.purpose)
        && TopicPath.covers(String(scope[1]), context?.channel ?? "none")
    }.max { ($0.validUntil ?? .last, $0.mark) < ($1.validUntil ?? .last, $1.mark) }
  }

  /// A fact of her own that an answer would only repeat. The one that holds longest.
  private static func known(
    _ question: BankQuestion, _ situation: QuestionSituation
  ) -> QuestionObstacle? {
    let fresh = situation.facts.filter { question.isFilled(by: $0) }
      .map { ($0.mark, until: dueAgain($0, question)) }
      .filter { $0.until.map { situation.instant < $0 } ?? true }
    return fresh.max { ($0.until ?? .last, $0.0) < ($1.until ?? .last, $1.0) }
      .map { .known($0.0, until: $0.until) }
  }

  /// When a fact has aged: when it says so itself, else by the bank; nil: never.
  package static func dueAgain(_ fact: Fact, _ question: BankQuestion) -> Timestamp? {
    fact.reviewBy ?? question.askAgain.end(from: fact.mark.moment.time)
  }
}

extension Dialogue {
  /// The questions that events ask, with what they answer or decline. In any order.
  package init(of events: some Sequence<PermissionEvent>) {
    self.init()
    var settling: [PermissionEvent] = []
    for event in events {
      switch event.type {
      case "question.asked":
        asked(
          Question(
            event.stamp.mark, id: event.text("questionId") ?? "", topic: event.text("topic") ?? "",
            channel: event.text("channel") ?? "", sensitivity: event.text("sensitivity") ?? ""))
      case "question.answered", "question.declined": settling.append(event)
      default: break
      }
    }
    for event in settling {
      let isAnswer = event.type == "question.answered"
      let again =
        isAnswer
        ? event.text("reviewBy").flatMap { CivilDate($0.utf8) }.map { Timestamp($0) }
        : event.instant("askAgainAt")
      _ = settled(
        event.text("questionEventId") ?? "",
        Question.Outcome(
          event.stamp.mark.moment, isAnswer ? .answered : .declined, askAgain: again))
    }
  }
}

extension EventStamp {
  /// As facts name their event.
  package var mark: EventMark { EventMark(id, at: Moment(time, place: place), by: author) }
}
