// Every way in which the simulated disk can fail, each seen to happen when and only when asked for.
import Disk
import RapportTesting
import Synchronization
import Testing

struct SimulatedFaultTests {
  /// A short life of a file: nine calls.
  private func life(_ disk: SimulatedFileSystem) throws(DiskError) {
    try disk.makeDirectory("/d")
    let file = try disk.create("/d/a.tmp")
    try file.reserve(upTo: 100)
    try file.write([1, 2, 3], at: 0)
    try file.sync()
    try file.close()
    try disk.rename("/d/a.tmp", to: "/d/a")
    try disk.syncDirectory("/d")
    try disk.syncDirectory("/")
  }

  @Test func everyCallIsNumberedAndKept() throws {
    let disk = SimulatedFileSystem(seed: 1)
    try life(disk)
    #expect(
      disk.calls.map(\.description) == [
        "0 make the directory /d",
        "1 create /d/a.tmp",
        "2 reserve /d/a.tmp 100 bytes",
        "3 write /d/a.tmp 3 bytes at 0",
        "4 sync /d/a.tmp",
        "5 close /d/a.tmp",
        "6 rename /d/a.tmp /d/a",
        "7 sync /d",
        "8 sync /",
      ])
    #expect(disk.callCount == 9)
    #expect(disk.writtenByteCount == 3)
    _ = refusal { () throws(DiskError) in try disk.list("/no") }
    #expect(disk.calls.last?.description == "9 list /no -> errno 2")
  }

  @Test(arguments: 0..<9) func anyCallCanFailOnceAndOnlyThatOne(call: Int) throws {
    let disk = SimulatedFileSystem(seed: 1, failAtCall: call, errno: Errno.noSpace)
    let error = refusal { () throws(DiskError) in try life(disk) }
    #expect(error?.number == Errno.noSpace)
    #expect(disk.calls.count == call + 1)
    #expect(disk.calls.last?.failure == Errno.noSpace)
    #expect(disk.struckFaultCount == 1)
    #expect(try disk.list("/").count == (call == 0 ? 0 : 1), "the next call succeeds")
  }

  @Test(arguments: 0..<9) func afterThePowerFailsNothingAnswers(call: Int) throws {
    let disk = SimulatedFileSystem(seed: 1, powerFailsAtCall: call)
    #expect(refusal { () throws(DiskError) in try life(disk) }?.number == Errno.io)
    for _ in 0..<3 {
      #expect(refusal { () throws(DiskError) in try disk.list("/") }?.number == Errno.io)
    }
    #expect(disk.callCount == call + 1)
    // The name may be there from the rename on, and then with all that was synced before.
    for seed in 0..<20 as Range<UInt64> {
      let left = disk.crash(seed: seed)
      if try left.exists("/d/a") {
        #expect(call >= 6 && left.bytes(of: "/d/a") == [1, 2, 3] + repeated(0, 97))
      }
    }
  }

  @Test func theChangeOfTheVeryLastCallMayHaveHappened() throws {
    let disk = SimulatedFileSystem(seed: 1, powerFailsAtCall: 6)
    _ = refusal { () throws(DiskError) in try life(disk) }
    let names = try Set(
      (0..<100 as Range<UInt64>).compactMap { seed in
        let left = disk.crash(seed: seed)
        return try left.exists("/d") ? try left.list("/d") : nil
      })
    #expect(names == [[], ["a.tmp"], ["a"]])
  }

  @Test func aSyncInWhichThePowerFailsMayHaveSavedNothing() throws {
    let disk = SimulatedFileSystem(seed: 1)
    let file = try disk.make("/a", repeated(1, 512))
    try disk.syncDirectory("/")
    disk.cutPower(atCall: disk.callCount)
    #expect(refusal { () throws(DiskError) in try file.sync() } != nil)
    let contents = Set((0..<40 as Range<UInt64>).map { disk.crash(seed: $0).bytes(of: "/a") })
    #expect(contents.isSuperset(of: [[], repeated(1, 512)]))
  }

  @Test func aSyncOfADirectoryInWhichThePowerFailsMayHaveSavedNothing() throws {
    let disk = SimulatedFileSystem(seed: 1)
    try disk.make("/a").sync()
    disk.cutPower(atCall: disk.callCount)
    #expect(refusal { () throws(DiskError) in try disk.syncDirectory("/") } != nil)
    let names = try Set((0..<40 as Range<UInt64>).map { try disk.crash(seed: $0).list("/") })
    #expect(names == [[], ["a"]])
  }

  @Test func powerCanBeCutLater() throws {
    let disk = SimulatedFileSystem(seed: 1)
    try disk.makeDirectory("/d")
    disk.cutPower(atCall: disk.callCount + 1)
    try disk.syncDirectory("/")
    #expect(refusal { () throws(DiskError) in try disk.list("/") }?.number == Errno.io)
    #expect(try disk.crash().list("/") == ["d"])
  }

  @Test(arguments: 0...12) func aFullDiskTakesEveryByteBeforeTheLast(room: Int) throws {
    let disk = SimulatedFileSystem(seed: 1, fullAtByte: UInt64(room))
    let error = refusal { () throws(DiskError) in
      let file = try disk.create("/a")
      try file.write([1, 2, 3, 4], at: 0)
      try file.write([5, 6, 7, 8], at: 4)
      try file.write([9, 10, 11], at: 8)
      try file.reserve(upTo: 100)
    }
    let expected = Array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].prefix(room)) as [UInt8]
    if room == 0 {
      #expect(error == DiskError(.create, "/a", number: Errno.noSpace))
    } else if room < 11 {
      #expect(error == DiskError(.write, "/a", number: Errno.noSpace))
      #expect(disk.bytes(of: "/a") == expected)
    } else {
      #expect((error == nil) == (room == 12))
      #expect(disk.bytes(of: "/a")?.prefix(11) == expected[...])
    }
    disk.freeSpace()
    try disk.make("/b", [1])
  }

  @Test func aDiskThatIsFullFromACallOnRefusesWhatNeedsSpace() throws {
    let disk = SimulatedFileSystem(seed: 1, fullAtCall: 3)
    let file = try disk.make("/a", [1])
    try file.sync()
    let refused: [DiskError?] = [
      refusal { () throws(DiskError) in try file.write([2], at: 1) },
      refusal { () throws(DiskError) in try file.reserve(upTo: 2) },
      refusal { () throws(DiskError) in try disk.create("/b") },
      refusal { () throws(DiskError) in try disk.link("/a", to: "/b") },
      refusal { () throws(DiskError) in try disk.makeDirectory("/d") },
      refusal { () throws(DiskError) in try disk.lock("/LOCK") },
    ]
    #expect(refused.allSatisfy { $0?.isFull == true })
    try file.reserve(upTo: 1)
    try disk.rename("/a", to: "/b")
    try disk.remove("/b")
    disk.freeSpace()
    try file.write([2], at: 1)
    disk.fill()
    #expect(refusal { () throws(DiskError) in try file.write([2], at: 1) }?.isFull == true)
  }

  @Test func aShortWriteLeavesItsFirstBytes() throws {
    let disk = SimulatedFileSystem(seed: 1)
    let file = try disk.create("/a")
    disk.inject(.shortWrite(byteCount: 2, errno: Errno.io), at: .next(.write))
    #expect(refusal { () throws(DiskError) in try file.write([1, 2, 3], at: 0) }?.number == 5)
    #expect(disk.bytes(of: "/a") == [1, 2])
  }

  @Test func aLostWriteIsSeenOnlyOnceTheCacheIsDropped() throws {
    let disk = SimulatedFileSystem(seed: 1)
    let file = try disk.make("/a", repeated(1, 1_024))
    try file.sync()
    try disk.syncDirectory("/")
    disk.inject(.lostWrite, at: .next(.write))
    try file.write(repeated(2, 512), at: 512)
    try file.sync()
    #expect(disk.bytes(of: "/a") == repeated(1, 512) + repeated(2, 512))
    #expect(disk.copy().crash().bytes(of: "/a") == repeated(1, 1_024))
    disk.dropCaches()
    #expect(disk.bytes(of: "/a") == repeated(1, 1_024))
  }

  @Test func droppingTheCacheKeepsWhatWaitsForASync() throws {
    let disk = SimulatedFileSystem(seed: 1)
    let file = try disk.make("/a", repeated(1, 1_024))
    disk.dropCaches()
    #expect(disk.bytes(of: "/a") == repeated(1, 1_024))
    try file.sync()
    disk.dropCaches()
    #expect(disk.bytes(of: "/a") == repeated(1, 1_024))
  }

  @Test func aLyingWriteWritesNothing() throws {
    let disk = SimulatedFileSystem(seed: 1)
    let file = try disk.make("/a", [1, 2, 3])
    disk.inject(.lyingWrite, at: .next(.write))
    try file.write([9, 9, 9, 9], at: 0)
    #expect(disk.bytes(of: "/a") == [1, 2, 3])
  }

  @Test func aMisdirectedWriteGoesElsewhere() throws {
    let disk = SimulatedFileSystem(seed: 1)
    let file = try disk.make("/a", [1, 2, 3, 4])
    disk.inject(.misdirectedWrite(to: 0), at: .next(.write))
    try file.write([8, 9], at: 2)
    #expect(disk.bytes(of: "/a") == [8, 9, 3, 4])
  }

  @Test func aFlippedBitStaysWhereItIsWrittenAndGoesWhereItIsRead() throws {
    let disk = SimulatedFileSystem(seed: 1)
    let file = try disk.create("/a")
    disk.inject(.flippedBit(9), at: .next(.write))
    try file.write([0, 0], at: 0)
    #expect(try file.read(at: 0, count: 2) == [0, 2])
    disk.inject(.flippedBit(0), at: .next(.read))
    #expect(try file.read(at: 0, count: 2) == [1, 2])
    #expect(try file.read(at: 0, count: 2) == [0, 2])
  }

  @Test func aSectorThatCannotBeReadIsMendedByAWrite() throws {
    let disk = SimulatedFileSystem(seed: 1)
    let file = try disk.make("/a", repeated(1, 1_024))
    disk.makeUnreadable("/a", at: 600)
    #expect(try file.read(at: 0, count: 512) == repeated(1, 512))
    for (offset, count) in [(511, 2), (512, 1), (1_023, 1), (0, 1_024)] {
      let error = refusal { () throws(DiskError) in
        try file.read(at: UInt64(offset), count: count)
      }
      #expect(error == DiskError(.read, "/a", number: Errno.io))
    }
    #expect(disk.bytes(of: "/a") == nil)
    try file.write(repeated(2, 512), at: 512)
    #expect(disk.bytes(of: "/a") == repeated(1, 512) + repeated(2, 512))
  }

  @Test func damageReachesTheMediumToo() throws {
    let disk = SimulatedFileSystem(seed: 1)
    try disk.make("/a", [1, 2, 3, 4]).sync()
    try disk.syncDirectory("/")
    disk.flipBit(of: "/a", at: 1, bit: 7)
    disk.overwrite("/a", with: [9], at: 2)
    disk.cut("/a", to: 3)
    #expect(disk.bytes(of: "/a") == [1, 130, 9])
    #expect(disk.crash().bytes(of: "/a") == [1, 130, 9])
  }

  @Test func aFileThatWasCutGrowsAgainWithZeros() throws {
    let disk = SimulatedFileSystem(seed: 1)
    let file = try disk.make("/a", repeated(1, 2_000))
    disk.cut("/a", to: 700)
    try file.reserve(upTo: 2_000)
    #expect(disk.bytes(of: "/a") == repeated(1, 700) + repeated(0, 1_300))
  }

  @Test func aTriggerCanSkipAndChooseItsPath() throws {
    let disk = SimulatedFileSystem(seed: 1)
    let (a, b) = (try disk.create("/x.journal"), try disk.create("/x.tmp"))
    disk.inject(
      .error(Errno.io), at: .next(.sync, onPathsEndingWith: ".journal", skipping: 1))
    disk.inject(.error(Errno.noSpace), at: .call(disk.callCount + 4))
    try a.sync()
    try b.sync()
    #expect(refusal { () throws(DiskError) in try a.sync() }?.number == Errno.io)
    try a.sync()
    #expect(refusal { () throws(DiskError) in try b.sync() }?.number == Errno.noSpace)
    try b.sync()
    #expect(disk.struckFaultCount == 2)
    #expect(disk.calls.compactMap(\.failure) == [Errno.io, Errno.noSpace])
  }

  @Test func aFailedCloseHasClosed() throws {
    let disk = SimulatedFileSystem(seed: 1)
    let file = try disk.create("/a")
    try file.lock()
    disk.inject(.error(Errno.io), at: .next(.close))
    #expect(refusal { () throws(DiskError) in try file.close() }?.number == Errno.io)
    try disk.openForWriting("/a").lock()
  }

  @Test func aTestMayMakeACallSlow() throws {
    let seen = Mutex<[String]>([])
    let disk = SimulatedFileSystem(seed: 1) { call in
      seen.withLock { $0.append(call.description) }
    }
    try disk.makeDirectory("/d")
    try disk.syncDirectory("/")
    #expect(seen.withLock { $0 } == ["0 make the directory /d", "1 sync /"])
  }

  @Test func threadsMayCallAtOnce() throws {
    let disk = SimulatedFileSystem(seed: 1)
    let left = Monitor(4)
    for thread in 0..<4 {
      let file = try disk.create("/\(thread)")
      DedicatedThread.start(named: "writer") {
        for number in 0..<200 {
          let error = refusal { () throws(DiskError) in
            try file.write([UInt8(number)], at: UInt64(number))
            if number % 10 == 0 { try file.sync() }
          }
          #expect(error == nil)
        }
        left.change { $0 -= 1 }
      }
    }
    left.wait { $0 == 0 ? () : nil }
    #expect(disk.callCount == 4 + 4 * 220)
    #expect(disk.calls.enumerated().allSatisfy { $0.offset == $0.element.number })
    for thread in 0..<4 { #expect(disk.bytes(of: "/\(thread)") == Array(0..<200)) }
  }
}
