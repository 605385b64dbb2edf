import Disk
import Glibc
import Synchronization

/// An open file of a ``SimulatedFileSystem``: an open file description, which locks belong to.
final class SimulatedFile: WritableFile {
  private let node: Int
  private let handle: Int
  private let path: String
  private let system: SimulatedFileSystem
  private let isClosed = Atomic(false)

  init(_ node: Int, handle: Int, path: String, on system: SimulatedFileSystem) {
    self.node = node
    self.handle = handle
    self.path = path
    self.system = system
  }

  deinit {
    // Not a call: when an object ends is not for a test to count on.
    if !isClosed.load(ordering: .acquiring) { system.forget(handle, of: node) }
  }

  private func checkOpen() {
    precondition(!isClosed.load(ordering: .acquiring), "a closed file is used")
  }

  func read(at offset: UInt64, count: Int) throws(DiskError) -> [UInt8] {
    precondition(count >= 0, "a read has a size")
    checkOpen()
    return try system.perform(.read, path, at: offset, byteCount: UInt64(count)) {
      (state, moment) throws(SimulatedDisk.Refusal) in
      if count == 0 { return [] }
      guard let content = state.disk.files[node] else {
        throw SimulatedDisk.Refusal(number: EISDIR)
      }
      guard offset <= UInt64(content.size), count <= content.size - Int(offset) else {
        throw SimulatedDisk.Refusal(number: 0)
      }
      guard var bytes = content.read(Int(offset)..<Int(offset) + count) else {
        throw SimulatedDisk.Refusal(number: EIO)
      }
      if case .flippedBit(let bit) = moment.fault { bytes.flip(bit) }
      return bytes
    }
  }

  func size() throws(DiskError) -> UInt64 { try identity().size }

  func identity() throws(DiskError) -> FileIdentity {
    checkOpen()
    return try system.perform(.inspect, path) { (state, _) throws(SimulatedDisk.Refusal) in
      state.disk.identity(of: node)
    }
  }

  func write(_ bytes: [UInt8], at offset: UInt64) throws(DiskError) {
    checkOpen()
    try system.perform(.write, path, at: offset, byteCount: UInt64(bytes.count)) {
      (state, moment) throws(SimulatedDisk.Refusal) in
      try state.write(bytes, to: node, at: Int(offset), moment)
    }
  }

  func reserve(upTo size: UInt64) throws(DiskError) {
    checkOpen()
    try system.perform(.reserve, path, byteCount: size) {
      (state, moment) throws(SimulatedDisk.Refusal) in
      guard let have = state.disk.files[node]?.size, have < Int(size) else { return }
      if state.isFull(at: moment.number) { throw SimulatedDisk.Refusal(number: ENOSPC) }
      state.disk.files[node]?.grow(to: Int(size))
    }
  }

  func lock() throws(DiskError) {
    checkOpen()
    try system.perform(.lock, path) { (state, _) throws(SimulatedDisk.Refusal) in
      try state.lock(node, by: handle)
    }
  }

  func sync() throws(DiskError) {
    checkOpen()
    try system.perform(
      .sync, path, failing: { $0.disk.files[node]?.failSync() },
      { (state, _) throws(SimulatedDisk.Refusal) in state.disk.files[node]?.sync() })
  }

  func dropCache() {}

  func close() throws(DiskError) {
    let wasClosed = isClosed.exchange(true, ordering: .acquiringAndReleasing)
    precondition(!wasClosed, "a file is closed once")
    try system.perform(
      .close, path, failing: { $0.unlock(node, by: handle) },
      { (state, _) throws(SimulatedDisk.Refusal) in state.unlock(node, by: handle) })
  }
}

extension SimulatedFileSystem.State {
  /// One write, with the fault that strikes it acted out. A full disk takes what still fits.
  fileprivate mutating func write(
    _ bytes: [UInt8], to node: Int, at offset: Int, _ moment: SimulatedFileSystem.Moment
  ) throws(SimulatedDisk.Refusal) {
    var bytes = bytes
    var offset = offset
    var fate = SimulatedContent.Fate.waits
    var number: Int32?
    switch moment.fault {
    case .shortWrite(let byteCount, let errno):
      bytes.removeLast(max(0, bytes.count - byteCount))
      number = errno
    case .lyingWrite: return
    case .lostWrite: fate = .isLost
    case .misdirectedWrite(let elsewhere): offset = Int(elsewhere)
    case .flippedBit(let bit): bytes.flip(bit)
    case .error, nil: break
    }
    let room = isFull(at: moment.number) ? 0 : fullAtByte.map { $0 - writtenByteCount }
    if let room, room < UInt64(bytes.count) {
      bytes.removeLast(bytes.count - Int(room))
      number = ENOSPC
    }
    writtenByteCount += UInt64(bytes.count)
    disk.files[node]?.write(bytes[...], at: offset, fate: fate, random: &random)
    if let number { throw SimulatedDisk.Refusal(number: number) }
  }
}

extension [UInt8] {
  /// Turns over the bit of this number, counted from the first byte's lowest; none where it ends
  /// before.
  fileprivate mutating func flip(_ bit: Int) {
    guard bit >= 0, bit / 8 < count else { return }
    self[bit / 8] ^= 1 << UInt8(bit % 8)
  }
}

/// The lock of a file that it keeps open.
final class SimulatedLock: FileLock {
  private let file: SimulatedFile
  private let isReleased = Atomic(false)

  init(_ file: SimulatedFile) { self.file = file }

  func identity() throws(DiskError) -> FileIdentity { try file.identity() }

  func release() {
    if isReleased.exchange(true, ordering: .acquiringAndReleasing) { return }
    // A close that fails has closed: there is nothing that a caller could do.
    do throws(DiskError) { try file.close() } catch { return }
  }
}
