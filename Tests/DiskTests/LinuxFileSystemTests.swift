// What only the kernel can show: a whole file system that refuses, and bugs that must trap.
import Disk
import Glibc
import RapportTesting
import Testing

struct LinuxFileSystemTests {
  // Safe: the path is a literal.
  private static let hasFullDevice = unsafe access("/dev/full", W_OK) == 0

  @Test func newFilesAndFoldersAreTheOwnersAlone() throws {
    try TemporaryDirectory.with { folder in
      let files = LinuxFileSystem()
      try files.makeDirectory(folder + "/d")
      try files.make(folder + "/a")
      let lock = try files.lock(folder + "/LOCK")
      #expect(mode(of: folder + "/d") == 0o700)
      #expect(mode(of: folder + "/a") == 0o600)
      #expect(mode(of: folder + "/LOCK") == 0o600)
      lock.release()
    }
  }

  @Test(.enabled(if: hasFullDevice, "this system has no /dev/full"))
  func aFullDeviceIsReportedAsFull() throws {
    let file = try LinuxFileSystem().openForWriting("/dev/full")
    let error = refusal { () throws(DiskError) in try file.write([1], at: 0) }
    #expect(error == DiskError(.write, "/dev/full", number: Errno.noSpace))
  }

  @Test(.enabled(if: geteuid() != 0, "the superuser is refused nothing"))
  func aFolderWithoutPermissionIsForbidden() {
    TemporaryDirectory.with { folder in
      // Safe, here and below: the path is a string that lives through the call.
      let failed = unsafe chmod(folder, 0o500)
      #expect(failed == 0)
      defer { _ = unsafe chmod(folder, 0o700) }
      let error = refusal { () throws(DiskError) in try LinuxFileSystem().create(folder + "/a") }
      #expect(error?.isForbidden == true)
    }
  }

  @Test func oneFileMayBeReadByManyThreads() throws {
    try TemporaryDirectory.with { folder in
      let files = LinuxFileSystem()
      let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 / 100) }
      try files.make(folder + "/a", bytes)
      let file = try files.openForReading(folder + "/a")
      let (left, wrong) = (Monitor(4), Monitor(0))
      for thread in 0..<4 {
        DedicatedThread.start(named: "reader") {
          for offset in stride(from: thread, to: 99_000, by: 97) {
            var read: [UInt8] = []
            _ = refusal { () throws(DiskError) in
              read = try file.read(at: UInt64(offset), count: 300)
            }
            if read != Array(bytes[offset..<offset + 300]) { wrong.change { $0 += 1 } }
          }
          left.change { $0 -= 1 }
        }
      }
      left.wait { $0 == 0 ? () : nil }
      #expect(wrong.look { $0 } == 0)
    }
  }

  @Test func aClosedFileThatIsUsedTraps() async throws {
    let linux = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let file = try LinuxFileSystem().openForWriting("/dev/null")
      try file.close()
      _ = try file.size()
    }
    #expect(try sentence(of: linux).contains("a closed file is used"))
    let simulated = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let file = try SimulatedFileSystem(seed: 1).create("/a")
      try file.close()
      try file.close()
    }
    #expect(try sentence(of: simulated).contains("a file is closed once"))
  }

  private func sentence(of result: ExitTest.Result?) throws -> String {
    String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
  }

  private func mode(of path: String) -> mode_t? {
    var status = stat()
    // Safe: `status` is a local that the call fills in.
    guard unsafe stat(path, &status) == 0 else { return nil }
    return status.st_mode & 0o777
  }
}
