internal import Disk
internal import JSONBytes
internal import Transparency

/// Segments and the checkpoint in recovery: how they follow one another, and what damage to them means
/// (docs/format.md).
extension Recovery {
  // MARK: The chain of files

  /// Walks segments and journals in order of their first positions. Where both stand for one range, the segment
  /// counts if it is whole: its journal is what an interrupted sealing left.
  func walkFiles(
    _ journals: [String], _ segments: [String], note: CloseNote?, _ state: inout Recovered
  ) throws(Failure) {
    let all = Self.inOrder(journals, segments)
    for (number, unit) in all.enumerated() {
      if !state.index.journals.isEmpty, isAtReadersEnd(state) { return }
      let next = number + 1 < all.count ? all[number + 1].first : nil
      if unit.hasSegment, try walkSegment(unit, next: next, &state) { continue }
      // A segment that is damaged and has no journal was reported as a hole.
      guard unit.hasJournal else { continue }
      try walkJournal(LogFiles.journal(unit.first), next: next, note: note, &state)
    }
    // Behind the last segment the log must go on: the journal that takes the appends is never sealed.
    guard let last = all.last, last.hasSegment, access != .readingOnly,
      !last.hasJournal || state.sealedJournals.contains(LogFiles.journal(last.first))
    else { return }
    throw .open(
      .corrupt([
        corruption(
          .chain, LogFiles.segment(last.first), 0, state.index.end, nil,
          "the journal that takes the appends is missing behind it")
      ]))
  }

  struct LogUnit: Hashable, Sendable {
    var first: Position
    var hasSegment: Bool
    var hasJournal: Bool
  }

  static func inOrder(_ journals: [String], _ segments: [String]) -> [LogUnit] {
    let sealed = Set(segments.compactMap { LogFiles.firstPosition(ofSegment: $0) })
    let hot = Set(journals.compactMap { LogFiles.firstPosition(ofJournal: $0) })
    return sealed.union(hot).sorted().map {
      LogUnit(first: $0, hasSegment: sealed.contains($0), hasJournal: hot.contains($0))
    }
  }

  /// Takes a segment in; false where its journal must stand in for it, or a hole was reported.
  private func walkSegment(
    _ unit: LogUnit, next: Position?, _ state: inout Recovered
  ) throws(Failure) -> Bool {
    let name = LogFiles.segment(unit.first)
    let opened = openFiles.file("\(logDirectory)/\(name)")
    let segment: SegmentFile
    do throws(SegmentFile.Problem) {
      segment = try SegmentFile.open(
        opened, name: name, ledger: ledger, first: unit.first, caches: state.caches)
    } catch {
      switch error {
      case .newer(let version): throw .open(.unsupportedFormat(found: version))
      case .foreign: throw .open(.wrongLedger(file: "\(LogFiles.directory)/\(name)"))
      case .disk(let error) where !(skipsUnreadable && error.number == Errno.io):
        throw .disk(error)
      case .disk, .damaged:
        try missSegment(unit, name, next: next, error, &state)
        return false
      }
    }
    if let wrong = chainProblem(segment, name, state) {
      guard access == .readingOnly else { throw .open(.corrupt([wrong])) }
      report(wrong, &state)
      if segment.header.first < state.index.end { return false }
    }
    if unit.hasJournal { try compareJournal(of: segment, unit, &state) }
    state.rootBefore = state.index.root
    state.lastRecorded = max(state.lastRecorded, segment.header.lastRecorded.microseconds)
    state.index.add(OpenSegment(name: name, file: segment))
    try compareWithCheckpoint(segment, name, &state)
    return true
  }

  /// What does not fit between a segment and the log before it.
  private func chainProblem(
    _ segment: SegmentFile, _ name: String, _ state: Recovered
  ) -> Corruption? {
    let end = state.index.end
    let first = segment.header.first
    if first != end {
      return corruption(
        .chain, name, 0, min(first, end), max(first, end),
        "it starts at \(first), but the log before it ends at \(end)")
    }
    if state.index.holes.isEmpty, segment.header.rootBefore != state.index.root {
      return corruption(
        .root, name, 48, first, segment.header.next, "it names another root for its start")
    }
    return nil
  }

  /// A segment that does not open: its journal stands in for it where it is still there. Else a writer is refused,
  /// and a reader goes on behind the hole.
  private func missSegment(
    _ unit: LogUnit, _ name: String, next: Position?, _ problem: SegmentFile.Problem,
    _ state: inout Recovered
  ) throws(Failure) {
    if unit.hasJournal {
      state.brokenSegments.append(name)
      state.report.remarks.append(
        "\(LogFiles.directory)/\(name) is damaged (\(problem.detail)); its journal is still there "
          + "and was used")
      return
    }
    // One whose name is wrong leaves a gap before it, too.
    let lost = corruption(
      .segment, name, problem.offset, min(unit.first, state.index.end), next ?? knownEnd(state),
      problem.detail)
    guard access == .readingOnly else { throw .open(.corrupt([lost])) }
    report(lost, &state)
  }

  private func knownEnd(_ state: Recovered) -> Position {
    max(state.watermark?.size ?? .zero, Position(state.checkpoint?.size ?? 0))
  }

