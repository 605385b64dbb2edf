// What a power cut and a kill leave on the simulated disk: all that was synced, and of the rest
// anything that a real disk may leave. Each test asks for every outcome, not only for a legal one.
import Disk
import RapportTesting
import Testing

struct SimulatedCrashTests {
  @Test func whatWasSyncedIsWholeAfterEveryPowerCut() throws {
    let disk = SimulatedFileSystem(seed: 3)
    var random = SeededGenerator(seed: 3)
    let bytes = random.bytes(5_000)
    try disk.make("/a", bytes).sync()
    try disk.syncDirectory("/")
    for seed in 0..<50 as Range<UInt64> {
      #expect(disk.crash(seed: seed).bytes(of: "/a") == bytes)
    }
  }

  @Test func anUnsyncedSectorIsKeptDroppedOrTornEachForItself() throws {
    let disk = SimulatedFileSystem(seed: 3)
    let file = try disk.make("/a", repeated(1, 512 * 3))
    try file.sync()
    try disk.syncDirectory("/")
    try file.write(repeated(2, 512 * 3), at: 0)
    var outcomes: Set<[String]> = []
    for seed in 0..<400 as Range<UInt64> {
      let left = try #require(disk.crash(seed: seed).bytes(of: "/a"))
      #expect(left.count == 512 * 3)
      outcomes.insert(
        (0..<3).map { sector in
          let bytes = left[sector * 512..<(sector + 1) * 512]
          let changes = zip(bytes, bytes.dropFirst()).count { $0 != $1 }
          #expect(bytes.allSatisfy { $0 == 1 || $0 == 2 } && changes <= 1, "seed \(seed)")
          return changes == 1 ? "torn" : bytes.first == 2 ? "kept" : "dropped"
        })
    }
    #expect(outcomes.count == 27, "three sectors have three fates each")
  }

  @Test func aFileThatGrewIsCutAnywhereBetweenItsSizes() throws {
    let disk = SimulatedFileSystem(seed: 3)
    let file = try disk.make("/a", repeated(1, 100))
    try file.sync()
    try disk.syncDirectory("/")
    try file.write(repeated(2, 1_000), at: 100)
    try file.reserve(upTo: 5_000)
    var sizes: Set<Int> = []
    for seed in 0..<400 as Range<UInt64> {
      let left = try #require(disk.crash(seed: seed).bytes(of: "/a"))
      sizes.insert(left.count)
      #expect(left.prefix(100) == repeated(1, 100)[...])
      #expect(left.dropFirst(1_100).allSatisfy { $0 == 0 })
    }
    #expect(sizes.isSuperset(of: [100, 512, 1_024, 1_100, 1_536, 4_608, 5_000]))
    #expect(sizes.allSatisfy { $0 % 512 == 0 || [100, 1_100, 5_000].contains($0) })
  }

  @Test func whatACrashCutOffReadsAsZerosWhenTheFileGrowsAgain() throws {
    let disk = SimulatedFileSystem(seed: 3)
    let file = try disk.make("/a", repeated(1, 100))
    try file.sync()
    try disk.syncDirectory("/")
    try file.write(repeated(2, 3_000), at: 100)
    for seed in 0..<100 as Range<UInt64> {
      let after = disk.crash(seed: seed)
      let left = try #require(after.bytes(of: "/a"))
      try after.openForWriting("/a").reserve(upTo: 4_000)
      #expect(after.bytes(of: "/a") == left + repeated(0, 4_000 - left.count))
    }
  }

