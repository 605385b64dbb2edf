internal import Disk
internal import Synchronization
internal import Transparency

/// What sealing made, and what went wrong with it.
package struct SealReport: Hashable, Sendable {
  package struct Segment: Hashable, Sendable {
    /// Name of the file within the ledger.
    package var file: String
    package var first: Position
    package var events: UInt64
    /// Bytes of the segment.
    package var byteCount: UInt64
    /// Bytes of its entries.
    package var entryBytes: UInt64
  }

  /// Segments made since the log was opened.
  package var segments: [Segment] = []
  /// Journals that could not be sealed and stay as they are, one sentence each. Appends go on.
  package var alarms: [String] = []

  /// Nothing yet.
  package init() {}
}

/// Writes full journals anew as segments, one after another, on a thread of its own at low priority
/// (docs/format.md, section 11).
///
/// The order of steps is the promise: a segment is read back from the disk and every entry of it compared with its
/// leaf hash, before it gets its name; it has its name, and a checkpoint covers it, before its journal goes.
final class Sealer: Sendable {
  private struct State: Sendable {
    /// First positions of journals that wait, in order.
    var queue: [Position] = []
    /// The journal in work.
    var current: Position?
    /// Journals that could not be sealed, and those behind them: a segment follows a segment. They are tried again
    /// together with the next one.
    var postponed: [Position] = []
    var isEnding = false
    var hasEnded = false
    var report = SealReport()
    var whenIdle: [@Sendable (SealReport) -> Void] = []
  }

  private let core: LogCore
  private let keeper: CheckpointKeeper
  private let state = Monitor(State())
  /// Called with the number of journals that still wait, after each of them.
  private let progress: @Sendable (_ unsealed: Int) -> Void
  /// Called when a name in the folder may not be durable: the log must stop.
  private let halt: @Sendable (DiskError) -> Void

  /// Starts the thread. `interrupted` are journals whose segment is whole already.
  init(
    core: LogCore, keeper: CheckpointKeeper, interrupted: [String],
    progress: @escaping @Sendable (Int) -> Void, halt: @escaping @Sendable (DiskError) -> Void
  ) {
    self.core = core
    self.keeper = keeper
    self.progress = progress
    self.halt = halt
    DedicatedThread.start(named: "rapport-seal", isBackground: true) { [self] in
      finishInterrupted(interrupted)
      run()
    }
  }

  /// Puts full journals in line, behind those that could not be sealed before.
  func enqueue(_ firsts: [Position]) {
    guard !firsts.isEmpty else { return }
    state.change { state in
      var waiting = Set(state.queue + state.postponed + firsts)
      if let current = state.current { waiting.remove(current) }
      state.queue = waiting.sorted()
      state.postponed = []
    }
  }

  /// Answers when no journal waits any more.
  func whenIdle(_ answer: @escaping @Sendable (SealReport) -> Void) {
    let now: SealReport? = state.change { state in
      if state.hasEnded || (state.queue.isEmpty && state.current == nil) { return state.report }
      state.whenIdle.append(answer)
      return nil
    }
    if let now { answer(now) }
  }

  var report: SealReport { state.look { $0.report } }

  /// Gives up the journal in work, which stays as it is, and ends the thread. Not on a pool thread.
  func end() {
    state.change { $0.isEnding = true }
    let (report, waiting) = state.wait { state in
      state.hasEnded ? (state.report, state.whenIdle) : nil
    }
    for answer in waiting { answer(report) }
  }

  private var isEnding: Bool { state.look { $0.isEnding } }

