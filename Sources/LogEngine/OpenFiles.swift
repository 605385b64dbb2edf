internal import Disk
internal import Synchronization

/// Keeps a bounded number of sealed files open: one that was not read for longest is closed, and opened again when it
/// is read. A sealed file never changes under its name.
final class OpenFiles: Sendable {
  private struct State: Sendable {
    var open: [Int: (file: any ReadableFile, lastUse: UInt64)] = [:]
    var uses: UInt64 = 0
    var nextID = 0
  }

  private let files: any FileSystem
  private let countMax: Int
  private let state = Mutex(State())

  init(on files: any FileSystem, countMax: Int = Limits.openFilesMax) {
    self.files = files
    self.countMax = countMax
  }

  /// A file that is opened when it is read.
  func file(_ path: String) -> any ReadableFile {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    return PooledFile(path: path, id: id, pool: self)
  }

  fileprivate func open(_ file: PooledFile) throws(DiskError) -> any ReadableFile {
    let known: (any ReadableFile)? = state.withLock { state in
      state.uses += 1
      state.open[file.id]?.lastUse = state.uses
      return state.open[file.id]?.file
    }
    if let known { return known }
    let opened = try files.openForReading(file.path)
    state.withLock { state in
      state.open[file.id] = (opened, state.uses)
      // Who reads one that goes holds it until the read is done.
      if state.open.count > countMax,
        let oldest = state.open.min(by: { $0.value.lastUse < $1.value.lastUse })
      {
        state.open[oldest.key] = nil
      }
    }
    return opened
  }

  /// How many are open now.
  var openCount: Int { state.withLock { $0.open.count } }
}

private struct PooledFile: ReadableFile {
  let path: String
  let id: Int
  let pool: OpenFiles

  func read(at offset: UInt64, count: Int) throws(DiskError) -> [UInt8] {
    try pool.open(self).read(at: offset, count: count)
  }

  func size() throws(DiskError) -> UInt64 { try pool.open(self).size() }

  func identity() throws(DiskError) -> FileIdentity { try pool.open(self).identity() }
}
