internal import Disk
internal import JSONBytes
internal import Synchronization
internal import Transparency

/// What the log's threads and readers share for as long as it is open.
final class LogCore: Sendable {
  let directory: String
  let files: any FileSystem
  let clock: @Sendable () -> Timestamp
  let description: LedgerDescription
  let options: LogOptions
  /// Of this writer; 0 for readers.
  let epoch: UInt32
  /// Held for moments, never across I/O.
  let shared: Mutex<Shared>
  /// Held for moments, never across I/O, and never together with `shared`.
  let known: Mutex<KnownEvents>

  /// Pages and blocks of segments that are kept.
  let caches: SegmentCaches
  let loader = KnowledgeLoader()
  let customerFilters = CustomerFilters()
  let hotCustomers = HotCustomers()
  /// What the files under `index/` cover.
  let indexedSize = Mutex(Position.zero)
  /// Where roots within segments go on from.
  private let lastFrontier = Mutex(Frontier())

  struct Shared: Sendable {
    var index: FrameIndex
    var waiters: [Waiter] = []
    var nextWaiter: UInt64 = 0
    /// The writer has ended: nothing more will come.
    var hasEnded = false
  }

  struct Waiter: Sendable {
    var number: UInt64
    var past: Position
    var continuation: CheckedContinuation<Void, any Error>
  }

  init(
    directory: String, files: any FileSystem, clock: @escaping @Sendable () -> Timestamp,
    description: LedgerDescription, options: LogOptions, epoch: UInt32, index: FrameIndex,
    known: KnownEvents, caches: SegmentCaches = SegmentCaches()
  ) {
    self.caches = caches
    self.directory = directory
    self.files = files
    self.clock = clock
    self.description = description
    self.options = options
    self.epoch = epoch
    shared = Mutex(Shared(index: index))
    self.known = Mutex(known)
  }

  var end: Position { shared.withLock { $0.index.end } }

  /// Makes a committed frame visible, and wakes who waits for it.
  func publish(_ header: FrameHeader, at offset: UInt64) {
    let woken = shared.withLock { shared in
      shared.index.add(header, at: offset)
      let end = shared.index.end
      let woken = shared.waiters.filter { $0.past < end }
      shared.waiters.removeAll { $0.past < end }
      return woken
    }
    for waiter in woken { waiter.continuation.resume() }
  }

  /// Sends away who still waits: the writer has ended.
  func endWaiting() {
    let left = shared.withLock { shared in
      shared.hasEnded = true
      defer { shared.waiters = [] }
      return shared.waiters
    }
    for waiter in left { waiter.continuation.resume(throwing: CancellationError()) }
  }

  /// Where `position` lies.
  func place(of position: Position) throws(ReadError) -> EventPlace {
    let found: Result<EventPlace, ReadError> = shared.withLock { shared in
      do throws(ReadError) {
        return .success(try shared.index.place(of: position))
      } catch {
        return .failure(error)
      }
    }
    return try found.get()
  }

  /// The frontier of the first `size` events, where a segment holds or ends with that size, or a frame ends there.
  /// Asked for growing sizes, each entry of a segment is hashed once.
  func frontier(at size: Position) throws(ReadError) -> Frontier {
    if size == .zero { return Frontier() }
    guard case .segment(let segment) = try place(of: Position(size.value - 1)) else {
      preconditionFailure("frontiers are asked for where segments begin and end")
    }
    let known = lastFrontier.withLock { $0 }
    let frontier: Frontier
    if known.size >= segment.first.value, known.size <= size.value {
      frontier = try segment.file.frontier(at: size, from: known)
    } else {
      frontier = try segment.file.frontier(at: size)
    }
    lastFrontier.withLock { $0 = frontier }
    return frontier
  }

  /// The tree root over the first `size` events; nil inside a frame.
  func root(at size: Position) throws(ReadError) -> MerkleHash? {
    if size == .zero { return .empty }
    switch try place(of: Position(size.value - 1)) {
    case .segment(let segment):
      return size == segment.next ? segment.file.header.root : try frontier(at: size).root
    case .frame(let frame):
      let header = try FrameReader.read(frame).header
      return header.next == size ? header.root : nil
    }
  }

  /// Takes in what a segment tells, so that its journal can be forgotten. In small steps, because appends look things
  /// up meanwhile. May be done again.
  func learnSealed(_ segment: SegmentFile) throws(ReadError) {
    try loader.wait()
    let hashes = try segment.idHashes()
    let customers = try segment.customerEnds().map {
      (Hash128.of(subject: $0.name), $0.lastRevision)
    }
    customerFilters.keep(customers.map(\.0), ofSegmentAt: segment.header.first)
    if !known.withLock({ $0.hasRoom(for: hashes.count) }) {
      let segments = shared.withLock { $0.index.segments }
      let count = segments.reduce(hashes.count) { $0 + $1.file.count }
      var larger = BloomFilter(capacity: max(1 << 16, count * 2))
      for segment in segments {
        for hash in try segment.file.idHashes() { larger.insert(UInt64(hash)) }
      }
      known.withLock { $0.replaceFilter(by: larger) }
    }
    let step = 2_048
    for start in stride(from: 0, to: max(hashes.count, customers.count), by: step) {
      known.withLock { known in
        known.learn(
          ids: hashes[min(start, hashes.count)..<min(start + step, hashes.count)],
          customers: customers[min(start, customers.count)..<min(start + step, customers.count)])
      }
    }
  }

  /// The row of a sealed event with this source and id; nil where none has it. Newest segments first.
  func sealedPosition(
    ofSource source: ArraySlice<UInt8>, id: ArraySlice<UInt8>, _ key: Hash128
  ) throws(ReadError) -> Position? {
    let hash = UInt32(key.high >> 32)
    for segment in shared.withLock({ $0.index.segments }).reversed()
    where try segment.file.mayHold(idHash: hash) {
      if let row = try segment.file.row(ofSource: source, id: id) {
        return segment.first.advanced(by: row)
      }
    }
    return nil
  }

  /// Writes what is known of sealed events under `index/`, if it covers more than the files there.
  func writeIndexes() throws(DiskError) {
    let (knowledge, root): (SealedKnowledge?, MerkleHash?) = {
      let sealed = known.withLock { $0.sealed }
      let root = shared.withLock { shared in
        shared.index.segments.first { $0.next == sealed?.size }?.file.header.root
      }
      return (sealed, root)
    }()
    guard let knowledge, let root, knowledge.size > indexedSize.withLock({ $0 }) else { return }
    try knowledge.write(description.id, root: root, in: directory, on: files)
    try customerFilters.write(
      shared.withLock { $0.index.segments }, size: knowledge.size, root: root, self)
    indexedSize.withLock { $0 = knowledge.size }
  }
}

/// Reads acknowledged entries one by one, and keeps the last frame: asked in order of position, each frame is read and
/// decompressed once.
struct EntryReader {
  private let core: LogCore
  private var contents: FrameReader.Contents?

  init(_ core: LogCore) { self.core = core }

  mutating func entry(at position: Position) throws(ReadError) -> ArraySlice<UInt8> {
    if let contents, let entry = contents.entry(at: position) { return entry }
    switch try core.place(of: position) {
    case .segment(let segment):
      return try segment.file.entry(row: Int(position.value - segment.first.value))
    case .frame(let frame):
      let read = try FrameReader.read(frame)
      contents = read
      guard let entry = read.entry(at: position) else {
        preconditionFailure("the frame that holds a position has its entry")
      }
      return entry
    }
  }
}
