// The second reader, in Python, against the engine: entries, roots, and the verdict on damage.

import Disk
import Foundation
import JSONBytes
import LogEngine
import RapportTesting
import Testing

@testable import Ledger

/// `tools/read_ledger.py` was written from docs/format.md; whatever it reads otherwise than the engine is a defect of one
/// of the three.
@Suite(.enabled(if: SecondReader.interpreter != nil, "no Python with lz4: run tools/python first"))
struct SecondReaderTests {
  /// Segments, journals behind them, rich events of the shipped catalogue.
  private func ledger(_ folder: String) async throws -> String {
    let directory = "\(folder)/ledger"
    _ = try Ledger.create(directory)
    let writer = try Ledger.open(directory, for: .writing)
    _ = try await writer.fillWithPractice(customers: 60, events: 1_500, seed: 3)
    #expect(await writer.seal().alarms == [])
    _ = try await writer.fillWithPractice(customers: 20, events: 300, seed: 4)
    #expect(await writer.seal().alarms == [])
    _ = try await writer.fillWithPractice(customers: 5, events: 50, seed: 5)
    try await writer.close()
    return directory
  }

  private func entries(_ log: EventLog) throws -> (lines: [UInt8], ends: [Position]) {
    var lines: [UInt8] = []
    var ends: [Position] = []
    var place = Position.zero
    while place < log.end {
      let batch = try log.read(.bytes, from: place)
      for row in batch.rows { lines += batch.bytes(row) + [0x0A] }
      place = batch.next
      ends.append(place)
    }
    return (lines, ends)
  }

  @Test func everyEntryAndEveryRootIsTheSame() async throws {
    let folder = TemporaryFolder()
    let directory = try await ledger(folder.path)
    let log = try Ledger.open(directory, for: .reading).log
    let (lines, ends) = try entries(log)
    let read = try SecondReader.run([directory])
    #expect(read.status == 0)
    #expect(read.output == lines)
    #expect(read.error.contains("\(log.end) events, tree root \(log.root)"))
    for end in ends.suffix(4) {
      let root = try SecondReader.run([directory, "--root", "\(end)"])
      #expect(String(decoding: root.output, as: UTF8.self) == "\(try log.root(at: end) ?? "")\n")
    }
    let part = try SecondReader.run([directory, "--from", "1499", "--count", "3"])
    let wanted =
      lines.split(separator: 0x0A)[1_499..<1_502].joined(separator: [UInt8(0x0A)]) + [0x0A]
    #expect(part.output == Array(wanted))
    #expect(try SecondReader.run([directory, "--verify"]).status == 0)
  }

  @Test func entriesThatFitNoColumnAreTheSame() async throws {
    let folder = TemporaryFolder()
    let directory = "\(folder.path)/ledger"
    let description = LedgerDescription(id: .random(), name: "example.org")
    try EventLog.create(directory, description, on: LinuxFileSystem())
    let log = try EventLog.open(
      directory, for: .writing(.normal), on: LinuxFileSystem(), clock: Ledger.now
    ).log
    for number in 0..<300 {
      let id = ["e-\(number)", "01ARZ3NDEKTSV4RRFFQ69G\(1_000 + number)", "é\"\\\(number)"][
        number % 3]
      _ = try await log.append([
        testEvent(
          id: id, subject: number % 7 == 0 ? nil : "c\u{1F600}\(number % 20)",
          data: [
            "text": .string("line\n\(number)"), "n": .integer(number % 3 == 0 ? -number : number),
          ])
      ])
    }
    _ = await log.seal()
    try await log.close()
    let reader = try EventLog.open(
      directory, for: .readingOnly, on: LinuxFileSystem(), clock: Ledger.now
    ).log
    let read = try SecondReader.run([directory])
    #expect(read.status == 0, "\(read.error)")
    #expect(read.output == (try entries(reader).lines))
  }

  @Test func aFlippedByteIsToldWithItsFile() async throws {
    let folder = TemporaryFolder()
    let directory = try await ledger(folder.path)
    let files = LinuxFileSystem()
    for name in try files.list("\(directory)/log") where name != "watermark" {
      let path = "\(directory)/log/\(name)"
      let whole = try files.contents(of: path, sizeMax: 1 << 28)
      let used = (whole.lastIndex { $0 != 0 } ?? 0) + 1
      // A journal's first page is zeros behind its header; what they are nobody asks.
      for place in [20, name.hasSuffix(".journal") ? 4_150 : used / 3, used - 100] {
        var bytes = whole
        bytes[place] ^= 0x10
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let read = try SecondReader.run([directory, "--verify"])
        #expect(read.status == 65, "\(name), byte \(place)")
        #expect(read.error.hasPrefix("damaged: "), "\(name), byte \(place): \(read.error)")
      }
      try Data(whole).write(to: URL(fileURLWithPath: path))
    }
    #expect(try SecondReader.run([directory, "--verify"]).status == 0)
  }
}

/// Runs the Python reader.
enum SecondReader {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  /// The interpreter that tools/python made; nil where there is none.
  static let interpreter: String? = {
    let path = "\(root)/.build-python/bin/python"
    return FileManager.default.isExecutableFile(atPath: path) ? path : nil
  }()

  static func run(
    _ arguments: [String]
  ) throws -> (status: Int32, output: [UInt8], error: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(interpreter))
    process.arguments = ["\(root)/tools/read_ledger.py"] + arguments
    let folder = TemporaryFolder()
    let files = ["output", "error"].map { "\(folder.path)/\($0)" }
    for file in files { try Data().write(to: URL(fileURLWithPath: file)) }
    process.standardOutput = FileHandle(forWritingAtPath: files[0])
    process.standardError = FileHandle(forWritingAtPath: files[1])
    try process.run()
    process.waitUntilExit()
    let contents = try files.map { [UInt8](try Data(contentsOf: URL(fileURLWithPath: $0))) }
    return (process.terminationStatus, contents[0], String(decoding: contents[1], as: UTF8.self))
  }
}
