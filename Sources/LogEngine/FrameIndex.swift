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

/// A sealed segment that is open for reading.
struct OpenSegment: Sendable {
  var name: String
  var file: SegmentFile

  var first: Position { file.header.first }
  var next: Position { file.header.next }
}

/// Where a position lies.
enum EventPlace: Sendable {
  case segment(OpenSegment)
  case frame(FoundFrame)
}

/// All sealed segments and committed frames in order: the readers' table of contents. Guarded by the log.
struct FrameIndex: Sendable {
  private(set) var segments: [OpenSegment] = []
  private(set) var journals: [OpenJournal] = []
  /// Ranges that are damaged: a log that is open for reading serves what lies around them.
  private(set) var holes: [Corruption] = []
  private(set) var frames: [FramePlace] = []
  private(set) var end = Position.zero
  private(set) var root = MerkleHash.empty

  mutating func add(_ segment: OpenSegment) {
    precondition(segment.first >= end, "segments follow one another")
    segments.append(segment)
    end = segment.next
    root = segment.file.header.root
  }

  /// Puts a segment in the place of the frames of the journal with the same first position.
  mutating func seal(by segment: OpenSegment) {
    guard let number = journals.firstIndex(where: { $0.first == segment.first }),
      number + 1 < journals.count
    else { preconditionFailure("what is sealed is a journal before the last one") }
    precondition(
      frames.last { $0.journal == number }.map { $0.first < segment.next } ?? false
        && journals[number + 1].first == segment.next, "a segment holds all of its journal")
    frames.removeAll { $0.journal == number }
    for place in frames.indices where frames[place].journal > number { frames[place].journal -= 1 }
    journals.remove(at: number)
    let place = segments.firstIndex { $0.first > segment.first } ?? segments.count
    segments.insert(segment, at: place)
  }

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

  /// Takes note of damage, and goes on behind it.
  mutating func addHole(_ hole: Corruption) {
    holes.append(hole)
    end = max(end, hole.positions.upperBound)
  }

  /// Takes the last frame back; `root` is that of the frame before it.
  mutating func removeLastFrame(root: MerkleHash) {
    guard let last = frames.popLast() else { return }
    end = last.first
    self.root = root
  }

  /// Offset in the last journal behind its last frame.
  var nextOffset: UInt64 {
    guard let last = frames.last, Int(last.journal) == journals.count - 1 else {
      return UInt64(Limits.pageSize)
    }
    return last.offset + UInt64(last.size)
  }

  /// An index that goes on where this one ends, and knows nothing but its last journal: what comes is found without
  /// copying what is known.
  var continuation: FrameIndex {
    var tail = FrameIndex()
    tail.journals = journals.suffix(1)
    tail.end = end
    tail.root = root
    return tail
  }

  /// Takes in what a ``continuation`` of this index has found.
  mutating func extend(by tail: FrameIndex) {
    let shift = UInt32(journals.count - 1)
    journals.replaceSubrange((journals.count - 1)..., with: tail.journals)
    frames.reserveCapacity(frames.count + tail.frames.count)
    for var place in tail.frames {
      place.journal += shift
      frames.append(place)
    }
    holes += tail.holes
    end = tail.end
    root = tail.root
  }

  /// All frames with what a reader of each must know, in order.
  var foundFrames: some RandomAccessCollection<FoundFrame> {
    frames.indices.lazy.map { found($0) }
  }

  private func found(_ number: Int) -> FoundFrame {
    let place = frames[number]
    var next = number + 1 < frames.count ? frames[number + 1].first : end
    // A segment may lie between two journals, where one before it could not be sealed.
    if let last = segments.last, last.first > place.first,
      let segment = segments.first(where: { $0.first > place.first })
    {
      next = min(next, segment.first)
    }
    return FoundFrame(
      place: place, next: next,
      journal: journals[Int(place.journal)])
  }

  /// Frames of one journal, in order.
  func frames(ofJournal first: Position) -> [FoundFrame] {
    guard let number = journals.firstIndex(where: { $0.first == first }) else { return [] }
    return frames.indices.lazy.filter { frames[$0].journal == number }.map { found($0) }
  }

  /// Where `position` lies, or what is wrong with it.
  func place(of position: Position) throws(ReadError) -> EventPlace {
    if let hole = holes.first(where: { $0.positions.contains(position) }) { throw .corrupt(hole) }
    guard position < end else { throw .beyondEnd(end) }
    if let segment = segment(holding: position) { return .segment(segment) }
    if let frame = frame(holding: position) { return .frame(frame) }
    throw .corrupt(
      Corruption(
        .chain, file: LogFiles.directory, offset: 0,
        positions: position..<position.advanced(by: 1), detail: "no file holds it"))
  }

  private func segment(holding position: Position) -> OpenSegment? {
    var low = 0
    var high = segments.count
    while low < high {
      let middle = (low + high) / 2
      if segments[middle].first <= position { low = middle + 1 } else { high = middle }
    }
    guard low > 0, position < segments[low - 1].next else { return nil }
    return segments[low - 1]
  }

  private func frame(holding position: Position) -> FoundFrame? {
    var low = 0
    var high = frames.count
    while low < high {
      let middle = (low + high) / 2
      if frames[middle].first <= position { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? found(low - 1) : nil
  }
}

/// A frame as the index knows it.
struct FoundFrame: Sendable {
  var place: FramePlace
  /// The position behind its last event, or behind a hole that follows it.
  var next: Position
  var journal: OpenJournal
}

/// Reads whole frames and checks them.
enum FrameReader {
  struct Contents: Sendable {
    var header: FrameHeader
    var raw: [UInt8]
    var entries: [Range<Int>]

    /// The entry at a position of this frame; nil for any other position.
    func entry(at position: Position) -> ArraySlice<UInt8>? {
      guard position >= header.first, position < header.next else { return nil }
      return raw[entries[Int(position.value - header.first.value)]]
    }
  }

  /// Reads the frame at a known place. Damage is a ``ReadError/corrupt(_:)`` with all positions of the frame, so that
  /// who goes on behind them meets the next one.
  static func read(_ frame: FoundFrame) throws(ReadError) -> Contents {
    let place = frame.place
    func damage(_ detail: String) -> ReadError {
      .corrupt(
        Corruption(
          .frame, file: "\(LogFiles.directory)/\(frame.journal.name)", offset: place.offset,
          positions: place.first..<frame.next, detail: detail))
    }
    let bytes: [UInt8]
    do throws(DiskError) {
      bytes = try frame.journal.file.read(at: place.offset, count: Int(place.size))
    } catch {
      throw error.number == 0 ? damage("the file ends inside the frame") : .disk(error)
    }
    guard let header = FrameHeader(bytes), header.first == place.first,
      header.frameSize == Int(place.size), header.next <= frame.next
    else { throw damage("its header fails the check") }
    guard let payload = Frame.payload(of: header, in: bytes) else {
      throw damage("its payload fails the CRC")
    }
    guard let (raw, entries) = Frame.records(of: header, in: bytes, payload: payload) else {
      throw damage("its records do not fill it")
    }
    return Contents(header: header, raw: raw, entries: entries)
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
