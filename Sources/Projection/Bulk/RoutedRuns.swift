import Synchronization

/// Events on their way to the range of their customer: in memory, and beyond a bound in a file without a name.
final class RoutedRuns: Sendable {
  private enum Run: Sendable {
    case memory([UInt8])
    case file(offset: UInt64, count: Int)
  }

  private struct State: Sendable {
    var runs: [[Run]]
    var inMemory = 0
    var fileEnd: UInt64 = 0
    /// Why a run could not be kept.
    var failure: ProjectionError?
  }

  private let state: Mutex<State>
  private let memoryMax: Int
  private let file: SpillFile

  /// Keeps at most `memoryMax` bytes in memory. `spill` is where the file would be made; it vanishes with the process.
  init(ranges: Int, memoryMax: Int, spill: String) {
    state = Mutex(State(runs: Array(repeating: [], count: ranges)))
    self.memoryMax = memoryMax
    file = SpillFile(spill)
  }

  /// Keeps a run of events for a range. From any thread. ``check()`` tells of what could not be kept.
  func add(_ bytes: [UInt8], to range: Int) {
    let offset = state.withLock { state -> UInt64? in
      if state.inMemory + bytes.count <= memoryMax {
        state.inMemory += bytes.count
        state.runs[range].append(.memory(bytes))
        return nil
      }
      let offset = state.fileEnd
      state.fileEnd += UInt64(bytes.count)
      state.runs[range].append(.file(offset: offset, count: bytes.count))
      return offset
    }
    guard let offset else { return }
    do throws(ProjectionError) {
      try file.write(bytes, at: offset)
    } catch {
      state.withLock { $0.failure = $0.failure ?? error }
    }
  }

  /// Throws what kept a run from being kept.
  func check() throws(ProjectionError) {
    if let failure = state.withLock({ $0.failure }) { throw failure }
  }

  /// The runs of a range, in no particular order, which are forgotten here.
  func take(_ range: Int) throws(ProjectionError) -> [[UInt8]] {
    let runs = state.withLock { state in
      let runs = state.runs[range]
      state.runs[range] = []
      return runs
    }
    var found: [[UInt8]] = []
    found.reserveCapacity(runs.count)
    for run in runs {
      switch run {
      case .memory(let bytes): found.append(bytes)
      case .file(let offset, let count): found.append(try file.read(count, at: offset))
      }
    }
    return found
  }
}

/// A file that only this process sees, made when it is first written to.
private final class SpillFile: Sendable {
  private let path: String
  private let descriptor = Mutex<Int32?>(nil)

  init(_ path: String) { self.path = path }

  deinit { descriptor.withLock { $0.map(ViewCalls.close) } }

  private func opened() throws(ProjectionError) -> Int32 {
    try descriptor.withLock { descriptor throws(ProjectionError) in
      if let descriptor { return descriptor }
      let made = try ViewCalls.openNameless(path)
      descriptor = made
      return made
    }
  }

  func write(_ bytes: [UInt8], at offset: UInt64) throws(ProjectionError) {
    try ViewCalls.write(bytes, to: opened(), at: offset, path)
  }

  func read(_ count: Int, at offset: UInt64) throws(ProjectionError) -> [UInt8] {
    try ViewCalls.read(count, of: opened(), at: offset, path)
  }
}