  private func run() {
    while let first = next() {
      var alarm: String?
      do throws(Stop) {
        let segment = try SealJob(core: core, keeper: keeper, first: first) { self.isEnding }.run()
        let count = state.change { state in
          state.report.segments.append(segment)
          return state.report.segments.count
        }
        if count % Limits.sealsPerIndex == 0 {
          do throws(DiskError) { try core.writeIndexes() } catch { throw .disk(error) }
        }
      } catch {
        alarm = tell(error, first)
      }
      // Where only the removal of the journal failed, the next start does it.
      let isUnsealed = core.shared.withLock { $0.index.journals.contains { $0.first == first } }
      let (waiting, left, report) = state.change { state in
        if let alarm {
          state.report.alarms.append(alarm)
          if isUnsealed { state.postponed = [first] }
          state.postponed += state.queue
          state.queue = []
        }
        state.current = nil
        let isIdle = state.queue.isEmpty
        defer { if isIdle { state.whenIdle = [] } }
        return (isIdle ? state.whenIdle : [], state.queue.count, state.report)
      }
      progress(left)
      for answer in waiting { answer(report) }
    }
    state.change { $0.hasEnded = true }
  }

  private func next() -> Position? {
    state.wait { state -> Position?? in
      if state.isEnding { return .some(nil) }
      guard !state.queue.isEmpty else { return nil }
      let first = state.queue.removeFirst()
      state.current = first
      return .some(first)
    }
  }

  private func tell(_ stop: Stop, _ first: Position) -> String? {
    let journal = "\(LogFiles.directory)/\(LogFiles.journal(first))"
    switch stop {
    case .ending: return nil
    case .disk(let error): return "\(journal) could not be sealed and stays as it is: \(error)"
    case .notDurable(let error):
      halt(error)
      return "the log stopped while \(journal) was sealed: \(error)"
    case .corrupt(let found):
      return "\(journal) was not sealed, because it is damaged: \(found.sentence)"
    case .differs(let found):
      return
        "the segment made of \(journal) does not give back its entries (\(found.sentence)); it "
        + "was set aside, the journal stays"
    }
  }

  /// Removes journals whose segment was in force already when the log was opened.
  private func finishInterrupted(_ names: [String]) {
    guard !names.isEmpty else { return }
    do throws(DiskError) {
      try keeper.persist(covering: core.end)
      let log = "\(core.directory)/\(LogFiles.directory)"
      for name in names {
        // The sync of the segment's name may have failed, and then no later one saves it: it is written anew.
        guard let first = LogFiles.firstPosition(ofJournal: name) else { continue }
        let segment = LogFiles.segment(first)
        let bytes = try core.files.contents(of: "\(log)/\(segment)", sizeMax: .max)
        try DurableReplace.write(bytes, to: segment, in: log, on: core.files)
        try core.files.remove("\(log)/\(name)")
      }
      try core.files.syncDirectory(log)
    } catch {
      state.change {
        $0.report.alarms.append("a journal that is sealed already could not be removed: \(error)")
      }
    }
  }

  /// Why a journal was not sealed.
  enum Stop: Error {
    case ending
    case disk(DiskError)
    /// A name may or may not survive a power cut.
    case notDurable(DiskError)
    /// The journal itself.
    case corrupt(Corruption)
    /// The segment gives other bytes than the journal: a bug of ours, or of the memory.
    case differs(Corruption)
  }
}

/// One journal on its way to a segment.
private struct SealJob {
  let core: LogCore
  let keeper: CheckpointKeeper
  let first: Position
  let isCancelled: () -> Bool

  private var log: String { "\(core.directory)/\(LogFiles.directory)" }
  private var name: String { LogFiles.segment(first) }
  private var temporary: String { "\(log)/\(name)\(LogFiles.temporarySuffix)" }

  func run() throws(Sealer.Stop) -> SealReport.Segment {
    var source = try JournalSource(core, first, isCancelled)
    let header = try write(&source)
    try compare(with: source, header)
    try disk { () throws(DiskError) in try keeper.persist(covering: header.next) }
    return try putInForce(header)
  }

  // MARK: Steps

