package import LogEngine
import Relationship

/// Why a line or row did not become an event.
package struct Rejection: Hashable, Sendable {
  /// Number of its (first) line in the input, from 1.
  package var line: Int
  /// Stable, e.g. `event.schema`.
  package var code: String
  /// What is wrong and how to mend it; never the content.
  package var sentence: String
  /// The line or row as it stood; only for reject files, never for a log or terminal.
  package var content: [UInt8]
  /// The `id` of the event that decided against it: the customer's no that it would have undone, or an erasure.
  package var decidingEventId: String?

  package init(
    line: Int, code: String, sentence: String, content: [UInt8], decidingEventId: String? = nil
  ) {
    self.line = line
    self.code = code
    self.sentence = sentence
    self.content = content
    self.decidingEventId = decidingEventId
  }
}

/// What became of an input.
package struct AppendSummary: Sendable {
  /// Events that were recorded now.
  package var appended = 0
  /// Events that were recorded before with the same content.
  package var duplicates = 0
  /// How many lines or rows did not become events.
  package var rejected = 0
  /// The first of them, without their content.
  package var rejections: [Rejection] = []
  /// Lowest and highest position of the events, recorded now or before; nil when there are none.
  package var first: Position?
  package var last: Position?

  package init() {}

  mutating func add(_ other: AppendSummary) {
    appended += other.appended
    duplicates += other.duplicates
    rejected += other.rejected
    rejections += other.rejections.prefix(max(0, RejectFile.shownMax - rejections.count))
    first = [first, other.first].compactMap { $0 }.min()
    last = [last, other.last].compactMap { $0 }.max()
  }

  mutating func reject(_ rejection: Rejection) {
    rejected += 1
    if rejections.count < RejectFile.shownMax { rejections.append(rejection.withoutContent) }
  }

  mutating func count(_ receipt: AppendReceipt) {
    let new = Int(receipt.recorded.upperBound.value - receipt.recorded.lowerBound.value)
    appended += new
    duplicates += receipt.positions.count - new
    for position in receipt.positions {
      first = min(first ?? position, position)
      last = max(last ?? position, position)
    }
  }
}

/// Texts that are to become events, with the lines they came from.
package struct EventTexts: Sendable {
  package struct Item: Sendable {
    /// Bytes of one JSON text in ``EventTexts/bytes``.
    package var range: Range<Int>
    package var line: Int

    package init(range: Range<Int>, line: Int) {
      self.range = range
      self.line = line
    }
  }

  package var bytes: [UInt8]
  package var items: [Item]

  package init(bytes: [UInt8], items: [Item]) {
    self.bytes = bytes
    self.items = items
  }
}

/// Prepares texts in parallel and appends them in order, with several appends on their way at once.
///
/// Memory is bounded by the number of batches on their way, whatever the size of the input.
struct AppendPipeline {
  private let log: EventLog
  private let intake: Intake
  /// Nil: nothing is asked.
  private let door: Door?
  private let onReject: @Sendable (Rejection) throws -> Void
  private(set) var summary = AppendSummary()
  private var preparing: [Task<Prepared, Never>] = []
  private var waiting: [Waiting] = []

  private static let preparingMax = 4
  private static let waitingMax = 8
  /// Events of a batch at most; the size in bytes is bounded, too.
  static let batchEventsMax = 512
  static let batchSizeMax = Limits.appendSizeMax / 2

  /// Texts as events of the log, ready to be appended, and those that are none.
  struct Prepared: Sendable {
    var events: [NewEvent] = []
    /// Of each event: its line, and its text in ``texts``.
    var items: [EventTexts.Item] = []
    var texts = EventTexts(bytes: [], items: [])
    var rejections: [Rejection] = []
    /// Of the few events that the door looks at: what it asks.
    var guarded: [Int: Guarded] = [:]

    /// Takes over an event of another batch of the same texts.
    mutating func add(_ index: Int, of other: Prepared) {
      events.append(other.events[index])
      items.append(other.items[index])
    }
  }

  /// An append on its way.
  private struct Waiting {
    var ticket: AppendTicket
    var batch: Prepared
    /// Of a single event that the door let in on a condition: what it asked.
    var condition: Guarded?
    /// Who is one customer may depend on it.
    var joins: Bool
  }

  /// `onReject` hears of each rejection with its content, about in the order of the input. Without a `door` everything
  /// goes in unasked: a history that the program makes up, whose tests ask the door instead.
  init(
    _ ledger: Ledger, door: Door?,
    onReject: @escaping @Sendable (Rejection) throws -> Void = { _ in }
  ) {
    log = ledger.log
    intake = ledger.intake
    self.door = door
    self.onReject = onReject
  }

  /// With the door that asks everything.
  init(_ ledger: Ledger) { self.init(ledger, door: Door(ledger: ledger)) }

  /// Takes a batch in. Suspends while too many are on their way. Throws what stops the whole input: a disk that is
  /// full or broken; what was answered before stays counted in ``summary``.
  mutating func append(_ texts: EventTexts) async throws {
    let intake = intake
    preparing.append(Task { intake.prepare(texts) })
    if preparing.count >= Self.preparingMax { try await submitFirst() }
  }

  /// Waits for everything that is on its way.
  mutating func finish() async throws -> AppendSummary {
    try await settle()
    summary.rejections.sort { $0.line < $1.line }
    return summary
  }

