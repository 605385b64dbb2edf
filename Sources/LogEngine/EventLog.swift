package import Disk
package import JSONBytes
internal import Synchronization
internal import Transparency

/// How a log is opened.
package enum Access: Hashable, Sendable { case writing(Durability), readingOnly }

/// Whether the watermark is synced with each frame. `normal` leaves one hole: bit rot in the very last frame together
/// with a power loss looks like a torn tail.
package enum Durability: Hashable, Sendable { case normal, strict }

/// An append-only log of events on disk.
///
/// One process appends. Any number of processes read what is acknowledged. Nothing is changed or removed.
///
///     let (log, report) = try EventLog.open("ledger", for: .writing(.normal), on: LinuxFileSystem())
///     let positions = try await log.append(events, expecting: [])
///     let batch = try log.read(.all, from: positions[0])
///     try await log.close()
package final class EventLog: Sendable {
  let core: LogCore
  private let writer: Writer?

  private init(core: LogCore, writer: Writer?) {
    self.core = core
    self.writer = writer
  }

  deinit { writer?.abandon() }

  package var description: LedgerDescription { core.description }

  // MARK: Making and opening

  /// Makes an empty ledger in `directory`, which is made too, with mode 0700. `ledger.json` comes last: while it is
  /// missing there is no ledger, and making it again goes on where a killed attempt stopped. Throws a ``DiskError``
  /// with ``DiskError/alreadyExists`` when there is a ledger or a log already.
  package static func create(
    _ directory: String, _ description: LedgerDescription, on files: any FileSystem
  ) throws(DiskError) {
    let log = "\(directory)/\(LogFiles.directory)"
    try files.makeDirectory(directory)
    guard try !files.exists("\(directory)/\(LedgerDescription.fileName)") else {
      throw DiskError(.create, "\(directory)/\(LedgerDescription.fileName)", number: Errno.exists)
    }
    let lock = try WriterLock("\(directory)/\(LogFiles.lock)", on: files)
    defer { lock.release() }
    try files.makeDirectory(log)
    try files.makeDirectory("\(directory)/\(LogFiles.index)")
    for name in try files.list(log) {
      let path = "\(log)/\(name)"
      // A page is a header without frames: what a killed attempt leaves. Anything longer is somebody's log.
      let isLeftover =
        name.hasSuffix(LogFiles.temporarySuffix) || name == LogFiles.watermark
        || LogFiles.firstPosition(ofJournal: name) == .zero
      guard isLeftover, try files.identity(of: path).size <= UInt64(Watermark.fileSize) else {
        throw DiskError(.create, log, number: Errno.exists)
      }
      try files.remove(path)
    }
    let header = JournalHeader(
      ledger: description.id, first: .zero, root: .empty, epoch: 0)
    let journal = try JournalFiles.create(header, in: directory, on: files)
    try journal.file.close()
    try createWatermark(in: log, description.id, on: files)
    try files.syncDirectory(directory)
    try DurableReplace.write(
      description.encoded, to: LedgerDescription.fileName, in: directory, on: files)
  }

  private static func createWatermark(
    in log: String, _ ledger: LedgerID, on files: any FileSystem
  ) throws(DiskError) {
    let file = try files.create("\(log)/\(LogFiles.watermark)")
    var bytes = [UInt8](repeating: 0, count: Watermark.fileSize)
    let mark = Watermark(
      counter: 0, ledger: ledger, size: .zero, root: .empty, journal: .zero, epoch: 0)
    bytes.replaceSubrange(0..<Watermark.slotUsed, with: mark.slot)
    try file.write(bytes, at: 0)
    try file.sync()
    try file.close()
    try files.syncDirectory(log)
  }

  /// Opens the log in `directory`, and reports what it found.
  ///
  /// For writing: takes the locks, sets a torn tail aside, and starts two threads. An undamaged end costs the reading
  /// of the journals; after ``close()`` without their entries. For reading: takes no lock, changes nothing, and serves
  /// what lies around damage.
  package static func open(
    _ directory: String, for access: Access, on files: any FileSystem,
    clock: @escaping @Sendable () -> Timestamp
  ) throws(OpenError) -> (log: EventLog, report: OpenReport) {
    let description = try readDescription(in: directory, on: files)
    switch access {
    case .readingOnly:
      let recovered = try Recovery(
        directory: directory, files: files, ledger: description.id, access: access
      ).run()
      let core = LogCore(
        directory: directory, files: files, clock: clock, description: description, epoch: 0,
        index: recovered.index, known: KnownEvents())
      return (EventLog(core: core, writer: nil), recovered.report)
    case .writing(let durability):
      let lock: WriterLock
      do throws(DiskError) {
        lock = try WriterLock("\(directory)/\(LogFiles.lock)", on: files)
      } catch {
        throw error.isBusy ? .busy : .disk(error)
      }
      do throws(OpenError) {
        return try openForWriting(
          directory, description, lock, durability, on: files, clock: clock)
      } catch {
        lock.release()
        throw error
      }
    }
  }

  package static func readDescription(
    in directory: String, on files: any FileSystem
  ) throws(OpenError) -> LedgerDescription {
    let bytes: [UInt8]
    do throws(DiskError) {
      bytes = try files.contents(
        of: "\(directory)/\(LedgerDescription.fileName)", sizeMax: Limits.descriptionSizeMax)
    } catch {
      if error.isMissing || error.number == Errno.notDirectory { throw .noLedger(directory) }
      throw .disk(error)
    }
    return try LedgerDescription(bytes)
  }

  private static func openForWriting(
    _ directory: String, _ description: LedgerDescription, _ lock: WriterLock,
    _ durability: Durability, on files: any FileSystem,
    clock: @escaping @Sendable () -> Timestamp
  ) throws(OpenError) -> (log: EventLog, report: OpenReport) {
    let log = "\(directory)/\(LogFiles.directory)"
    do throws(DiskError) {
      // Never acknowledged, never referred to.
      for name in try files.list(log) where name.hasSuffix(LogFiles.temporarySuffix) {
        try files.remove("\(log)/\(name)")
      }
    } catch {
      throw .disk(error)
    }
    var recovered = try Recovery(
      directory: directory, files: files, ledger: description.id,
      access: .writing(durability)
    ).run()
    guard recovered.epoch < .max else { throw .notALedger("its writer epochs are used up") }
    let epoch = recovered.epoch + 1
    let journal: ActiveJournal
    let watermark: WatermarkWriter
    do throws(DiskError) {
      journal = try JournalFiles.openLast(&recovered, in: directory, on: files)
      watermark = try openWatermark(
        recovered, journal, epoch, durability, in: log, description.id, on: files)
    } catch {
      throw error.isBusy ? .busy : .disk(error)
    }
    let core = LogCore(
      directory: directory, files: files, clock: clock, description: description, epoch: epoch,
      index: recovered.index,
      known: KnownEvents(ids: recovered.ids, customers: recovered.customers))
    let writer = Writer(
      core: core, lock: lock, journal: journal, watermark: watermark, recovered: recovered)
    return (EventLog(core: core, writer: writer), recovered.report)
  }

  private static func openWatermark(
    _ recovered: Recovered, _ journal: ActiveJournal, _ epoch: UInt32, _ durability: Durability,
    in log: String, _ ledger: LedgerID, on files: any FileSystem
  ) throws(DiskError) -> WatermarkWriter {
    let path = "\(log)/\(LogFiles.watermark)"
    if try !files.exists(path) { try createWatermark(in: log, ledger, on: files) }
    let file = try files.openForWriting(path)
    var watermark = WatermarkWriter(
      file: file, ledger: ledger, epoch: epoch, durability: durability,
      counter: recovered.watermark?.counter ?? 0)
    try watermark.write(
      size: recovered.index.end, root: recovered.index.root, journal: journal.first)
    try file.sync()
    return watermark
  }

  // MARK: Appending

  /// Appends `events` and returns their positions once they are durable.
  ///
  /// All are recorded or none. Appends made at the same time share one sync. An event whose `(source, id)` is already
  /// recorded with the same content keeps its old position. Traps on a log that is open for reading.
  package func append(
    _ events: [NewEvent], expecting expectations: [Expectation] = []
  ) async throws(AppendError) -> [Position] {
    try await submit(events, expecting: expectations).positions()
  }

  /// Puts `events` in line and returns at once: appends are recorded in the order of these calls. What was recorded
  /// before is looked up and compared here, in the caller's task, so that a source which resends old events slows
  /// itself and not the log.
  package func submit(
    _ events: [NewEvent], expecting expectations: [Expectation] = []
  ) throws(AppendError) -> AppendTicket {
    guard let writer else { preconditionFailure("a log that is open for reading takes no appends") }
    precondition(
      expectations.count <= Limits.expectationsMax, "an append names at most 64 expectations")
    let byteCount = try Self.checkSizes(events)
    let ticket = AppendTicket()
    guard !events.isEmpty || !expectations.isEmpty else {
      ticket.answer(.success([]))
      return ticket
    }
    let twins = try Self.twins(in: events)
    let unique = twins.isEmpty ? events : events.indices.filter { twins[$0] == nil }.map { events[$0] }
    let known = try compareWithStored(unique)
    let answer: @Sendable (Result<[Position], AppendError>) -> Void
    if twins.isEmpty {
      answer = { ticket.answer($0) }
    } else {
      answer = { result in ticket.answer(result.map { Self.spread($0, twins, events.count) }) }
    }
    writer.submit(
      PendingAppend(
        events: unique, known: known, expectations: expectations, byteCount: byteCount,
        answer: answer))
    return ticket
  }

  private static func checkSizes(_ events: [NewEvent]) throws(AppendError) -> Int {
    precondition(events.count <= Limits.appendEventsMax, "an append holds at most 4,096 events")
    var byteCount = 0
    for (index, event) in events.enumerated() {
      // Counted with the longest revision, so that the answer does not depend on the customer's history.
      let size = event.bytes.count + NewEvent.addedSizeMax
      guard size <= Limits.entrySizeMax else {
        throw .tooLarge(index: index, byteCount: size, byteCountMax: Limits.entrySizeMax)
      }
      byteCount += event.bytes.count
    }
    guard byteCount <= Limits.appendSizeMax else {
      throw .tooLarge(index: nil, byteCount: byteCount, byteCountMax: Limits.appendSizeMax)
    }
    return byteCount
  }

  /// For each event whose source and id stand earlier in the same append: the index of that one. Empty if there is none.
  private static func twins(in events: [NewEvent]) throws(AppendError) -> [Int: Int] {
    guard events.count > 1 else { return [:] }
    var firsts: [Hash128: Int] = [:]
    firsts.reserveCapacity(events.count)
    var twins: [Int: Int] = [:]
    for (index, event) in events.enumerated() {
      guard let first = firsts[event.key] else {
        firsts[event.key] = index
        continue
      }
      guard events[first].bytes == event.bytes || event.matches(events[first].bytes[...], event)
      else {
        throw .invalid(
          index: index, reason: "the same source and id stand in this append with other content")
      }
      twins[index] = first
    }
    return twins
  }

  private static func spread(
    _ positions: [Position], _ twins: [Int: Int], _ count: Int
  ) -> [Position] {
    var all: [Position] = []
    var rest = positions[...]
    for index in 0..<count {
      if let first = twins[index] { all.append(all[first]) } else { all.append(rest.removeFirst()) }
    }
    return all
  }

  private func compareWithStored(_ events: [NewEvent]) throws(AppendError) -> [Position?] {
    let end = core.end
    var known: [Position?] = core.known.withLock { table in
      events.map { event in
        guard let value = table.ids[event.key], value < end.value else { return nil }
        return Position(value)
      }
    }
    var cached: FrameReader.Contents?
    for (index, position) in known.enumerated() {
      guard let position else { continue }
      do throws(ReadError) {
        if cached.map({ position < $0.header.first || position >= $0.header.next }) ?? true {
          cached = try core.frame(holding: position).contents
        }
      } catch {
        throw .unreadable(error)
      }
      guard let contents = cached else { continue }
      let range = contents.entries[Int(position.value - contents.header.first.value)]
      guard events[index].matches(contents.raw[range], events[index]) else {
        throw .idReused(index: index, position: position)
      }
      known[index] = position
    }
    return known
  }

  /// The current revision of a customer, the appends in line included; 0 for one without events. Only while writing.
  package func revision(of customer: String) -> UInt32 {
    precondition(writer != nil, "revisions are known to the writer only")
    return core.known.withLock { $0.revision(of: Hash128.of(subject: Array(customer.utf8)[...])) }
  }

  // MARK: Reading

  /// Reads acknowledged events from `start` in order: the part that lies in one frame.
  ///
  /// The batch may be empty and still advance: go on at ``EventBatch/next``. Cost: one read, CRC, decompression, and a
  /// scan of the entries if the selection asks for it.
  package func read(
    _ selection: Selection, from start: Position
  ) throws(ReadError) -> EventBatch {
    let (contents, place, journal) = try core.frame(holding: start)
    return try FrameReader.batch(contents, at: place, of: journal, from: start, selection)
  }

  /// The position the next event will have; every event before it is acknowledged.
  package var end: Position { core.end }

  /// The tree root over all acknowledged events, 64 hexadecimal digits.
  package var root: String { core.shared.withLock { $0.index.root.hex } }

  /// The tree root at `size` where a frame ends exactly there, else nil.
  package func root(atFrameEnd size: Position) throws(ReadError) -> String? {
    if size == .zero { return MerkleHash.empty.hex }
    let header = try core.frame(holding: Position(size.value - 1)).contents.header
    return header.next == size ? header.root.hex : nil
  }

  /// Damage around which this log is read, for one that is open for reading.
  package var damage: [Corruption] { core.shared.withLock { $0.index.holes } }

  /// Returns when ``end`` passes `position`. Cancelling the task returns at once.
  ///
  /// Within the writer's process the committer wakes it; elsewhere the watermark is looked at every 10 ms.
  package func waitForEnd(past position: Position) async throws {
    guard writer == nil else { return try await waitForCommit(past: position) }
    while core.end <= position {
      try await Task.sleep(for: .microseconds(Limits.pollMicroseconds))
      _ = try refresh()
    }
  }

  private func waitForCommit(past position: Position) async throws {
    let number = core.shared.withLock { shared in
      shared.nextWaiter += 1
      return shared.nextWaiter
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let isDone = core.shared.withLock { shared in
          if shared.index.end > position || Task.isCancelled { return true }
          shared.waiters.append(
            LogCore.Waiter(number: number, past: position, continuation: continuation))
          return false
        }
        if isDone { continuation.resume() }
      }
      try Task.checkCancellation()
    } onCancel: {
      let waiter = core.shared.withLock { shared in
        let found = shared.waiters.first { $0.number == number }
        shared.waiters.removeAll { $0.number == number }
        return found
      }
      waiter?.continuation.resume()
    }
  }

  /// For a log that is open for reading: takes in what was acknowledged since. Returns the new end.
  package func refresh() throws(ReadError) -> Position {
    guard writer == nil else { return core.end }
    let recovered: Recovered
    do throws(OpenError) {
      recovered = try Recovery(
        directory: core.directory, files: core.files, ledger: core.description.id,
        access: .readingOnly
      ).run(after: core.shared.withLock { $0.index })
    } catch {
      if case .disk(let error) = error { throw .disk(error) }
      throw .corrupt(
        Corruption(
          .chain, file: LogFiles.directory, offset: 0, positions: core.end..<core.end,
          detail: error.sentence))
    }
    return core.shared.withLock { shared in
      if recovered.index.end > shared.index.end { shared.index = recovered.index }
      return shared.index.end
    }
  }

  // MARK: Closing

  /// Refuses new appends, finishes those taken, writes the close note, releases the locks.
  package func close() async throws(DiskError) {
    guard let writer else { return }
    if let error = await writer.close() { throw error }
  }
}

/// The answer to an append, when it comes.
package final class AppendTicket: Sendable {
  private enum State: Sendable {
    case open
    case waiting(CheckedContinuation<Result<[Position], AppendError>, Never>)
    case answered(Result<[Position], AppendError>)
  }

  private let state = Mutex(State.open)

  func answer(_ result: Result<[Position], AppendError>) {
    let waiting: CheckedContinuation<Result<[Position], AppendError>, Never>? = state.withLock {
      state in
      defer { state = .answered(result) }
      if case .waiting(let continuation) = state { return continuation }
      return nil
    }
    waiting?.resume(returning: result)
  }

  /// The positions, once the events are durable. Ask once.
  package func positions() async throws(AppendError) -> [Position] {
    let result = await withCheckedContinuation { continuation in
      let answered: Result<[Position], AppendError>? = state.withLock { state in
        switch state {
        case .answered(let result): return result
        case .open:
          state = .waiting(continuation)
          return nil
        case .waiting: preconditionFailure("an append is waited for once")
        }
      }
      if let answered { continuation.resume(returning: answered) }
    }
    return try result.get()
  }
}
