package import LogEngine

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

  package init(line: Int, code: String, sentence: String, content: [UInt8]) {
    self.line = line
    self.code = code
    self.sentence = sentence
    self.content = content
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
  private let onReject: @Sendable (Rejection) throws -> Void
  private(set) var summary = AppendSummary()
  private var preparing: [Task<Prepared, Never>] = []
  private var waiting: [(ticket: AppendTicket, batch: Prepared)] = []

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
  }

  /// `onReject` hears of each rejection with its content, about in the order of the input.
  init(
    log: EventLog, intake: Intake,
    onReject: @escaping @Sendable (Rejection) throws -> Void = { _ in }
  ) {
    self.log = log
    self.intake = intake
    self.onReject = onReject
  }

  /// Takes a batch in. Suspends while too many are on their way. Throws what stops the whole input: a disk that is
  /// full or broken; what was answered before stays counted in ``summary``.
  mutating func append(_ texts: EventTexts) async throws {
    let intake = intake
    preparing.append(Task { intake.prepare(texts) })
    if preparing.count >= Self.preparingMax { try await submitFirst() }
  }

  /// Waits for everything that is on its way.
  mutating func finish() async throws -> AppendSummary {
    while !preparing.isEmpty { try await submitFirst() }
    while !waiting.isEmpty { try await settleFirst() }
    summary.rejections.sort { $0.line < $1.line }
    return summary
  }

  private mutating func submitFirst() async throws {
    let batch = await preparing.removeFirst().value
    for rejection in batch.rejections { try reject(rejection) }
    try await submit(batch)
    if waiting.count >= Self.waitingMax { try await settleFirst() }
  }

  private mutating func submit(_ batch: Prepared) async throws {
    var batch = batch
    while !batch.events.isEmpty {
      do throws(AppendError) {
        waiting.append((try log.submit(batch.events), batch))
        return
      } catch {
        guard let index = Self.culprit(of: error) else { throw LedgerError(error) }
        try reject(index, of: &batch, error)
      }
    }
  }

  private mutating func settleFirst() async throws {
    let (ticket, batch) = waiting.removeFirst()
    do throws(AppendError) {
      summary.count(try await ticket.receipt())
    } catch {
      if case .busy = error {
        // Our own appends fill the line: let the oldest finish, then try again.
        while !waiting.isEmpty { try await settleFirst() }
        try await submit(batch)
        return
      }
      guard let index = Self.culprit(of: error) else { throw LedgerError(error) }
      // One event spoils an append, which is all or none: the rest goes in without it.
      var rest = batch
      try reject(index, of: &rest, error)
      try await submit(rest)
    }
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
    _ index: Int, of batch: inout Prepared, _ error: AppendError
  ) throws {
    let item = batch.items[index]
    try reject(
      Rejection(
        line: item.line, code: error.code, sentence: error.sentence,
        content: Array(batch.texts.bytes[item.range])))
    batch.events.remove(at: index)
    batch.items.remove(at: index)
  }
}
