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
    try refuseLedger(in: directory, on: files)
    let lock = try WriterLock("\(directory)/\(LogFiles.lock)", on: files)
    defer { lock.release() }
    // Once more: another attempt may have come to its end before this one had the lock.
    try refuseLedger(in: directory, on: files)
    try DurableFolder.make(LogFiles.directory, in: directory, on: files)
    try DurableFolder.make(LogFiles.index, in: directory, on: files)
    for name in try files.list(log) {
      let path = "\(log)/\(name)"
      let size = try files.identity(of: path).size
      guard isLeftover(name, size: size) else {
        throw DiskError(.create, log, number: Errno.exists)
      }
      try files.remove(path)
    }
    let header = JournalHeader(
      ledger: description.id, first: .zero, root: .empty, epoch: 0)
    let journal = try JournalFiles.create(header, in: directory, on: files)
    try journal.file.close()
    try createWatermark(in: log, description.id, on: files)
    try files.syncDirectory(parent(of: directory))
    try DurableReplace.write(
      description.encoded, to: LedgerDescription.fileName, in: directory, on: files)
  }

  private static func refuseLedger(
    in directory: String, on files: any FileSystem
  ) throws(DiskError) {
    let path = "\(directory)/\(LedgerDescription.fileName)"
    if try files.exists(path) { throw DiskError(.create, path, number: Errno.exists) }
  }

  /// Whether a file in `log/` is what a killed attempt to make a ledger leaves: a journal's header without frames, or
  /// a watermark. A longer journal is somebody's log.
  private static func isLeftover(_ name: String, size: UInt64) -> Bool {
    if name == LogFiles.watermark { return size <= UInt64(Watermark.fileSize) }
    let isFirst = LogFiles.firstPosition(ofJournal: name) == .zero
    return (isFirst || name == LogFiles.journal(.zero) + LogFiles.temporarySuffix)
      && size <= UInt64(Limits.pageSize)
  }

  /// The folder in which `directory` is named. One that is called `.` or `..` was there before.
  private static func parent(of directory: String) -> String {
    let parts = directory.split(separator: "/")
    guard let last = parts.last, last != ".", last != ".." else { return directory }
    let parent = parts.dropLast().joined(separator: "/")
    if directory.hasPrefix("/") { return "/" + parent }
    return parent.isEmpty ? "." : parent
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
    options: LogOptions = .standard, clock: @escaping @Sendable () -> Timestamp
  ) throws(OpenError) -> (log: EventLog, report: OpenReport) {
    let description = try readDescription(in: directory, on: files)
    switch access {
    case .readingOnly:
      return try openForReading(directory, description, options, on: files, clock: clock)
    case .writing(let durability):
      let lock: WriterLock
      do throws(DiskError) {
        lock = try WriterLock("\(directory)/\(LogFiles.lock)", on: files)
      } catch {
        throw error.isBusy ? .busy : .disk(error)
      }
      do throws(OpenError) {
        return try openForWriting(
          directory, description, lock, durability, options, on: files, clock: clock)
      } catch {
        lock.release()
        throw error
      }
    }
  }

  /// Reads `ledger.json`, without opening the log. Throws what opening would throw for it.
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

  /// Opens for reading where the description is known, whether `ledger.json` is there yet or not.
  static func openForReading(
    _ directory: String, _ description: LedgerDescription, _ options: LogOptions,
    on files: any FileSystem, clock: @escaping @Sendable () -> Timestamp
  ) throws(OpenError) -> (log: EventLog, report: OpenReport) {
    let recovered = try Recovery(
      directory: directory, files: files, description: description, access: .readingOnly
    ).run()
    let core = LogCore(
      directory: directory, files: files, clock: clock, description: description, options: options,
      epoch: 0, index: recovered.index, known: KnownEvents(), caches: recovered.caches)
    return (EventLog(core: core, writer: nil), recovered.report)
  }

  private static func openForWriting(
    _ directory: String, _ description: LedgerDescription, _ lock: WriterLock,
    _ durability: Durability, _ options: LogOptions, on files: any FileSystem,
    clock: @escaping @Sendable () -> Timestamp
  ) throws(OpenError) -> (log: EventLog, report: OpenReport) {
    let log = "\(directory)/\(LogFiles.directory)"
    let last: (any WritableFile)?
    do throws(DiskError) {
      last = try JournalFiles.lockLast(in: directory, on: files)
    } catch {
      throw error.isBusy ? .busy : .disk(error)
    }
    var recovered = try Recovery(
      directory: directory, files: files, description: description,
      access: .writing(durability)
    ).run()
    guard let last else { preconditionFailure("recovery refuses a log without journals") }
    guard recovered.epoch < .max else { throw .notALedger("its writer epochs are used up") }
    let epoch = recovered.epoch + 1
    let journal: ActiveJournal
    let watermark: WatermarkWriter
    do throws(DiskError) {
      // Never acknowledged, never referred to.
      for name in try files.list(log) where name.hasSuffix(LogFiles.temporarySuffix) {
        try files.remove("\(log)/\(name)")
      }
      for name in recovered.brokenSegments {
        try setAside(name, &recovered, in: directory, on: files)
      }
      journal = try JournalFiles.openLast(
        last, &recovered, in: directory, limits: options.journals, on: files)
      watermark = try openWatermark(
        recovered, journal, epoch, durability, in: log, description.id, on: files)
    } catch {
      throw error.isBusy ? .busy : .disk(error)
    }
    let core = LogCore(
      directory: directory, files: files, clock: clock, description: description,
      options: options, epoch: epoch,
      index: recovered.index,
      known: KnownEvents(
        journals: recovered.known,
        sealed: recovered.index.segments.isEmpty ? SealedKnowledge() : nil),
      caches: recovered.caches)
    if recovered.index.segments.isEmpty {
      core.loader.skip()
    } else {
      core.loader.start(core, inBackground: options.indexes == .inBackground)
    }
    let writer = Writer(
      core: core, lock: lock, journal: journal, watermark: watermark, recovered: recovered)
    return (EventLog(core: core, writer: writer), recovered.report)
  }

  /// Moves a segment that is damaged, and whose journal is still there, to `quarantine/`.
  private static func setAside(
    _ name: String, _ recovered: inout Recovered, in directory: String, on files: any FileSystem
  ) throws(DiskError) {
    let folder = "\(directory)/\(LogFiles.quarantine)"
    let log = "\(directory)/\(LogFiles.directory)"
    try files.makeDirectory(folder)
    try files.syncDirectory(directory)
    let taken = Set(try files.list(folder))
    var number = 1
    while taken.contains("\(name).\(number)") { number += 1 }
    try files.rename("\(log)/\(name)", to: "\(folder)/\(name).\(number)")
    try files.syncDirectory(folder)
    try files.syncDirectory(log)
    recovered.report.quarantined.append("\(LogFiles.quarantine)/\(name).\(number)")
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
    // Where neither slot was good, both are written.
    for _ in 0..<(recovered.watermark == nil ? 2 : 1) {
      try watermark.write(
        size: recovered.index.end, root: recovered.index.root, journal: journal.first)
    }
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
    try await submit(events, expecting: expectations).receipt().positions
  }

  /// Puts `events` in line and returns at once: appends are recorded in the order of these calls. What was recorded
  /// before is looked up and compared here, in the caller's task, so that a source which resends old events slows
  /// itself and not the log.
  ///
  /// `groupsAsOf`: the end of the log when the caller read which customers are one. Where an event that changes it
  /// (``NewEvent/changesGroups``) stands there or behind, the append is refused with ``AppendError/groupsChanged(_:)``: a
  /// merge is recorded under one of its customers, so that no expectation of the other's tells of it.
  package func submit(
    _ events: [NewEvent], expecting expectations: [Expectation] = [],
    groupsAsOf: Position? = nil
  ) throws(AppendError) -> AppendTicket {
    guard let writer else { preconditionFailure("a log that is open for reading takes no appends") }
    guard expectations.count <= Limits.expectationsMax else {
      throw .tooMany(count: expectations.count, countMax: Limits.expectationsMax)
    }
    let byteCount = try Self.checkSizes(events)
    let ticket = AppendTicket()
    guard !events.isEmpty || !expectations.isEmpty else {
      ticket.answer(.success(AppendReceipt(positions: [], recorded: end..<end)))
      return ticket
    }
    let twins = try Self.twins(in: events)
    do throws(ReadError) { try core.loader.wait() } catch { throw .unreadable(error) }
    let sealCount = core.known.withLock { $0.sealCount }
    let known: [Position?]
    let unique: [NewEvent]
    let answer: @Sendable (Result<AppendReceipt, AppendError>) -> Void
    if twins.isEmpty {
      unique = events
      known = try compareWithStored(unique)
      answer = { ticket.answer($0) }
    } else {
      let count = events.count
      let places = events.indices.filter { twins[$0] == nil }
      unique = places.map { events[$0] }
      do throws(AppendError) {
        known = try compareWithStored(unique)
      } catch {
        throw error.mapIndex { places[$0] }
      }
      answer = { result in
        ticket.answer(
          result.map { Self.spread($0, twins, count) }.mapError { $0.mapIndex { places[$0] } })
      }
    }
    writer.submit(
      PendingAppend(
        events: unique, known: known, sealCount: sealCount, expectations: expectations,
        groupsAsOf: groupsAsOf, byteCount: byteCount, answer: answer))
    return ticket
  }

  private static func checkSizes(_ events: [NewEvent]) throws(AppendError) -> Int {
    guard events.count <= Limits.appendEventsMax else {
      throw .tooMany(count: events.count, countMax: Limits.appendEventsMax)
    }
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
    var firsts = HashTable(capacity: events.count)
    var twins: [Int: Int] = [:]
    for (index, event) in events.enumerated() {
      guard let first = firsts[event.key].map({ Int($0) }) else {
        firsts.set(UInt64(index), for: event.key)
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
    _ receipt: AppendReceipt, _ twins: [Int: Int], _ count: Int
  ) -> AppendReceipt {
    var all: [Position] = []
    var rest = receipt.positions[...]
    for index in 0..<count {
      if let first = twins[index] { all.append(all[first]) } else { all.append(rest.removeFirst()) }
    }
    return AppendReceipt(positions: all, recorded: receipt.recorded)
  }

  private func compareWithStored(_ events: [NewEvent]) throws(AppendError) -> [Position?] {
    let end = core.end
    var known: [Position?] = core.known.withLock { table in
      events.map { event in table.position(of: event.key).flatMap { $0 < end ? $0 : nil } }
    }
    let unknown = known.indices.filter { known[$0] == nil }
    let sealed = try SealedTwins.find(unknown, of: events, core)
    // In order of position, so that each frame is read once however the events lie.
    var found = known.indices.compactMap { index in known[index].map { (index, $0) } }
    found.sort { $0.1 < $1.1 }
    var reader = EntryReader(core)
    for (index, position) in found {
      let stored: ArraySlice<UInt8>
      do throws(ReadError) {
        stored = try reader.entry(at: position)
      } catch {
        throw .unreadable(error)
      }
      guard events[index].matches(stored, events[index]) else {
        throw .idReused(index: index, position: position)
      }
    }
    for (index, position) in sealed { known[index] = position }
    return known
  }

  /// The current revision of a customer, the appends in line included; 0 for one without events. Only while writing.
  package func revision(of customer: String) -> UInt32 {
    precondition(writer != nil, "revisions are known to the writer only")
    // A segment that cannot be read stops appends; until then the journals tell what they know.
    try? core.loader.wait()
    return core.known.withLock { $0.revision(of: Hash128.of(subject: Array(customer.utf8)[...])) }
  }

  /// Whether `events` could be appended as far as their sizes, their ids, and what is recorded under these tell; throws
  /// what appending would throw for that, and records nothing. Only while writing.
  package func check(_ events: [NewEvent]) throws(AppendError) {
    precondition(writer != nil, "ids are known to the writer only")
    _ = try Self.checkSizes(events)
    _ = try Self.twins(in: events)
    _ = try compareWithStored(events)
  }

  /// Where an event with this `source` and `id` is recorded, or in line; nil if nowhere. Only while writing.
  package func position(ofSource source: String, id: String) throws(ReadError) -> Position? {
    precondition(writer != nil, "ids are known to the writer only")
    let names = (Array(source.utf8)[...], Array(id.utf8)[...])
    let key = Hash128.of(source: names.0, id: names.1)
    if let position = core.known.withLock({ $0.position(of: key) }) { return position }
    try core.loader.wait()
    guard core.known.withLock({ $0.maySealed(key) }) else { return nil }
    return try core.sealedPosition(ofSource: names.0, id: names.1, key)
  }

  // MARK: Reading

  /// Reads acknowledged events from `start` in order: the part that lies in one frame.
  ///
  /// The batch may be empty and still advance: go on at ``EventBatch/next``. Cost: one read, CRC, decompression, and a
  /// scan of the entries if the selection asks for it.
  package func read(
    _ selection: Selection, from start: Position
  ) throws(ReadError) -> EventBatch {
    switch try core.place(of: start) {
    case .segment(let segment):
      return try SegmentBatches.batch(of: segment, from: start, selection)
    case .frame(let frame):
      return try FrameReader.batch(
        try FrameReader.read(frame), at: frame.place, of: frame.journal, from: start, selection)
    }
  }

  /// Reads acknowledged events backward, the newest first, from the one before `end`: the part that lies in one frame,
  /// or about two thousand of a segment.
  ///
  /// The batch may be empty and still lead on: go on before ``EventBatch/next``, until that is 0. Traps where `end` is 0.
  package func read(
    _ selection: Selection, before end: Position
  ) throws(ReadError) -> EventBatch {
    precondition(end > .zero, "there is nothing before the first event")
    switch try core.place(of: Position(end.value - 1)) {
    case .segment(let segment):
      return try SegmentBatches.batch(of: segment, before: end, selection)
    case .frame(let frame):
      var batch = try FrameReader.batch(
        try FrameReader.read(frame), at: frame.place, of: frame.journal, from: frame.place.first,
        selection)
      batch.rows = batch.rows.filter { $0.position < end }.reversed()
      batch.next = frame.place.first
      return batch
    }
  }

  /// The position the next event will have; every event before it is acknowledged.
  package var end: Position { core.end }

  /// The tree root over all acknowledged events, 64 hexadecimal digits.
  package var root: String { core.shared.withLock { $0.index.root.hex } }

  /// The tree root over the first `size` events, 64 hexadecimal digits. Nil inside a frame of a journal, where no root
  /// is known. Within a sealed segment it is computed: asked for growing sizes, each entry is hashed once.
  package func root(at size: Position) throws(ReadError) -> String? { try core.root(at: size)?.hex }

  /// How many sealed segments and journals the log has; the last journal takes the appends.
  package var fileCounts: (segments: Int, journals: Int) {
    core.shared.withLock { ($0.index.segments.count, $0.index.journals.count) }
  }

  /// Damage around which this log is read, for one that is open for reading.
  package var damage: [Corruption] { core.shared.withLock { $0.index.holes } }

  /// Returns when ``end`` passes `position`. Cancelling the task returns at once, with a `CancellationError`; so does
  /// the end of the writer, if the log is closed or has halted.
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
          if shared.index.end > position || Task.isCancelled || shared.hasEnded { return true }
          shared.waiters.append(
            LogCore.Waiter(number: number, past: position, continuation: continuation))
          return false
        }
        if isDone { continuation.resume() }
      }
      guard core.end > position else { throw CancellationError() }
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
    let (known, offset, isWhole) = core.shared.withLock { shared in
      (shared.index.continuation, shared.index.nextOffset, shared.index.holes.isEmpty)
    }
    let found: Recovery.Continuation
    do throws(OpenError) {
      found = try Recovery(
        directory: core.directory, files: core.files, description: core.description,
        access: .readingOnly
      ).run(after: known, at: offset, isWhole: isWhole)
    } catch {
      if case .disk(let error) = error { throw .disk(error) }
      throw .corrupt(
        Corruption(
          .chain, file: LogFiles.directory, offset: 0, positions: core.end..<core.end,
          detail: error.sentence))
    }
    return core.shared.withLock { shared in
      switch found {
      case .nothing: break
      // Unless another task was quicker.
      case .more(let tail): if shared.index.end == known.end { shared.index.extend(by: tail) }
      case .anew(let index): if index.end > shared.index.end { shared.index = index }
      }
      return shared.index.end
    }
  }

  // MARK: Sealing

  /// Seals everything that is recorded now: starts a new journal where the last one holds events, and returns when
  /// every journal before it is a segment, or could not be made one (see ``SealReport/alarms``). Only while writing.
  package func seal() async -> SealReport {
    guard let writer else { preconditionFailure("a log that is open for reading is not sealed") }
    return await writer.seal()
  }

  /// What was sealed since opening, and what could not be. Only while writing.
  package var sealReport: SealReport {
    guard let writer else { preconditionFailure("a log that is open for reading is not sealed") }
    return writer.sealer.report
  }

  // MARK: Closing

  /// Refuses new appends, finishes those taken, writes the close note, releases the locks.
  package func close() async throws(DiskError) {
    guard let writer else { return }
    if let error = await writer.close() { throw error }
  }
}

/// Where the events of an append lie.
package struct AppendReceipt: Hashable, Sendable {
  /// One for each event, in order.
  package var positions: [Position]
  /// The positions that this append recorded; events with others were recorded before.
  package var recorded: Range<Position>
}

/// The answer to an append, when it comes.
package final class AppendTicket: Sendable {
  private enum State: Sendable {
    case open
    case waiting(CheckedContinuation<Result<AppendReceipt, AppendError>, Never>)
    case answered(Result<AppendReceipt, AppendError>)
  }

  private let state = Mutex(State.open)

  func answer(_ result: Result<AppendReceipt, AppendError>) {
    let waiting: CheckedContinuation<Result<AppendReceipt, AppendError>, Never>? = state.withLock {
      state in
      defer { state = .answered(result) }
      if case .waiting(let continuation) = state { return continuation }
      return nil
    }
    waiting?.resume(returning: result)
  }

  /// The positions, once the events are durable. Ask once.
  package func receipt() async throws(AppendError) -> AppendReceipt {
    let result = await withCheckedContinuation { continuation in
      let answered: Result<AppendReceipt, AppendError>? = state.withLock { state in
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
