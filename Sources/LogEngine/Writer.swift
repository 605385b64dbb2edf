internal import Disk
internal import JSONBytes
internal import Synchronization
internal import Transparency

/// The writing side of a log: two threads, the builder and the committer, with one frame in flight.
///
/// The builder fills frame n+1 while the committer syncs frame n; there is no timer, a frame is as large as what
/// gathered meanwhile. Frame n+1 is written only after the sync of n has returned, so that a valid frame behind an
/// invalid one always means corruption and never a torn tail.
final class Writer: Sendable {
  let core: LogCore
  let intake = Monitor(Intake())
  let keeper: CheckpointKeeper
  let sealer: Sealer
  private let lock: WriterLock

  /// Starts the threads. `journal` is open, locked, and ends at its last frame.
  init(
    core: LogCore, lock: WriterLock, journal: ActiveJournal, watermark: WatermarkWriter,
    recovered: Recovered
  ) {
    self.core = core
    self.lock = lock
    let intake = self.intake
    let halt: @Sendable (DiskError) -> Void = { error in
      intake.change { $0.halted = $0.halted ?? error }
    }
    let keeper = CheckpointKeeper(
      core: core, persisted: recovered.checkpoint?.size ?? 0, stopAppends: halt)
    let sealer = Sealer(
      core: core, keeper: keeper, interrupted: recovered.sealedJournals,
      progress: { left in intake.change { $0.unsealedJournals = left } }, halt: halt)
    self.keeper = keeper
    self.sealer = sealer
    let unsealed = core.shared.withLock { $0.index.journals.dropLast().map(\.first) }
    intake.change { $0.unsealedJournals = unsealed.count }
    if core.options.sealing == .automatic { sealer.enqueue(unsealed) }
    let state = BuilderState(
      builder: FrameBuilder(
        core: core, frontier: recovered.frontier, lastRecorded: recovered.lastRecorded),
      journal: journal)
    DedicatedThread.start(named: "rapport-build") {
      BuilderThread(core: core, intake: intake, lock: lock, keeper: keeper, sealer: sealer)
        .run(state)
    }
    DedicatedThread.start(named: "rapport-commit") {
      CommitterThread(core: core, intake: intake, keeper: keeper, watermark: watermark).run()
    }
  }

  /// Hands an append over; the answer comes when it is durable, or refused.
  func submit(_ append: PendingAppend) {
    if let refusal = intake.change({ $0.add(append) }) { append.answer(.failure(refusal)) }
  }

  /// Seals everything that is recorded now, and answers when no journal waits any more.
  func seal() async -> SealReport {
    await withCheckedContinuation { continuation in
      let hasEnded: Bool = intake.change { state in
        if state.hasEnded || state.isClosing || state.halted != nil { return true }
        state.wantsNewJournal = true
        state.whenSealed.append { continuation.resume(returning: $0) }
        return false
      }
      if hasEnded { continuation.resume(returning: sealer.report) }
    }
  }

  /// Ends the threads when the log object goes away; appends that were taken are still finished.
  func abandon() { intake.change { $0.isAbandoned = true } }

  /// Finishes what was taken, writes the close note, releases the locks. Answers nil, or why that failed; a log that
  /// has halted answers with what halted it.
  func close() async -> DiskError? {
    await withCheckedContinuation { continuation in
      let ended: DiskError?? = intake.change { state in
        if state.hasEnded { return .some(state.endFailure) }
        state.isClosing = true
        state.whenEnded.append { continuation.resume(returning: $0) }
        return nil
      }
      if let failure = ended { continuation.resume(returning: failure) }
    }
  }
}

/// The journal that takes appends now. Owned by the builder thread.
struct ActiveJournal: Sendable {
  var first: Position
  var file: any WritableFile
  /// Where the next frame goes.
  var offset: UInt64
  /// Raw bytes of all its frames.
  var rawSize: Int
  var reserved: UInt64
  var limits: JournalLimits

  var isFull: Bool { rawSize >= limits.rawMax || offset >= limits.fileMax }

