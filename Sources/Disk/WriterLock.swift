/// The right to write a ledger, held for the life of the writer.
///
/// An open file description's lock (OFD, Linux): unlike a classic POSIX lock it does not vanish when some other
/// descriptor of the file is closed in this process, and a child that inherits nothing cannot hold it.
package final class WriterLock: Sendable {
  private let lock: any FileLock
  private let path: String

  /// Throws a busy ``DiskError`` when another process, or another opening in this one, holds it.
  package init(_ path: String, on files: some FileSystem) throws(DiskError) {
    self.path = path
    lock = try files.lock(path)
  }

  /// Whether the file at the path is still the one that is locked; false when somebody removed or replaced it,
  /// and then another writer may be running.
  package func isIntact(on files: some FileSystem) -> Bool {
    // A file that cannot be inspected is not known to be ours: that is the answer, not an error.
    guard let held = try? lock.identity(), let found = try? files.identity(of: path) else {
      return false
    }
    return held.isSameFile(as: found)
  }

  package func release() { lock.release() }
}
