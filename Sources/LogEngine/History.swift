internal import Disk
internal import JSONBytes
internal import Synchronization
internal import Transparency

/// Entries that belong together, in log order.
package struct EntryRun: Sendable {
  /// The exact bytes of the entries, one after another.
  package var bytes: [UInt8] = []
  package var ranges: [Range<Int>] = []
  package var positions: [Position] = []

  /// Nothing.
  package init() {}

  mutating func add(_ entry: ArraySlice<UInt8>, at position: Position) {
    let start = bytes.count
    bytes += entry
    ranges.append(start..<bytes.count)
    positions.append(position)
  }
}

extension EventLog {
  /// All events of one customer, complete, in log order. Cost: for each event the pages that hold it, about ten
  /// microseconds; for the journals, once, a scan of what was not looked at yet. No index database is needed: the
  /// segments' postings tell where the events are.
  ///
  /// `passingOver`: types whose sealed events may be left out where others follow them. Nothing is told of those but
  /// that there are some: the run is not empty, and its last event is the customer's last.
  package func history(
    of customer: String, passingOver types: Set<String> = []
  ) throws(ReadError) -> EntryRun {
    let subject = Array(customer.utf8)
    let hash = Hash128.of(subject: subject[...])
    var before: Position?
    while true {
      let (segments, holes) = core.shared.withLock { ($0.index.segments, $0.index.holes) }
      if let hole = holes.first { throw .corrupt(hole) }
      let sealed = try history(of: subject, hash, in: segments, passingOver: types)
      let hot = try core.hotCustomers.positions(of: hash, core)
      // A journal that was sealed in between is in neither: the new segments have it.
      let end = segments.last?.next ?? .zero
      guard hot.first <= end || before == end else {
        before = end
        continue
      }
      return try adding(hot.positions, to: sealed)
    }
  }

  private func history(
    of subject: [UInt8], _ hash: Hash128, in segments: [OpenSegment],
    passingOver types: Set<String>
  ) throws(ReadError) -> EntryRun {
    var run = EntryRun()
    for segment in try core.customerFilters.candidates(for: hash, in: segments, core) {
      guard let (rows, first) = try segment.file.rows(ofCustomer: subject[...]) else { continue }
      let passed = types.isEmpty ? [] : try segment.file.types(among: types)
      for (number, row) in rows.enumerated() {
        if !passed.isEmpty, number + 1 < rows.count,
          try segment.file.isOfType(passed, row: Int(row))
        {
          continue
        }
        let start = run.bytes.count
        try segment.file.appendEntry(
          row: Int(row), customer: subject, revision: first &+ UInt32(number), to: &run.bytes)
        run.ranges.append(start..<run.bytes.count)
        run.positions.append(segment.first.advanced(by: Int(row)))
      }
    }
    return run
  }

  /// Behind what is sealed the rest of the journals.
  private func adding(
    _ positions: [Position], to sealed: EntryRun
  ) throws(ReadError) -> EntryRun {
    var run = sealed
    let last = sealed.positions.last
    var reader = EntryReader(core)
    for position in positions where last.map({ position > $0 }) ?? true {
      run.add(try reader.entry(at: position), at: position)
    }
    return run
  }
}

extension EventLog {
  /// The customers of sealed events, by the segments' postings, which may be whole where other parts are damaged. None
  /// where they are not, and for journals.
  func customers(in positions: Range<Position>) -> Set<String> {
    var customers: Set<String> = []
    for segment in core.shared.withLock({ $0.index.segments }) {
      let lower = max(segment.first, positions.lowerBound)
      let upper = min(segment.next, positions.upperBound)
      guard lower < upper else { continue }
      let rows = Int(lower.value - segment.first.value)..<Int(upper.value - segment.first.value)
      for name in segment.file.customers(ofRows: rows) {
        customers.insert(String(decoding: name, as: UTF8.self))
      }
    }
    return customers
  }
}

/// For each segment a filter over its customers: which segments a history must look into.
final class CustomerFilters: Sendable {
  private struct State: Sendable {
    var filters: [Position: BloomFilter] = [:]
    /// Those of the segments that were looked through last, in their order.
    private var row: [(first: Position, filter: BloomFilter)] = []

    /// The segments that may hold the customer; nil where a filter is missing. First one bit of each is asked for, so
    /// that nothing waits for another's answer: each stands in a line of memory that is in no cache.
    mutating func candidates(for hash: UInt64, in segments: [OpenSegment]) -> [OpenSegment]? {
      let isSame = row.lazy.map(\.first).elementsEqual(segments.lazy.map(\.first))
      if !isSame {
        row = segments.compactMap { segment in
          filters[segment.first].map { (segment.first, $0) }
        }
        guard row.count == segments.count else { return nil }
      }
      let probe = BloomFilter.Probe(hash)
      let bits = row.map { $0.filter.firstBit(probe) }
      return row.indices.filter { bits[$0] == 1 && row[$0].filter.mayContain(probe) }
        .map { segments[$0] }
    }
  }

  private let state = Mutex(State())
  /// Whether the file was read; whoever looks for missing filters holds it.
  private let loading = Mutex(false)

  func keep(_ customers: [Hash128], ofSegmentAt first: Position) {
    let filter = Self.filter(customers)
    state.withLock { $0.filters[first] = filter }
  }

  private static func filter(_ customers: [Hash128]) -> BloomFilter {
    var filter = BloomFilter(capacity: customers.count)
    for customer in customers { filter.insert(customer.high) }
    return filter
  }

