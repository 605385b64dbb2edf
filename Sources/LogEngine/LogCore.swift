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

  /// Reads the frame that holds `position`, checked.
  func frame(
    holding position: Position
  ) throws(ReadError) -> (contents: FrameReader.Contents, place: FramePlace, journal: OpenJournal) {
    let found: Result<(FramePlace, OpenJournal), ReadError> = shared.withLock { shared in
      do throws(ReadError) {
        let found = try shared.index.frame(holding: position)
        return .success((found.place, found.journal))
      } catch {
        return .failure(error)
      }
    }
    let (place, journal) = try found.get()
    return (try FrameReader.read(place, of: journal), place, journal)
  }

  /// The bytes of one acknowledged entry. Cost: its whole frame is read and decompressed.
  func entry(at position: Position) throws(ReadError) -> ArraySlice<UInt8> {
    let contents = try frame(holding: position).contents
    return contents.raw[contents.entries[Int(position.value - contents.header.first.value)]]
  }
}
