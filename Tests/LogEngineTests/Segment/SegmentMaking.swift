// Segments for tests: entries in, an open segment out.
import Disk
import JSONBytes
import RapportTesting
import Testing
import Transparency

@testable import LogEngine

/// An entry as the log writes it, from its parts; what is nil is absent.
struct EntryParts {
  var data = #"{"n":1}"#
  var schema: String? = "note.taken/1"
  var id = "e-1"
  var recorded = "2026-03-01T09:00:00.250000Z"
  var revision: Int? = 1
  var source = "/test"
  var subject: String? = "c1"
  var time = "2026-03-01T08:59:58.000000Z"
  var type = "note.taken"
  /// Further members, each with its JSON.
  var more: [(String, String)] = []

  func entry(at position: UInt64) -> [UInt8] {
    func quoted(_ text: String) -> String {
      var bytes: [UInt8] = []
      JSONText.appendQuoted(Array(text.utf8)[...], to: &bytes)
      return String(decoding: bytes, as: UTF8.self)
    }
    var members: [(String, String)] = [
      ("data", data), ("id", quoted(id)), ("recordedtime", quoted(recorded)),
      ("sequence", quoted(LogFiles.twentyDigits(position))), ("source", quoted(source)),
      ("specversion", "\"1.0\""), ("time", quoted(time)), ("type", quoted(type)),
    ]
    if let schema { members.append(("dataschema", quoted(schema))) }
    if let revision { members.append(("revision", "\(revision)")) }
    if let subject { members.append(("subject", quoted(subject))) }
    members += more
    members.sort { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
    return Array(("{" + members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}").utf8)
  }
}

/// A segment that was written to a disk and opened again.
struct MadeSegment {
  let file: SegmentFile
  let bytes: [UInt8]
  let header: SegmentHeader
  let entries: [[UInt8]]

  static let name = "00000000000000000000.segment"

  /// Seals entries as one segment that begins at `first`; `frames` tells how many come in one frame.
  static func make(
    _ entries: [[UInt8]], first: UInt64 = 0, frames: Int = 100,
    limits: SegmentLimits = SegmentLimits(), level: Int32 = 9
  ) throws -> MadeSegment {
    var frontier = Frontier()
    for number in 0..<first { frontier.append(MerkleHash.leaf(Array("\(number)".utf8), in: 0..<1)) }
    var builder = SegmentBuilder(
      ledger: testLedgerID, first: Position(first), frontier: frontier, level: level,
      limits: limits)
    for start in stride(from: 0, to: entries.count, by: frames) {
      var raw: [UInt8] = []
      var ranges: [Range<Int>] = []
      for entry in entries[start..<min(start + frames, entries.count)] {
        raw += [0, 0]
        ranges.append(raw.count..<raw.count + entry.count)
        raw += entry
        frontier.append(MerkleHash.leaf(entry, in: 0..<entry.count))
      }
      builder.add(raw, entries: ranges)
    }
    var bytes: [UInt8] = []
    let header = try builder.write(root: frontier.root) { (piece: [UInt8]) throws(DiskError) in
      bytes += piece
    }
    let file = try open(bytes, first: first)
    return MadeSegment(file: file, bytes: bytes, header: header, entries: entries)
  }

  static func open(_ bytes: [UInt8], first: UInt64 = 0) throws(SegmentFile.Problem) -> SegmentFile {
    try SegmentFile.open(
      MemoryFile(bytes: bytes), name: name, ledger: testLedgerID, first: Position(first))
  }
}

/// Bytes that are read as a file.
struct MemoryFile: ReadableFile {
  let bytes: [UInt8]

  func read(at offset: UInt64, count: Int) throws(DiskError) -> [UInt8] {
    guard offset <= UInt64(bytes.count), count <= bytes.count - Int(offset) else {
      throw DiskError(.read, "memory", number: 0)
    }
    return Array(bytes[Int(offset)..<Int(offset) + count])
  }

  func size() -> UInt64 { UInt64(bytes.count) }

  func identity() -> FileIdentity { FileIdentity(device: 1, inode: 1, size: size()) }
}
