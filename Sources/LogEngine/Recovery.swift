internal import Disk
internal import JSONBytes
internal import Transparency

/// What opening found, for whoever opened.
package struct OpenReport: Hashable, Sendable {
  /// The last writer ended well, and nothing had to be read again.
  package var wasClosed = false
  /// Files that were set aside under `quarantine/`, because they held bytes that were never acknowledged.
  package var quarantined: [String] = []
  /// Damage around which a log that is open for reading works.
  package var damage: [Corruption] = []
  /// Things worth knowing that stop nothing, one sentence each.
  package var remarks: [String] = []
}

/// The state of a log, found from its files (docs/format.md).
struct Recovered: Sendable {
  var index = FrameIndex()
  /// The root before the last frame of the index.
  var rootBefore = MerkleHash.empty
  var frontier = Frontier()
  /// What the journals tell of ids and customers, one after another.
  var known: [KnownEvents.Journal] = []
  var caches = SegmentCaches()
  var lastRecorded = Int64.min
  /// The highest writer epoch found.
  var epoch: UInt32 = 0
  var watermark: Watermark?
  /// The last journal: where its next frame goes, and what it holds.
  var lastJournal = ""
  var lastJournalFirst = Position.zero
  var lastJournalEnd: UInt64 = 0
  var lastJournalRaw = 0
  /// Journals whose events stand in a segment already: what is left of a sealing that was interrupted.
  var sealedJournals: [String] = []
  /// Segments that are damaged, and whose journal is still there.
  var brokenSegments: [String] = []
  var checkpoint: Checkpoint?
  /// What is wrong behind the last whole frame of the last journal; nil where there are zeros, or nothing.
  var tornTail: String?
  var report = OpenReport()
}

/// Finds the state of a log. Changes nothing: what must be changed is decided here and done by the writer.
///
/// A writer is refused by any damage to what was acknowledged. A reader goes on around it, and looks at nothing behind
/// the watermark: what lies there may be changing, and is not acknowledged.
struct Recovery {
  let directory: String
  let files: any FileSystem
  let description: LedgerDescription
  let access: Access
  /// Whether what the device cannot read is damage like any other: for readers that have nothing better yet.
  private(set) var skipsUnreadable: Bool
  let openFiles: OpenFiles

  init(
    directory: String, files: any FileSystem, description: LedgerDescription, access: Access
  ) {
    self.directory = directory
    self.files = files
    self.description = description
    self.access = access
    openFiles = OpenFiles(on: files)
    skipsUnreadable = access == .readingOnly
  }

  var ledger: LedgerID { description.id }
  var logDirectory: String { "\(directory)/\(LogFiles.directory)" }

  func run() throws(OpenError) -> Recovered {
    var looks = 1
    while true {
      do throws(Failure) {
        return try found()
      } catch .disk(let error) where isMoved(error) && looks < Self.looksMax {
        looks += 1
      } catch {
        throw error.told
      }
    }
  }

  /// For a reader: a journal that was listed is gone, because it was sealed meanwhile. A second look finds its segment.
  private func isMoved(_ error: DiskError) -> Bool {
    access == .readingOnly && error.isMissing && error.path.hasPrefix(logDirectory)
  }

  private func found() throws(Failure) -> Recovered {
    let (note, remark) = try readCloseNote()
    var state: Recovered
    do throws(Failure) {
      state = try walk(trusting: note)
    } catch .noteUnusable {
      state = try walk(trusting: nil)
      state.report.remarks.append("the close note does not fit the log; it was not used")
    }
    if let remark { state.report.remarks.append(remark) }
    return state
  }

  /// What a reader finds behind what it knows.
  enum Continuation: Sendable {
    case nothing
    /// For ``FrameIndex/extend(by:)``.
    case more(FrameIndex)
    /// The whole log again: what was known had holes, or a file is gone.
    case anew(FrameIndex)
  }

