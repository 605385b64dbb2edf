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
  /// Of this writer; 0 for readers.
  let epoch: UInt32
  /// Held for moments, never across I/O.
  let shared: Mutex<Shared>
  /// Held for moments, never across I/O, and never together with `shared`.
  let known: Mutex<KnownEvents>

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
    description: LedgerDescription, epoch: UInt32, index: FrameIndex, known: KnownEvents
  ) {
    self.directory = directory
    self.files = files
    self.clock = clock
    self.description = description
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

  /// Reads the frame that holds `position`, checked.
  func frame(
    holding position: Position
  ) throws(ReadError) -> (contents: FrameReader.Contents, place: FramePlace, journal: OpenJournal) {
    let found: Result<FoundFrame, ReadError> = shared.withLock { shared in
      do throws(ReadError) {
        return .success(try shared.index.frame(holding: position))
      } catch {
        return .failure(error)
      }
    }
    let frame = try found.get()
    return (try FrameReader.read(frame), frame.place, frame.journal)
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
    let read = try core.frame(holding: position).contents
    contents = read
    guard let entry = read.entry(at: position) else {
      preconditionFailure("the frame that holds a position has its entry")
    }
    return entry
  }
}