  /// Makes sure that a frame of `rawBytesMax` fits, before any event is taken for it. A full disk refuses here,
  /// with nothing written.
  mutating func reserve(rawBytesMax: Int) throws(DiskError) {
    let frame = FrameHeader.frameSize(storedSize: LZ4.bound(rawBytesMax))
    let need = offset + UInt64(frame)
    guard need > reserved else { return }
    // As much again as the journal holds, between 1 MiB and the step (docs/decisions/0004-reservation-grows.md).
    let least = min(Limits.reserveStepMin, limits.reserveStep)
    let step = min(limits.reserveStep, max(least, offset))
    let whole = (max(need, offset + step) + least - 1) / least * least
    do throws(DiskError) {
      try file.reserve(upTo: whole)
      reserved = whole
    } catch {
      guard error.isFull else { throw error }
      try file.reserve(upTo: need)
      reserved = need
    }
  }
}

private struct BuilderState: Sendable {
  var builder: FrameBuilder
  var journal: ActiveJournal
}

private struct BuilderThread: Sendable {
  let core: LogCore
  let intake: Monitor<Intake>
  let lock: WriterLock
  let keeper: CheckpointKeeper
  let sealer: Sealer

  private enum Work {
    case take([PendingAppend])
    case handOver
    case rollJournal
    case sealAll
    case end
    case halt(DiskError)
  }

  func run(_ initial: BuilderState) {
    var state = initial
    while true {
      switch nextWork(state) {
      case .take(let appends): take(appends, &state)
      case .handOver: handOver(&state)
      case .rollJournal: roll(&state)
      case .sealAll: sealAll(&state)
      case .halt(let error):
        finish(&state, error)
        return
      case .end:
        finish(&state, nil)
        return
      }
    }
  }

  private func nextWork(_ state: BuilderState) -> Work {
    let open = state.builder.open
    let isFull = state.journal.isFull
    return intake.wait { intake -> Work? in
      if let error = intake.halted { return .halt(error) }
      let idle = intake.job == nil
      if open.isEmpty {
        if intake.wantsNewJournal { return idle ? .sealAll : nil }
        if isFull, !intake.isEmpty {
          return idle && !isBehind(intake) ? .rollJournal : nil
        }
        if !intake.isEmpty { return .take(Self.some(&intake, for: open, idle: idle)) }
        return idle && (intake.isClosing || intake.isAbandoned) ? .end : nil
      }
      // While the disk rests, a small frame is better than a large one.
      let target = idle ? Limits.frameRawTarget / 8 : Limits.frameRawTarget
      if !intake.isEmpty, open.raw.count < target {
        let taken = Self.some(&intake, for: open, idle: idle)
        if !taken.isEmpty { return .take(taken) }
      }
      return idle ? .handOver : nil
    }
  }

  /// Whether too many journals wait for the sealer: then appends wait too.
  private func isBehind(_ intake: Intake) -> Bool {
    core.options.sealing == .automatic && !intake.isClosing && !intake.isAbandoned
      && intake.unsealedJournals >= Limits.unsealedJournalsMax
  }

  private static func some(
    _ intake: inout Intake, for open: OpenFrame, idle: Bool
  ) -> [PendingAppend] {
    let target = max(Limits.frameRawTarget - open.raw.count, 0) + 2 * Limits.appendSizeMax
    return intake.take(
      eventsMax: Limits.frameEventsMax - open.entries.count,
      bytesMax: min(target, Limits.frameRawMax - open.raw.count))
  }

  private func take(_ appends: [PendingAppend], _ state: inout BuilderState) {
    let bytesMax = appends.reduce(state.builder.open.raw.count) { sum, append in
      sum + append.byteCount + append.events.count * (NewEvent.addedSizeMax + 2)
    }
    do throws(DiskError) {
      try state.journal.reserve(rawBytesMax: bytesMax)
    } catch {
      let refusal: AppendError = error.isFull ? .diskFull(error) : .halted(error)
      for append in appends { append.answer(.failure(refusal)) }
      if !error.isFull { intake.change { $0.halted = $0.halted ?? error } }
      return
    }
    for append in appends { state.builder.take(append) }
  }

