internal import Disk
package import JSONBytes
internal import Synchronization
internal import Transparency

/// What reading everything found.
package struct VerifyReport: Hashable, Sendable {
  package var events: UInt64 = 0
  package var frames = 0
  package var journals = 0
  package var segments = 0
  package var customers = 0
  /// Customers (the `subject`) whom the damage touches, at most ``findingsMax``: those that a damaged segment's postings
  /// name, and those of whom revisions are missing. Where the postings are damaged as well, or a journal is, whose last
  /// events were lost shows no gap.
  package var customersTouched: [String] = []
  /// Sum of entry sizes.
  package var entryBytes: UInt64 = 0
  /// The tree root over all entries, as computed from them; nil where damage left a gap.
  package var root: String?
  /// Everything that is wrong, in order of place; at most ``findingsMax`` of them.
  package var findings: [Corruption] = []

  package static let findingsMax = 1_000
}

/// Checks what the log promises of its own bytes (docs/format.md): CRCs, sizes, leaf hashes and roots,
/// positions, recorded times, gapless revisions.
struct Verifier {
  private let core: LogCore
  private var report = VerifyReport()
  private var frontier = Frontier()
  private var revisions = HashTable()
  /// False behind a gap: roots and revisions can no longer be computed from the start.
  private var isComplete = true
  /// Something was missing: the root over everything is not known, whatever is known of later parts.
  private var hasGap = false
  private var lastRecorded = Int64.min
  private var lastEpoch: UInt32 = 0
  private var scanner = JSONScanner()

  private var touched: Set<Hash128> = []
  private var told: Set<Place> = []
  private let deep: DeepVerifier?

  init(_ core: LogCore, deep: DeepVerifier? = nil) {
    self.core = core
    self.deep = deep
  }

  /// Reads every acknowledged event. `progress` hears of the events done after each frame or run of a segment.
  mutating func run(_ progress: (UInt64, UInt64) -> Void) -> VerifyReport {
    let index = core.shared.withLock { $0.index }
    report.journals = index.journals.count
    report.segments = index.segments.count
    var position = Position.zero
    var segments = index.segments[...]
    for frame in index.foundFrames {
      while let segment = segments.first, segment.first < frame.place.first {
        position = check(segments.removeFirst(), behind: position) { progress($0, index.end.value) }
        _ = segment
      }
      position = check(frame, behind: position)
      progress(position.value, index.end.value)
    }
    for segment in segments {
      position = check(segment, behind: position) { progress($0, index.end.value) }
    }
    for hole in index.holes { add(hole) }
    if let deep { for finding in deep.indexFindings(index, core) { add(finding) } }
    if !index.holes.isEmpty { isComplete = false }
    report.customers = revisions.count
    report.root = isComplete && !hasGap ? frontier.root.hex : nil
    return report
  }

  /// Checks a frame, and returns where the next part starts.
  private mutating func check(_ frame: FoundFrame, behind position: Position) -> Position {
    report.frames += 1
    if frame.place.first > position {
      isComplete = false
      hasGap = true
    }
    do throws(ReadError) {
      let contents = try FrameReader.read(frame)
      check(contents, frame.place, frame.journal)
      return contents.header.next
    } catch {
      add(
        error, or: .frame, file(of: frame.journal), frame.place.offset,
        frame.place.first..<frame.next)
      return position
    }
  }

  private mutating func add(
    _ error: ReadError, or check: Corruption.Check, _ file: String, _ offset: UInt64,
    _ positions: Range<Position>
  ) {
    isComplete = false
    hasGap = true
    if case .corrupt(let found) = error { return add(found) }
    add(
      Corruption(check, file: file, offset: offset, positions: positions, detail: error.sentence))
  }

  // MARK: Segments

  private mutating func check(
    _ segment: OpenSegment, behind position: Position, _ progress: (UInt64) -> Void
  ) -> Position {
    let header = segment.file.header
    let name = "\(LogFiles.directory)/\(segment.name)"
    if segment.first > position || !isComplete { resume(at: segment) }
    for finding in segment.file.fixedPartsFindings() { add(finding) }
    var row = 0
    while row < segment.file.count {
      let block = segment.file.footer.blocks[segment.file.block(holding: row)]
      let end = min(row + SegmentFile.runLength, Int(block.firstRow) + Int(block.rows))
      do throws(ReadError) {
        let (raw, entries) = try segment.file.entries(rows: row..<end)
        check(raw, entries, of: segment, from: row)
        row = end
      } catch {
        let last = Int(block.firstRow) + Int(block.rows)
        add(
          error, or: .segment, name, 0,
          segment.first.advanced(by: row)..<segment.first.advanced(by: last))
        for customer in segment.file.customers(ofRows: row..<last) { touch(customer) }
        row = last
      }
      progress(segment.first.value + UInt64(row))
    }
    if isComplete, frontier.root != header.root {
      add(
        Corruption(
          .root, file: name, offset: 80, positions: segment.first..<segment.next,
          detail: "its entries give another root than its header names"))
      isComplete = false
    }
    for finding in segment.file.columnFindings() { add(finding) }
    return segment.next
  }

  /// Behind a gap each segment is still verified alone: it holds the frontier at its start.
  private mutating func resume(at segment: OpenSegment) {
    hasGap = true
    do throws(ReadError) {
      frontier = try segment.file.startFrontier()
      isComplete = true
    } catch {
      add(
        error, or: .segment, "\(LogFiles.directory)/\(segment.name)", 0,
        segment.first..<segment.next)
    }
  }

