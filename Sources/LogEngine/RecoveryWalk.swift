internal import Disk
internal import JSONBytes
internal import Transparency

/// The walk over journals and frames, and what damage on the way means (docs/format.md).
extension Recovery {
  /// Walks one journal after another. A reader stops where its watermark does.
  func walkJournals(
    _ names: ArraySlice<String>, note: CloseNote?, _ state: inout Recovered
  ) throws(Failure) {
    let all = Array(names)
    for (number, name) in all.enumerated() {
      if !state.index.journals.isEmpty, isAtReadersEnd(state) { return }
      try walkJournal(name, next: firstPosition(behind: number, all), note: note, &state)
    }
  }

  /// Whether a reader has come to its watermark.
  func isAtReadersEnd(_ state: Recovered) -> Bool {
    guard access == .readingOnly, let mark = state.watermark else { return false }
    return state.index.end >= max(mark.size, Position(state.checkpoint?.size ?? 0))
  }

  /// Where the journal behind that of this number starts; nil for the last one.
  func firstPosition(behind number: Int, _ names: [String]) -> Position? {
    number + 1 < names.count ? LogFiles.firstPosition(ofJournal: names[number + 1]) : nil
  }

  // MARK: One journal

  func walkJournal(
    _ name: String, next: Position?, note: CloseNote?, _ state: inout Recovered
  ) throws(Failure) {
    let file = try disk { () throws(DiskError) in
      try files.openForReading("\(logDirectory)/\(name)")
    }
    guard let first = try start(of: file, name, &state) else { return }
    state.index.add(OpenJournal(name: name, first: first, file: file))
    state.known.append(KnownEvents.Journal(first: first))
    state.lastJournal = name
    state.lastJournalFirst = first
    state.lastJournalRaw = 0
    try walkFrames(
      file, name, from: UInt64(Limits.pageSize), next: next, note: note, &state)
  }

  /// The position at which a journal starts. Where its header, its name and the log before it do not agree, a writer
  /// is refused; a reader goes by the name, and passes by a file that would go back (nil).
  func start(
    of file: any ReadableFile, _ name: String, _ state: inout Recovered
  ) throws(Failure) -> Position? {
    let size = try disk { () throws(DiskError) in try file.size() }
    let bytes = try disk { () throws(DiskError) in
      try file.read(at: 0, count: Int(min(size, UInt64(Limits.pageSize))))
    }
    let expected = state.index.end
    let named = LogFiles.firstPosition(ofJournal: name) ?? expected
    var wrong: [Corruption] = []
    if named != expected {
      wrong.append(
        corruption(
          .chain, name, 0, min(named, expected), named,
          "it starts at \(named), but the log before it ends at \(expected)"))
    }
    switch JournalHeader.read(bytes) {
    case .newer(let version): throw .open(.unsupportedFormat(found: Int(version)))
    case .damaged:
      wrong.append(corruption(.header, name, 0, named, nil, "its first 128 bytes fail the check"))
    case .whole(let header):
      guard header.ledger == ledger else {
        throw .open(.wrongLedger(file: "\(LogFiles.directory)/\(name)"))
      }
      state.epoch = max(state.epoch, header.epoch)
      if header.first != named {
        wrong.append(
          corruption(
            .chain, name, 0, named, nil,
            "its header says that it starts at position \(header.first)"))
      } else if wrong.isEmpty, state.index.holes.isEmpty, header.root != state.index.root {
        wrong.append(
          corruption(.root, name, 40, named, nil, "it names another root for its start"))
      }
    }
    guard access == .readingOnly else {
      if wrong.isEmpty { return named }
      throw .open(.corrupt(wrong))
    }
    for damage in wrong { report(damage, &state) }
    return named < expected ? nil : named
  }

  // MARK: Frames

  /// `next` is where the following journal starts; nil in the last one.
  func walkFrames(
    _ file: any ReadableFile, _ name: String, from offset: UInt64, next: Position?,
    note: CloseNote?, _ state: inout Recovered
  ) throws(Failure) {
    var walker = try disk { () throws(DiskError) in
      try JournalWalker(file, name: name, ledger: ledger, from: offset)
    }
    state.tornTail = nil
    frames: while !isAtReadersEnd(state) {
      switch try step(walker, expecting: state.index.end) {
      case .frame(let header, let bytes, let payload):
        try take(header, bytes, payload, walker, note: note, &state)
        walker.advance(past: header)
      case .end:
        if isKnownEnd(next, note, state) { break frames }
        guard
          try skipDamage("zeros stand where a frame should", isZero: true, &walker, next, &state)
        else { break frames }
      case .invalid(let detail):
        if next == state.index.end { break frames }
        guard try skipDamage(detail, isZero: false, &walker, next, &state) else {
          state.tornTail = detail
          break frames
        }
      }
    }
    state.lastJournalEnd = walker.offset
  }

