internal import Disk
internal import JSONBytes
internal import Transparency

/// The 96 bytes before each frame's payload, little-endian.
///
///     offset  size  field
///          0     4  magic `RFRM`
///          4     2  flags: bit 0 = payload not compressed; others zero
///          6     2  header size, 96
///          8    16  ledger id
///         24     8  first position
///         32     4  count of events
///         36     4  raw size (all records)
///         40     4  stored size (payload as written)
///         44     4  writer epoch
///         48    32  tree root after this frame
///         80     8  recordedtime of the frame, microseconds since 1970
///         88     4  reserved, zero
///         92     4  CRC32C of bytes 0 to 91
///
/// A frame is header, payload, trailer, and zeros up to the next multiple of 4,096. The trailer: CRC32C of the
/// payload as stored (4), size of the frame with its padding (4), magic `RFRMEND1` (8). The payload is an LZ4
/// block of records, or the records themselves; a record is a big-endian uint16 length and an entry.
struct FrameHeader: Hashable, Sendable {
  var isCompressed: Bool
  var ledger: LedgerID
  var first: Position
  var count: Int
  var rawSize: Int
  var storedSize: Int
  var epoch: UInt32
  var root: MerkleHash
  var recorded: Timestamp

  static let size = 96
  static let trailerSize = 16
  static let magic = Array("RFRM".utf8)
  static let trailerMagic = Array("RFRMEND1".utf8)

  /// Bytes of the whole frame in the file.
  var frameSize: Int { Self.frameSize(storedSize: storedSize) }

  static func frameSize(storedSize: Int) -> Int {
    let used = size + storedSize + trailerSize
    return (used + Limits.pageSize - 1) / Limits.pageSize * Limits.pageSize
  }

  var next: Position { first.advanced(by: count) }

  /// Checked before a header is written and after it is read, before anything is allocated.
  var isPlausible: Bool {
    (1...Limits.frameEventsMax).contains(count)
      && rawSize >= 3 * count && rawSize <= Limits.frameRawMax && storedSize >= 1
      && rawSize <= LZ4.ratioMax * storedSize + 16 && (isCompressed || rawSize == storedSize)
      && storedSize <= LZ4.bound(Limits.frameRawMax) && next.value <= Limits.positionMax + 1
      && recorded.isInRange
  }

  var encoded: [UInt8] {
    precondition(isPlausible, "a header is checked before it is written")
    var bytes = Self.magic
    bytes.reserveCapacity(Self.size)
    bytes.appendInteger(UInt16(isCompressed ? 0 : 1))
    bytes.appendInteger(UInt16(Self.size))
    bytes += ledger.bytes
    bytes.appendInteger(first.value)
    bytes.appendInteger(UInt32(count))
    bytes.appendInteger(UInt32(rawSize))
    bytes.appendInteger(UInt32(storedSize))
    bytes.appendInteger(epoch)
    root.write(to: &bytes)
    bytes.appendInteger(recorded.microseconds)
    bytes.appendZeros(4)
    bytes.appendInteger(CRC32C.of(bytes))
    return bytes
  }

  /// Nil when magic, CRC or plausibility fail.
  init?(_ bytes: [UInt8], at offset: Int = 0) {
    guard bytes.count - offset >= Self.size else { return nil }
    var cursor = ByteCursor(bytes, at: offset)
    guard cursor.take(4) == Self.magic, let flags = cursor.integer(UInt16.self), flags & ~1 == 0,
      cursor.integer(UInt16.self) == UInt16(Self.size), let ledger = cursor.take(16),
      let first = cursor.integer(UInt64.self), let count = cursor.integer(UInt32.self),
      let rawSize = cursor.integer(UInt32.self), let storedSize = cursor.integer(UInt32.self),
      let epoch = cursor.integer(UInt32.self), let root = cursor.take(32),
      let hash = MerkleHash(bytes: root), let recorded = cursor.integer(UInt64.self),
      cursor.integer(UInt32.self) == 0, let crc = cursor.integer(UInt32.self),
      crc == CRC32C.of(bytes, in: offset..<offset + Self.size - 4)
    else { return nil }
    isCompressed = flags & 1 == 0
    self.ledger = LedgerID(bytes: ledger)
    self.first = Position(first)
    self.count = Int(count)
    self.rawSize = Int(rawSize)
    self.storedSize = Int(storedSize)
    self.epoch = epoch
    self.root = hash
    self.recorded = Timestamp(microseconds: Int64(bitPattern: recorded))
    guard first <= Limits.positionMax, isPlausible || SeededBug.boundsAfterAllocating.isOn
    else { return nil }
  }