  private mutating func check(
    _ raw: [UInt8], _ entries: [Range<Int>], of segment: OpenSegment, from row: Int
  ) {
    if isComplete { frontier.append(contentsOf: MerkleHash.leaves(raw, in: entries)) }
    for (number, range) in entries.enumerated() {
      let position = segment.first.advanced(by: row + number)
      report.events += 1
      report.entryBytes += UInt64(range.count)
      if let wrong = problem(with: range, of: raw, at: position, recorded: nil) {
        add(
          Corruption(
            .entry, file: "\(LogFiles.directory)/\(segment.name)", offset: 0,
            positions: position..<position.advanced(by: 1), detail: wrong))
      }
    }
  }

  /// What is damaged where. One damaged page is met by several checks, and told once.
  private struct Place: Hashable {
    var file: String
    var offset: UInt64
    var detail: String
  }

  private mutating func add(_ finding: Corruption) {
    // Findings about entries differ by their positions.
    if finding.check == .segment {
      let place = Place(file: finding.file, offset: finding.offset, detail: finding.detail)
      guard told.insert(place).inserted else { return }
    }
    if report.findings.count < VerifyReport.findingsMax { report.findings.append(finding) }
  }

  private mutating func touch(_ customer: ArraySlice<UInt8>) {
    guard touched.insert(Hash128.of(subject: customer)).inserted,
      report.customersTouched.count < VerifyReport.findingsMax
    else { return }
    report.customersTouched.append(String(decoding: customer, as: UTF8.self))
  }

  private func file(of journal: OpenJournal) -> String {
    "\(LogFiles.directory)/\(journal.name)"
  }

  private mutating func check(
    _ contents: FrameReader.Contents, _ place: FramePlace, _ journal: OpenJournal
  ) {
    let header = contents.header
    func finding(
      _ check: Corruption.Check, _ positions: Range<Position>, _ detail: String
    ) -> Corruption {
      Corruption(
        check, file: file(of: journal), offset: place.offset, positions: positions, detail: detail)
    }
    if header.recorded.microseconds < lastRecorded {
      add(finding(.frame, header.first..<header.next, "its recordedtime lies before the last one"))
    }
    lastRecorded = max(lastRecorded, header.recorded.microseconds)
    if header.epoch < lastEpoch {
      add(finding(.frame, header.first..<header.next, "its writer epoch lies before the last one"))
    }
    lastEpoch = max(lastEpoch, header.epoch)
    let recorded = header.recorded.text
    for (number, range) in contents.entries.enumerated() {
      let position = header.first.advanced(by: number)
      report.events += 1
      report.entryBytes += UInt64(range.count)
      if isComplete { frontier.append(MerkleHash.leaf(contents.raw, in: range)) }
      if let wrong = problem(with: range, of: contents.raw, at: position, recorded: recorded) {
        add(finding(.entry, position..<position.advanced(by: 1), wrong))
      }
    }
    if isComplete, frontier.root != header.root {
      add(
        finding(
          .root, header.first..<header.next, "its entries give another root than its header names"))
      isComplete = false
    }
  }

  /// What an entry says wrongly of itself; nil when nothing.
  private mutating func problem(
    with range: Range<Int>, of raw: [UInt8], at position: Position, recorded: String?
  ) -> String? {
    scanner.removeAll()
    // Where exactly it breaks helps nobody: what matters is that something else than an event was written.
    guard let node = try? scanner.scan(raw.span, in: range) else { return "it is not JSON" }
    let entry = JSONView(document: JSONDocument(bytes: raw, nodes: scanner.nodes), index: node)
    guard entry["sequence"]?.string == LogFiles.twentyDigits(position.value) else {
      return "its sequence is not its position"
    }
    let time = entry["recordedtime"]?.text
    if let recorded {
      guard time.map({ $0.elementsEqual(recorded.utf8) }) == true else {
        return "its recordedtime is not that of its frame"
      }
    } else {
      guard let time = time.flatMap({ Timestamp($0) }), time.microseconds >= lastRecorded else {
        return "its recordedtime lies before the last one, or is none"
      }
      lastRecorded = time.microseconds
    }
    guard let subject = entry["subject"]?.text else {
      if let deep, let wrong = deep.problem(entry) { return wrong }
      return entry["revision"] == nil ? nil : "it has a revision and no subject"
    }
    guard let revision = entry["revision"]?.integer else { return "it has no revision" }
    let customer = Hash128.of(subject: subject)
    let expected = (revisions[customer] ?? 0) + 1
    revisions.set(UInt64(max(0, revision)), for: customer)
    if UInt64(max(0, revision)) != expected { touch(subject) }
    if let deep, let wrong = deep.problem(entry) { return wrong }
    guard hasGap || UInt64(max(0, revision)) == expected else {
      return "its revision is \(revision), the customer's next one is \(expected)"
    }
    return nil
  }
}

extension EventLog {
  /// Reads everything and checks it. Cost: one pass over all frames, and one SHA-256 of each entry.
  package func verify(_ progress: (UInt64, UInt64) -> Void = { _, _ in }) -> VerifyReport {
    var verifier = Verifier(core)
    return verifier.run(progress)
  }

  /// The same, and: that no source and id is recorded twice, that entries are canonical, that `entry` has nothing to say
  /// against them (nil), and that the derived indexes hold what the segments give. Takes about 32 bytes of memory an
  /// event.
  package func verifyDeep(
    entry: @escaping (JSONView) -> String?, _ progress: (UInt64, UInt64) -> Void = { _, _ in }
  ) -> VerifyReport {
    var verifier = Verifier(core, deep: DeepVerifier(entry))
    return verifier.run(progress)
  }
}
