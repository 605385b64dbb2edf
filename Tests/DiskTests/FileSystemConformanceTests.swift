// What every disk must answer: the promises of FileSystem, asked of the kernel and of the simulated
// disk alike.
import Disk
import RapportTesting
import Testing

@Suite struct FileSystemConformanceTests {
  // MARK: Bytes

  @Test(arguments: EitherDisk.allCases)
  func whatIsWrittenAnywhereIsReadBack(disk: EitherDisk) throws {
    try disk.with { files, folder in
      let file = try files.create(folder + "/a")
      var random = SeededGenerator(seed: 11)
      var expected: [UInt8] = []
      for _ in 0..<200 {
        let offset = random.below(3_000)
        let bytes = random.bytes(random.below(1_500))
        try file.write(bytes, at: UInt64(offset))
        if !bytes.isEmpty, expected.count < offset + bytes.count {
          expected.appendZeros(offset + bytes.count - expected.count)
        }
        expected.replaceSubrange(
          min(offset, expected.count)..<min(offset + bytes.count, expected.count), with: bytes)
        #expect(try file.size() == UInt64(expected.count))
        let from = random.below(expected.count + 1)
        let count = random.below(expected.count - from + 1)
        let read = try file.read(at: UInt64(from), count: count)
        #expect(read == Array(expected[from..<from + count]))
      }
      #expect(try files.contents(of: folder + "/a", sizeMax: 5_000) == expected)
    }
  }

  @Test(arguments: EitherDisk.allCases)
  func aGapReadsAsZeros(disk: EitherDisk) throws {
    try disk.with { files, folder in
      let file = try files.create(folder + "/a")
      try file.write([7], at: 1_700)
      #expect(try file.read(at: 0, count: 1_701) == repeated(0, 1_700) + [7])
    }
  }

  @Test(arguments: EitherDisk.allCases)
  func aReadBehindTheEndIsAShortFile(disk: EitherDisk) throws {
    try disk.with { files, folder in
      let file = try files.make(folder + "/a", [1, 2, 3])
      for (offset, count) in [(0, 4), (2, 2), (3, 1), (4, 1), (1_000, 1)] {
        let error = refusal { () throws(DiskError) in
          try file.read(at: UInt64(offset), count: count)
        }
        #expect(error == DiskError(.read, folder + "/a", number: 0), "\(count) bytes at \(offset)")
      }
      #expect(try file.read(at: 3, count: 0) == [])
      #expect(try file.read(at: 1_000, count: 0) == [])
    }
  }

  @Test(arguments: EitherDisk.allCases)
  func anEmptyWriteChangesNothing(disk: EitherDisk) throws {
    try disk.with { files, folder in
      let file = try files.make(folder + "/a", [1, 2, 3])
      try file.write([], at: 1_000)
      #expect(try file.size() == 3)
    }
  }

  @Test(arguments: EitherDisk.allCases)
  func reservedSpaceIsZerosAndNeverShrinks(disk: EitherDisk) throws {
    try disk.with { files, folder in
      let file = try files.make(folder + "/a", [1, 2, 3])
      for size in [0, 2, 3, 5_000, 100, 9_000] as [UInt64] {
        let before = try file.size()
        try file.reserve(upTo: size)
        #expect(try file.size() == max(before, size))
      }
      #expect(try file.read(at: 0, count: 9_000) == [1, 2, 3] + repeated(0, 8_997))
    }
  }

  @Test(arguments: EitherDisk.allCases)
  func anOpenFileAndALaterOpeningSeeTheSameBytes(disk: EitherDisk) throws {
    try disk.with { files, folder in
      let writer = try files.make(folder + "/a", [1])
      let reader = try files.openForReading(folder + "/a")
      let second = try files.openForWriting(folder + "/a")
      try writer.write([2], at: 1)
      try second.write([3], at: 2)
      #expect(try reader.read(at: 0, count: 3) == [1, 2, 3])
      try writer.sync()
      try writer.close()
      #expect(try reader.read(at: 0, count: 3) == [1, 2, 3])
    }
  }

  @Test(arguments: EitherDisk.allCases)
  func aFileLargerThanAllowedIsNotReadWhole(disk: EitherDisk) throws {
    try disk.with { files, folder in
      try files.make(folder + "/a", [1, 2, 3])
      #expect(try files.contents(of: folder + "/a", sizeMax: 3) == [1, 2, 3])
      let error = refusal { () throws(DiskError) in
        try files.contents(of: folder + "/a", sizeMax: 2)
      }
      #expect(error == DiskError(.read, folder + "/a", number: 0))
    }
  }

