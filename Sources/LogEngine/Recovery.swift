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

/// The state of a log, found from its files (ledger.md, section 11).
struct Recovered: Sendable {
  var index = FrameIndex()
  var frontier = Frontier()
  var ids = HashTable()
  var customers = HashTable()
  var lastRecorded = Int64.min
  /// The highest writer epoch found.
  var epoch: UInt32 = 0
  var watermark: Watermark?
  /// The last journal: where its next frame goes, and what it holds.
  var lastJournal = ""
  var lastJournalFirst = Position.zero
  var lastJournalEnd: UInt64 = 0
  var lastJournalRaw = 0
  /// The last journal holds bytes behind its last whole frame.
  var hasTornTail = false
  var report = OpenReport()
}

/// Finds the state of a log. Changes nothing: what must be changed is decided here and done by the writer.
struct Recovery {
  let directory: String
  let files: any FileSystem
  let ledger: LedgerID
  let access: Access

  private var logDirectory: String { "\(directory)/\(LogFiles.directory)" }

  /// For a reader that knows a part already: only what was acknowledged since is read. A journal that was replaced
  /// holds the same frames at the same places, so an open one stays good.
  func run(after known: FrameIndex) throws(OpenError) -> Recovered {
    precondition(access == .readingOnly, "a writer knows its own end")
    guard known.holes.isEmpty, let last = known.journals.last else { return try run() }
    do throws(Failure) {
      var state = Recovered()
      try readWatermark(into: &state)
      state.index = known
      guard let mark = state.watermark, mark.size > known.end else { return state }
      let names = try journalNames()
      guard let current = names.firstIndex(of: last.name) else {
        do throws(OpenError) { return try run() } catch { throw Failure.open(error) }
      }
      for (number, name) in names.enumerated() where number >= current {
        let isLast = number == names.count - 1
        let later = names[(number + 1)...]
        if number == current {
          let file = try disk { () throws(DiskError) in
            try files.openForReading("\(logDirectory)/\(name)")
          }
          state.index.replaceLastJournal(
            by: OpenJournal(name: name, first: last.first, file: file))
          let start = known.frames.last.map { frame in
            Int(frame.journal) == known.journals.count - 1
              ? frame.offset + UInt64(frame.size) : UInt64(Limits.pageSize)
          }
          try walkFrames(
            file, name, from: start ?? UInt64(Limits.pageSize), isLast: isLast, later: later,
            note: nil, &state)
        } else {
          try walkJournal(name, isLast: isLast, later: later, note: nil, &state)
        }
      }
      return state
    } catch {
      switch error {
      case .open(let error): throw error
      case .disk(let error): throw .disk(error)
      case .noteUnusable: preconditionFailure("a reader uses no close note")
      }
    }
  }

  func run() throws(OpenError) -> Recovered {
    do throws(Failure) {
      if let note = try readCloseNote() {
        do throws(Failure) {
          return try walk(trusting: note)
        } catch .noteUnusable {
          var state = try walk(trusting: nil)
          state.report.remarks.append("the close note does not fit the log; it was not used")
          return state
        }
      }
      return try walk(trusting: nil)
    } catch {
      switch error {
      case .open(let error): throw error
      case .disk(let error): throw .disk(error)
      case .noteUnusable: preconditionFailure("only a walk with a note can find it unusable")
      }
    }
  }

  /// Two sorts of failure meet here; both are told by remedy in ``OpenError``.
  private enum Failure: Error {
    case open(OpenError)
    case disk(DiskError)
    /// The close note does not fit the log: walk again without it.
    case noteUnusable
  }

  private func disk<Value>(_ body: () throws(DiskError) -> Value) throws(Failure) -> Value {
    do throws(DiskError) { return try body() } catch { throw .disk(error) }
  }

  private func walk(trusting note: CloseNote?) throws(Failure) -> Recovered {
    var state = Recovered()
    try readWatermark(into: &state)
    let names = try journalNames()
    guard !names.isEmpty else {
      throw .open(
        .corrupt([
          corruption(.chain, "", 0, Position.zero, nil, "the folder log holds no journal")
        ]))
    }
    for (number, name) in names.enumerated() {
      let isLast = number == names.count - 1
      try walkJournal(name, isLast: isLast, later: names[(number + 1)...], note: note, &state)
    }
    try finish(&state, note: note)
    return state
  }

