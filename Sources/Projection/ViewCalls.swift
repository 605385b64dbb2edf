// The few calls of the operating system that the files of read models need, each with its error as a value.

import Glibc

/// One call each. A path is passed as a C string that lives until the call returns, so each use is safe.
enum ViewCalls {
  /// Makes a folder that only its owner may enter; one that is there already is as good.
  static func makeFolder(_ path: String) throws(ProjectionError) {
    if unsafe mkdir(path, 0o700) != 0, errno != EEXIST { throw failure("make the folder", path) }
  }

  /// Removes a file; one that is not there is as good.
  static func remove(_ path: String) throws(ProjectionError) {
    if unsafe unlink(path) != 0, errno != ENOENT { throw failure("remove", path) }
  }

  /// Makes a symbolic link at `path` that says `target`.
  static func link(_ path: String, to target: String) throws(ProjectionError) {
    if unsafe symlink(target, path) != 0 { throw failure("make the link", path) }
  }

  /// Renames in one step, over what stands at `path`.
  static func rename(_ old: String, to path: String) throws(ProjectionError) {
    if unsafe Glibc.rename(old, path) != 0 { throw failure("rename", old) }
  }

  /// Whether something stands at `path`; a link is followed.
  static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  /// Says that a file was used now.
  static func touch(_ path: String) throws(ProjectionError) {
    if unsafe utimensat(AT_FDCWD, path, nil, 0) != 0 { throw failure("touch", path) }
  }

  /// When a file was last written or touched, so that the oldest sorts first; 0 where there is none.
  static func changed(_ path: String) -> Int64 {
    var status = stat()
    // Safe: the call fills in a local.
    guard unsafe stat(path, &status) == 0 else { return 0 }
    return Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
  }

  /// What the symbolic link at `path` says; nil if there is none.
  static func target(ofLink path: String) -> String? {
    var buffer = [CChar](repeating: 0, count: 512)
    // Safe: at most the given count is written, into an array of ours.
    let count = unsafe readlink(path, &buffer, 512)
    guard count > 0, count < 512 else { return nil }
    return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The names in a folder, sorted; none where there is no folder.
  static func names(in path: String) throws(ProjectionError) -> [String] {
    guard let folder = unsafe opendir(path) else {
      if errno == ENOENT { return [] }
      throw failure("list", path)
    }
    // Safe: the stream is ours until closedir, and each entry is copied before the next call.
    defer { unsafe closedir(folder) }
    var names: [String] = []
    while let entry = unsafe readdir(folder) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
          unsafe String(cString: $0)
        }
      }
      names.append(name)
    }
    return names.sorted()
  }

  /// Returns once the bytes of a file would survive a power cut.
  static func syncFile(_ path: String) throws(ProjectionError) { try sync(path, O_RDWR) }

  /// Returns once the names in a folder would survive a power cut.
  static func syncFolder(_ path: String) throws(ProjectionError) {
    try sync(path, O_RDONLY | O_DIRECTORY)
  }

  private static func sync(_ path: String, _ flags: Int32) throws(ProjectionError) {
    let descriptor = unsafe open(path, flags | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("open", path) }
    defer { Glibc.close(descriptor) }
    if fsync(descriptor) != 0 { throw failure("sync", path) }
  }

  /// Opens a file that is there, to read and write it. The caller closes it.
  static func openToWrite(_ path: String) throws(ProjectionError) -> Int32 {
    let descriptor = unsafe open(path, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("open", path) }
    return descriptor
  }

  /// Writes all of `bytes` at an offset of an open file.
  static func write(
    _ bytes: [UInt8], to descriptor: Int32, at offset: UInt64, _ path: String
  ) throws(ProjectionError) {
    var done = 0
    while done < bytes.count {
      // Safe: what is written lies within `bytes`, which does not change inside the closure.
      let count = unsafe bytes.withUnsafeBytes {
        unsafe pwrite(
          descriptor, $0.baseAddress! + done, bytes.count - done, off_t(offset) + off_t(done))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure("write", path, count == 0 ? ENOSPC : errno) }
      done += count
    }
  }

  /// `count` bytes of an open file.
  static func read(
    _ count: Int, of descriptor: Int32, at offset: UInt64 = 0, _ path: String
  ) throws(ProjectionError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      // Safe: at most the given count is read, into an array of ours.
      let found = unsafe bytes.withUnsafeMutableBytes {
        unsafe pread(descriptor, $0.baseAddress! + done, count - done, off_t(offset) + off_t(done))
      }
      if found < 0, errno == EINTR { continue }
      guard found > 0 else { throw failure("read", path, found < 0 ? errno : EIO) }
      done += found
    }
    return bytes
  }

  /// Makes a file that has no name any more, to read and write it. The caller closes it.
  static func openNameless(_ path: String) throws(ProjectionError) -> Int32 {
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure("open", path) }
    if unsafe unlink(path) != 0 {
      let code = errno
      Glibc.close(descriptor)
      throw failure("remove", path, code)
    }
    return descriptor
  }

  /// Closes an open file that is not written to any more.
  static func close(_ descriptor: Int32) { Glibc.close(descriptor) }

  /// Opens a file of a lock, making it when missing, and takes the lock; nil if another holder has it.
  static func lock(_ path: String) throws(ProjectionError) -> Int32? {
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure("open", path) }
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      let code = errno
      if code == EINTR { continue }
      Glibc.close(descriptor)
      if code == EWOULDBLOCK { return nil }
      throw failure("lock", path, code)
    }
    return descriptor
  }

  static func failure(
    _ operation: String, _ file: String, _ code: Int32 = errno
  ) -> ProjectionError {
    // Safe: the message is copied before another call can change it.
    let reason = unsafe String(cString: strerror(code))
    return .disk(operation: operation, file: file, code: code, reason: reason)
  }
}
