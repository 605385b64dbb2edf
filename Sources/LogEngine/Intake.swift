internal import Disk
internal import JSONBytes
internal import Transparency

/// One append on its way: what was asked, and how to answer.
struct PendingAppend: Sendable {
  var events: [NewEvent]
  /// For events whose source and id were found recorded with equal content: their position.
  var known: [Position?]
  /// ``KnownEvents/sealCount`` when `known` was looked up.
  var sealCount = 0
  var expectations: [Expectation]
  /// Nothing at or behind it may have changed which customers are one; nil: nobody asks.
  var groupsAsOf: Position?
  var byteCount: Int
  var answer: @Sendable (Result<AppendReceipt, AppendError>) -> Void
}

/// What callers, the builder thread and the committer thread share. Guarded by its monitor, held for moments only,
/// never across I/O.
struct Intake: Sendable {
  // Filled by callers, emptied by the builder.
  // A place is emptied when its append is taken, so that what was taken is not kept until the queue moves up.
  private var queue: [PendingAppend?] = []
  private var head = 0
  private var queuedBytes = 0
  var isClosing = false
  /// The log object went away without `close`: end, and write no close note.
  var isAbandoned = false

  /// Somebody wants everything that is recorded sealed: the builder starts a new journal where the last one holds frames.
  var wantsNewJournal = false
  var whenSealed: [@Sendable (SealReport) -> Void] = []
  /// Full journals that the sealer has not done yet.
  var unsealedJournals = 0

  // Between builder and committer: the one frame in flight.
  var job: FrameJob?
  var committerMayEnd = false

  /// Why nothing is taken any more.
  var halted: DiskError?
  var hasEnded = false
  /// Why the end was not a good one: what ``EventLog/close()`` answers, however often it is asked.
  var endFailure: DiskError?
  var whenEnded: [@Sendable (DiskError?) -> Void] = []

  var isEmpty: Bool { head == queue.count }

  /// Takes an append in, or says why not.
  mutating func add(_ append: PendingAppend) -> AppendError? {
    if let halted { return .halted(halted) }
    if isClosing || isAbandoned || hasEnded { return .closed }
    guard queue.count - head < Limits.pendingAppendsMax,
      queuedBytes + append.byteCount <= Limits.pendingSizeMax
    else { return .busy }
    queue.append(append)
    queuedBytes += append.byteCount
    return nil
  }

  /// Hands out appends in order while they fit.
  mutating func take(eventsMax: Int, bytesMax: Int) -> [PendingAppend] {
    var taken: [PendingAppend] = []
    var events = 0
    var bytes = 0
    while head < queue.count, let next = queue[head] {
      let nextBytes = next.byteCount + next.events.count * (NewEvent.addedSizeMax + 2)
      guard events + next.events.count <= eventsMax, bytes + nextBytes <= bytesMax else { break }
      events += next.events.count
      bytes += nextBytes
      queuedBytes -= next.byteCount
      taken.append(next)
      queue[head] = nil
      head += 1
    }
    if head > 1_024 || head == queue.count {
      queue.removeFirst(head)
      head = 0
    }
    return taken
  }

  mutating func takeAll() -> [PendingAppend] {
    let all = queue[head...].compactMap { $0 }
    queue = []
    head = 0
    queuedBytes = 0
    return all
  }
}

/// A frame on its way to the disk, with everybody who waits for it.
struct FrameJob: Sendable {
  var frame: EncodedFrame
  var file: any WritableFile
  var offset: UInt64
  var journal: Position
  var answers: [Answer]

  struct Answer: Sendable {
    var receipt: AppendReceipt
    var answer: @Sendable (Result<AppendReceipt, AppendError>) -> Void
  }
}
