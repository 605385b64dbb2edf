internal import Disk
internal import Transparency

/// The acknowledged size, for readers of other processes and for recovery: `log/watermark`.
///
/// Two slots of 4,096 bytes, 128 of each used, written in turn after each sync; the valid one with the higher
/// counter counts. Little-endian.
///
///     offset  size  field
///          0     8  magic `RPTWMRK1`
///          8     8  counter
///         16    16  ledger id
///         32     8  acknowledged size
///         40    32  tree root at that size
///         72     8  first position of the active journal
///         80     4  writer epoch
///         84    40  reserved, zero
///        124     4  CRC32C of bytes 0 to 123
struct Watermark: Hashable, Sendable {
  var counter: UInt64
  var ledger: LedgerID
  var size: Position
  var root: MerkleHash
  var journal: Position
  var epoch: UInt32

  static let slotUsed = 128
  static let magic = Array("RPTWMRK1".utf8)
  static let fileSize = 2 * Limits.pageSize

  var slot: [UInt8] {
    var bytes = Self.magic
    bytes.appendInteger(counter)
    bytes += ledger.bytes
    bytes.appendInteger(size.value)
    root.write(to: &bytes)
    bytes.appendInteger(journal.value)
    bytes.appendInteger(epoch)
    bytes.appendZeros(40)
    bytes.appendInteger(CRC32C.of(bytes))
    return bytes
  }

  /// Offset in the file of the slot for `counter`.
  static func offset(for counter: UInt64) -> UInt64 { counter % 2 * UInt64(Limits.pageSize) }

  init(
    counter: UInt64, ledger: LedgerID, size: Position, root: MerkleHash, journal: Position,
    epoch: UInt32
  ) {
    self.counter = counter
    self.ledger = ledger
    self.size = size
    self.root = root
    self.journal = journal
    self.epoch = epoch
  }

  private init?(slot bytes: [UInt8], at offset: Int) {
    var cursor = ByteCursor(bytes, at: offset)
    guard bytes.count - offset >= Self.slotUsed, cursor.take(8) == Self.magic,
      let counter = cursor.integer(UInt64.self), let ledger = cursor.take(16),
      let size = cursor.integer(UInt64.self), let root = cursor.take(32),
      let hash = MerkleHash(bytes: root), let journal = cursor.integer(UInt64.self),
      let epoch = cursor.integer(UInt32.self), cursor.skip(40),
      cursor.integer(UInt32.self) == CRC32C.of(bytes, in: offset..<offset + Self.slotUsed - 4)
    else { return nil }
    self.init(
      counter: counter, ledger: LedgerID(bytes: ledger), size: Position(size), root: hash,
      journal: Position(journal), epoch: epoch)
  }

  struct Reading: Hashable, Sendable {
    /// The valid slot with the higher counter; nil when neither is valid.
    var newest: Watermark?
    /// Slots that hold something, and not a valid mark.
    var damagedSlots: Int
  }

  /// Reads both slots of a file; a slot of zeros was never written.
  static func read(_ bytes: [UInt8]) -> Reading {
    var reading = Reading(newest: nil, damagedSlots: 0)
    for offset in [0, Limits.pageSize] {
      let end = min(bytes.count, offset + slotUsed)
      guard offset < end, bytes[offset..<end].contains(where: { $0 != 0 }) else { continue }
      guard let mark = Watermark(slot: bytes, at: offset) else {
        reading.damagedSlots += 1
        continue
      }
      if mark.counter >= reading.newest?.counter ?? 0 { reading.newest = mark }
    }
    return reading
  }
}
