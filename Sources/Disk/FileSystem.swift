/// The kernel, as far as the ledger needs it: the seam where tests put a simulated disk.
///
/// Paths are plain strings. Nothing is retried but EINTR. What only a bug can cause (EBADF, EFAULT) traps.
package protocol FileSystem: Sendable {
  /// Names in a directory, sorted by bytes, without `.` and `..`.
  func list(_ directory: String) throws(DiskError) -> [String]
  /// Makes one directory (mode 0700); it is no error when it exists. Its entry is durable after
  /// ``syncDirectory(_:)`` of the parent.
  func makeDirectory(_ path: String) throws(DiskError)
  /// Creates a file (mode 0600) for writing; fails if it exists.
  func create(_ path: String) throws(DiskError) -> any WritableFile
  /// Opens a file that exists, for reading and writing.
  func openForWriting(_ path: String) throws(DiskError) -> any WritableFile
  func openForReading(_ path: String) throws(DiskError) -> any ReadableFile
  func rename(_ from: String, to: String) throws(DiskError)
  /// Gives the file a second name; fails if `to` exists.
  func link(_ from: String, to: String) throws(DiskError)
  func remove(_ path: String) throws(DiskError)
  /// Returns once names created, renamed and removed in the directory would survive a power cut.
  func syncDirectory(_ path: String) throws(DiskError)
  /// Opens or creates `path` and takes its lock, held until the lock is released or the process ends.
  /// Throws a busy ``DiskError`` when another open file description holds it.
  func lock(_ path: String) throws(DiskError) -> any FileLock
  func identity(of path: String) throws(DiskError) -> FileIdentity
}

/// Which file a path or descriptor names.
package struct FileIdentity: Hashable, Sendable {
  package var device: UInt64
  package var inode: UInt64
  /// Bytes.
  package var size: UInt64

  package init(device: UInt64, inode: UInt64, size: UInt64) {
    self.device = device
    self.inode = inode
    self.size = size
  }

  /// Whether both name one file, whatever its size now.
  package func isSameFile(as other: FileIdentity) -> Bool {
    device == other.device && inode == other.inode
  }
}

/// A file that is open for reading. Any number of threads may read it at once.
package protocol ReadableFile: Sendable {
  /// Reads exactly `count` bytes at `offset`. A file that ends before them is a ``DiskError`` with number 0.
  func read(at offset: UInt64, count: Int) throws(DiskError) -> [UInt8]
  /// Bytes in the file, reserved space included where it changed the size.
  func size() throws(DiskError) -> UInt64
  func identity() throws(DiskError) -> FileIdentity
}

/// A file that is open for writing, by one thread at a time.
package protocol WritableFile: ReadableFile {
  /// Writes all of `bytes` at `offset`, or throws having written some part of them.
  func write(_ bytes: [UInt8], at offset: UInt64) throws(DiskError)
  /// Reserves space so that the file is at least `size` bytes long; new bytes read as zero.
  func reserve(upTo size: UInt64) throws(DiskError)
  /// Takes the lock of this open file; busy when another open file description holds it.
  func lock() throws(DiskError)
  /// Returns once every written byte would survive a power cut.
  /// After a throw the file must not be used again: a second sync may answer yes and be wrong.
  func sync() throws(DiskError)
  /// Forgets what is cached of bytes that are synced, so that the next read asks the device. A wish: where it cannot be
  /// fulfilled nothing happens.
  func dropCache() throws(DiskError)
  /// Closes the file now. Using it afterwards traps. A file that is dropped closes itself and swallows the error,
  /// which is right only where every byte was synced.
  func close() throws(DiskError)
}

/// A held lock.
package protocol FileLock: Sendable {
  func identity() throws(DiskError) -> FileIdentity
  func release()
}

extension FileSystem {
  /// The whole file, of at most `sizeMax` bytes; a larger one is a ``DiskError`` with number 0.
  package func contents(of path: String, sizeMax: Int) throws(DiskError) -> [UInt8] {
    let file = try openForReading(path)
    let size = try file.size()
    guard size <= UInt64(sizeMax) else { throw DiskError(.read, path, number: 0) }
    return try file.read(at: 0, count: Int(size))
  }

  /// Whether something has this name. Any other trouble than its absence is thrown.
  package func exists(_ path: String) throws(DiskError) -> Bool {
    do throws(DiskError) {
      _ = try identity(of: path)
      return true
    } catch {
      if error.isMissing { return false }
      throw error
    }
  }
}