  init(
    isCompressed: Bool, ledger: LedgerID, first: Position, count: Int, rawSize: Int,
    storedSize: Int, epoch: UInt32, root: MerkleHash, recorded: Timestamp
  ) {
    self.isCompressed = isCompressed
    self.ledger = ledger
    self.first = first
    self.count = count
    self.rawSize = rawSize
    self.storedSize = storedSize
    self.epoch = epoch
    self.root = root
    self.recorded = recorded
  }
}

/// A frame ready for the disk.
struct EncodedFrame: Sendable {
  var header: FrameHeader
  /// Header, payload and trailer. The zeros behind them stand in the reserved space already: the last byte written is
  /// the trailer's, so that a write that fails before its end leaves no valid frame.
  var bytes: [UInt8]

  /// Compresses `raw` where that saves anything, and puts the frame together.
  init(
    raw: [UInt8], count: Int, first: Position, ledger: LedgerID, epoch: UInt32, root: MerkleHash,
    recorded: Timestamp
  ) {
    let packed = LZ4.compressed(raw)
    let isCompressed = packed.count < raw.count
    let stored = isCompressed ? packed : raw
    header = FrameHeader(
      isCompressed: isCompressed, ledger: ledger, first: first, count: count, rawSize: raw.count,
      storedSize: stored.count, epoch: epoch, root: root, recorded: recorded)
    bytes = header.encoded
    bytes.reserveCapacity(FrameHeader.size + stored.count + FrameHeader.trailerSize)
    bytes += stored
    bytes.appendInteger(CRC32C.of(stored))
    bytes.appendInteger(UInt32(header.frameSize))
    bytes += FrameHeader.trailerMagic
    precondition(
      Frame.payload(of: header, in: bytes) != nil, "a frame is checked before it is written")
  }
}

/// Reading a frame: what is valid, and its records.
enum Frame {
  /// The stored payload's range when CRC, trailer and sizes are right; nil when the frame is damaged.
  ///
  /// `bytes` holds the frame from `offset` on, with or without its padding.
  static func payload(
    of header: FrameHeader, in bytes: [UInt8], at offset: Int = 0
  ) -> Range<Int>? {
    let start = offset + FrameHeader.size
    let end = start + header.storedSize
    guard bytes.count >= end + FrameHeader.trailerSize else { return nil }
    var cursor = ByteCursor(bytes, at: end)
    guard
      cursor.integer(UInt32.self) == CRC32C.of(bytes, in: start..<end)
        || SeededBug.payloadUnchecked.isOn,
      cursor.integer(UInt32.self) == UInt32(header.frameSize),
      cursor.take(8) == FrameHeader.trailerMagic
    else { return nil }
    return start..<end
  }

  /// The records of a valid payload, decompressed; nil when they do not fill the raw size exactly.
  static func records(
    of header: FrameHeader, in bytes: [UInt8], payload: Range<Int>
  ) -> (raw: [UInt8], entries: [Range<Int>])? {
    let raw: [UInt8]
    if header.isCompressed {
      guard
        let unpacked = LZ4.decompressed(bytes, in: payload, size: header.rawSize)
      else { return nil }
      raw = unpacked
    } else {
      raw = Array(bytes[payload])
    }
    var entries: [Range<Int>] = []
    entries.reserveCapacity(header.count)
    var offset = 0
    while offset < raw.count {
      guard offset + 2 <= raw.count, entries.count < header.count else { return nil }
      let size = Int(raw[offset]) << 8 | Int(raw[offset + 1])
      let end = offset + 2 + size
      guard size >= 1, size <= Limits.entrySizeMax, end <= raw.count else { return nil }
      entries.append(offset + 2..<end)
      offset = end
    }
    return entries.count == header.count ? (raw, entries) : nil
  }
}
