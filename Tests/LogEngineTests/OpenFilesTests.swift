import Disk
import RapportTesting
import Testing

@testable import LogEngine

/// However many files are read, only so many are open, and every one gives its own bytes.
@Suite struct OpenFilesTests {
  @Test func onlySoManyAreOpen() throws {
    let disk = SimulatedFileSystem(seed: 1)
    try disk.makeDirectory("/files")
    for number in 0..<20 {
      let file = try disk.create("/files/\(number)")
      try file.write([UInt8(number)], at: 0)
      try file.close()
    }
    let pool = OpenFiles(on: disk, countMax: 4)
    let files = (0..<20).map { pool.file("/files/\($0)") }
    var random = SeededGenerator(seed: 7)
    for _ in 0..<500 {
      let number = random.below(20)
      #expect(try files[number].read(at: 0, count: 1) == [UInt8(number)])
      #expect(pool.openCount <= 4)
    }
  }

  @Test func oneThatIsGoneIsTold() throws {
    let disk = SimulatedFileSystem(seed: 1)
    try disk.makeDirectory("/files")
    let file = OpenFiles(on: disk).file("/files/gone")
    #expect(throws: DiskError.self) { try file.read(at: 0, count: 1) }
  }
}