  @Test func whatWasWrittenTwiceMayBeLeftAsItWasBetween() throws {
    var left: Set<[UInt8]> = []
    for seed in 0..<60 as Range<UInt64> {
      let disk = SimulatedFileSystem(seed: seed)
      let file = try disk.make("/a", repeated(1, 512))
      try file.sync()
      try disk.syncDirectory("/")
      try file.write(repeated(2, 512), at: 0)
      try file.write(repeated(3, 512), at: 0)
      left.insert(try #require(disk.crash().bytes(of: "/a")))
    }
    #expect(left.isSuperset(of: [repeated(1, 512), repeated(2, 512), repeated(3, 512)]))
  }

  @Test func aDirectoryKeepsItsUnsyncedChangesUpToOneOfThem() throws {
    let disk = SimulatedFileSystem(seed: 3)
    try disk.make("/old").sync()
    try disk.syncDirectory("/")
    try disk.make("/a").sync()
    try disk.link("/a", to: "/b")
    try disk.rename("/a", to: "/old")
    try disk.remove("/b")
    var left: Set<[String]> = []
    for seed in 0..<100 as Range<UInt64> { left.insert(try disk.crash(seed: seed).list("/")) }
    #expect(left == [["old"], ["a", "old"], ["a", "b", "old"], ["b", "old"]])
  }

  @Test func aRenameLeavesTheOldFileOrTheNew() throws {
    let disk = SimulatedFileSystem(seed: 3)
    try disk.make("/a", [1]).sync()
    try disk.make("/a.tmp", [2]).sync()
    try disk.syncDirectory("/")
    try disk.rename("/a.tmp", to: "/a")
    var left: Set<[UInt8]> = []
    for seed in 0..<40 as Range<UInt64> {
      let after = disk.crash(seed: seed)
      let bytes = try #require(after.bytes(of: "/a"))
      left.insert(bytes)
      #expect(try after.exists("/a.tmp") == (bytes == [1]))
    }
    #expect(left == [[1], [2]])
    try disk.copy().syncDirectory("/")
  }

  @Test func namesAreDurableAfterTheSyncOfTheirDirectoryAlone() throws {
    let disk = SimulatedFileSystem(seed: 3)
    try disk.makeDirectory("/d")
    try disk.make("/d/a").sync()
    try disk.syncDirectory("/d")
    var left: Set<Bool> = []
    for seed in 0..<40 as Range<UInt64> {
      let after = disk.copy().crash(seed: seed)
      left.insert(try after.exists("/d"))
      #expect(try !after.exists("/d") || after.exists("/d/a"))
    }
    #expect(left == [true, false], "the entry of the directory itself is not synced")
    try disk.syncDirectory("/")
    for seed in 0..<40 as Range<UInt64> {
      #expect(try disk.copy().crash(seed: seed).exists("/d/a"))
    }
  }

  @Test func orderBetweenDirectoriesIsFree() throws {
    let disk = SimulatedFileSystem(seed: 3)
    try disk.makeDirectory("/d")
    try disk.makeDirectory("/e")
    try disk.make("/d/a").sync()
    try disk.syncDirectory("/d")
    try disk.syncDirectory("/")
    try disk.rename("/d/a", to: "/e/a")
    var left: Set<[Bool]> = []
    for seed in 0..<60 as Range<UInt64> {
      let after = disk.crash(seed: seed)
      left.insert([try after.exists("/d/a"), try after.exists("/e/a")])
    }
    #expect(left.count == 4)
  }

  @Test func aFailedSyncLosesItsBytesThoughTheNextOneSaysYes() throws {
    let disk = SimulatedFileSystem(seed: 3)
    let file = try disk.make("/a", repeated(1, 2_000))
    try file.sync()
    try disk.syncDirectory("/")
    try file.write(repeated(2, 3_000), at: 0)
    disk.inject(.error(Errno.noSpace), at: .next(.sync))
    #expect(
      refusal { () throws(DiskError) in try file.sync() }
        == DiskError(.sync, "/a", number: Errno.noSpace))
    try file.sync()
    #expect(try file.read(at: 0, count: 3_000) == repeated(2, 3_000))
    #expect(disk.kill().bytes(of: "/a") == repeated(2, 3_000), "a kill leaves the page cache")
    for seed in 0..<40 as Range<UInt64> {
      #expect(disk.crash(seed: seed).bytes(of: "/a") == repeated(1, 2_000))
    }
    disk.dropCaches()
    #expect(disk.bytes(of: "/a") == repeated(1, 2_000) + repeated(0, 1_000))
  }

