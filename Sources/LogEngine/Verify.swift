internal import Disk
internal import JSONBytes
internal import Synchronization
internal import Transparency

/// What reading everything found.
package struct VerifyReport: Hashable, Sendable {
  package var events: UInt64 = 0
  package var frames = 0
  package var journals = 0
  package var customers = 0
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
  private var lastRecorded = Int64.min
  private var lastEpoch: UInt32 = 0
  private var scanner = JSONScanner()

  init(_ core: LogCore) { self.core = core }

  /// Reads every acknowledged event. `progress` hears of the events done after each frame.
  mutating func run(_ progress: (UInt64, UInt64) -> Void) -> VerifyReport {
    let index = core.shared.withLock { $0.index }
    report.journals = index.journals.count
    var position = Position.zero
    for frame in index.foundFrames {
      let place = frame.place
      let journal = frame.journal
      if place.first > position { isComplete = false }
      do throws(ReadError) {
        let contents = try FrameReader.read(frame)
        check(contents, place, journal)
        position = contents.header.next
      } catch {
        isComplete = false
        switch error {
        case .corrupt(let found): add(found)
        default:
          add(
            Corruption(
              .frame, file: file(of: journal), offset: place.offset,
              positions: place.first..<frame.next, detail: error.sentence))
        }
      }
      report.frames += 1
      progress(position.value, index.end.value)
    }
    for hole in index.holes { add(hole) }
    if !index.holes.isEmpty { isComplete = false }
    report.customers = revisions.count
    report.root = isComplete ? frontier.root.hex : nil
    return report
  }

  private mutating func add(_ finding: Corruption) {
    if report.findings.count < VerifyReport.findingsMax { report.findings.append(finding) }
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
    with range: Range<Int>, of raw: [UInt8], at position: Position, recorded: String
  ) -> String? {
    scanner.removeAll()
    // Where exactly it breaks helps nobody: what matters is that something else than an event was written.
    guard let node = try? scanner.scan(raw.span, in: range) else { return "it is not JSON" }
    let entry = JSONView(document: JSONDocument(bytes: raw, nodes: scanner.nodes), index: node)
    guard entry["sequence"]?.string == LogFiles.twentyDigits(position.value) else {
      return "its sequence is not its position"
    }
    guard entry["recordedtime"]?.string == recorded else {
      return "its recordedtime is not that of its frame"
    }
    guard let subject = entry["subject"]?.text else {
      return entry["revision"] == nil ? nil : "it has a revision and no subject"
    }
    guard let revision = entry["revision"]?.integer else { return "it has no revision" }
    let customer = Hash128.of(subject: subject)
    let expected = (revisions[customer] ?? 0) + 1
    revisions.set(UInt64(max(0, revision)), for: customer)
    guard !isComplete || UInt64(max(0, revision)) == expected else {
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
}
