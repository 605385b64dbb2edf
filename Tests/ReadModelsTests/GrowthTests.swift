import GRDB
import Glibc
import JSONBytes
import LogEngine
import Projection
import RapportTesting
import ReadModels
import Testing

/// One customer with thousands of events that name each other costs in proportion to them. Times are of this thread's
/// work alone, and only ever compared with another of the same run.
@Suite(.serialized) struct GrowthTests {
  /// A history of one customer that grows with its size, and the projectors it is hard for.
  struct Story: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let projectors: [any Projector.Type]
    /// Those of ``projectors`` that look at less than all of the customer in a batch.
    let live: [any Projector.Type]
    let events: @Sendable (Int) -> [DecodedEvent]

    init(
      _ name: String, _ projectors: [any Projector.Type], live: [any Projector.Type]? = nil,
      _ add: @escaping @Sendable (inout History, Int) -> Void
    ) {
      testDescription = name
      self.projectors = projectors
      self.live = live ?? projectors
      events = { size in
        var history = History()
        add(&history, size)
        return history.events
      }
    }
  }

  static let stories = [
    Story("outcomes that come before their contacts", [MarketingResponses.self]) { history, size in
      for number in 0..<size {
        history.add("contact.delivered", ["sendEventId": .string("s\(number)")])
      }
      for number in 0..<size { history.add("contact.sent", id: "s\(number)", contact()) }
      for number in 0..<size {
        history.add(
          "contact.responded", ["sendEventId": .string("s\(number)"), "response": "clicked"])
      }
    },
    Story("outcomes and contacts of one carrier's number", [MarketingResponses.self]) {
      history, size in
      let message: JSONValue = ["messageId": "M"]
      for _ in 0..<size { history.add("contact.delivered", message) }
      for number in 0..<size { history.add("contact.sent", id: "s\(number)", contact("M")) }
      for _ in 0..<size { history.add("contact.delivered", message) }
    },
    Story("retractions that come before their wishes", [MarketingAskedFor.self, Customer360.self]) {
      history, size in
      for number in 0..<size { history.add("preference.retracted", retraction(number)) }
      for number in 0..<size { history.add("preference.stated", id: "w\(number)", wish(number)) }
      for number in 0..<size { history.add("preference.retracted", retraction(number)) }
    },
    Story("wishes that are honoured", [Customer360.self]) { history, size in
      for number in 0..<size { history.add("preference.stated", id: "w\(number)", wish(number)) }
      for number in 0..<size {
        history.add(
          "booking.created",
          [
            "bookingId": .string("b\(number)"), "topic": "nothing.of.these",
            "slots": [["slot": "x"]],
          ])
        history.add(
          "preference.applied",
          [
            "preferenceEventId": .string("w\(number)"), "context": "booking",
            "reference": .string("b\(number)"), "department": "service",
          ])
      }
    },
    Story("answers that come before their questions", [ServiceDialogue.self, Customer360.self]) {
      history, size in
      for number in 0..<size { history.add("question.declined", answer(number)) }
      for number in 0..<size {
        history.add("question.asked", id: "q\(number)", question("Q\(number)"))
      }
      for number in 0..<size { history.add("question.declined", answer(number)) }
    },
    Story("one question asked again and again", [ServiceDialogue.self, Customer360.self]) {
      history, size in
      for number in 0..<size {
        history.add("question.asked", id: "q\(number)", question("Q"))
        history.add("question.declined", answer(number))
      }
    },
    Story("promises asked for again and kept", [ServicePromises.self, Customer360.self]) {
      history, size in
      for number in 0..<size {
        history.add("credit.granted", id: "g\(number)", credit(number))
      }
      for number in 0..<size {
        history.add(
          "inquiry.received", cause: "g\(number)", ["channel": "email", "topic": "credit"])
      }
      for number in 0..<size { history.add("credit.redeemed", credit(number)) }
    },
    // Each contact may be about any complaint that is open.
    Story(
      "complaints with an inquiry each", [ServiceComplaints.self, Customer360.self],
      live: [Customer360.self]
    ) { history, size in
      for number in 0..<size {
        history.add("complaint.opened", complaint(number))
        history.add("inquiry.received", ["channel": "email", "topic": .string("t\(number)")])
      }
      for number in 0..<size { history.add("complaint.resolved", complaint(number)) }
    },
    Story("invitations and their answers", [Customer360.self]) { history, size in
      for number in 0..<size {
        history.add(
          "relationship.invited", id: "i\(number)", ["topic": "club", "channel": "email"])
      }
      for number in 0..<size {
        history.add(
          "relationship.accepted", ["invitationEventId": .string("i\(number)")])
      }
    },
    Story("contact points and benefits", [Customer360.self]) { history, size in
      for number in 0..<size {
        history.add("contactpoint.invalidated", ["contactPointId": .string("p\(number)")])
        history.add("benefit.used", ["benefitId": .string("b\(number)")])
      }
      for number in 0..<size {
        history.add(
          "contactpoint.added",
          [
            "contactPointId": .string("p\(number)"), "kind": "email", "addedBy": "customer",
            "channels": ["email"], "ownership": "own",
          ])
        history.add("contactpoint.verified", ["contactPointId": .string("p\(number)")])
      }
    },
  ]

  @Test(arguments: stories) func inBulkWorkGrowsWithTheEvents(story: Story) throws {
    for projector in story.projectors {
      let model = FoldedModel(projector)
      try expectProportion(200, "\(projector)") { size in
        let source = ArraySource(story.events(size))
        return { try ModelFile.withFolded(model, from: source) { _ in } }
      }
    }
  }

  @Test(arguments: stories) func liveWorkGrowsWithTheEvents(story: Story) throws {
    for projector in story.live {
      let model = FoldedModel(projector)
      try expectProportion(100, "\(projector)") { size in
        let source = ArraySource(story.events(size))
        return { try Self.applyOneByOne(model, source) }
      }
    }
  }

  /// Every event is a batch of its own.
  private static func applyOneByOne(_ model: FoldedModel, _ source: ArraySource) throws {
    try DatabaseQueue().write { db in
      try db.execute(
        sql: "CREATE TABLE _rapport (recorded INTEGER);" + model.tables + model.indexes)
      let tables = Tables(db)
      var next = Position.zero
      while next < source.end {
        let batch = try source.events(from: next, countMax: 1, ofTypes: model.eventTypes)
        _ = try model.apply(batch, at: next, of: source, to: tables)
        next = batch.next
      }
    }
  }

  /// Eight times the events cost less than forty times the work: were every event to look at all others, it would be
  /// sixty-four times. What is left between eight and forty is for caches that no longer hold everything, on a machine that
  /// does other work as well.
  private func expectProportion(
    _ size: Int, _ name: String, _ make: (Int) -> () throws -> Void
  ) throws {
    let small = make(size)
    let large = make(8 * size)
    let one = try (0..<3).map { _ in try nanoseconds(small) }.min() ?? 1
    var factor = Double.infinity
    for _ in 0..<3 where factor >= 40 {
      factor = min(factor, Double(try nanoseconds(large)) / Double(one))
    }
    #expect(factor < 40, "\(name): eight times the events cost \(factor) times the work")
  }

  private func nanoseconds(_ body: () throws -> Void) rethrows -> Int64 {
    let start = Self.threadTime()
    try body()
    return max(Self.threadTime() - start, 1)
  }

  /// How long this thread has worked, in nanoseconds.
  private static func threadTime() -> Int64 {
    var time = timespec()
    // Safe: the clock fills the value it is given.
    let result = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    precondition(result == 0, "every thread of Linux has a clock of its work")
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}

private func contact(_ message: String? = nil) -> JSONValue {
  let fields: KeyValuePairs<String, JSONValue?> = [
    "department": "marketing", "topic": "shoes", "channel": "email",
    "messageId": message.map { .string($0) },
  ]
  return .object(fields)
}

private func wish(_ number: Int) -> JSONValue {
  ["topic": .string("t\(number)"), "value": "red", "standing": false, "strength": "must"]
}

private func retraction(_ number: Int) -> JSONValue {
  ["preferenceEventId": .string("w\(number)")]
}

private func question(_ id: String) -> JSONValue {
  ["questionId": .string(id), "topic": "food", "channel": "email", "sensitivity": "normal"]
}

private func answer(_ number: Int) -> JSONValue { ["questionEventId": .string("q\(number)")] }

private func credit(_ number: Int) -> JSONValue {
  ["promiseId": .string("p\(number)"), "amount": ["amount": "20.00", "currency": "EUR"]]
}

private func complaint(_ number: Int) -> JSONValue {
  [
    "complaintId": .string("k\(number)"), "channel": "email", "topic": .string("t\(number)"),
    "remedy": "refund",
  ]
}