  /// Waits until what was taken in is recorded, or refused.
  mutating func settle() async throws {
    while !preparing.isEmpty { try await submitFirst() }
    try await settleAll()
  }

  private mutating func settleAll() async throws {
    while !waiting.isEmpty { try await settleFirst() }
  }

  private mutating func submitFirst() async throws {
    let batch = await preparing.removeFirst().value
    for rejection in batch.rejections { try reject(rejection) }
    if let door, !batch.guarded.isEmpty {
      try await submit(batch, asking: door)
    } else {
      try await submit(batch)
    }
    while waiting.count >= Self.waitingMax { try await settleFirst() }
  }

  /// Asks the door about the events that it looks at, each with everything before it. An event that goes in on a
  /// condition is an append of its own: where the condition fails, it alone is asked about again.
  private mutating func submit(_ batch: Prepared, asking door: Door) async throws {
    var part = Prepared(texts: batch.texts)
    var joins = false
    for index in batch.events.indices {
      guard let kind = batch.guarded[index] else {
        part.add(index, of: batch)
        continue
      }
      if kind.isAboutEverySubject, joins || waiting.contains(where: \.joins) {
        // Who is one customer is read from the log alone.
        try await submit(part, joins: joins)
        part = Prepared(texts: batch.texts)
        joins = false
        try await settleAll()
      }
      let onTheWay = OnTheWay(waiting.map { $0.batch.events[...] } + [part.events[...]])
      var answer = try door.answer(batch.events[index], kind, onTheWay: onTheWay)
      if case .goesInIf(let conditions) = answer, conditions.restOnOthers {
        try await submit(part, joins: joins)
        part = Prepared(texts: batch.texts)
        joins = false
        try await settleAll()
        answer = try door.answer(batch.events[index], kind, onTheWay: OnTheWay())
      }
      switch answer {
      case .goesIn:
        joins = joins || kind == .identity || kind == .imported
        part.add(index, of: batch)
      case .refused(let refusal): try reject(index, of: batch, refusal.code, refusal.sentence)
      case .goesInIf(let conditions):
        try await submit(part, joins: joins)
        part = Prepared(texts: batch.texts)
        joins = false
        var single = Prepared(texts: batch.texts)
        single.add(index, of: batch)
        try await submit(single, condition: (kind, conditions))
        while waiting.count >= Self.waitingMax { try await settleFirst() }
      }
    }
    try await submit(part, joins: joins)
  }

  private mutating func submit(
    _ batch: Prepared, condition: (kind: Guarded, holds: DoorConditions)? = nil,
    joins: Bool = false
  ) async throws {
    var batch = batch
    let expectations = condition?.holds.subjects.map(\.expectation) ?? []
    while !batch.events.isEmpty {
      do throws(AppendError) {
        let ticket = try log.submit(
          batch.events, expecting: expectations, groupsAsOf: condition?.holds.groupsAsOf)
        waiting.append(
          Waiting(ticket: ticket, batch: batch, condition: condition?.kind, joins: joins))
        return
      } catch {
        guard let index = Self.culprit(of: error) else { throw LedgerError(error) }
        try reject(index, of: &batch, error)
      }
    }
  }

  private mutating func settleFirst() async throws {
    let first = waiting.removeFirst()
    do throws(AppendError) {
      summary.count(try await first.ticket.receipt())
    } catch {
      switch error {
      case .busy:
        // Our own appends fill the line: let the oldest finish, then try again.
        try await settleAll()
        try await submitAgain(first)
      case .revisionConflict, .groupsChanged:
        guard let door, first.condition != nil else { throw LedgerError(error) }
        // Somebody was quicker. What they said is read, and the door decides again.
        try await settleAll()
        try await door.wait(for: error)
        try await submitAgain(first)
      default:
        guard let index = Self.culprit(of: error) else { throw LedgerError(error) }
        // One event spoils an append, which is all or none: the rest goes in without it.
        var rest = first.batch
        try reject(index, of: &rest, error)
        try await submit(rest, joins: first.joins)
      }
    }
  }

  private mutating func submitAgain(_ again: Waiting) async throws {
    guard let door, let condition = again.condition else {
      return try await submit(again.batch, joins: again.joins)
    }
    var batch = again.batch
    batch.guarded = [0: condition]
    try await submit(batch, asking: door)
  }

  private static func culprit(of error: AppendError) -> Int? {
    switch error {
    case .idReused(let index, _), .invalid(let index, _): index
    case .tooLarge(let index, _, _): index
    default: nil
    }
  }

  private mutating func reject(_ rejection: Rejection) throws {
    summary.reject(rejection)
    try onReject(rejection)
  }

  private mutating func reject(
    _ index: Int, of batch: Prepared, _ code: String, _ sentence: String
  ) throws {
    let item = batch.items[index]
    try reject(
      Rejection(
        line: item.line, code: code, sentence: sentence,
        content: Array(batch.texts.bytes[item.range])))
  }

  private mutating func reject(
    _ index: Int, of batch: inout Prepared, _ error: AppendError
  ) throws {
    try reject(index, of: batch, error.code, error.sentence)
    batch.events.remove(at: index)
    batch.items.remove(at: index)
  }
}