  /// A journal beside its segment: both must tell of the same events, else one of them is not what it seems.
  private func compareJournal(
    of segment: SegmentFile, _ unit: LogUnit, _ state: inout Recovered
  ) throws(Failure) {
    // A reader takes the segment.
    guard access != .readingOnly else { return }
    let name = LogFiles.journal(unit.first)
    let file = try disk { () throws(DiskError) in
      try files.openForReading("\(logDirectory)/\(name)")
    }
    var walker = try disk { () throws(DiskError) in
      try JournalWalker(file, name: name, ledger: ledger)
    }
    var end = unit.first
    var root = segment.header.rootBefore
    walk: while true {
      switch try disk({ () throws(DiskError) in try walker.step(expecting: end) }) {
      case .frame(let header, _, _):
        end = header.next
        root = header.root
        walker.advance(past: header)
      case .end, .invalid: break walk
      }
    }
    guard end == segment.header.next, root == segment.header.root else {
      throw .open(
        .corrupt([
          corruption(
            .chain, name, 0, unit.first, max(end, segment.header.next),
            "the segment of the same name tells of other events")
        ]))
    }
    state.sealedJournals.append(name)
  }

  // MARK: The checkpoint

  func readCheckpoint(into state: inout Recovered) throws(Failure) {
    let path = "\(directory)/\(LogFiles.checkpoints)/\(LogFiles.checkpoint)"
    let bytes: [UInt8]
    do throws(DiskError) {
      bytes = try files.contents(of: path, sizeMax: Limits.checkpointSizeMax)
    } catch {
      if error.isMissing || error.number == Errno.notDirectory { return }
      guard error.number == 0 else { throw .disk(error) }
      return try doubtCheckpoint("it has another size than any checkpoint", &state)
    }
    guard let checkpoint = Checkpoint(bytes), checkpoint.size <= Limits.positionMax else {
      return try doubtCheckpoint("it does not hold the three lines of one", &state)
    }
    guard checkpoint.origin == description.origin else {
      throw .open(.wrongLedger(file: "\(LogFiles.checkpoints)/\(LogFiles.checkpoint)"))
    }
    state.checkpoint = checkpoint
  }

  /// A checkpoint is replaced by a rename, so it is whole whatever happened: garbage is damage.
  private func doubtCheckpoint(_ detail: String, _ state: inout Recovered) throws(Failure) {
    let wrong = Corruption(
      .checkpoint, file: "\(LogFiles.checkpoints)/\(LogFiles.checkpoint)", offset: 0,
      positions: Position.zero..<Position.zero, detail: detail)
    guard access == .readingOnly else { throw .open(.corrupt([wrong])) }
    state.report.damage.append(wrong)
  }

  /// A segment takes the place of its journal only when a checkpoint covers it: a log with segments has one.
  func refuseMissingCheckpoint(
    _ segments: [String], _ state: inout Recovered
  ) throws(Failure) {
    guard state.checkpoint == nil, !segments.isEmpty else { return }
    try doubtCheckpoint("it is missing, and the log has sealed segments", &state)
  }

  /// A frame that ends where the checkpoint does has its root; one that holds its size within is not what was signed.
  func compareWithCheckpoint(
    _ header: FrameHeader, _ walker: JournalWalker, _ state: inout Recovered
  ) throws(Failure) {
    guard let checkpoint = state.checkpoint, checkpoint.size > header.first.value,
      checkpoint.size <= header.next.value
    else { return }
    let detail: String
    if checkpoint.size < header.next.value {
      detail = "the checkpoint names a size within this frame"
    } else if checkpoint.root != header.root {
      detail = "the checkpoint names another root for this size"
    } else {
      return
    }
    try refuse(
      corruption(.root, walker.name, walker.offset, header.first, header.next, detail), &state)
  }

  private func compareWithCheckpoint(
    _ segment: SegmentFile, _ name: String, _ state: inout Recovered
  ) throws(Failure) {
    let header = segment.header
    guard let checkpoint = state.checkpoint, checkpoint.size > header.first.value,
      checkpoint.size <= header.next.value
    else { return }
    let size = Position(checkpoint.size)
    let root: MerkleHash
    if size == header.next {
      root = header.root
    } else {
      // Old checkpoints only: whoever sealed this segment kept one that covers it.
      do throws(ReadError) {
        root = try segment.frontier(at: size).root
      } catch {
        switch error {
        case .corrupt(let found): return try refuse(found, &state)
        case .disk(let error): throw .disk(error)
        case .beyondEnd: preconditionFailure("the size lies in this segment")
        }
      }
    }
    guard root != checkpoint.root else { return }
    try refuse(
      corruption(
        .root, name, 80, header.first, size,
        "the checkpoint names another root for the size \(size)"),
      &state)
  }

  private func refuse(_ wrong: Corruption, _ state: inout Recovered) throws(Failure) {
    guard access == .readingOnly else { throw .open(.corrupt([wrong])) }
    state.report.damage.append(wrong)
  }

  /// For a writer that knows the frontier neither from a note nor from frames: computed from the last segment, whose
  /// entries are read for it.
  func completeFrontier(_ state: inout Recovered) throws(Failure) {
    guard state.frontier.size < state.index.end.value, let last = state.index.segments.last,
      last.next == state.index.end
    else { return }
    let frontier: Frontier
    do throws(ReadError) {
      frontier = try last.file.frontier(at: last.next)
    } catch {
      switch error {
      case .corrupt(let found): throw .open(.corrupt([found]))
      case .disk(let error): throw .disk(error)
      case .beyondEnd: preconditionFailure("the end lies in this segment")
      }
    }
    guard frontier.root == state.index.root else {
      throw .open(
        .corrupt([
          corruption(
            .root, last.name, 80, last.first, last.next,
            "its entries give another root than its header names")
        ]))
    }
    state.frontier = frontier
  }
}
