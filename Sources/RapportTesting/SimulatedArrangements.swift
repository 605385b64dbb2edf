// What a test asks of a simulated disk, arranges on it and does to it. None of this is a call.
import Disk
import Synchronization

extension SimulatedFileSystem {
  /// The calls so far, in order. Those after the power is gone never reach the disk and are not
  /// here.
  package var calls: [SimulatedCall] { state.withLock { $0.calls } }

  /// Whether the power is gone, or the process was killed: every call from then on throws, and is not among ``calls``.
  package var isGone: Bool { state.withLock { $0.isGone } }

  /// How many there have been: the number of the next one.
  package var callCount: Int { state.withLock { $0.calls.count } }

  /// Bytes written so far, over old ones or not.
  package var writtenByteCount: UInt64 { state.withLock { $0.writtenByteCount } }

  /// Faults that have struck so far: 0 tells a test that it has tested nothing.
  package var struckFaultCount: Int { state.withLock { $0.struckCount } }

  /// Lets `fault` strike once, when `trigger` says.
  package func inject(_ fault: SimulatedFault, at trigger: SimulatedTrigger) {
    state.withLock { $0.waitingFaults.append(WaitingFault(fault: fault, trigger: trigger)) }
  }

  /// From this call on every call throws; see `powerFailsAtCall` of the initializer.
  package func cutPower(atCall number: Int) {
    state.withLock { $0.powerFailsAtCall = number }
  }

  /// Makes the disk full from the next call on.
  package func fill() { state.withLock { $0.fullAtCall = $0.calls.count } }

  /// Ends the time of a full disk.
  package func freeSpace() {
    state.withLock { state in
      state.fullAtByte = nil
      state.fullAtCall = nil
    }
  }

  /// The disk after a power cut now: a new one, without faults, locks or open files; this one
  /// throws at every call from here on.
  ///
  /// May be asked again: without a seed of its own it gives the same disk each time, with other
  /// seeds other disks that the same moment may leave.
  package func crash(seed crashSeed: UInt64? = nil) -> SimulatedFileSystem {
    state.withLock { state in
      state.isGone = true
      // One seed leaves something else after each call.
      var moments = SeededGenerator(seed: crashSeed ?? seed)
      var random = SeededGenerator(seed: moments.next() ^ UInt64(state.calls.count))
      let left = state.disk.afterPowerCut(&random)
      return SimulatedFileSystem(left, seed: random.next())
    }
  }

  /// The disk after a SIGKILL now: a new one on which every write and name is as it was, synced or
  /// not, without faults, locks or open files; this one throws at every call from here on.
  package func kill() -> SimulatedFileSystem {
    state.withLock { $0.isGone = true }
    return copy()
  }

  /// Another disk with the same content, synced or not, and without faults, locks or open files.
  package func copy() -> SimulatedFileSystem {
    state.withLock { SimulatedFileSystem($0.disk, seed: seed &+ 1) }
  }

  /// Forgets the page cache where it is clean, so that reads show the medium: what a failed sync
  /// or a lost write has left comes to light.
  package func dropCaches() { state.withLock { $0.disk.dropCaches() } }

  /// The whole file as programs see it; nil where there is no file, or one that
  /// cannot be read.
  package func bytes(of path: String) -> [UInt8]? {
    state.withLock { state in
      guard let file = Self.file(at: path, in: state.disk) else { return nil }
      return file.content.read(0..<file.content.size)
    }
  }

  /// Turns over a bit, here and on the medium. Traps where there is no such byte.
  package func flipBit(of path: String, at offset: Int, bit: Int) {
    damage(path) { file in
      guard let byte = file.read(offset..<offset + 1)?.first else { return }
      file.overwrite([byte ^ 1 << UInt8(bit)], at: offset)
    }
  }

  /// Puts bytes into a file, here and on the medium. Traps where there is no such file.
  package func overwrite(_ path: String, with bytes: [UInt8], at offset: Int) {
    damage(path) { $0.overwrite(bytes, at: offset) }
  }

  /// Cuts a file short, here and on the medium. Traps where there is no such file.
  package func cut(_ path: String, to size: Int) { damage(path) { $0.cut(to: size) } }

  /// From now on, reads of the sector that holds this byte throw EIO until the sector is written: a
  /// latent read error. Traps where there is no such file.
  package func makeUnreadable(_ path: String, at offset: Int) {
    damage(path) { $0.makeUnreadable(at: offset) }
  }

  private func damage(_ path: String, _ body: (inout SimulatedContent) -> Void) {
    state.withLock { state in
      guard var file = Self.file(at: path, in: state.disk) else {
        preconditionFailure("there is no file \(path) to damage")
      }
      body(&file.content)
      state.disk.files[file.node] = file.content
    }
  }

  private static func file(
    at path: String, in disk: SimulatedDisk
  ) -> (node: Int, content: SimulatedContent)? {
    // A path that leads nowhere is an answer here, not an error.
    guard let node = try? disk.node(at: path) else { return nil }
    return disk.files[node].map { (node, $0) }
  }
}
