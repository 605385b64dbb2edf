internal import Disk
internal import JSONBytes
internal import Transparency

/// Where a committed frame lies.
struct FramePlace: Sendable {
  var first: Position
  var offset: UInt64
  /// Bytes of the frame with its padding.
  var size: UInt32
  /// Number of the journal in ``FrameIndex/journals``.
  var journal: UInt32
}

/// A journal that is open for reading.
struct OpenJournal: Sendable {
  var name: String
  var first: Position
  var file: any ReadableFile
}

/// All committed frames in order: the readers' table of contents. Guarded by the log.
struct FrameIndex: Sendable {
  private(set) var journals: [OpenJournal] = []
  /// Ranges that are damaged: a log that is open for reading serves what lies around them.
  private(set) var holes: [Corruption] = []
  private(set) var frames: [FramePlace] = []
  private(set) var end = Position.zero
  private(set) var root = MerkleHash.empty

  mutating func add(_ journal: OpenJournal) { journals.append(journal) }

  mutating func replaceLastJournal(by journal: OpenJournal) {
    journals[journals.count - 1] = journal
  }

  mutating func add(_ header: FrameHeader, at offset: UInt64) {
    precondition(header.first >= end, "frames follow one another")
    frames.append(
      FramePlace(
        first: header.first, offset: offset, size: UInt32(header.frameSize),
        journal: UInt32(journals.count - 1)))
    end = header.next
    root = header.root
  }

  /// Goes on behind a hole.
  mutating func skip(to position: Position) { end = position }

  mutating func addHole(_ hole: Corruption) { holes.append(hole) }

  /// The frame that holds `position`, or what is wrong with it.
  func frame(
    holding position: Position
  ) throws(ReadError) -> (place: FramePlace, journal: OpenJournal) {
    if let hole = holes.first(where: { $0.positions.contains(position) }) { throw .corrupt(hole) }
    guard position < end else { throw .beyondEnd(end) }
    var low = 0
    var high = frames.count
    while low < high {
      let middle = (low + high) / 2
      if frames[middle].first <= position { low = middle + 1 } else { high = middle }
    }
    let place = frames[low - 1]
    return (place, journals[Int(place.journal)])
  }
}

/// Reads whole frames and checks them.
enum FrameReader {
  struct Contents: Sendable {
    var header: FrameHeader
    var raw: [UInt8]
    var entries: [Range<Int>]
  }

  /// Reads the frame at a known place. Damage is a ``ReadError/corrupt(_:)`` with its place.
  static func read(_ place: FramePlace, of journal: OpenJournal) throws(ReadError) -> Contents {
    let bytes: [UInt8]
    do throws(DiskError) {
      bytes = try journal.file.read(at: place.offset, count: Int(place.size))
    } catch {
      if error.number == 0 {
        throw .corrupt(damage(place, journal, "the file ends inside the frame", 1))
      }
      throw .disk(error)
    }
    guard let header = FrameHeader(bytes), header.first == place.first,
      header.frameSize == Int(place.size)
    else { throw .corrupt(damage(place, journal, "its header fails the check", 1)) }
    guard let payload = Frame.payload(of: header, in: bytes) else {
      throw .corrupt(damage(place, journal, "its payload fails the CRC", header.count))
    }
    guard let (raw, entries) = Frame.records(of: header, in: bytes, payload: payload) else {
      throw .corrupt(damage(place, journal, "its records do not fill it", header.count))
    }
    return Contents(header: header, raw: raw, entries: entries)
  }

  private static func damage(
    _ place: FramePlace, _ journal: OpenJournal, _ detail: String, _ count: Int
  ) -> Corruption {
    Corruption(
      .frame, file: "\(LogFiles.directory)/\(journal.name)", offset: place.offset,
      positions: place.first..<place.first.advanced(by: count), detail: detail)
  }

  /// Scans the entries of a frame that `selection` takes, from `start` on.
  static func batch(
    _ contents: Contents, at place: FramePlace, of journal: OpenJournal, from start: Position,
    _ selection: Selection
  ) throws(ReadError) -> EventBatch {
    var scanner = JSONScanner()
    var rows: [EventBatch.Row] = []
    let filters = selection.customer != nil || selection.types != nil
    let skipped = Int(start.value - contents.header.first.value)
    if !selection.parsed, !filters {
      rows.reserveCapacity(contents.entries.count - skipped)
    }
    var nodes: [Int?] = Array(repeating: nil, count: contents.entries.count)
    if selection.parsed || filters {
      for number in skipped..<contents.entries.count {
        do throws(JSONError) {
          nodes[number] = try scanner.scan(contents.raw.span, in: contents.entries[number])
        } catch {
          // CRC and sizes were right: whoever wrote this wrote something else than an event.
          let position = contents.header.first.advanced(by: number)
          throw .corrupt(
            Corruption(
              .entry, file: "\(LogFiles.directory)/\(journal.name)", offset: place.offset,
              positions: position..<position.advanced(by: 1), detail: "it is not JSON"))
        }
      }
    }
    let document = JSONDocument(bytes: contents.raw, nodes: scanner.takeNodes())
    for number in skipped..<contents.entries.count {
      let node = nodes[number]
      if filters, let node, !selection.takes(JSONView(document: document, index: node)) { continue }
      rows.append(
        EventBatch.Row(
          position: contents.header.first.advanced(by: number), entry: contents.entries[number],
          node: node))
    }
    return EventBatch(
      document: document, rows: rows, next: contents.header.next,
      recorded: contents.header.recorded)
  }
}
