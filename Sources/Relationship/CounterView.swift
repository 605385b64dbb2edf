// What of a customer matters at a point of contact: at most seven facts, chosen by a written rule.

/// Something that a point of contact may show.
package enum CounterMatter: Hashable, Sendable {
  case fact(Fact)
  /// One that is not settled with her.
  case complaint(Complaint)
  /// She said no to everything.
  case stopped(EventMark)
  case erased(EventMark)

  /// The event behind it; nil for a complaint that was never opened.
  package var mark: EventMark? {
    switch self {
    case .fact(let fact): fact.mark
    case .complaint(let complaint): complaint.opening?.mark
    case .stopped(let mark), .erased(let mark): mark
    }
  }

  /// Where it comes from.
  package var origin: Origin {
    if case .fact(let fact) = self { fact.origin } else { .stated }
  }
}

/// The rule by which facts are chosen.
package enum CounterViewRule {
  /// What people take in at a glance.
  package static let factsMax = 7

  /// What a fact is good for at a counter.
  package enum Sort: String, Hashable, Sendable, CaseIterable {
    /// No contact, no use of the data: whoever serves her must know first.
    case warning
    case complaint
    /// How to address her.
    case name
    case language
    /// How she wants to hear from us.
    case reach
    case need
    /// How she lives, and her stage of life: for private places alone.
    case living
    case liked
    case notInterested
    case owned
    case value
    case answer
    case feedback
    case seen
    /// Never where she has said, or we have seen, anything about the topic.
    case guess
  }

  /// The sorts that a point of contact shows, in their order, each with how many at most.
  package static func sorts(at context: CounterContext) -> [(sort: Sort, countMax: Int)] {
    let first: [(Sort, Int)] = [(.warning, 4), (.complaint, 2)]
    switch context {
    case .booking:
      return first + [
        (.name, 1), (.language, 1), (.need, 2), (.living, 2), (.liked, 2), (.notInterested, 1),
        (.answer, 1), (.guess, 1),
      ]
    case .till:
      return first + [
        (.name, 1), (.language, 1), (.liked, 1), (.notInterested, 2), (.owned, 2), (.value, 1),
      ]
    case .phone:
      return first + [
        (.name, 1), (.language, 1), (.reach, 2), (.need, 2), (.living, 2), (.answer, 1),
        (.feedback, 1),
      ]
    case .web:
      return first + [
        (.liked, 3), (.notInterested, 2), (.owned, 2), (.value, 1), (.seen, 2), (.guess, 2),
      ]
    case .store:
      return first + [
        (.name, 1), (.need, 2), (.liked, 2), (.notInterested, 2), (.owned, 2), (.value, 1),
      ]
    }
  }

  /// The matters that are shown, at most ``factsMax``: by ``sorts(at:)``, and of one sort the latest.
  ///
  /// `matters` hold at the instant of the view. What lies below the topic `special` is for private places alone. Wishes
  /// are not among them: they stand by themselves. Costs a pass over the matters, and one more for each guess.
  package static func chosen(
    from matters: [CounterMatter], at context: CounterContext
  ) -> [CounterMatter] {
    var bySort: [Sort: [(matter: CounterMatter, mark: EventMark)]] = [:]
    for matter in matters {
      guard let mark = matter.mark, let sort = sort(of: matter), mayShow(matter, at: context),
        sort != .guess || !isOutranked(matter, matters)
      else { continue }
      bySort[sort, default: []].append((matter, mark))
    }
    var chosen: [CounterMatter] = []
    for (sort, countMax) in sorts(at: context) {
      let latest = (bySort[sort] ?? []).sorted {
        $0.mark != $1.mark ? $0.mark > $1.mark : item($0.matter) < item($1.matter)
      }
      chosen += latest.prefix(countMax).map(\.matter)
    }
    return Array(chosen.prefix(factsMax))
  }

  /// What the matter is good for; nil: for nothing at a counter.
  package static func sort(of matter: CounterMatter) -> Sort? {
    guard case .fact(let fact) = matter else {
      if case .complaint = matter { return .complaint }
      return .warning
    }
    switch fact.kind {
    case .death, .restriction: return .warning
    case .profile:
      return fact.topic == "name" ? .name : fact.topic == "language" ? .language : nil
    case .channel, .cadence, .pause: return .reach
    case .need: return .need
    case .lifestage, .lifestyle: return .living
    case .owns: return .owned
    case .reaction: return fact.value == "notInterested" ? .notInterested : .liked
    case .interest: return .liked
    case .value: return .value
    case .answer, .reason: return .answer
    case .feedback: return .feedback
    case .viewed, .configuration: return .seen
    case .inference: return .guess
    case .preference, .contactPoint, .identifier, .suggestion, .advocacy, .privacySignal:
      return nil
    }
  }

  private static func item(_ matter: CounterMatter) -> Int {
    if case .fact(let fact) = matter { fact.item } else { 0 }
  }

  private static func mayShow(_ matter: CounterMatter, at context: CounterContext) -> Bool {
    guard case .fact(let fact) = matter, !context.isPrivate else { return true }
    return !TopicPath.covers("special", fact.topic)
  }

  private static func isOutranked(_ matter: CounterMatter, _ matters: [CounterMatter]) -> Bool {
    guard case .fact(let guess) = matter else { return false }
    return matters.contains { other in
      guard case .fact(let fact) = other else { return false }
      return fact.topic == guess.topic && fact.origin > guess.origin
    }
  }
}