  private func journalNames() throws(Failure) -> [String] {
    let found = try disk { () throws(DiskError) in try files.list(logDirectory) }
    if found.contains(where: { $0.hasSuffix(LogFiles.segmentSuffix) }) {
      throw .open(.unsupportedFormat(found: LedgerDescription.format + 1))
    }
    return found.filter { LogFiles.firstPosition(ofJournal: $0) != nil }
  }

  private func readWatermark(into state: inout Recovered) throws(Failure) {
    let path = "\(logDirectory)/\(LogFiles.watermark)"
    guard try disk({ () throws(DiskError) in try files.exists(path) }) else {
      state.report.remarks.append("the watermark is missing; it is written anew")
      return
    }
    let bytes = try disk { () throws(DiskError) in
      try files.contents(of: path, sizeMax: 1 << 20)
    }
    let reading = Watermark.read(bytes)
    if let mark = reading.newest, mark.ledger != ledger {
      throw .open(.wrongLedger(file: "\(LogFiles.directory)/\(LogFiles.watermark)"))
    }
    state.watermark = reading.newest
    state.epoch = reading.newest?.epoch ?? 0
    if reading.damagedSlots == 2 || (reading.damagedSlots == 1 && reading.newest == nil) {
      if access == .writing(.strict) {
        throw .open(
          .corrupt([
            corruption(
              .watermark, LogFiles.watermark, 0, Position.zero, nil,
              "and strict durability relies on it")
          ]))
      }
      state.report.remarks.append("both slots of the watermark are damaged; it is written anew")
    } else if reading.damagedSlots == 1 {
      state.report.remarks.append("one slot of the watermark is damaged; the other one was used")
    }
  }

  private func readCloseNote() throws(Failure) -> CloseNote? {
    // Only a writer needs what the note knows.
    guard case .writing = access else { return nil }
    let path = "\(directory)/\(LogFiles.index)/\(LogFiles.closeNote)"
    guard try disk({ () throws(DiskError) in try files.exists(path) }) else { return nil }
    let bytes = try disk { () throws(DiskError) in
      try files.contents(of: path, sizeMax: Int(Int32.max))
    }
    guard let note = CloseNote(bytes), note.ledger == ledger else { return nil }
    return note
  }

  private func corruption(
    _ check: Corruption.Check, _ name: String, _ offset: UInt64, _ first: Position,
    _ next: Position?, _ detail: String
  ) -> Corruption {
    Corruption(
      check, file: "\(LogFiles.directory)/\(name)", offset: offset,
      positions: first..<max(first, next ?? first), detail: detail)
  }

  // MARK: One journal

  private func walkJournal(
    _ name: String, isLast: Bool, later: ArraySlice<String>, note: CloseNote?,
    _ state: inout Recovered
  ) throws(Failure) {
    let path = "\(logDirectory)/\(name)"
    let file = try disk { () throws(DiskError) in try files.openForReading(path) }
    let header = try readHeader(file, name, state)
    state.epoch = max(state.epoch, header.epoch)
    state.index.add(OpenJournal(name: name, first: header.first, file: file))
    state.lastJournal = name
    state.lastJournalFirst = header.first
    state.lastJournalRaw = 0
    try walkFrames(
      file, name, from: UInt64(Limits.pageSize), isLast: isLast, later: later, note: note, &state)
  }

