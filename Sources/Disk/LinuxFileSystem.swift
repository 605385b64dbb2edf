internal import CDisk
internal import Glibc
internal import Synchronization

/// The real disk. Every call is one system call, EINTR retried.
package struct LinuxFileSystem: FileSystem {
  package init() {}

  package func list(_ directory: String) throws(DiskError) -> [String] {
    // Safe: the stream is ours until closedir; an entry is copied before the next readdir.
    var opened = unsafe opendir(directory)
    while unsafe opened == nil, errno == EINTR { unsafe opened = opendir(directory) }
    guard let stream = unsafe opened else {
      throw DiskError(.list, directory, number: errno)
    }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = unsafe readdir(stream) else {
        if errno != 0 { throw DiskError(.list, directory, number: errno) }
        break
      }
      // Safe: the name ends with a zero within the entry, and is copied at once.
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
          unsafe String(cString: $0)
        }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  package func makeDirectory(_ path: String) throws(DiskError) {
    // Safe: here and below a path becomes a C string for the call alone.
    if unsafe mkdir(path, 0o700) != 0, errno != EEXIST {
      throw DiskError(.makeDirectory, path, number: errno)
    }
  }

  package func create(_ path: String) throws(DiskError) -> any WritableFile {
    LinuxFile(
      try Self.open(path, rapport_O_RDWR_CREATE_NEW, .create), path: path)
  }

  package func openForWriting(_ path: String) throws(DiskError) -> any WritableFile {
    LinuxFile(try Self.open(path, rapport_O_RDWR, .open), path: path)
  }

  package func openForReading(_ path: String) throws(DiskError) -> any ReadableFile {
    LinuxFile(try Self.open(path, rapport_O_RDONLY, .open), path: path)
  }

  package func rename(_ from: String, to: String) throws(DiskError) {
    // Safe: C strings for the call alone.
    if unsafe Glibc.rename(from, to) != 0 { throw DiskError(.rename, to, number: errno) }
  }

  package func link(_ from: String, to: String) throws(DiskError) {
    // Safe: C strings for the call alone.
    if unsafe Glibc.link(from, to) != 0 { throw DiskError(.link, to, number: errno) }
  }

  package func remove(_ path: String) throws(DiskError) {
    // Safe: a C string for the call alone.
    if unsafe unlink(path) != 0 { throw DiskError(.remove, path, number: errno) }
  }

  package func syncDirectory(_ path: String) throws(DiskError) {
    let directory = LinuxFile(try Self.open(path, rapport_O_DIRECTORY, .open), path: path)
    try directory.syncWithMetadata()
    try directory.close()
  }

  package func lock(_ path: String) throws(DiskError) -> any FileLock {
    let file = LinuxFile(try Self.open(path, rapport_O_RDWR_CREATE, .lock), path: path)
    try file.lock()
    return LinuxLock(file: file)
  }

  package func identity(of path: String) throws(DiskError) -> FileIdentity {
    var status = stat()
    // Safe: `status` is a local that the call fills in.
    if unsafe stat(path, &status) != 0 { throw DiskError(.inspect, path, number: errno) }
    return FileIdentity(status)
  }

  private static func open(
    _ path: String, _ flags: Int32, _ operation: DiskError.Operation
  ) throws(DiskError) -> Int32 {
    while true {
      // Safe: a C string for the call alone.
      let descriptor = unsafe rapport_open(path, flags, 0o600)
      if descriptor >= 0 { return descriptor }
      if errno != EINTR { throw DiskError(operation, path, number: errno) }
    }
  }
}

extension FileIdentity {
  init(_ status: stat) {
    self.init(
      device: UInt64(status.st_dev), inode: UInt64(status.st_ino),
      size: UInt64(max(0, status.st_size)))
  }
}

/// An open file of the kernel. Positioned calls only, so that threads may share it.
final class LinuxFile: WritableFile {
  private let path: String
  /// The descriptor; -1 once closed.
  private let descriptor: Atomic<Int32>

  init(_ descriptor: Int32, path: String) {
    self.path = path
    self.descriptor = Atomic(descriptor)
  }

  deinit {
    let open = descriptor.load(ordering: .acquiring)
    if open >= 0 { Glibc.close(open) }
  }