  // MARK: Names

  @Test(arguments: EitherDisk.allCases)
  func aListIsSortedByBytesAndLeavesOutTheDots(disk: EitherDisk) throws {
    try disk.with { files, folder in
      #expect(try files.list(folder) == [])
      for name in ["b", "a", "B", "_", "10", "9", "é", "a.tmp", ".hidden"] {
        try files.make(folder + "/" + name)
      }
      try files.makeDirectory(folder + "/c")
      #expect(
        try files.list(folder) == [".hidden", "10", "9", "B", "_", "a", "a.tmp", "b", "c", "é"])
      #expect(try files.list(folder + "/c") == [])
    }
  }

  @Test(arguments: EitherDisk.allCases)
  func makingADirectoryTwiceIsNoError(disk: EitherDisk) throws {
    try disk.with { files, folder in
      try files.makeDirectory(folder + "/d")
      try files.make(folder + "/d/a")
      try files.makeDirectory(folder + "/d")
      #expect(try files.list(folder + "/d") == ["a"])
    }
  }

  @Test(arguments: EitherDisk.allCases)
  func aRenameReplacesAndOpenFilesKeepTheirs(disk: EitherDisk) throws {
    try disk.with { files, folder in
      try files.make(folder + "/new", [1])
      let old = try files.make(folder + "/old", [2])
      let identity = try files.identity(of: folder + "/new")
      try files.rename(folder + "/new", to: folder + "/old")
      #expect(try files.list(folder) == ["old"])
      #expect(try files.contents(of: folder + "/old", sizeMax: 10) == [1])
      #expect(try files.identity(of: folder + "/old").isSameFile(as: identity))
      #expect(try old.read(at: 0, count: 1) == [2])
      #expect(try !old.identity().isSameFile(as: identity))
    }
  }

  @Test(arguments: EitherDisk.allCases)
  func aRenameOfADirectoryTakesItsContentAlong(disk: EitherDisk) throws {
    try disk.with { files, folder in
      try files.makeDirectory(folder + "/d")
      try files.make(folder + "/d/a", [1])
      try files.makeDirectory(folder + "/empty")
      try files.rename(folder + "/d", to: folder + "/empty")
      #expect(try files.list(folder) == ["empty"])
      #expect(try files.contents(of: folder + "/empty/a", sizeMax: 10) == [1])
    }
  }

  @Test(arguments: EitherDisk.allCases)
  func aLinkIsASecondNameOfOneFile(disk: EitherDisk) throws {
    try disk.with { files, folder in
      let file = try files.make(folder + "/a", [1])
      try files.link(folder + "/a", to: folder + "/b")
      try file.write([2], at: 0)
      #expect(try files.contents(of: folder + "/b", sizeMax: 10) == [2])
      #expect(try files.identity(of: folder + "/a") == files.identity(of: folder + "/b"))
      // POSIX: two names of one file stay as they are.
      try files.rename(folder + "/a", to: folder + "/b")
      #expect(try files.list(folder) == ["a", "b"])
      try files.remove(folder + "/a")
      #expect(try files.contents(of: folder + "/b", sizeMax: 10) == [2])
    }
  }

  @Test(arguments: EitherDisk.allCases)
  func aRemovedFileLivesOnWhereItIsOpen(disk: EitherDisk) throws {
    try disk.with { files, folder in
      let file = try files.make(folder + "/a", [1])
      let before = try file.identity()
      try files.remove(folder + "/a")
      #expect(try files.list(folder) == [])
      #expect(try !files.exists(folder + "/a"))
      #expect(try file.read(at: 0, count: 1) == [1])
      try files.make(folder + "/a", [2])
      #expect(try !files.identity(of: folder + "/a").isSameFile(as: before))
      #expect(try file.identity().isSameFile(as: before))
    }
  }

  @Test(arguments: EitherDisk.allCases)
  func everyRefusalNamesOperationPathAndReason(disk: EitherDisk) throws {
    try disk.with { files, folder in
      try files.make(folder + "/file")
      try files.makeDirectory(folder + "/d")
      try files.make(folder + "/d/inside")
      try files.makeDirectory(folder + "/empty")
      func expect<Result>(
        _ operation: DiskError.Operation, _ name: String, _ number: Int32,
        _ body: () throws(DiskError) -> Result, at place: SourceLocation = #_sourceLocation
      ) {
        let expected = DiskError(operation, folder + name, number: number)
        #expect(refusal(body) == expected, sourceLocation: place)
      }
      let at = { (name: String) in folder + name }
      expect(.list, "/no", Errno.noEntry) { () throws(DiskError) in try files.list(at("/no")) }
      expect(.list, "/file", Errno.notDirectory) { () throws(DiskError) in
        try files.list(at("/file"))
      }
      expect(.makeDirectory, "/no/d", Errno.noEntry) { () throws(DiskError) in
        try files.makeDirectory(at("/no/d"))
      }
      expect(.makeDirectory, "/file/d", Errno.notDirectory) { () throws(DiskError) in
        try files.makeDirectory(at("/file/d"))
      }
      expect(.create, "/file", Errno.exists) { () throws(DiskError) in
        try files.create(at("/file"))
      }
      expect(.create, "/no/a", Errno.noEntry) { () throws(DiskError) in
        try files.create(at("/no/a"))
      }
      expect(.open, "/no", Errno.noEntry) { () throws(DiskError) in
        try files.openForWriting(at("/no"))
      }
      expect(.open, "/d", Errno.isDirectory) { () throws(DiskError) in
        try files.openForWriting(at("/d"))
      }
      expect(.open, "/no", Errno.noEntry) { () throws(DiskError) in
        try files.openForReading(at("/no"))
      }
      expect(.read, "/d", Errno.isDirectory) { () throws(DiskError) in
        try files.openForReading(at("/d")).read(at: 0, count: 1)
      }
      expect(.rename, "/to", Errno.noEntry) { () throws(DiskError) in
        try files.rename(at("/no"), to: at("/to"))
      }
      expect(.rename, "/d", Errno.isDirectory) { () throws(DiskError) in
        try files.rename(at("/file"), to: at("/d"))
      }
      expect(.rename, "/file", Errno.notDirectory) { () throws(DiskError) in
        try files.rename(at("/empty"), to: at("/file"))
      }
      expect(.rename, "/d", 39) { () throws(DiskError) in  // ENOTEMPTY
        try files.rename(at("/empty"), to: at("/d"))
      }
      expect(.rename, "/d/below", 22) { () throws(DiskError) in  // EINVAL
        try files.rename(at("/d"), to: at("/d/below"))
      }
      expect(.link, "/d/inside", Errno.exists) { () throws(DiskError) in
        try files.link(at("/file"), to: at("/d/inside"))
      }
      expect(.link, "/to", Errno.noEntry) { () throws(DiskError) in
        try files.link(at("/no"), to: at("/to"))
      }
      expect(.link, "/to", Errno.notPermitted) { () throws(DiskError) in
        try files.link(at("/d"), to: at("/to"))
      }
      expect(.remove, "/no", Errno.noEntry) { () throws(DiskError) in
        try files.remove(at("/no"))
      }
      expect(.remove, "/d", Errno.isDirectory) { () throws(DiskError) in
        try files.remove(at("/d"))
      }
      expect(.open, "/no", Errno.noEntry) { () throws(DiskError) in
        try files.syncDirectory(at("/no"))
      }
      expect(.open, "/file", Errno.notDirectory) { () throws(DiskError) in
        try files.syncDirectory(at("/file"))
      }
      expect(.lock, "/no/LOCK", Errno.noEntry) { () throws(DiskError) in
        try files.lock(at("/no/LOCK"))
      }
      expect(.lock, "/d", Errno.isDirectory) { () throws(DiskError) in
        try files.lock(at("/d"))
      }
      expect(.inspect, "/no", Errno.noEntry) { () throws(DiskError) in
        try files.identity(of: at("/no"))
      }
      expect(.inspect, "/file/a", Errno.notDirectory) { () throws(DiskError) in
        try files.exists(at("/file/a"))
      }
      #expect(try files.list(folder) == ["d", "empty", "file"])
    }
  }

  // MARK: Locks

  @Test(arguments: EitherDisk.allCases)
  func aLockBelongsToTheOpenFile(disk: EitherDisk) throws {
    try disk.with { files, folder in
      let first = try files.make(folder + "/a")
      let second = try files.openForWriting(folder + "/a")
      try first.lock()
      try first.lock()
      let busy = refusal { () throws(DiskError) in try second.lock() }
      #expect(busy?.isBusy == true)
      #expect(busy?.path == folder + "/a")
      // A classic POSIX lock would go with any descriptor of the file.
      try files.openForWriting(folder + "/a").close()
      #expect(refusal { () throws(DiskError) in try second.lock() }?.isBusy == true)
      try first.close()
      try second.lock()
    }
  }

  @Test(arguments: EitherDisk.allCases)
  func aLockIsFreeOnceItsHolderIsDropped(disk: EitherDisk) throws {
    try disk.with { files, folder in
      var holder: (any WritableFile)? = try files.make(folder + "/a")
      try holder?.lock()
      let other = try files.openForWriting(folder + "/a")
      #expect(refusal { () throws(DiskError) in try other.lock() }?.isBusy == true)
      holder = nil
      try other.lock()
    }
  }

  @Test(arguments: EitherDisk.allCases)
  func aLockFileIsMadeAndHeldUntilItIsReleased(disk: EitherDisk) throws {
    try disk.with { files, folder in
      let lock = try files.lock(folder + "/LOCK")
      #expect(try files.list(folder) == ["LOCK"])
      #expect(try lock.identity() == files.identity(of: folder + "/LOCK"))
      #expect(
        refusal { () throws(DiskError) in try files.lock(folder + "/LOCK") }?.isBusy == true)
      lock.release()
      lock.release()
      let next = try files.lock(folder + "/LOCK")
      next.release()
    }
  }

  // MARK: Both together

  /// Random calls over few names must have the same answers from both disks, errors included.
  @Test(arguments: 0..<40)
  func bothDisksAnswerTheSameRandomCallsAlike(seed: Int) throws {
    try TemporaryDirectory.with { folder in
      let simulated = SimulatedFileSystem(seed: 0)
      var linuxCalls = RandomCalls(seed: UInt64(seed), files: LinuxFileSystem(), folder: folder)
      var simulatedCalls = RandomCalls(seed: UInt64(seed), files: simulated, folder: "")
      for step in 0..<150 {
        let (expected, found) = (linuxCalls.next(), simulatedCalls.next())
        try #require(expected == found, "seed \(seed), call \(step)")
      }
    }
  }
}