  private func walkFrames(
    _ file: any ReadableFile, _ name: String, from offset: UInt64, isLast: Bool,
    later: ArraySlice<String>, note: CloseNote?, _ state: inout Recovered
  ) throws(Failure) {
    var walker = try disk { () throws(DiskError) in
      try JournalWalker(file, name: name, ledger: ledger, from: offset)
    }
    frames: while true {
      let expected = state.index.end
      switch try disk({ () throws(DiskError) in try walker.step(expecting: expected) }) {
      case .frame(let header, let bytes, let payload):
        if case .readingOnly = access, let mark = state.watermark, header.first >= mark.size {
          break frames
        }
        try take(header, bytes, payload, walker, note: note, &state)
        walker.advance(past: header)
      case .end:
        if isLast, note.map({ $0.frontier.size == expected.value }) ?? false { break frames }
        guard
          try skipDamage("zeros stand where a frame should", &walker, later: later, &state)
        else { break frames }
      case .invalid(let detail):
        guard try skipDamage(detail, &walker, later: later, &state) else {
          state.hasTornTail = true
          break frames
        }
      }
    }
    state.lastJournalEnd = walker.offset
  }

  private func readHeader(
    _ file: any ReadableFile, _ name: String, _ state: Recovered
  ) throws(Failure) -> JournalHeader {
    let size = try disk { () throws(DiskError) in try file.size() }
    let bytes = try disk { () throws(DiskError) in
      try file.read(at: 0, count: Int(min(size, UInt64(Limits.pageSize))))
    }
    let expected = state.index.end
    switch JournalHeader.read(bytes) {
    case .newer(let version): throw .open(.unsupportedFormat(found: Int(version)))
    case .damaged:
      throw .open(
        .corrupt([corruption(.header, name, 0, expected, nil, "its first 128 bytes fail the check")]))
    case .whole(let header):
      guard header.ledger == ledger else {
        throw .open(.wrongLedger(file: "\(LogFiles.directory)/\(name)"))
      }
      guard LogFiles.firstPosition(ofJournal: name) == header.first else {
        throw .open(
          .corrupt([
            corruption(
              .chain, name, 0, header.first, nil,
              "its header says that it starts at position \(header.first)")
          ]))
      }
      guard header.first == expected else {
        let missing = min(expected, header.first)..<max(expected, header.first)
        throw .open(
          .corrupt([
            corruption(
              .chain, name, 0, missing.lowerBound, missing.upperBound,
              "it starts at \(header.first), but the log before it ends at \(expected)")
          ]))
      }
      guard state.index.holes.isEmpty, header.root != state.index.root else { return header }
      throw .open(
        .corrupt([
          corruption(.root, name, 40, header.first, nil, "it names another root for its start")
        ]))
    }
  }

  /// Decides about a place where no frame is: false when the log ends here. Where a later frame proves that
  /// committed events are damaged, a writer is refused; a reader goes on behind the hole.
  private func skipDamage(
    _ detail: String, _ walker: inout JournalWalker, later: ArraySlice<String>,
    _ state: inout Recovered
  ) throws(Failure) -> Bool {
    let end = state.index.end
    let current = walker
    if let (header, offset) = try disk({ () throws(DiskError) in
      try current.laterFrame(after: end)
    }) {
      let hole = corruption(.frame, walker.name, walker.offset, end, header.first, detail)
      guard case .readingOnly = access else { throw .open(.corrupt([hole])) }
      state.index.addHole(hole)
      state.report.damage.append(hole)
      state.index.skip(to: header.first)
      walker.move(to: offset)
      return true
    }
    for name in later {
      let path = "\(logDirectory)/\(name)"
      let file = try disk { () throws(DiskError) in try files.openForReading(path) }
      let laterWalker = try disk { () throws(DiskError) in
        // From page zero, so that the frame right behind the header page is seen as "later".
        try JournalWalker(file, name: name, ledger: ledger, from: 0)
      }
      guard
        let (header, _) = try disk({ () throws(DiskError) in
          try laterWalker.laterFrame(after: end)
        })
      else { continue }
      throw .open(
        .corrupt([corruption(.frame, walker.name, walker.offset, end, header.first, detail)]))
    }
    return false
  }

  // MARK: One frame