  /// Steps 1 and 2: reads the journal, writes the columns under a temporary name, syncs them.
  private func write(_ source: inout JournalSource) throws(Sealer.Stop) -> SegmentHeader {
    var builder = SegmentBuilder(
      ledger: core.description.id, first: first, frontier: source.frontier,
      level: Int32(core.description.compressionLevel))
    try source.read(into: &builder)
    source.idHashes = builder.sortedIDHashes
    if isCancelled() { throw .ending }
    let file = try disk { () throws(DiskError) in
      if try core.files.exists(temporary) { try core.files.remove(temporary) }
      return try core.files.create(temporary)
    }
    do throws(Sealer.Stop) {
      var offset: UInt64 = 0
      let header = try builder.write(root: source.frontier.root) {
        (piece: [UInt8]) throws(Sealer.Stop) in
        if isCancelled() { throw .ending }
        try disk { () throws(DiskError) in try file.write(piece, at: offset) }
        offset += UInt64(piece.count)
      }
      try disk { () throws(DiskError) in
        if !SeededBug.journalDroppedEarly.isOn { try file.sync() }
        try file.dropCache()
        try file.close()
      }
      return header
    } catch {
      // Never referred to; the next start removes it where this fails.
      try? core.files.remove(temporary)
      throw error
    }
  }

  /// Step 3: reads the file back, and compares the hash of every entry, and the root.
  private func compare(
    with source: JournalSource, _ header: SegmentHeader
  ) throws(Sealer.Stop) {
    let found: Corruption?
    do throws(ReadError) {
      found = try difference(source, header)
    } catch {
      switch error {
      case .disk(let error): throw .disk(error)
      case .corrupt(let damage): try setAside(damage)
      case .beyondEnd: preconditionFailure("the segment holds all rows of its header")
      }
      return
    }
    if isCancelled() {
      // As above.
      try? core.files.remove(temporary)
      throw .ending
    }
    if let found { try setAside(found) }
  }

  private func difference(
    _ source: JournalSource, _ header: SegmentHeader
  ) throws(ReadError) -> Corruption? {
    let segment = try open(temporary)
    guard segment.header == header, header.count == UInt64(source.leaves.count) else {
      return damage(first..<header.next, "its header is not the one that was written")
    }
    var row = 0
    while row < source.leaves.count, !isCancelled() {
      let end = min(row + SegmentFile.runLength, source.leaves.count)
      let (raw, entries) = try segment.entries(rows: row..<end)
      guard entries.count == end - row else {
        return damage(first..<header.next, "it gives another number of entries")
      }
      for (number, leaf) in MerkleHash.leaves(raw, in: entries).enumerated()
      where leaf != source.leaves[row + number] {
        let position = first.advanced(by: row + number)
        return damage(position..<position.advanced(by: 1), "an entry has another leaf hash")
      }
      row = end
    }
    guard !isCancelled() else { return nil }
    // What no entry needs, and a look-up relies on.
    if try segment.idHashes() != source.idHashes {
      return damage(first..<header.next, "its id hashes are not those of its events")
    }
    let found = try segment.chunkFindings()
    return segment.fixedPartsFindings().first ?? found.first
  }

  private func open(_ path: String) throws(ReadError) -> SegmentFile {
    let file: any ReadableFile
    do throws(DiskError) {
      file = try core.files.openForReading(path)
    } catch {
      throw .disk(error)
    }
    do throws(SegmentFile.Problem) {
      return try SegmentFile.open(
        file, name: name, ledger: core.description.id, first: first, caches: core.caches)
    } catch {
      if case .disk(let error) = error { throw .disk(error) }
      throw .corrupt(damage(first..<first, error.detail))
    }
  }

  private func damage(_ positions: Range<Position>, _ detail: String) -> Corruption {
    Corruption(
      .segment, file: "\(LogFiles.directory)/\(name)", offset: 0, positions: positions,
      detail: detail)
  }

  /// Keeps a segment that is wrong as evidence, and gives up.
  private func setAside(_ found: Corruption) throws(Sealer.Stop) {
    let folder = "\(core.directory)/\(LogFiles.quarantine)"
    try disk { () throws(DiskError) in
      try core.files.makeDirectory(folder)
      try core.files.syncDirectory(core.directory)
      let taken = Set(try core.files.list(folder))
      var number = 1
      while taken.contains("\(name).\(number)") { number += 1 }
      try core.files.rename(temporary, to: "\(folder)/\(name).\(number)")
      try core.files.syncDirectory(folder)
    }
    throw .differs(found)
  }

