// Appending with an answer for each event. It asks the same door as every other append.

import JSONBytes
import LogEngine
import Relationship

extension Ledger {
  /// Appends events and answers for each, in order, once what is recorded survives a power cut.
  ///
  /// One that is refused keeps none of the others out, unless they go `together`: then all are recorded or none.
  /// `expectations` (by subject) hold for the whole, so they go with a single event or with events that go together;
  /// where one does not hold, each event is refused with `append.revision-conflict` and the current revision.
  ///
  /// Sending the same again adds nothing and gives the same positions. Any number of tasks may append at once: appends
  /// that meet share a sync. Throws what concerns no single event, such as a full disk, or an append that is too large;
  /// then some events may be recorded, and sending all again tells which. A task that is cancelled still gets its
  /// answers.
  ///
  /// Cost: some microseconds an event, and a sync. What the door asks about reads the customer's history.
  package func append(
    _ texts: EventTexts, expecting expectations: [String: ExpectedSubject] = [:],
    together: Bool = false
  ) async throws -> [EventAnswer] {
    guard expectations.isEmpty || together || texts.items.count == 1 else {
      throw LedgerError(
        "usage.expectations",
        "expectations go with one event, or with events that are recorded together", .usage)
    }
    var numbered = texts
    // A line is a place in the answers from here on.
    for place in texts.items.indices { numbered.items[place].line = place + 1 }
    let prepared = intake.prepare(numbered)
    var append = AnsweredAppend(self, prepared)
    if together || !expectations.isEmpty {
      try await append.appendTogether(
        expectations.sorted { $0.key < $1.key }
          .map { Expectation(customer: $0.key, revision: $0.value.revision) })
    } else {
      try await append.appendEach()
    }
    return try append.finish()
  }
}

/// One append on its way to its answers.
private struct AnsweredAppend {
  /// Events of one append of the log.
  private struct Part {
    var events: [NewEvent] = []
    /// Of each event: its place among the answers.
    var places: [Int] = []
    var size = 0
    /// Of a single event that the door let in on a condition: what it asked, and what must hold.
    var condition: (kind: Guarded, holds: DoorConditions)?
    /// Who is one customer may depend on it.
    var joins = false

    mutating func add(_ event: NewEvent, at place: Int) {
      events.append(event)
      places.append(place)
      size += event.bytes.count
    }

    func hasRoom(for event: NewEvent) -> Bool {
      events.count < AppendPipeline.batchEventsMax
        && size + event.bytes.count <= AppendPipeline.batchSizeMax
    }
  }

  private let ledger: Ledger
  private let door: Door
  private let prepared: AppendPipeline.Prepared
  private var answers: [EventAnswer?]
  private var part = Part()
  /// Appends on their way, in order.
  private var waiting: [(ticket: AppendTicket, part: Part)] = []

  private static let waitingMax = 8

  init(_ ledger: Ledger, _ prepared: AppendPipeline.Prepared) {
    self.ledger = ledger
    self.prepared = prepared
    door = Door(ledger: ledger)
    answers = Array(repeating: nil, count: prepared.texts.items.count)
    for rejection in prepared.rejections {
      answers[rejection.line - 1] = .refused(EventRefusal(rejection.code, rejection.sentence))
    }
  }

  private func place(_ index: Int) -> Int { prepared.items[index].line - 1 }

  // MARK: Each for itself

  mutating func appendEach() async throws {
    for index in prepared.events.indices {
      let event = prepared.events[index]
      if let kind = prepared.guarded[index] {
        try await ask(event, kind, at: place(index))
      } else {
        if !part.hasRoom(for: event) { try await submitPart() }
        part.add(event, at: place(index))
      }
    }
    try await submitPart()
    try await settleAll()
  }

  /// Asks the door about one event, with everything before it. One that goes in on a condition is an append of its own:
  /// where the condition fails, it alone is asked about again.
  private mutating func ask(_ event: NewEvent, _ kind: Guarded, at place: Int) async throws {
    if kind.isAboutEverySubject, part.joins || waiting.contains(where: \.part.joins) {
      // Who is one customer is read from the log alone.
      try await submitPart()
      try await settleAll()
    }
    let onTheWay = OnTheWay(waiting.map { $0.part.events[...] } + [part.events[...]])
    var answer = try door.answer(event, kind, onTheWay: onTheWay)
    if case .goesInIf(let conditions) = answer, conditions.restOnOthers {
      try await submitPart()
      try await settleAll()
      answer = try door.answer(event, kind, onTheWay: OnTheWay())
    }
    switch answer {
    case .goesIn:
      if !part.hasRoom(for: event) { try await submitPart() }
      part.joins = part.joins || kind == .identity || kind == .imported
      part.add(event, at: place)
    case .refused(let refusal):
      answers[place] = .refused(EventRefusal(refusal.code, refusal.sentence))
    case .goesInIf(let conditions):
      try await submitPart()
      var single = Part()
      single.add(event, at: place)
      single.condition = (kind, conditions)
      try await submit(single)
    }
  }

  private mutating func submitPart() async throws {
    let full = part
    part = Part()
    try await submit(full)
  }

