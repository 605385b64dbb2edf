import Glibc
import Synchronization

package import Disk

/// A disk in memory that forgets what was not synced, fails where a test says, and does the same
/// again for the same seed and the same calls.
///
/// - **Page cache.** A write is seen at once and durable after ``WritableFile/sync()``. At
///   ``crash(seed:)`` each unsynced sector of 512 bytes is kept, dropped or torn, and the size of
///   the file is one that it has had since its last sync, or lies between two of them.
/// - **Names.** A name is durable after ``syncDirectory(_:)``. At a crash a directory keeps its
///   unsynced changes up to one that the seed picks, each directory for itself: a file that was
///   moved to another directory may be found in both, or in none.
/// - **A failed sync** reports an error once, then success. What it should have saved is called
///   clean, and is lost at the crash.
/// - **A full disk:** from the *n*-th byte written, with a short write before it, or from the
///   *n*-th call.
/// - **Wrong answers:** ``SimulatedFault``, ``flipBit(of:at:bit:)``, ``makeUnreadable(_:at:)``.
/// - **Locks** belong to the open file; they are gone at a close, a crash or a kill.
/// - **Calls** are numbered from 0 and kept in ``calls``; any can fail, or be the last before a
///   power cut.
///
/// For an exhaustive sweep run once without faults, read ``callCount``, and run again for each
/// number below it. Any number of threads may call; the order in which they come is then part of
/// what must be repeated.
package final class SimulatedFileSystem: FileSystem {
  let seed: UInt64
  private let beforeEachCall: (@Sendable (SimulatedCall) -> Void)?
  let state: Mutex<State>

  struct State {
    var disk: SimulatedDisk
    var random: SeededGenerator
    var calls: [SimulatedCall] = []
    var waitingFaults: [WaitingFault] = []
    var struckCount = 0
    var powerFailsAtCall: Int?
    var fullAtByte: UInt64?
    var fullAtCall: Int?
    var writtenByteCount: UInt64 = 0
    /// After a power cut or a kill: nothing is done any more.
    var isGone = false
    /// The open file that holds the lock, by inode.
    var lockHolders: [Int: Int] = [:]
    var nextHandle = 0
  }

  /// An empty disk. Numbers of calls and bytes count from 0, so `failAtCall: 0` fails the first.
  ///
  /// - Parameters:
  ///   - failAtCall: the call that throws `errno` and does nothing; those after it succeed.
  ///   - powerFailsAtCall: from this call on every call throws, as if the machine were gone. What
  ///     the call itself changes is unsynced like the rest. Then ``crash(seed:)`` gives what is
  ///     left.
  ///   - fullAtByte: bytes that can be written before the disk is full.
  ///   - fullAtCall: the call from which the disk is full.
  ///   - beforeEachCall: runs before each call, outside all locks: a test may wait in it, which
  ///     makes a slow call.
  package convenience init(
    seed: UInt64, failAtCall: Int? = nil, errno: Int32 = EIO, powerFailsAtCall: Int? = nil,
    fullAtByte: UInt64? = nil, fullAtCall: Int? = nil,
    beforeEachCall: (@Sendable (SimulatedCall) -> Void)? = nil
  ) {
    self.init(SimulatedDisk(), seed: seed, beforeEachCall: beforeEachCall)
    state.withLock { state in
      state.powerFailsAtCall = powerFailsAtCall
      state.fullAtByte = fullAtByte
      state.fullAtCall = fullAtCall
      if let failAtCall {
        state.waitingFaults.append(
          WaitingFault(fault: .error(errno), trigger: .call(failAtCall)))
      }
    }
  }

  init(
    _ disk: SimulatedDisk, seed: UInt64,
    beforeEachCall: (@Sendable (SimulatedCall) -> Void)? = nil
  ) {
    self.seed = seed
    self.beforeEachCall = beforeEachCall
    state = Mutex(State(disk: disk, random: SeededGenerator(seed: seed)))
  }
}

// MARK: - The calls