  private func handOver(_ state: inout BuilderState) {
    guard let (frame, answers) = state.builder.finishFrame() else { return }
    let job = FrameJob(
      frame: frame, file: state.journal.file, offset: state.journal.offset,
      journal: state.journal.first, answers: answers)
    state.journal.offset += UInt64(frame.header.frameSize)
    state.journal.rawSize += frame.header.rawSize
    intake.change { $0.job = job }
  }

  /// Starts the next journal where the last one holds frames, and hands everything before it to the sealer.
  private func sealAll(_ state: inout BuilderState) {
    let wasHot = state.journal.first
    if state.journal.rawSize > 0 { roll(&state) }
    let waiting = intake.change { intake in
      intake.wantsNewJournal = false
      defer { intake.whenSealed = [] }
      return intake.whenSealed
    }
    let firsts = core.shared.withLock { $0.index.journals.dropLast().map(\.first) }
    // At once: each that comes later would have those tried again that could not be sealed.
    sealer.enqueue(firsts.filter { $0 <= wasHot })
    for answer in waiting { sealer.whenIdle(answer) }
  }

  /// Starts the next journal. The committer rests, so everything before is durable.
  private func roll(_ state: inout BuilderState) {
    guard lock.isIntact(on: core.files) else {
      let gone = DiskError(
        .lock, "\(core.directory)/\(LogFiles.lock)", number: Errno.noEntry)
      intake.change { $0.halted = $0.halted ?? gone }
      return
    }
    do throws(DiskError) {
      let header = JournalHeader(
        ledger: core.description.id, first: Position(state.builder.frontier.size),
        root: state.builder.frontier.root, epoch: core.epoch)
      let old = state.journal.file
      let full = state.journal.first
      state.journal = try JournalFiles.create(
        header, in: core.directory, limits: state.journal.limits, on: core.files)
      try old.close()
      let name = LogFiles.journal(header.first)
      let reading = try core.files.openForReading(
        "\(core.directory)/\(LogFiles.directory)/\(name)")
      core.shared.withLock { shared in
        shared.index.add(OpenJournal(name: name, first: header.first, file: reading))
      }
      core.known.withLock { $0.startJournal(at: header.first) }
      intake.change { $0.unsealedJournals += 1 }
      if core.options.sealing == .automatic { sealer.enqueue([full]) }
    } catch {
      // A full disk refuses what waits, and the next append tries again. Not so a failed sync or close, whatever
      // its number: the kernel may have forgotten what it should have saved, and answer yes to the next one.
      if error.isFull, error.operation != .sync, error.operation != .close {
        for append in intake.change({ $0.takeAll() }) { append.answer(.failure(.diskFull(error))) }
      } else {
        intake.change { $0.halted = $0.halted ?? error }
      }
    }
  }

  private func finish(_ state: inout BuilderState, _ failure: DiskError?) {
    var failure = failure
    // Where the builder itself found the fault, a frame may still be in flight: its file is open until it is done.
    _ = intake.wait { $0.job == nil ? true : nil }
    sealer.end()
    for answer in intake.change({ intake in
      defer { intake.whenSealed = [] }
      return intake.whenSealed
    }) {
      answer(sealer.report)
    }
    if let failure {
      state.builder.failAll(.halted(failure))
      for append in intake.change({ $0.takeAll() }) { append.answer(.failure(.halted(failure))) }
      keeper.abandon()
    } else if intake.look({ $0.isClosing }) {
      do throws(DiskError) {
        try keeper.finish()
        try writeCloseNote(state)
      } catch {
        failure = error
      }
    } else {
      keeper.abandon()
    }
    intake.change { $0.committerMayEnd = true }
    // The file goes first: its lock must not outlive the announcement that the writer has ended.
    // After a failed sync its content is not known, and nothing was written since the last good one.
    do throws(DiskError) { try state.journal.file.close() } catch { failure = failure ?? error }
    lock.release()
    core.endWaiting()
    let ending = failure
    let waiting = intake.change { intake in
      intake.hasEnded = true
      intake.endFailure = ending
      let waiting = intake.whenEnded
      intake.whenEnded = []
      return waiting
    }
    for answer in waiting { answer(failure) }
  }