  private func take(
    _ header: FrameHeader, _ bytes: [UInt8], _ payload: Range<Int>, _ walker: JournalWalker,
    note: CloseNote?, _ state: inout Recovered
  ) throws(Failure) {
    state.epoch = max(state.epoch, header.epoch)
    let isNoted = note.map { header.next.value <= $0.frontier.size } ?? false
    if case .writing = access, !isNoted {
      if let note, state.frontier.size < header.first.value { try adopt(note, &state) }
      try learn(header, bytes, payload, walker, &state)
    }
    state.lastRecorded = max(state.lastRecorded, header.recorded.microseconds)
    state.lastJournalRaw += header.rawSize
    state.index.add(header, at: walker.offset)
  }

  /// Computes the root again, and takes ids and revisions from the entries.
  private func learn(
    _ header: FrameHeader, _ bytes: [UInt8], _ payload: Range<Int>, _ walker: JournalWalker,
    _ state: inout Recovered
  ) throws(Failure) {
    func damaged(_ check: Corruption.Check, _ detail: String) -> Failure {
      .open(
        .corrupt([corruption(check, walker.name, walker.offset, header.first, header.next, detail)]))
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
      state.ids.set(
        header.first.value + UInt64(number), for: Hash128.of(source: names.source, id: names.id))
      if let subject = names.subject {
        let customer = Hash128.of(subject: subject)
        state.customers.set((state.customers[customer] ?? 0) + 1, for: customer)
      }
    }
    guard state.frontier.root == header.root else {
      throw damaged(.root, "its entries give another root than its header names")
    }
  }

  // MARK: All together

  private func finish(_ state: inout Recovered, note: CloseNote?) throws(Failure) {
    let end = state.index.end
    if let mark = state.watermark, mark.size > end {
      let error = OpenError.rolledBack(have: end, known: mark.size, by: "the watermark")
      guard case .readingOnly = access, !state.index.holes.isEmpty || state.hasTornTail else {
        throw .open(error)
      }
      state.report.remarks.append(error.sentence)
    }
    guard let note, state.frontier.size < end.value || note.frontier.size > end.value else {
      return
    }
    try adopt(note, &state)
    state.report.wasClosed = !state.hasTornTail
  }

  /// Takes what the note knows, where it fits the log read so far exactly.
  private func adopt(_ note: CloseNote, _ state: inout Recovered) throws(Failure) {
    guard note.frontier.size == state.index.end.value, note.frontier.root == state.index.root
    else { throw .noteUnusable }
    state.frontier = note.frontier
    state.lastRecorded = max(state.lastRecorded, note.lastRecorded)
    state.ids = HashTable(capacity: note.ids.count)
    for (position, id) in note.ids.enumerated() { state.ids.set(UInt64(position), for: id) }
    state.customers = HashTable(capacity: note.customers.count)
    for entry in note.customers {
      state.customers.set(UInt64(entry.revision), for: entry.customer)
    }
  }
}

/// The members of an entry that the engine itself needs, as spans of its bytes.
struct EntryNames {
  var source: ArraySlice<UInt8>
  var id: ArraySlice<UInt8>
  var subject: ArraySlice<UInt8>?

  /// Nil when source or id is missing or no string. Escapes are undone.
  init?(_ nodes: [JSONNode], at root: Int, _ bytes: [UInt8]) {
    guard nodes[root].kind == .object else { return nil }
    var source: ArraySlice<UInt8>?
    var id: ArraySlice<UInt8>?
    let end = Int(nodes[root].next)
    var place = root + 1
    while place < end {
      let name = bytes[Int(nodes[place].start)..<Int(nodes[place].end)]
      let value = nodes[place + 1]
      if value.kind == .string {
        if name.elementsEqual("id".utf8) {
          id = Self.text(value, bytes)
        } else if name.elementsEqual("source".utf8) {
          source = Self.text(value, bytes)
        } else if name.elementsEqual("subject".utf8) {
          subject = Self.text(value, bytes)
        }
      }
      place = Int(value.next)
    }
    guard let source, let id else { return nil }
    self.source = source
    self.id = id
  }

  private static func text(_ node: JSONNode, _ bytes: [UInt8]) -> ArraySlice<UInt8> {
    node.isEscaped
      ? JSONText.decoded(node, bytes)[...] : bytes[Int(node.start)..<Int(node.end)]
  }
}
