internal import Disk
internal import Transparency

/// The header page of a journal: 4,096 bytes, the first 128 used, little-endian.
///
///     offset  size  field
///          0     8  magic `RPTJRNL1`
///          8     2  format version, 1
///         10     2  header size, 128
///         12     4  flags, 0
///         16    16  ledger id
///         32     8  first position
///         40    32  tree root at first position
///         72     4  writer epoch at creation
///         76    48  reserved, zero
///        124     4  CRC32C of bytes 0 to 123
struct JournalHeader: Hashable, Sendable {
  var ledger: LedgerID
  var first: Position
  var root: MerkleHash
  var epoch: UInt32

  static let size = 128
  static let magic = Array("RPTJRNL1".utf8)
  static let version: UInt16 = 1

  var page: [UInt8] {
    var bytes = Self.magic
    bytes.reserveCapacity(Limits.pageSize)
    bytes.appendInteger(Self.version)
    bytes.appendInteger(UInt16(Self.size))
    bytes.appendZeros(4)
    bytes += ledger.bytes
    bytes.appendInteger(first.value)
    root.write(to: &bytes)
    bytes.appendInteger(epoch)
    bytes.appendZeros(48)
    bytes.appendInteger(CRC32C.of(bytes))
    bytes.appendZeros(Limits.pageSize - bytes.count)
    return bytes
  }

  enum Reading: Hashable, Sendable {
    case whole(JournalHeader)
    /// A format this program does not know.
    case newer(UInt16)
    case damaged
  }

  static func read(_ bytes: [UInt8]) -> Reading {
    var cursor = ByteCursor(bytes)
    guard cursor.take(8) == magic, let version = cursor.integer(UInt16.self) else {
      return .damaged
    }
    guard bytes.count >= size, CRC32C.of(bytes, in: 0..<size - 4) == crc(in: bytes) else {
      return .damaged
    }
    guard version == self.version else { return .newer(version) }
    guard cursor.integer(UInt16.self) == UInt16(size), cursor.integer(UInt32.self) == 0,
      let ledger = cursor.take(16), let first = cursor.integer(UInt64.self),
      first <= Limits.positionMax + 1, let root = cursor.take(32),
      let hash = MerkleHash(bytes: root), let epoch = cursor.integer(UInt32.self)
    else { return .damaged }
    return .whole(
      JournalHeader(
        ledger: LedgerID(bytes: ledger), first: Position(first), root: hash, epoch: epoch))
  }

  private static func crc(in bytes: [UInt8]) -> UInt32? {
    var cursor = ByteCursor(bytes, at: size - 4)
    return cursor.integer(UInt32.self)
  }
}

/// Names of the log's files.
enum LogFiles {
  static let directory = "log"
  static let quarantine = "quarantine"
  static let index = "index"
  static let watermark = "watermark"
  static let closeNote = "closed"
  static let lock = "LOCK"
  static let checkpoints = "tlog"
  static let checkpoint = "checkpoint"
  static let journalSuffix = ".journal"
  static let segmentSuffix = ".segment"
  static let temporarySuffix = ".tmp"

  /// `00000000000000000042.journal`.
  static func journal(_ first: Position) -> String { twentyDigits(first.value) + journalSuffix }

  /// `00000000000000000042.segment`.
  static func segment(_ first: Position) -> String { twentyDigits(first.value) + segmentSuffix }

  static func twentyDigits(_ value: UInt64) -> String {
    let digits = String(value)
    return String(repeating: "0", count: 20 - digits.count) + digits
  }

  /// The first position that a journal's name tells; nil for any other name.
  static func firstPosition(ofJournal name: String) -> Position? {
    firstPosition(name, journalSuffix)
  }

  /// The first position that a segment's name tells; nil for any other name.
  static func firstPosition(ofSegment name: String) -> Position? {
    firstPosition(name, segmentSuffix)
  }

  private static func firstPosition(_ name: String, _ suffix: String) -> Position? {
    guard name.hasSuffix(suffix) else { return nil }
    let digits = name.dropLast(suffix.count)
    guard digits.utf8.count == 20, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let value = UInt64(digits)
    else { return nil }
    return Position(value)
  }
}