/// A run of random calls, each with its answer in words that do not depend on the disk.
private struct RandomCalls {
  private var random: SeededGenerator
  private let files: any FileSystem
  private let folder: String
  private var open: [any WritableFile] = []

  init(seed: UInt64, files: any FileSystem, folder: String) {
    random = SeededGenerator(seed: seed)
    self.files = files
    self.folder = folder
  }

  private mutating func path() -> String {
    let names = ["/a", "/b", "/d", "/e", "/d/a", "/d/b", "/e/a", "/a/x", "/d/e", "/d/e/a"]
    return folder + random.pick(names)
  }

  mutating func next() -> String {
    do throws(DiskError) {
      return try answer()
    } catch {
      let path = error.path.hasPrefix(folder) ? error.path.dropFirst(folder.count) : "?"
      return "\(error.operation) \(path): \(error.number)"
    }
  }

  private mutating func answer() throws(DiskError) -> String {
    switch random.below(15) {
    case 0: return "list \(try files.list(random.chance(20) ? folder + "/" : path()))"
    case 1:
      try files.makeDirectory(path())
      return "made"
    case 2, 3:
      open.append(try files.create(path()))
      return "created"
    case 4:
      open.append(try files.openForWriting(path()))
      return "opened"
    case 5:
      try files.rename(path(), to: path())
      return "renamed"
    case 6:
      try files.link(path(), to: path())
      return "linked"
    case 7:
      try files.remove(path())
      return "removed"
    case 8:
      try files.syncDirectory(path())
      return "synced"
    default: return try answerOfOpenFile()
    }
  }

  private mutating func answerOfOpenFile() throws(DiskError) -> String {
    let choice = random.below(8)
    let (offset, count) = (UInt64(random.below(2_000)), random.below(1_200))
    guard !open.isEmpty else { return "nothing is open" }
    let place = random.below(open.count)
    switch choice {
    case 0, 1: try open[place].write(random.bytes(count), at: offset)
    case 2: return "read \(try open[place].read(at: offset, count: count))"
    case 3: try open[place].reserve(upTo: offset)
    case 4: try open[place].sync()
    case 5: try open[place].lock()
    case 6: return "size \(try open[place].size())"
    default: try open.remove(at: place).close()
    }
    return "done \(choice)"
  }
}