  /// Where unreadable pages are skipped, one of them is damage like any other.
  private func step(
    _ walker: JournalWalker, expecting position: Position
  ) throws(Failure) -> JournalWalker.Step {
    do throws(DiskError) {
      return try walker.step(expecting: position)
    } catch {
      guard skipsUnreadable, error.number == Errno.io else { throw .disk(error) }
      return .invalid("\(error)")
    }
  }

  /// Whether zeros here are the end without a look at what lies behind: the next journal goes on exactly here, or the
  /// writer ended here and ended well.
  private func isKnownEnd(_ next: Position?, _ note: CloseNote?, _ state: Recovered) -> Bool {
    if let next { return next == state.index.end }
    guard let note else { return false }
    return note.frontier.size == state.index.end.value && note.fitsEnd(told: state.watermark)
  }

  /// Decides about a place where no frame is: false when this journal ends here. Where a later frame, or the next
  /// journal, proves that committed events are damaged, a writer is refused; a reader goes on behind the hole.
  private func skipDamage(
    _ detail: String, isZero: Bool, _ walker: inout JournalWalker, _ next: Position?,
    _ state: inout Recovered
  ) throws(Failure) -> Bool {
    if SeededBug.cutAtFirstBadFrame.isOn { return false }
    let end = state.index.end
    let current = walker
    let found = try disk { () throws(DiskError) in
      try current.laterFrame(after: end, skippingUnreadable: skipsUnreadable)
    }
    // Nothing at all up to a journal that starts later: that journal's header tells of the gap.
    guard let upTo = found?.0.first ?? (isZero ? nil : next), upTo > end else { return false }
    let hole = corruption(.frame, walker.name, walker.offset, end, upTo, detail)
    guard access == .readingOnly else { throw .open(.corrupt([hole])) }
    report(hole, &state)
    guard let (_, offset) = found else { return false }
    walker.move(to: offset)
    return true
  }

  private func take(
    _ header: FrameHeader, _ bytes: [UInt8], _ payload: Range<Int>, _ walker: JournalWalker,
    note: CloseNote?, _ state: inout Recovered
  ) throws(Failure) {
    state.epoch = max(state.epoch, header.epoch)
    if let mark = state.watermark, header.next == mark.size, header.root != mark.root {
      let wrong = corruption(
        .root, walker.name, walker.offset, header.first, header.next,
        "the watermark names another root for this size")
      guard access == .readingOnly else { throw .open(.corrupt([wrong])) }
      state.report.damage.append(wrong)
    }
    try compareWithCheckpoint(header, walker, &state)
    let isNoted = note.map { header.next.value <= $0.frontier.size } ?? false
    if access != .readingOnly, !isNoted {
      if let note, state.frontier.size < header.first.value { try adopt(note, &state) }
      try completeFrontier(&state)
      try learn(header, bytes, payload, walker, &state)
    }
    state.lastRecorded = max(state.lastRecorded, header.recorded.microseconds)
    state.lastJournalRaw += header.rawSize
    state.rootBefore = state.index.root
    state.index.add(header, at: walker.offset)
  }

  /// Computes the root again, and takes ids and revisions from the entries.
  private func learn(
    _ header: FrameHeader, _ bytes: [UInt8], _ payload: Range<Int>, _ walker: JournalWalker,
    _ state: inout Recovered
  ) throws(Failure) {
    func damaged(_ check: Corruption.Check, _ detail: String) -> Failure {
      .open(
        .corrupt([corruption(check, walker.name, walker.offset, header.first, header.next, detail)])
      )
    }
    guard let (raw, entries) = Frame.records(of: header, in: bytes, payload: payload) else {
      throw damaged(.frame, "its records do not fill it")
    }
    var scanner = JSONScanner()
    for (number, entry) in entries.enumerated() {
      state.frontier.append(MerkleHash.leaf(raw, in: entry))
      let node: Int
      do throws(JSONError) {
        scanner.removeAll()
        node = try scanner.scan(raw.span, in: entry)
      } catch {
        throw damaged(.entry, "an entry is not JSON")
      }
      let nodes = scanner.nodes
      guard let names = EntryNames(nodes, at: node, raw) else {
        throw damaged(.entry, "an entry has no source or id")
      }
      let last = state.known.count - 1
      state.known[last].ids.set(
        header.first.value + UInt64(number), for: Hash128.of(source: names.source, id: names.id))
      if let subject = names.subject {
        guard let revision = names.revision else {
          throw damaged(.entry, "an entry with a subject has no revision")
        }
        state.known[last].customers.set(UInt64(revision), for: Hash128.of(subject: subject))
      }
    }
    guard state.frontier.root == header.root else {
      throw damaged(.root, "its entries give another root than its header names")
    }
  }
}