  @Test func aFailedSyncSavesWhatIsWrittenAfterIt() throws {
    let disk = SimulatedFileSystem(seed: 3)
    let file = try disk.make("/a", repeated(1, 512))
    disk.inject(.error(Errno.io), at: .next(.sync))
    #expect(refusal { () throws(DiskError) in try file.sync() } != nil)
    try file.write(repeated(2, 512), at: 512)
    try file.sync()
    try disk.syncDirectory("/")
    #expect(disk.crash().bytes(of: "/a") == repeated(0, 512) + repeated(2, 512))
  }

  @Test func aFailedSyncOfADirectoryLosesItsNames() throws {
    let disk = SimulatedFileSystem(seed: 3)
    try disk.make("/a").sync()
    disk.inject(.error(Errno.io), at: .next(.sync, onPathsEndingWith: "/"))
    let error = refusal { () throws(DiskError) in try disk.syncDirectory("/") }
    #expect(error == DiskError(.sync, "/", number: Errno.io))
    try disk.syncDirectory("/")
    try disk.make("/b").sync()
    try disk.syncDirectory("/")
    #expect(try disk.list("/") == ["a", "b"])
    for seed in 0..<40 as Range<UInt64> {
      #expect(try disk.crash(seed: seed).list("/") == ["b"])
    }
  }

  @Test func theSameSeedAndCallsLeaveTheSameDisk() throws {
    func left(_ seed: UInt64, crash: UInt64?) throws -> [[UInt8]?] {
      let disk = SimulatedFileSystem(seed: seed)
      var random = SeededGenerator(seed: 99)
      for name in ["/a", "/b", "/c", "/d"] {
        let file = try disk.make(name, random.bytes(3_000))
        try file.write(random.bytes(2_000), at: 500)
      }
      let after = disk.crash(seed: crash)
      return ["/a", "/b", "/c", "/d"].map { after.bytes(of: $0) }
    }
    for seed in 0..<20 as Range<UInt64> {
      #expect(try left(seed, crash: nil) == left(seed, crash: nil))
      #expect(try left(seed, crash: 5) == left(seed, crash: 5))
    }
    let outcomes = try Set((0..<20).map { try left($0, crash: nil) })
    #expect(outcomes.count > 10)
  }

  @Test func aKillLeavesEveryWriteAndNameAndNoLock() throws {
    let disk = SimulatedFileSystem(seed: 3)
    let file = try disk.make("/a", [1, 2, 3])
    let lock = try disk.lock("/LOCK")
    try file.lock()
    let left = disk.kill()
    #expect(left.bytes(of: "/a") == [1, 2, 3])
    #expect(left.calls.isEmpty)
    try left.openForWriting("/a").lock()
    let relocked = try left.lock("/LOCK")
    relocked.release()
    let names = try Set((0..<40 as Range<UInt64>).map { try left.crash(seed: $0).list("/") })
    #expect(names == [[], ["a"], ["LOCK", "a"]], "what was not synced still is not")
    #expect(refusal { () throws(DiskError) in try file.sync() }?.number == Errno.io)
    #expect(refusal { () throws(DiskError) in try disk.list("/") }?.number == Errno.io)
    lock.release()
  }

  @Test func aPowerCutTakesTheLocksAlong() throws {
    let disk = SimulatedFileSystem(seed: 3)
    let lock = try disk.lock("/LOCK")
    try disk.syncDirectory("/")
    let left = disk.crash()
    let next = try left.lock("/LOCK")
    next.release()
    lock.release()
  }

  @Test func aDiskGrowsOnAfterAPowerCutAsAnyOther() throws {
    let disk = SimulatedFileSystem(seed: 3)
    try disk.make("/a", [1]).sync()
    try disk.syncDirectory("/")
    let once = disk.crash()
    try once.make("/b", [2]).sync()
    try once.syncDirectory("/")
    let twice = once.crash()
    #expect(try twice.list("/") == ["a", "b"])
    #expect(twice.bytes(of: "/a") == [1] && twice.bytes(of: "/b") == [2])
  }
}