  private mutating func submit(_ given: Part) async throws {
    var part = given
    while !part.events.isEmpty {
      do throws(AppendError) {
        let ticket = try ledger.log.submit(
          part.events, expecting: part.condition?.holds.subjects.map(\.expectation) ?? [],
          groupsAsOf: part.condition?.holds.groupsAsOf)
        waiting.append((ticket, part))
        break
      } catch {
        try refuse(error, in: &part)
      }
    }
    while waiting.count >= Self.waitingMax { try await settleFirst() }
  }

  private mutating func settleAll() async throws {
    while !waiting.isEmpty { try await settleFirst() }
  }

  private mutating func settleFirst() async throws {
    let (ticket, part) = waiting.removeFirst()
    do throws(AppendError) {
      note(try await ticket.receipt(), of: part)
    } catch {
      switch error {
      case .revisionConflict, .groupsChanged:
        guard let condition = part.condition else { throw LedgerError(error) }
        // Somebody was quicker. What they said is read, and the door decides again.
        try await settleAll()
        try await door.wait(for: error)
        try await ask(part.events[0], condition.kind, at: part.places[0])
        try await submitPart()
      default:
        var rest = part
        try refuse(error, in: &rest)
        try await submit(rest)
      }
    }
  }

  // MARK: All or none

  mutating func appendTogether(_ expectations: [Expectation]) async throws {
    for index in prepared.events.indices {
      part.add(prepared.events[index], at: place(index))
    }
    while !answers.contains(where: { $0?.refusal != nil }) {
      let conditions = try askAboutAll()
      guard !answers.contains(where: { $0?.refusal != nil }) else { break }
      do throws(AppendError) {
        let ticket = try ledger.log.submit(
          part.events, expecting: expectations + conditions.expectations,
          groupsAsOf: conditions.groupsAsOf)
        note(try await ticket.receipt(), of: part)
        return
      } catch {
        if case .revisionConflict(let customer, let expected, _) = error,
          expectations.contains(Expectation(customer: customer, revision: expected))
        {
          for place in part.places { answers[place] = .refused(EventRefusal(error)) }
          return
        }
        switch error {
        case .revisionConflict, .groupsChanged: try await door.wait(for: error)
        default:
          var rest = part
          try refuse(error, in: &rest)
        }
      }
    }
    for place in answers.indices where answers[place] == nil { answers[place] = .heldBack }
  }

  /// What must hold for what the door let in on a condition.
  private mutating func askAboutAll() throws -> JointConditions {
    var joint = JointConditions()
    for (index, kind) in prepared.guarded.sorted(by: { $0.key < $1.key }) {
      let before = OnTheWay([prepared.events[..<index]])
      switch try door.answer(prepared.events[index], kind, onTheWay: before) {
      case .goesIn: break
      case .refused(let refusal):
        answers[place(index)] = .refused(EventRefusal(refusal.code, refusal.sentence))
      case .goesInIf(let conditions): joint.add(conditions)
      }
    }
    return joint
  }

  // MARK: Answers

  /// Takes the one event out that the log will not have, with its answer. Throws an error that is about no single
  /// event.
  private mutating func refuse(_ error: AppendError, in part: inout Part) throws {
    let index: Int
    switch error {
    case .idReused(let found, _), .invalid(let found, _), .tooLarge(let found?, _, _): index = found
    default: throw LedgerError(error)
    }
    answers[part.places[index]] = .refused(EventRefusal(error))
    part.size -= part.events[index].bytes.count
    part.events.remove(at: index)
    part.places.remove(at: index)
  }

  private mutating func note(_ receipt: AppendReceipt, of part: Part) {
    var seen: Set<Position> = []
    for (place, position) in zip(part.places, receipt.positions) {
      let isNew = receipt.recorded.contains(position) && seen.insert(position).inserted
      answers[place] = .recorded(position: position, revision: nil, isDuplicate: !isNew)
    }
  }

  /// The answers, each recorded event with its revision: what was written is read again, from the page cache.
  mutating func finish() throws -> [EventAnswer] {
    let positions = Set(answers.compactMap { $0?.position }).sorted()
    var revisions: [Position: UInt32] = [:]
    for (position, entry) in zip(positions, try ledger.log.entries(at: positions)) {
      revisions[position] = try Self.revision(of: entry, at: position)
    }
    return answers.map { answer in
      guard let answer else { preconditionFailure("every event has an answer") }
      guard case .recorded(let position, _, let isDuplicate) = answer else { return answer }
      return .recorded(
        position: position, revision: revisions[position], isDuplicate: isDuplicate)
    }
  }

  private static func revision(
    of entry: ArraySlice<UInt8>, at position: Position
  ) throws -> UInt32? {
    do throws(JSONError) {
      return try JSONDocument(scanning: Array(entry)).root["revision"]?.integer
        .flatMap { UInt32(exactly: $0) }
    } catch {
      throw ReadError.corrupt(
        Corruption(
          .entry, file: "log", offset: 0, positions: position..<position.advanced(by: 1),
          detail: "it is no JSON"))
    }
  }
}
