internal import Disk
internal import JSONBytes
internal import Synchronization
internal import Transparency

/// The frame in preparation: records, leaf hashes, and who waits for it. Owned by the builder thread.
struct OpenFrame: Sendable {
  private(set) var raw: [UInt8] = []
  private(set) var entries: [Range<Int>] = []
  private(set) var first = Position.zero
  private(set) var recorded = Timestamp(microseconds: 0)
  private var recordedText: [UInt8] = []
  var answers: [FrameJob.Answer] = []

  var isEmpty: Bool { entries.isEmpty && answers.isEmpty }
  var next: Position { first.advanced(by: entries.count) }

  mutating func start(at position: Position, recorded: Timestamp) {
    precondition(isEmpty, "a frame is handed over before the next one starts")
    first = position
    self.recorded = recorded
    recordedText.removeAll(keepingCapacity: true)
    recorded.write(to: &recordedText)
  }

  /// Appends one record. The caller has checked the size.
  mutating func add(_ event: NewEvent, revision: UInt32?) {
    let start = raw.count
    raw += [0, 0]
    event.write(recorded: recordedText, revision: revision, position: next, to: &raw)
    let size = raw.count - start - 2
    precondition(size <= Limits.entrySizeMax, "the size was checked before")
    raw[start] = UInt8(size >> 8)
    raw[start + 1] = UInt8(size & 0xFF)
    entries.append(start + 2..<raw.count)
  }

  /// Leaf hashes of the entries from `number` on.
  func leaves(from number: Int) -> [MerkleHash] {
    MerkleHash.leaves(raw, in: Array(entries[number...]))
  }

  /// The entry at a position of this frame; nil for any other position.
  func entry(at position: Position) -> ArraySlice<UInt8>? {
    guard position >= first, position < next else { return nil }
    return raw[entries[Int(position.value - first.value)]]
  }

  mutating func removeAll() {
    raw = []
    entries = []
    answers = []
  }
}

/// Decides on appends in order and fills frames: duplicates, expected revisions, positions, revisions, hashes.
///
/// Owned by the builder thread; only ``KnownEvents`` is shared, under its lock.
struct FrameBuilder: Sendable {
  let core: LogCore
  var frontier: Frontier
  var lastRecorded: Int64
  var open = OpenFrame()
  /// The frame that was handed over last: its entries may not be readable from the disk yet.
  private var previous = OpenFrame()
  /// The last event since the log was opened that changed which customers are one. What was there before can be read by
  /// whoever asks.
  private var groupsChanged: Position?

  init(core: LogCore, frontier: Frontier, lastRecorded: Int64) {
    self.core = core
    self.frontier = frontier
    self.lastRecorded = lastRecorded
  }

  /// Takes one append into the open frame, or answers it at once when nothing of it is recorded.
  mutating func take(_ append: PendingAppend) {
    if open.isEmpty {
      let now = core.clock().microseconds
      lastRecorded = SeededBug.rawClock.isOn ? now : max(now, lastRecorded)
      // What no entry can say, no clock can tell.
      lastRecorded = min(
        max(lastRecorded, Timestamp.first.microseconds), Timestamp.last.microseconds)
      open.start(
        at: Position(frontier.size), recorded: Timestamp(microseconds: lastRecorded))
    }
    do throws(AppendError) {
      let receipt = try record(append)
      let isDurable = receipt.positions.allSatisfy { $0 < open.first } && previous.entries.isEmpty
      if receipt.recorded.isEmpty, isDurable {
        append.answer(.success(receipt))
      } else {
        // Also an append of old events waits for the frame: one of them may be in flight.
        open.answers.append(FrameJob.Answer(receipt: receipt, answer: append.answer))
      }
    } catch {
      append.answer(.failure(error))
    }
  }

  private mutating func record(_ append: PendingAppend) throws(AppendError) -> AppendReceipt {
    let known = try resolveDuplicates(append)
    let start = open.next
    // A retry of an append that succeeded is answered with success although the revision has moved on.
    let old = known.compactMap { $0 }
    if !old.isEmpty, old.count == known.count {
      return AppendReceipt(positions: old, recorded: start..<start)
    }
    try checkExpectations(append)
    try checkLimits(append, known)
    // Under the lock only what is shared: numbers. Entries are written and hashed outside it.
    let assigned: [(position: Position, revision: UInt32?)?] = core.known.withLock { table in
      var next = start
      return append.events.indices.map { index in
        guard known[index] == nil else { return nil }
        let event = append.events[index]
        let revision = event.customer.map { customer in
          let revision = table.revision(of: customer) + 1
          if !SeededBug.staleRevision.isOn { table.set(revision, of: customer) }
          return revision
        }
        table.set(next, for: event.key)
        defer { next = next.advanced(by: 1) }
        return (next, revision)
      }
    }
    var positions: [Position] = []
    positions.reserveCapacity(append.events.count)
    let firstEntry = open.entries.count
    for index in append.events.indices {
      if let new = assigned[index] {
        if append.events[index].changesGroups { groupsChanged = new.position }
        open.add(append.events[index], revision: new.revision)
        positions.append(new.position)
      } else if let old = known[index] {
        positions.append(old)
      }
    }
    frontier.append(contentsOf: open.leaves(from: firstEntry))
    precondition(positions.count == append.events.count, "each event has a position")
    return AppendReceipt(positions: positions, recorded: start..<open.next)
  }