  /// Steps 4 to 6: the segment gets its name, readers its place, the journal goes.
  private func putInForce(_ header: SegmentHeader) throws(Sealer.Stop) -> SealReport.Segment {
    let path = "\(log)/\(name)"
    try disk { () throws(DiskError) in try core.files.rename(temporary, to: path) }
    try durable { () throws(DiskError) in try core.files.syncDirectory(log) }
    let segment: SegmentFile
    do throws(ReadError) {
      segment = try open(path)
    } catch {
      switch error {
      case .disk(let error): throw .disk(error)
      case .corrupt(let found): throw .differs(found)
      case .beyondEnd: preconditionFailure("opening reads no position")
      }
    }
    // First what can fail: until the journal is forgotten, all of this can be done again.
    do throws(ReadError) {
      try core.learnSealed(segment)
    } catch {
      switch error {
      case .disk(let error): throw .disk(error)
      case .corrupt(let found): throw .differs(found)
      case .beyondEnd: preconditionFailure("a segment holds its rows")
      }
    }
    core.shared.withLock { shared in
      shared.index.seal(by: OpenSegment(name: name, file: segment))
    }
    core.known.withLock { $0.forgetJournal(at: first, next: header.next) }
    try disk { () throws(DiskError) in
      try core.files.remove("\(log)/\(LogFiles.journal(first))")
    }
    try durable { () throws(DiskError) in try core.files.syncDirectory(log) }
    let size = try disk { () throws(DiskError) in try core.files.identity(of: path).size }
    return SealReport.Segment(
      file: "\(LogFiles.directory)/\(name)", first: first, events: header.count, byteCount: size,
      entryBytes: header.entryBytes)
  }

  private func disk<Value>(
    _ body: () throws(DiskError) -> Value
  ) throws(Sealer.Stop) -> Value {
    do throws(DiskError) { return try body() } catch { throw .disk(error) }
  }

  private func durable(_ body: () throws(DiskError) -> Void) throws(Sealer.Stop) {
    do throws(DiskError) { try body() } catch { throw .notDurable(error) }
  }
}

/// The journal that is sealed: its frames from the file, checked against their roots.
private struct JournalSource {
  private(set) var frontier: Frontier
  private(set) var leaves: [MerkleHash] = []
  /// Sorted.
  var idHashes: [UInt32] = []
  private let frames: [FoundFrame]
  private let isCancelled: () -> Bool

  init(
    _ core: LogCore, _ first: Position, _ isCancelled: @escaping () -> Bool
  ) throws(Sealer.Stop) {
    frames = core.shared.withLock { $0.index.frames(ofJournal: first) }
    self.isCancelled = isCancelled
    do throws(ReadError) {
      frontier = try core.frontier(at: first)
    } catch {
      throw Self.stop(error)
    }
  }

  /// Step 1: from the file, not from memory.
  mutating func read(into builder: inout SegmentBuilder) throws(Sealer.Stop) {
    for frame in frames {
      if isCancelled() { throw .ending }
      let contents: FrameReader.Contents
      do throws(ReadError) {
        contents = try FrameReader.read(frame)
      } catch {
        throw Self.stop(error)
      }
      let found = MerkleHash.leaves(contents.raw, in: contents.entries)
      leaves += found
      frontier.append(contentsOf: found)
      guard frontier.root == contents.header.root else {
        throw .corrupt(
          Corruption(
            .root, file: "\(LogFiles.directory)/\(frame.journal.name)", offset: frame.place.offset,
            positions: contents.header.first..<contents.header.next,
            detail: "its entries give another root than its header names"))
      }
      builder.add(SeededBug.altered(contents.raw), entries: contents.entries)
    }
  }

  private static func stop(_ error: ReadError) -> Sealer.Stop {
    switch error {
    case .corrupt(let found): .corrupt(found)
    case .disk(let error): .disk(error)
    case .beyondEnd: preconditionFailure("a full journal lies before the end")
    }
  }
}