  private func writeCloseNote(_ state: BuilderState) throws(DiskError) {
    let frontier = state.builder.frontier
    let directory = "\(core.directory)/\(LogFiles.index)"
    try core.writeIndexes()
    let note = core.known.withLock { known in
      // A journal whose segment could not be read yet is still known as a journal.
      let first = known.journals[0].first
      return CloseNote(
        ledger: core.description.id, epoch: core.epoch, frontier: frontier,
        lastRecorded: state.builder.lastRecorded, firstID: first,
        ids: known.hotIDs(from: first, count: Int(frontier.size - first.value)),
        customers: known.hotCustomers())
    }
    try core.files.makeDirectory(directory)
    try DurableReplace.write(
      note.encoded, to: LogFiles.closeNote, in: directory, on: core.files)
  }
}

/// Writes, syncs, publishes, answers: one frame at a time.
private struct CommitterThread: Sendable {
  let core: LogCore
  let intake: Monitor<Intake>
  let keeper: CheckpointKeeper
  let watermark: WatermarkWriter

  func run() {
    var watermark = watermark
    while let job = nextJob() {
      do throws(DiskError) {
        try job.file.write(job.frame.bytes, at: job.offset)
      } catch {
        // The frame lacks its last byte, which is not zero, so it can never be valid: nothing of it is recorded.
        if !SeededBug.shortWriteIgnored.isOn {
          halt(job, error, error.isFull ? .diskFull(error) : .halted(error))
          return
        }
      }
      let early = SeededBug.beforeSync(of: job, core, intake) { _ = mark(job, &watermark) }
      do throws(DiskError) {
        try job.file.sync()
      } catch {
        // Never synced again: the kernel may have dropped the pages, and would then answer yes.
        if !SeededBug.syncsAgain(job.file) {
          halt(job, error, .outcomeUnknown(error))
          return
        }
      }
      let marked = mark(job, &watermark)
      core.publish(job.frame.header, at: job.offset)
      keeper.commit()
      for waiting in job.answers { waiting.answer(.success(waiting.receipt)) }
      if let marked {
        intake.change {
          $0.halted = $0.halted ?? marked
          $0.job = nil
        }
        return
      }
      intake.change { $0.job = early }
    }
  }

  private func nextJob() -> FrameJob? {
    intake.wait { intake -> FrameJob?? in
      if let job = intake.job { return .some(.some(job)) }
      return intake.committerMayEnd ? .some(nil) : nil
    }
  }

  /// The watermark speaks of a frame that is durable already: an error stops the log after the answer.
  private func mark(_ job: FrameJob, _ watermark: inout WatermarkWriter) -> DiskError? {
    do throws(DiskError) {
      try watermark.write(
        size: job.frame.header.next, root: job.frame.header.root, journal: job.journal)
      return nil
    } catch {
      return error
    }
  }

  private func halt(_ job: FrameJob, _ error: DiskError, _ answer: AppendError) {
    intake.change {
      $0.halted = $0.halted ?? error
      $0.job = nil
    }
    for waiting in job.answers { waiting.answer(.failure(answer)) }
  }
}

/// Writes the two slots of the watermark in turn. Owned by the committer thread.
struct WatermarkWriter: Sendable {
  let file: any WritableFile
  let ledger: LedgerID
  let epoch: UInt32
  let durability: Durability
  private var counter: UInt64

  /// `counter` is the highest one found; the next mark takes the one behind it.
  init(
    file: any WritableFile, ledger: LedgerID, epoch: UInt32, durability: Durability,
    counter: UInt64
  ) {
    self.file = file
    self.ledger = ledger
    self.epoch = epoch
    self.durability = durability
    self.counter = counter
  }

  mutating func write(
    size: Position, root: MerkleHash, journal: Position
  ) throws(DiskError) {
    counter += 1
    let mark = Watermark(
      counter: counter, ledger: ledger, size: size, root: root, journal: journal, epoch: epoch)
    try file.write(mark.slot, at: Watermark.offset(for: counter))
    if durability == .strict { try file.sync() }
  }
}