  /// For each event that is recorded already, its position; content that differs is refused.
  private func resolveDuplicates(_ append: PendingAppend) throws(AppendError) -> [Position?] {
    var known = append.known
    let (found, sealCount): ([(Int, Position)], Int) = core.known.withLock { table in
      let found = append.events.indices.compactMap { index -> (Int, Position)? in
        guard known[index] == nil else { return nil }
        return table.position(of: append.events[index].key).map { (index, $0) }
      }
      return (found, table.sealCount)
    }
    // A journal was sealed since the caller looked: what stood in it is found in its segment only.
    if sealCount != append.sealCount {
      let unknown = append.events.indices.filter { index in
        known[index] == nil && !found.contains { $0.0 == index }
      }
      for (index, position) in try SealedTwins.find(unknown, of: append.events, core) {
        known[index] = position
      }
    }
    var reader = EntryReader(core)
    for (index, position) in found {
      let stored: ArraySlice<UInt8>
      if let entry = open.entry(at: position) ?? previous.entry(at: position) {
        stored = entry
      } else {
        do throws(ReadError) {
          stored = try reader.entry(at: position)
        } catch {
          throw .unreadable(error)
        }
      }
      guard append.events[index].matches(stored, append.events[index]) else {
        throw .idReused(index: index, position: position)
      }
      known[index] = position
    }
    return known
  }

  private func checkExpectations(_ append: PendingAppend) throws(AppendError) {
    if let known = append.groupsAsOf, let groupsChanged, groupsChanged >= known {
      throw .groupsChanged(groupsChanged)
    }
    guard !append.expectations.isEmpty else { return }
    let failed: (Expectation, UInt32)? = core.known.withLock { table in
      for expectation in append.expectations {
        let customer = Hash128.of(subject: Array(expectation.customer.utf8)[...])
        let actual = table.revision(of: customer)
        if !expectation.revision.holds(for: actual) { return (expectation, actual) }
      }
      return nil
    }
    if let (expectation, actual) = failed {
      throw .revisionConflict(
        customer: expectation.customer, expected: expectation.revision, actual: actual)
    }
  }

  private func checkLimits(
    _ append: PendingAppend, _ known: [Position?]
  ) throws(AppendError) {
    for (index, event) in append.events.enumerated() where known[index] == nil {
      if event.time.microseconds > open.recorded.microseconds + Limits.timeAheadMax {
        throw .invalid(
          index: index,
          reason: "the event's time lies more than 5 minutes ahead of the ledger's clock")
      }
    }
    guard frontier.size + UInt64(append.events.count) <= Limits.positionMax else {
      throw .invalid(index: 0, reason: "the log has no positions left")
    }
    // Counted as if all its events were this customer's: two thousand million revisions are not reached by a few.
    let most = Limits.revisionMax - UInt32(append.events.count)
    let full: Int? = core.known.withLock { table in
      guard table.highestRevision > UInt64(most) else { return nil }
      return append.events.firstIndex { event in
        event.customer.map { table.revision(of: $0) > most } ?? false
      }
    }
    if let full {
      throw .invalid(index: full, reason: "the customer has no revisions left")
    }
  }

  /// Closes the open frame and gives it away; nil when it holds no event, and then its answers are given.
  mutating func finishFrame() -> (EncodedFrame, [FrameJob.Answer])? {
    let finished = open
    previous = finished
    open.removeAll()
    guard !finished.entries.isEmpty else {
      for waiting in finished.answers { waiting.answer(.success(waiting.receipt)) }
      return nil
    }
    let frame = EncodedFrame(
      raw: finished.raw, count: finished.entries.count, first: finished.first,
      ledger: core.description.id, epoch: core.epoch, root: frontier.root,
      recorded: finished.recorded)
    return (frame, finished.answers)
  }

  /// Gives the answer of a halted log to everybody in the open frame.
  mutating func failAll(_ error: AppendError) {
    for waiting in open.answers { waiting.answer(.failure(error)) }
    open.removeAll()
  }
}