  /// For a reader that knows a part already, `known` being the continuation of its index and `offset` the place where
  /// the next frame starts: only what was acknowledged since is read. A journal that was replaced holds the same
  /// frames at the same places.
  func run(
    after known: FrameIndex, at offset: UInt64, isWhole: Bool
  ) throws(OpenError) -> Continuation {
    precondition(access == .readingOnly, "a writer knows its own end")
    do throws(Failure) {
      var state = Recovered()
      try readWatermark(into: &state)
      guard let mark = state.watermark, mark.size > known.end else { return .nothing }
      let (names, segments) = try fileNames()
      let isSealed =
        segments.last.flatMap { LogFiles.firstPosition(ofSegment: $0) }.map { $0 >= known.end }
        ?? false
      guard isWhole, !isSealed, let last = known.journals.last,
        let current = names.firstIndex(of: last.name)
      else { return .anew(try walk(trusting: nil).index) }
      let file = try disk { () throws(DiskError) in
        try files.openForReading("\(logDirectory)/\(last.name)")
      }
      // What cannot be read now is tried again at the next look, and does not become a hole.
      var patient = self
      patient.skipsUnreadable = false
      state.index = known
      state.index.replaceLastJournal(
        by: OpenJournal(name: last.name, first: last.first, file: file))
      state.lastJournal = last.name
      try patient.walkFrames(
        file, last.name, from: offset, next: firstPosition(behind: current, names), note: nil,
        &state)
      try patient.walkJournals(names[(current + 1)...], note: nil, &state)
      try finish(&state, note: nil)
      return .more(state.index)
    } catch {
      throw error.told
    }
  }

  /// Two sorts of failure meet here; both are told by remedy in ``OpenError``.
  enum Failure: Error {
    case open(OpenError)
    case disk(DiskError)
    /// The close note does not fit the log: walk again without it.
    case noteUnusable

    var told: OpenError {
      switch self {
      case .open(let error): error
      case .disk(let error): .disk(error)
      case .noteUnusable: preconditionFailure("only a walk with a note can find it unusable")
      }
    }
  }

  func disk<Value>(_ body: () throws(DiskError) -> Value) throws(Failure) -> Value {
    do throws(DiskError) { return try body() } catch { throw .disk(error) }
  }

  func corruption(
    _ check: Corruption.Check, _ name: String, _ offset: UInt64, _ first: Position,
    _ next: Position?, _ detail: String
  ) -> Corruption {
    Corruption(
      check, file: "\(LogFiles.directory)/\(name)", offset: offset,
      positions: first..<max(first, next ?? first), detail: detail)
  }

  private func walk(trusting note: CloseNote?) throws(Failure) -> Recovered {
    var state = Recovered()
    // Before the watermark, which is written before it.
    try readCheckpoint(into: &state)
    try readWatermark(into: &state)
    let (journals, segments) = try fileNames()
    guard !journals.isEmpty else {
      throw .open(
        .corrupt([
          corruption(.chain, "", 0, Position.zero, nil, "the folder log holds no journal")
        ]))
    }
    guard case .readingOnly = access else {
      try refuseMissingCheckpoint(segments, &state)
      try walkFiles(journals, segments, note: note, &state)
      try finish(&state, note: note)
      return state
    }
    try walkFiles(journals, segments, note: note, &state)
    try finish(&state, note: note)
    return state
  }

  /// Journals first: one that is sealed between the two looks is then seen as its segment.
  func fileNames() throws(Failure) -> (journals: [String], segments: [String]) {
    let journals = try disk { () throws(DiskError) in try files.list(logDirectory) }
      .filter { LogFiles.firstPosition(ofJournal: $0) != nil }
    let segments = try disk { () throws(DiskError) in try files.list(logDirectory) }
      .filter { LogFiles.firstPosition(ofSegment: $0) != nil }
    return (journals, segments)
  }

  // MARK: Watermark and close note

  /// How often a reader looks again at a slot that fails its check: the writer may be in the middle of it.
  private static let looksMax = 4

  private func readWatermark(into state: inout Recovered) throws(Failure) {
    let path = "\(logDirectory)/\(LogFiles.watermark)"
    var reading = Watermark.Reading(newest: nil, damagedSlots: 0)
    let isThere = try disk { () throws(DiskError) in try files.exists(path) }
    if isThere {
      var looks = 0
      repeat {
        let bytes = try disk { () throws(DiskError) in
          try files.contents(of: path, sizeMax: 1 << 20)
        }
        reading = Watermark.read(bytes)
        looks += 1
      } while access == .readingOnly && reading.damagedSlots > 0 && looks < Self.looksMax
    }
    if let mark = reading.newest, mark.ledger != ledger {
      throw .open(.wrongLedger(file: "\(LogFiles.directory)/\(LogFiles.watermark)"))
    }
    state.watermark = reading.newest
    state.epoch = reading.newest?.epoch ?? 0
    if reading.newest == nil {
      try missWatermark(isThere ? "both slots are damaged" : "it is missing", &state)
    } else if reading.damagedSlots > 0 {
      state.report.remarks.append("one slot of the watermark is damaged; the other one was used")
    }
  }