  private var open: Int32 {
    let value = descriptor.load(ordering: .acquiring)
    precondition(value >= 0, "a closed file is used")
    return value
  }

  /// Throws for the current errno; traps where only a bug can have caused it.
  private func failure(_ operation: DiskError.Operation, _ number: Int32) -> DiskError {
    precondition(number != EBADF && number != EFAULT, "a descriptor or buffer of ours is wrong")
    return DiskError(operation, path, number: number)
  }

  func read(at offset: UInt64, count: Int) throws(DiskError) -> [UInt8] {
    precondition(count >= 0, "a read has a size")
    var done = 0
    var number: Int32 = 0
    let descriptor = open
    // Safe: pread writes at most `count - done` bytes behind the `done` that are initialised already.
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      while done < count {
        guard let base = buffer.baseAddress else { break }
        let got = unsafe pread(
          descriptor, base + done, count - done, off_t(offset) + off_t(done))
        if got > 0 {
          done += got
        } else if got == 0 || errno != EINTR {
          number = got == 0 ? 0 : errno
          break
        }
      }
      initialized = done
    }
    if done < count { throw failure(.read, number) }
    return bytes
  }

  func size() throws(DiskError) -> UInt64 { try identity().size }

  func identity() throws(DiskError) -> FileIdentity {
    var status = stat()
    // Safe: `status` is a local that the call fills in.
    if unsafe fstat(open, &status) != 0 { throw failure(.inspect, errno) }
    return FileIdentity(status)
  }

  func write(_ bytes: [UInt8], at offset: UInt64) throws(DiskError) {
    var number: Int32 = 0
    let descriptor = open
    // Safe: pwrite reads within the buffer: `done` grows only by what it has written.
    let done = unsafe bytes.withUnsafeBytes { buffer in
      var done = 0
      while done < buffer.count, let base = buffer.baseAddress {
        let put = unsafe pwrite(
          descriptor, base + done, buffer.count - done, off_t(offset) + off_t(done))
        if put > 0 {
          done += put
        } else if put == 0 || errno != EINTR {
          number = put == 0 ? ENOSPC : errno
          break
        }
      }
      return done
    }
    if done < bytes.count { throw failure(.write, number) }
  }

  func reserve(upTo size: UInt64) throws(DiskError) {
    let have = try self.size()
    guard have < size else { return }
    let number = rapport_reserve(open, off_t(have), off_t(size - have))
    if number == EOPNOTSUPP || number == ENOSYS {
      // A file system without fallocate: the write itself finds the space.
      if ftruncate(open, off_t(size)) != 0 { throw failure(.reserve, errno) }
    } else if number != 0 {
      throw failure(.reserve, number)
    }
  }

  func lock() throws(DiskError) {
    let number = rapport_lock(open)
    if number != 0 { throw failure(.lock, number) }
  }

  func sync() throws(DiskError) {
    while fdatasync(open) != 0 {
      if errno != EINTR { throw failure(.sync, errno) }
    }
  }

  /// fsync: for directories, where the names are what matters.
  func syncWithMetadata() throws(DiskError) {
    while fsync(open) != 0 {
      if errno != EINTR { throw failure(.sync, errno) }
    }
  }

  func dropCache() throws(DiskError) {
    // A pipe or an odd file system refuses; the read then comes from the cache, as it would anyway.
    _ = rapport_drop_cache(open)
  }

  func close() throws(DiskError) {
    let closing = descriptor.exchange(-1, ordering: .acquiringAndReleasing)
    precondition(closing >= 0, "a file is closed once")
    // After EINTR the descriptor is gone on Linux: closing again could close another's.
    if Glibc.close(closing) != 0, errno != EINTR { throw failure(.close, errno) }
  }
}

private final class LinuxLock: FileLock {
  private let file: LinuxFile
  private let released = Atomic(false)

  init(file: LinuxFile) { self.file = file }

  func identity() throws(DiskError) -> FileIdentity { try file.identity() }

  func release() {
    if released.exchange(true, ordering: .acquiringAndReleasing) { return }
    // An open file description's lock goes with its last descriptor. There is nothing to sync, so no error counts.
    do throws(DiskError) { try file.close() } catch { return }
  }
}
