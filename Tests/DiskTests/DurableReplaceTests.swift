// Replacing a file: whatever call fails and wherever the power does, the old file or the new is
// there, whole.
import Disk
import RapportTesting
import Testing

struct DurableReplaceTests {
  private let old = repeated(1, 1_300)
  private let new = repeated(2, 2_100)

  private typealias Replace = (SimulatedFileSystem) throws(DiskError) -> Void

  private func replace(on disk: SimulatedFileSystem) throws(DiskError) {
    try DurableReplace.write(new, to: "file", in: "/d", on: disk)
  }

  /// A disk on which the old file is durable.
  private func disk() throws -> SimulatedFileSystem {
    let disk = SimulatedFileSystem(seed: 17)
    try disk.makeDirectory("/d")
    try disk.make("/d/file", old).sync()
    try disk.syncDirectory("/d")
    try disk.syncDirectory("/")
    return disk.copy()
  }

  private func callCount(of replace: Replace) throws -> Int {
    let disk = try disk()
    try replace(disk)
    return disk.callCount
  }

  /// What is left after power cuts at every call and after it all, with several seeds each: files
  /// that are neither the old nor the new, and whether the new one was lost once it was promised.
  private func damage(by replace: Replace) throws -> (mixtures: Int, broken: Int) {
    var (mixtures, broken) = (0, 0)
    for call in 0...(try callCount(of: replace)) {
      for seed in 0..<40 as Range<UInt64> {
        let disk = try disk()
        disk.cutPower(atCall: call)
        let promised = refusal { () throws(DiskError) in try replace(disk) } == nil
        let left = disk.crash(seed: seed).bytes(of: "/d/file")
        if left != old, left != new { mixtures += 1 }
        if promised, left != new { broken += 1 }
      }
    }
    return (mixtures, broken)
  }

  @Test func aPowerCutAtAnyCallLeavesTheOldFileOrTheNew() throws {
    let damage = try damage(by: replace(on:))
    #expect(damage == (mixtures: 0, broken: 0))
  }

  @Test(arguments: [Errno.io, Errno.noSpace])
  func anErrorAtAnyCallLeavesTheOldFileOrTheNew(errno: Int32) throws {
    for call in 0..<(try callCount(of: replace(on:))) {
      let disk = try disk()
      disk.inject(.error(errno), at: .call(call))
      let error = refusal { () throws(DiskError) in try replace(on: disk) }
      #expect(error?.number == errno, "call \(call)")
      #expect(disk.struckFaultCount == 1)
      let visible = try #require(disk.bytes(of: "/d/file"))
      #expect(visible == old || visible == new, "call \(call)")
      for seed in 0..<40 as Range<UInt64> {
        let left = disk.crash(seed: seed).bytes(of: "/d/file")
        #expect(left == old || left == new, "call \(call), seed \(seed)")
      }
    }
  }

  @Test func anErrorBeforeTheRenameLeavesTheOldFile() throws {
    let disk = try disk()
    disk.inject(.error(Errno.io), at: .next(.sync, onPathsEndingWith: ".tmp"))
    #expect(refusal { () throws(DiskError) in try replace(on: disk) } != nil)
    #expect(disk.bytes(of: "/d/file") == old)
    #expect(!disk.calls.contains { $0.operation == .rename })
    #expect(disk.calls.count { $0.operation == .sync } == 1, "a failed sync is not tried again")
  }

  @Test func theOrderIsWriteSyncRenameSyncOfTheDirectory() throws {
    let disk = try disk()
    try replace(on: disk)
    let steps = disk.calls.map { "\($0.operation.rawValue) \($0.path)" }
    #expect(
      steps.suffix(6) == [
        "create /d/file.tmp", "write /d/file.tmp", "sync /d/file.tmp", "close /d/file.tmp",
        "rename /d/file", "sync /d",
      ])
  }

  @Test func litterOfAnEarlierAttemptIsNoHindrance() throws {
    let disk = try disk()
    try disk.make("/d/file.tmp", repeated(3, 5_000)).sync()
    try replace(on: disk)
    #expect(disk.bytes(of: "/d/file") == new)
    #expect(try disk.list("/d") == ["file"])
  }

  @Test(arguments: EitherDisk.allCases)
  func aFileIsMadeOrReplaced(on either: EitherDisk) throws {
    try either.with { files, folder in
      for bytes in [[1, 2, 3], [], [4]] as [[UInt8]] {
        try DurableReplace.write(bytes, to: "a", in: folder, on: files)
        #expect(try files.contents(of: folder + "/a", sizeMax: 10) == bytes)
        #expect(try files.list(folder) == ["a"])
      }
    }
  }

  // MARK: The same sweep finds each step that is left out

  @Test func withoutTheSyncOfTheFileTheSweepFindsMixtures() throws {
    let damage = try damage { (disk) throws(DiskError) in
      let file = try disk.create("/d/file.tmp")
      try file.write(self.new, at: 0)
      try file.close()
      try disk.rename("/d/file.tmp", to: "/d/file")
      try disk.syncDirectory("/d")
    }
    #expect(damage.mixtures > 0)
  }

  @Test func withoutTheSyncOfTheDirectoryTheSweepFindsABrokenPromise() throws {
    let damage = try damage { (disk) throws(DiskError) in
      let file = try disk.create("/d/file.tmp")
      try file.write(self.new, at: 0)
      try file.sync()
      try file.close()
      try disk.rename("/d/file.tmp", to: "/d/file")
    }
    #expect(damage.mixtures == 0 && damage.broken > 0)
  }

  @Test func writtenInPlaceTheSweepFindsMixtures() throws {
    let damage = try damage { (disk) throws(DiskError) in
      let file = try disk.openForWriting("/d/file")
      try file.write(self.new, at: 0)
      try file.sync()
    }
    #expect(damage.mixtures > 0 && damage.broken == 0)
  }
}
