// The two disks that must answer alike, and small helpers that the tests here share.
import Disk
import RapportTesting
import Testing

/// A disk to run a test on: the kernel's, in a folder of its own, and the simulated one.
enum EitherDisk: String, CaseIterable, CustomTestStringConvertible {
  case linux, simulated

  var testDescription: String { rawValue }

  /// Lends an empty folder of the disk.
  func with(_ body: (any FileSystem, String) throws -> Void) throws {
    switch self {
    case .linux:
      try TemporaryDirectory.with { path in try body(LinuxFileSystem(), path) }
    case .simulated:
      let disk = SimulatedFileSystem(seed: 1)
      try disk.makeDirectory("/folder")
      try body(disk, "/folder")
    }
  }
}

/// The error that `body` throws; nil where it throws none.
func refusal<Result>(_ body: () throws(DiskError) -> Result) -> DiskError? {
  do throws(DiskError) {
    _ = try body()
    return nil
  } catch {
    return error
  }
}

extension FileSystem {
  /// Creates a file with these bytes; nothing is synced.
  @discardableResult
  func make(_ path: String, _ bytes: [UInt8] = []) throws -> any WritableFile {
    let file = try create(path)
    try file.write(bytes, at: 0)
    return file
  }
}

func repeated(_ byte: UInt8, _ count: Int) -> [UInt8] { [UInt8](repeating: byte, count: count) }
