// One writer, whoever else opens or closes what.
import Disk
import RapportTesting
import Testing

struct WriterLockTests {
  @Test(arguments: EitherDisk.allCases)
  func aSecondHolderIsRefusedUntilTheFirstReleases(disk: EitherDisk) throws {
    try disk.with { files, folder in
      let first = try WriterLock(folder + "/LOCK", on: files)
      let busy = refusal { () throws(DiskError) in try WriterLock(folder + "/LOCK", on: files) }
      #expect(busy?.isBusy == true)
      #expect(busy?.operation == .lock)
      first.release()
      let second = try WriterLock(folder + "/LOCK", on: files)
      #expect(isIntact(second, on: files))
      second.release()
    }
  }

  @Test(arguments: EitherDisk.allCases)
  func itSurvivesTheCloseOfAnotherDescriptorOfTheFile(disk: EitherDisk) throws {
    try disk.with { files, folder in
      let held = try WriterLock(folder + "/LOCK", on: files)
      try files.openForWriting(folder + "/LOCK").close()
      _ = try files.contents(of: folder + "/LOCK", sizeMax: 100)
      #expect(
        refusal { () throws(DiskError) in
          try WriterLock(folder + "/LOCK", on: files)
        }?.isBusy == true)
      #expect(isIntact(held, on: files))
      held.release()
    }
  }

  @Test(arguments: EitherDisk.allCases)
  func aLockThatSomebodyRemovedOrReplacedIsNoticed(disk: EitherDisk) throws {
    try disk.with { files, folder in
      let held = try WriterLock(folder + "/LOCK", on: files)
      #expect(isIntact(held, on: files))
      try files.rename(folder + "/LOCK", to: folder + "/elsewhere")
      #expect(!isIntact(held, on: files))
      try files.rename(folder + "/elsewhere", to: folder + "/LOCK")
      #expect(isIntact(held, on: files))
      try files.remove(folder + "/LOCK")
      #expect(!isIntact(held, on: files))
      let other = try WriterLock(folder + "/LOCK", on: files)
      #expect(!isIntact(held, on: files))
      #expect(isIntact(other, on: files))
      other.release()
      held.release()
    }
  }

  @Test func aLockThatCannotBeInspectedIsNotKnownToBeOurs() throws {
    let disk = SimulatedFileSystem(seed: 1)
    let held = try WriterLock("/LOCK", on: disk)
    for skipped in 0..<2 {
      disk.inject(.error(Errno.io), at: .next(.inspect, skipping: skipped))
      #expect(!isIntact(held, on: disk))
    }
    #expect(isIntact(held, on: disk))
    held.release()
  }

  private func isIntact(_ lock: WriterLock, on files: any FileSystem) -> Bool {
    lock.isIntact(on: files)
  }
}
