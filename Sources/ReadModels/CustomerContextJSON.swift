// A point of contact's view, and a question's choice, as JSON: the same content, for programs.

package import JSONBytes
package import Relationship

extension CounterView {
  /// One object. Instants are RFC 3339 in UTC, sums are exact decimals with their currency, what is unknown is absent,
  /// and lists are there even when they are empty. `incomplete` as in ``CustomerView/json``.
  package var json: JSONValue {
    .object([
      "id": .string(id), "at": .string(instant.text), "context": .string(context.rawValue),
      "incomplete": lacking == 0
        ? nil : ["events": .integer(lacking), "mendedBy": .string(Customer360.repairCommand)],
      "wishes": .array(wishes.map(\.json)), "owed": .array(owed.map(\.json)),
      "facts": .array(facts.map(\.json)), "ask": question.json,
    ])
  }
}

extension CounterView.Owed {
  fileprivate var json: JSONValue {
    .object([
      "promise": promise.json, "ageDays": ageDays.map { .integer($0) },
    ])
  }
}

extension CounterView.Line {
  fileprivate var json: JSONValue {
    var members: [JSONMember] = [
      JSONMember("sort", .string(sort.rawValue)),
      JSONMember("origin", .string(matter.origin.rawValue)), JSONMember("source", source.json),
    ]
    func add(_ name: String, _ text: String?) {
      if let text, !text.isEmpty { members.append(JSONMember(name, .string(text))) }
    }
    switch matter {
    case .fact(let fact):
      add("kind", fact.kind.rawValue)
      add("topic", fact.topic)
      add("about", fact.about)
      add("value", fact.value)
      add("detail", fact.detail)
      add("validUntil", fact.validUntil?.text)
    case .complaint(let complaint):
      add("kind", "complaint")
      add("complaintId", complaint.id)
      add("state", complaint.state.rawValue)
      add("topic", complaint.opening?.topic)
      add("product", complaint.opening?.product)
      add("issue", complaint.opening?.issue)
      add("wantedRemedy", complaint.opening?.wantedRemedy)
    case .stopped: add("kind", "stopped")
    case .erased: add("kind", "erased")
    }
    return .object(members)
  }
}

extension QuestionChoice {
  /// `question` with everything to ask and record it, or null; then `rule` and `reason`. `refused`: every other question of
  /// the bank that may not be asked, with the rule that stops it.
  package var json: JSONValue {
    .object([
      "question": next?.json ?? .null, "rule": next == nil ? .string(silenceRule) : nil,
      "reason": next == nil ? .string(silence) : nil,
      "refused": .array(
        refused.map { refused in
          .object([
            "questionId": .string(refused.question.id), "rule": .string(refused.obstacle.code),
            "reason": .string(refused.obstacle.clause),
            "position": refused.obstacle.place.map { .integer($0) },
            "until": refused.obstacle.until.map { .string($0.text) },
          ])
        }),
    ])
  }
}

extension NextQuestion {
  fileprivate var json: JSONValue {
    .object([
      "questionId": .string(question.id), "text": .string(question.text),
      "topic": .string(question.topic), "sensitivity": .string(question.sensitivity.rawValue),
      "purpose": .string(question.purpose), "fills": .string(question.fills.text),
      "recordedAs": .string(question.fills.recordedAs),
      "choices": .array(question.choices.map { .string($0) }),
      "consentEventId": consent.map { .string($0.id) },
      "reviewBy": reviewBy.map { .string(String($0.text.prefix(10))) }, "because": .string(reason),
      "relevance": .string(relevance.word),
      "relevantEvent": relevance.place.map { .integer($0) },
      "agedEvent": aged.map { .integer($0.moment.place) },
    ])
  }
}
