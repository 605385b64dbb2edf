internal import Disk
internal import JSONBytes
internal import Transparency

/// `index/closed`: what a writer that ended well knew, so that the next start need not read every entry.
///
/// Derived: a note that is missing, damaged or names another size or root is passed over. Little-endian.
///
///     magic `RPTCLOS1` (8), ledger id (16), writer epoch (4), size (8), root (32), last recordedtime (8),
///     count of frontier hashes (4), the hashes (32 each), first position of the ids (8), count of ids (8),
///     ids: 16 bytes each in order of position, count of customers (8), customers sorted by hash: 16 bytes and
///     revision (4) each, CRC32C of everything before (4)
///
/// A note outlives the next opening, and still saves it the entries that it covers. That the log ended well is told
/// by the epoch: no writer has opened it since (see ``fitsEnd(told:)``).
///
/// An id is the first 16 bytes of SHA-256(source ‖ 0x00 ‖ id), a customer of SHA-256(subject).
struct CloseNote: Sendable {
  var ledger: LedgerID
  /// Of the writer that ended well.
  var epoch: UInt32
  var frontier: Frontier
  var lastRecorded: Int64
  /// Position of the first id: where the first journal starts that was not sealed.
  var firstID: Position
  /// In order of position, to the end.
  var ids: [Hash128]
  var customers: [(customer: Hash128, revision: UInt32)]

  static let magic = Array("RPTCLOS1".utf8)

  init(
    ledger: LedgerID, epoch: UInt32, frontier: Frontier, lastRecorded: Int64,
    firstID: Position = .zero, ids: [Hash128],
    customers: [(customer: Hash128, revision: UInt32)]
  ) {
    self.ledger = ledger
    self.epoch = epoch
    self.frontier = frontier
    self.lastRecorded = lastRecorded
    self.firstID = firstID
    self.ids = ids
    self.customers = customers
  }

  /// Whether the writer of this note was the last one, and `mark` its last word: then nothing was written since, and
  /// what lies behind the end are zeros.
  func fitsEnd(told mark: Watermark?) -> Bool {
    guard let mark else { return false }
    return mark.epoch == epoch && mark.size.value == frontier.size && mark.root == frontier.root
  }

  var encoded: [UInt8] {
    precondition(
      firstID.value + UInt64(ids.count) == frontier.size,
      "one id for each event behind the segments")
    var bytes = Self.magic
    bytes.reserveCapacity(128 + 16 * ids.count + 20 * customers.count)
    bytes += ledger.bytes
    bytes.appendInteger(epoch)
    bytes.appendInteger(frontier.size)
    frontier.root.write(to: &bytes)
    bytes.appendInteger(lastRecorded)
    bytes.appendInteger(UInt32(frontier.hashes.count))
    for hash in frontier.hashes { hash.write(to: &bytes) }
    bytes.appendInteger(firstID.value)
    bytes.appendInteger(UInt64(ids.count))
    for id in ids { Self.append(id, to: &bytes) }
    bytes.appendInteger(UInt64(customers.count))
    let sorted = customers.sorted {
      ($0.customer.high, $0.customer.low) < ($1.customer.high, $1.customer.low)
    }
    for entry in sorted {
      Self.append(entry.customer, to: &bytes)
      bytes.appendInteger(entry.revision)
    }
    bytes.appendInteger(CRC32C.of(bytes))
    return bytes
  }

  private static func append(_ hash: Hash128, to bytes: inout [UInt8]) {
    bytes.appendInteger(hash.high.byteSwapped)
    bytes.appendInteger(hash.low.byteSwapped)
  }

  private static func hash(_ cursor: inout ByteCursor) -> Hash128? {
    guard let high = cursor.integer(UInt64.self), let low = cursor.integer(UInt64.self) else {
      return nil
    }
    return Hash128(high: high.byteSwapped, low: low.byteSwapped)
  }

  /// Nil when anything is not as it should be.
  init?(_ bytes: [UInt8]) {
    guard bytes.count > 96 else { return nil }
    var check = ByteCursor(bytes, at: bytes.count - 4)
    guard check.integer(UInt32.self) == CRC32C.of(bytes, in: 0..<bytes.count - 4) else {
      return nil
    }
    var cursor = ByteCursor(bytes)
    guard cursor.take(8) == Self.magic, let ledger = cursor.take(16),
      let epoch = cursor.integer(UInt32.self), let size = cursor.integer(UInt64.self),
      let root = cursor.take(32),
      let recorded = cursor.integer(UInt64.self), let hashCount = cursor.integer(UInt32.self),
      hashCount <= 64
    else { return nil }
    var hashes: [MerkleHash] = []
    for _ in 0..<hashCount {
      guard let raw = cursor.take(32), let hash = MerkleHash(bytes: raw) else { return nil }
      hashes.append(hash)
    }
    guard let frontier = Frontier(size: size, hashes: hashes), frontier.root.bytes == root,
      let first = cursor.integer(UInt64.self), first <= size,
      let idCount = cursor.integer(UInt64.self), idCount == size - first,
      idCount <= UInt64(cursor.remaining) / 16
    else { return nil }
    firstID = Position(first)
    self.ledger = LedgerID(bytes: ledger)
    self.epoch = epoch
    self.frontier = frontier
    lastRecorded = Int64(bitPattern: recorded)
    // A log without events has no time yet.
    guard lastRecorded == .min || Timestamp(microseconds: lastRecorded).isInRange else {
      return nil
    }
    ids = []
    ids.reserveCapacity(Int(idCount))
    for _ in 0..<idCount {
      guard let id = Self.hash(&cursor) else { return nil }
      ids.append(id)
    }
    guard let customerCount = cursor.integer(UInt64.self),
      customerCount <= UInt64(cursor.remaining) / 20
    else { return nil }
    customers = []
    customers.reserveCapacity(Int(customerCount))
    for _ in 0..<customerCount {
      guard let customer = Self.hash(&cursor), let revision = cursor.integer(UInt32.self) else {
        return nil
      }
      customers.append((customer, revision))
    }
    guard cursor.remaining == 4 else { return nil }
  }
}