  /// The segments that may hold the customer, in order.
  func candidates(
    for customer: Hash128, in segments: [OpenSegment], _ core: LogCore
  ) throws(ReadError) -> [OpenSegment] {
    if let found = state.withLock({ $0.candidates(for: customer.high, in: segments) }) {
      return found
    }
    try load(segments, core)
    return state.withLock { $0.candidates(for: customer.high, in: segments) } ?? segments
  }

  /// Once from the file, and from segments that it does not cover. Who comes meanwhile waits.
  private func load(_ segments: [OpenSegment], _ core: LogCore) throws(ReadError) {
    if state.withLock({ state in segments.allSatisfy { state.filters[$0.first] != nil } }) {
      return
    }
    try loading.withLock { isLoaded throws(ReadError) in
      if !isLoaded { loadFile(segments, core) }
      isLoaded = true
      let missing = state.withLock { state in
        segments.filter { state.filters[$0.first] == nil }
      }
      for segment in missing {
        let names = try segment.file.dictionary(.customers)
        keep((0..<names.count).map { Hash128.of(subject: names[$0]) }, ofSegmentAt: segment.first)
      }
    }
  }

  private func loadFile(_ segments: [OpenSegment], _ core: LogCore) {
    guard
      let file = IndexFile.read(
        IndexFile.segments, magic: IndexFile.segmentsMagic, ledger: core.description.id,
        in: core.directory, on: core.files),
      segments.contains(where: { $0.next == file.size && $0.file.header.root == file.root }),
      let filters = Self.decoded(file.payload)
    else { return }
    state.withLock { state in
      for (first, filter) in filters where state.filters[first] == nil {
        state.filters[first] = filter
      }
    }
  }

  /// Writes `index/segments`, for segments up to `size`.
  func write(
    _ segments: [OpenSegment], size: Position, root: MerkleHash, _ core: LogCore
  ) throws(DiskError) {
    do throws(ReadError) {
      try load(segments, core)
    } catch {
      // A segment that cannot be read has no filter: the file is not written, and who reads makes its own.
      return
    }
    let filters = state.withLock { $0.filters }
    let covered = segments.filter { $0.next <= size }.compactMap { segment in
      filters[segment.first].map { (segment.first, $0) }
    }
    try IndexFile.write(
      IndexFile.segments, magic: IndexFile.segmentsMagic, ledger: core.description.id, size: size,
      root: root, payloadSize: covered.reduce(0) { $0 + 16 + 8 * $1.1.words.count },
      in: "\(core.directory)/\(LogFiles.index)", on: core.files
    ) { output throws(DiskError) in
      for (first, filter) in covered {
        try output.append(first.value)
        try output.append(UInt64(filter.words.count))
        for word in filter.words { try output.append(word) }
      }
    }
  }

  private static func decoded(_ payload: [UInt8]) -> [(Position, BloomFilter)]? {
    var filters: [(Position, BloomFilter)] = []
    var cursor = ContentCursor(payload)
    while !cursor.isAtEnd {
      guard let first = cursor.integer64(), let count = cursor.integer64(), count % 8 == 0,
        count <= UInt64(cursor.remaining) / 8, let range = cursor.range(Int(count) * 8)
      else { return nil }
      var words: [UInt64] = []
      words.reserveCapacity(Int(count))
      // Safe: the range lies within the payload.
      unsafe payload.withUnsafeBytes { buffer in
        for offset in stride(from: range.lowerBound, to: range.upperBound, by: 8) {
          words.append(
            UInt64(
              littleEndian: unsafe buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
        }
      }
      guard let filter = BloomFilter(words: words), first <= Limits.positionMax else { return nil }
      filters.append((Position(first), filter))
    }
    return filters
  }
}

/// Where the events of each customer stand in the journals: found once, and kept up with what is appended.
final class HotCustomers: Sendable {
  private struct State: Sendable {
    /// Where the first journal starts; another one means that the older ones were sealed.
    var first = Position.zero
    var next = Position.zero
    var positions: [Hash128: [Position]] = [:]
  }

  private let state = Mutex(State())

  /// The positions of a customer's events in the journals, and where the journals start. Who asks while somebody else
  /// reads what is new waits for it. Cost: a scan of the frames that were not looked at yet.
  func positions(
    of customer: Hash128, _ core: LogCore
  ) throws(ReadError) -> (positions: [Position], first: Position) {
    try state.withLock { state throws(ReadError) in
      try Self.readOn(&state, core)
      return (state.positions[customer] ?? [], state.first)
    }
  }

  private static func readOn(_ state: inout State, _ core: LogCore) throws(ReadError) {
    let (frames, first) = core.shared.withLock { shared in
      let first = shared.index.journals.first?.first ?? .zero
      let isKnown = state.first == first && state.next >= shared.index.end
      return (isKnown ? [] : Array(shared.index.foundFrames), first)
    }
    if state.first != first || state.next < first { state = State(first: first, next: first) }
    for frame in frames where frame.place.first >= state.next {
      let contents = try FrameReader.read(frame)
      var scanner = JSONScanner()
      for (number, range) in contents.entries.enumerated() {
        scanner.removeAll()
        // What is no event belongs to no customer.
        guard let node = try? scanner.scan(contents.raw.span, in: range),
          let subject = EntryNames(scanner.nodes, at: node, contents.raw)?.subject
        else { continue }
        state.positions[Hash128.of(subject: subject), default: []].append(
          contents.header.first.advanced(by: number))
      }
      state.next = contents.header.next
    }
  }
}