  private func missWatermark(_ detail: String, _ state: inout Recovered) throws(Failure) {
    switch access {
    case .writing(.strict):
      throw .open(
        .corrupt([
          corruption(
            .watermark, LogFiles.watermark, 0, Position.zero, nil,
            "\(detail), and strict durability relies on it")
        ]))
    case .writing(.normal):
      state.report.remarks.append("the watermark cannot be used (\(detail)); it is written anew")
    case .readingOnly:
      state.report.remarks.append(
        "the watermark cannot be used (\(detail)); the last frame is not shown, because it may "
          + "never have been acknowledged: open the log for writing once")
    }
  }

  /// The note, if it can be used, and what is wrong with one that cannot: a derived file stops nothing.
  private func readCloseNote() throws(Failure) -> (CloseNote?, remark: String?) {
    // Only a writer needs what the note knows.
    guard case .writing = access else { return (nil, nil) }
    let path = "\(directory)/\(LogFiles.index)/\(LogFiles.closeNote)"
    do throws(DiskError) {
      let bytes = try files.contents(of: path, sizeMax: Int(Int32.max))
      guard let note = CloseNote(bytes), note.ledger == ledger else {
        return (nil, "the close note is damaged; it was not used")
      }
      return (note, nil)
    } catch {
      if error.isMissing || error.number == Errno.notDirectory { return (nil, nil) }
      return (nil, "the close note could not be read (\(error)); it was not used")
    }
  }

  // MARK: All together

  private func finish(_ state: inout Recovered, note: CloseNote?) throws(Failure) {
    try compareWithKnownEnd(&state)
    guard case .writing = access else { return }
    let end = state.index.end.value
    if let note, state.frontier.size < end || note.frontier.size > end { try adopt(note, &state) }
    try completeFrontier(&state)
    guard let note else { return }
    state.report.wasClosed =
      note.frontier.size == end && note.fitsEnd(told: state.watermark) && state.tornTail == nil
  }

  /// What was acknowledged must be there: nothing that the watermark or the checkpoint knows of is cut off.
  private func compareWithKnownEnd(_ state: inout Recovered) throws(Failure) {
    let end = state.index.end
    let checkpoint = Position(min(state.checkpoint?.size ?? 0, Limits.positionMax))
    if state.watermark == nil {
      if access == .readingOnly, state.index.holes.last?.positions.upperBound != end {
        state.index.removeLastFrame(root: state.rootBefore)
      }
    }
    let marked = state.watermark?.size ?? .zero
    let known = max(marked, checkpoint)
    guard known > end else { return }
    let who = marked >= checkpoint ? "the watermark" : "the checkpoint"
    let lost = corruption(
      state.tornTail == nil ? .chain : .frame, state.lastJournal, state.lastJournalEnd, end, known,
      state.tornTail ?? "nothing stands here, but \(who) knows of \(known) events")
    if access == .readingOnly { return report(lost, &state) }
    guard state.tornTail == nil else { throw .open(.corrupt([lost])) }
    throw .open(.rolledBack(have: end, known: known, by: who))
  }

  /// For a reader: goes on behind damage, and tells of it.
  func report(_ damage: Corruption, _ state: inout Recovered) {
    state.index.addHole(damage)
    state.report.damage.append(damage)
  }

  /// Takes what the note knows, where it fits the log read so far exactly.
  func adopt(_ note: CloseNote, _ state: inout Recovered) throws(Failure) {
    guard note.frontier.size == state.index.end.value, note.frontier.root == state.index.root
    else { throw .noteUnusable }
    state.frontier = note.frontier
    state.lastRecorded = max(state.lastRecorded, note.lastRecorded)
    // Ids of events that were sealed since are told by their segments.
    for (number, id) in note.ids.enumerated() {
      let position = note.firstID.advanced(by: number)
      guard let journal = state.known.lastIndex(where: { $0.first <= position }) else { continue }
      state.known[journal].ids.set(position.value, for: id)
    }
    guard let last = state.known.indices.last else { return }
    for entry in note.customers {
      state.known[last].customers.set(UInt64(entry.revision), for: entry.customer)
    }
  }
}