extension SimulatedFileSystem {
  package func list(_ directory: String) throws(DiskError) -> [String] {
    let names = try perform(.list, directory) { (state, _) throws(SimulatedDisk.Refusal) in
      try state.disk.names(in: directory)
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  package func makeDirectory(_ path: String) throws(DiskError) {
    try perform(.makeDirectory, path) { (state, moment) throws(SimulatedDisk.Refusal) in
      try state.disk.makeDirectory(path, isFull: state.isFull(at: moment.number))
    }
  }

  package func create(_ path: String) throws(DiskError) -> any WritableFile {
    let (node, handle) = try perform(.create, path) {
      (state, moment) throws(SimulatedDisk.Refusal) in
      let isFull = state.isFull(at: moment.number)
      return (try state.disk.create(path, isFull: isFull), state.newHandle())
    }
    return SimulatedFile(node, handle: handle, path: path, on: self)
  }

  package func openForWriting(_ path: String) throws(DiskError) -> any WritableFile {
    let (node, handle) = try perform(.open, path) { (state, _) throws(SimulatedDisk.Refusal) in
      let node = try state.disk.node(at: path)
      guard state.disk.files[node] != nil else { throw SimulatedDisk.Refusal(number: EISDIR) }
      return (node, state.newHandle())
    }
    return SimulatedFile(node, handle: handle, path: path, on: self)
  }

  package func openForReading(_ path: String) throws(DiskError) -> any ReadableFile {
    let (node, handle) = try perform(.open, path) { (state, _) throws(SimulatedDisk.Refusal) in
      (try state.disk.node(at: path), state.newHandle())
    }
    return SimulatedFile(node, handle: handle, path: path, on: self)
  }

  package func rename(_ from: String, to: String) throws(DiskError) {
    try perform(.rename, to, from: from) { (state, _) throws(SimulatedDisk.Refusal) in
      try state.disk.rename(from, to: to)
    }
  }

  package func link(_ from: String, to: String) throws(DiskError) {
    try perform(.link, to, from: from) { (state, moment) throws(SimulatedDisk.Refusal) in
      try state.disk.link(from, to: to, isFull: state.isFull(at: moment.number))
    }
  }

  package func remove(_ path: String) throws(DiskError) {
    try perform(.remove, path) { (state, _) throws(SimulatedDisk.Refusal) in
      try state.disk.remove(path)
    }
  }

  package func syncDirectory(_ path: String) throws(DiskError) {
    try perform(
      .sync, path,
      failing: { state in
        // A path that leads nowhere has nothing to lose.
        if let node = try? state.disk.node(at: path) { state.disk.directories[node]?.failSync() }
      },
      { (state, _) throws(SimulatedDisk.Refusal) in
        try state.disk.syncDirectory(path)
      })
  }

  package func lock(_ path: String) throws(DiskError) -> any FileLock {
    let (node, handle) = try perform(.lock, path) {
      (state, moment) throws(SimulatedDisk.Refusal) in
      let node = try state.disk.nodeOrNewFile(at: path, isFull: state.isFull(at: moment.number))
      let handle = state.newHandle()
      try state.lock(node, by: handle)
      return (node, handle)
    }
    return SimulatedLock(SimulatedFile(node, handle: handle, path: path, on: self))
  }

  package func identity(of path: String) throws(DiskError) -> FileIdentity {
    try perform(.inspect, path) { (state, _) throws(SimulatedDisk.Refusal) in
      state.disk.identity(of: try state.disk.node(at: path))
    }
  }
}

// MARK: - One call

extension SimulatedFileSystem {
  /// What a call must know of itself.
  struct Moment {
    var number: Int
    /// The fault that the call must act out.
    var fault: SimulatedFault?
  }

  /// Runs `body` as one numbered call, unless an error or the end of power comes first.
  ///
  /// `failing` is what the call leaves behind where a fault makes it throw.
  func perform<Result: Sendable>(
    _ operation: DiskError.Operation, _ path: String, from: String? = nil,
    at offset: UInt64? = nil, byteCount: UInt64? = nil,
    failing: (inout State) -> Void = { _ in },
    _ body: (inout State, Moment) throws(SimulatedDisk.Refusal) -> Result
  ) throws(DiskError) -> Result {
    var call = SimulatedCall(
      number: 0, operation: operation, path: path, from: from, offset: offset,
      byteCount: byteCount)
    let (fault, isLast) = try begin(&call)
    beforeEachCall?(call)
    return try state.withLock { (state) throws(DiskError) -> Result in
      guard !state.isGone || isLast else { throw DiskError(operation, path, number: EIO) }
      do throws(SimulatedDisk.Refusal) {
        if case .error(let number) = fault {
          failing(&state)
          throw SimulatedDisk.Refusal(number: number)
        }
        // Power that fails in a call: what it changed is not synced, and what it syncs is not.
        if isLast, operation == .sync { throw SimulatedDisk.Refusal(number: EIO) }
        let result = try body(&state, Moment(number: call.number, fault: fault))
        if isLast { throw SimulatedDisk.Refusal(number: EIO) }
        return result
      } catch {
        let number = isLast ? EIO : error.number
        state.calls[call.number].failure = number
        throw DiskError(error.operation ?? operation, path, number: number)
      }
    }
  }

  /// Numbers the call, and says what strikes it and whether the power fails in it.
  private func begin(
    _ call: inout SimulatedCall
  ) throws(DiskError) -> (fault: SimulatedFault?, isLast: Bool) {
    let begun = call
    let (number, fault, isLast) = try state.withLock {
      (state) throws(DiskError) -> (Int, SimulatedFault?, Bool) in
      guard !state.isGone else { throw DiskError(begun.operation, begun.path, number: EIO) }
      var call = begun
      call.number = state.calls.count
      state.calls.append(call)
      if let last = state.powerFailsAtCall, call.number >= last {
        state.isGone = true
        return (call.number, nil, true)
      }
      return (call.number, state.takeFault(for: call), false)
    }
    call.number = number
    return (fault, isLast)
  }
}

extension SimulatedFileSystem {
  /// Closes an open file that nobody holds any more. Not a call.
  func forget(_ handle: Int, of node: Int) {
    state.withLock { $0.unlock(node, by: handle) }
  }
}

extension SimulatedFileSystem.State {
  /// The first waiting fault that strikes at `call`; it waits no longer.
  mutating func takeFault(for call: SimulatedCall) -> SimulatedFault? {
    let striking = waitingFaults.indices.filter { waitingFaults[$0].strikes(at: call) }
    guard let first = striking.first else { return nil }
    struckCount += 1
    return waitingFaults.remove(at: first).fault
  }

  /// Whether the disk has no more space at the call of this number.
  func isFull(at number: Int) -> Bool {
    if let fullAtCall, number >= fullAtCall { return true }
    return fullAtByte.map { writtenByteCount >= $0 } ?? false
  }

  /// A new open file.
  mutating func newHandle() -> Int {
    nextHandle += 1
    return nextHandle
  }

  /// Gives the lock of the file `node` to an open file; busy where another has it.
  mutating func lock(_ node: Int, by handle: Int) throws(SimulatedDisk.Refusal) {
    if let holder = lockHolders[node], holder != handle {
      throw SimulatedDisk.Refusal(number: EAGAIN)
    }
    lockHolders[node] = handle
  }

  /// Takes the lock of the file `node` from an open file, if it has it.
  mutating func unlock(_ node: Int, by handle: Int) {
    if lockHolders[node] == handle { lockHolders[node] = nil }
  }
}
