internal import Disk
internal import Synchronization
internal import Transparency

/// What the log knows of ids and customers, the frame in preparation included. Looked up by callers while they
/// prepare, and changed by the builder; the sealer moves what it knows of a journal to the sealed part.
struct KnownEvents: Sendable {
  /// Of one journal that is not sealed.
  struct Journal: Sendable {
    var first: Position
    /// Position of each (source, id).
    var ids = HashTable()
    /// Revision of each customer behind its last event in this journal.
    var customers = HashTable()
  }

  /// In order; the last one takes the appends.
  private(set) var journals: [Journal]
  /// Nil while it is loaded.
  private(set) var sealed: SealedKnowledge?
  /// Counts the segments that were made since opening: who looked an id up before must look again.
  private(set) var sealCount = 0

  init(journals: [Journal] = [Journal(first: .zero)], sealed: SealedKnowledge? = SealedKnowledge())
  {
    precondition(!journals.isEmpty, "one journal takes the appends")
    self.journals = journals
    self.sealed = sealed
  }

  // MARK: Ids

  /// Where an id stands in a journal; nil where it is in none. Sealed ones are told by ``maySealed(_:)``.
  func position(of key: Hash128) -> Position? {
    for journal in journals.reversed() {
      if let value = journal.ids[key] { return Position(value) }
    }
    return nil
  }

  /// Whether a sealed event may have this id: about one time in a hundred it has not.
  func maySealed(_ key: Hash128) -> Bool {
    guard let sealed, sealed.idCount > 0, !SeededBug.sealedDuplicates.isOn else { return false }
    return sealed.filter.mayContain(UInt64(UInt32(key.high >> 32)))
  }

  mutating func set(_ position: Position, for key: Hash128) {
    journals[journals.count - 1].ids.set(position.value, for: key)
  }

  // MARK: Customers

  func revision(of customer: Hash128) -> UInt32 {
    for journal in journals.reversed() {
      if let value = journal.customers[customer] { return UInt32(value) }
    }
    return UInt32(sealed?.customers[customer] ?? 0)
  }

  /// No customer has a higher revision.
  var highestRevision: UInt64 {
    journals.reduce(sealed?.customers.largest ?? 0) { max($0, $1.customers.largest) }
  }

  mutating func set(_ revision: UInt32, of customer: Hash128) {
    journals[journals.count - 1].customers.set(UInt64(revision), for: customer)
  }

  // MARK: Journals and segments

  mutating func startJournal(at first: Position) { journals.append(Journal(first: first)) }

  /// What was loaded is there.
  mutating func install(_ sealed: SealedKnowledge) { self.sealed = sealed }

  /// Whether the filter has room for so many more ids.
  func hasRoom(for count: Int) -> Bool {
    guard let sealed else { return false }
    return sealed.idCount + count <= sealed.filter.capacity
  }

  /// Puts a larger filter, which knows all that this one does, in its place.
  mutating func replaceFilter(by filter: BloomFilter) { sealed?.filter = filter }

  /// Takes in a part of what a segment tells. Harmless before the journal goes: a journal is asked first.
  mutating func learn(ids: ArraySlice<UInt32>, customers: ArraySlice<(Hash128, UInt32)>) {
    for hash in ids { sealed?.filter.insert(UInt64(hash)) }
    for (customer, revision) in customers { sealed?.customers.set(UInt64(revision), for: customer) }
  }

  /// The segment is known: forgets the journal that it was.
  mutating func forgetJournal(at first: Position, next: Position) {
    sealed?.idCount += Int(next.value - first.value)
    sealed?.size = next
    sealCount += 1
    journals.removeAll { $0.first == first }
  }

  /// Ids of the journals by position from `first` on, which is where the first journal starts.
  func hotIDs(from first: Position, count: Int) -> [Hash128] {
    var ids = Array(repeating: Hash128(high: 0, low: 0), count: count)
    for journal in journals {
      for pair in journal.ids.pairs() { ids[Int(pair.value - first.value)] = pair.key }
    }
    return ids
  }

  /// Current revision of each customer with events in a journal.
  func hotCustomers() -> [(customer: Hash128, revision: UInt32)] {
    var newest = HashTable()
    for journal in journals {
      for pair in journal.customers.pairs() { newest.set(pair.value, for: pair.key) }
    }
    return newest.pairs().map { ($0.key, UInt32($0.value)) }
  }
}

/// Loads what is known of sealed events beside the opening, and lets who needs it wait.
final class KnowledgeLoader: Sendable {
  private enum State: Sendable {
    case loading
    case loaded
    case failed(ReadError)
  }

  private let state = Monitor(State.loading)

  /// Starts at once; in the caller's thread where `inBackground` is false.
  func start(_ core: LogCore, inBackground: Bool) {
    let work: @Sendable () -> Void = { [self] in
      do throws(ReadError) {
        let (knowledge, isWritten) = try Self.load(core)
        core.known.withLock { $0.install(knowledge) }
        core.indexedSize.withLock { $0 = isWritten ? knowledge.size : .zero }
        state.change { $0 = .loaded }
      } catch {
        state.change { $0 = .failed(error) }
      }
    }
    if inBackground {
      DedicatedThread.start(named: "rapport-index", work)
    } else {
      work()
    }
  }

  /// Nothing is to be loaded.
  func skip() { state.change { $0 = .loaded } }

  /// Returns when everything is known; throws where a segment could not be read for it.
  func wait() throws(ReadError) {
    let error: ReadError? = state.wait { state -> ReadError?? in
      switch state {
      case .loading: nil
      case .loaded: .some(nil)
      case .failed(let error): .some(error)
      }
    }
    if let error { throw error }
  }

  /// From the files, and from the segments that they do not cover. Whether the files cover all.
  private static func load(_ core: LogCore) throws(ReadError) -> (SealedKnowledge, Bool) {
    let segments = core.shared.withLock { $0.index.segments }
    var knowledge =
      SealedKnowledge.read(core.description.id, segments, in: core.directory, on: core.files)
      ?? SealedKnowledge()
    let covered = knowledge.size
    let missing = segments.filter { $0.next > knowledge.size }
    if let last = missing.last {
      try knowledge.grow(for: Int(last.next.value), from: segments)
      for segment in missing { try knowledge.add(segment.file) }
    }
    return (knowledge, covered == knowledge.size)
  }
}
