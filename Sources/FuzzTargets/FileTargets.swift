import Disk
import JSONBytes
import Transparency

@testable import LogEngine

/// A frame of a journal.
enum FrameTarget {
  static func run(_ input: [UInt8]) {
    // As it is, and with what would stop it mended.
    for bytes in [input, Fixing.frame(input)] {
      guard let header = FrameHeader(bytes) else { continue }
      precondition(
        header.encoded == Array(bytes[..<FrameHeader.size]),
        "a header that is read is written back alike")
      guard let payload = Frame.payload(of: header, in: bytes),
        let (raw, entries) = Frame.records(of: header, in: bytes, payload: payload)
      else { continue }
      precondition(entries.count == header.count, "as many entries as the header says")
      var rows = SegmentRows(first: header.first)
      rows.add(raw, entries: entries)
      precondition(entries.allSatisfy { $0.upperBound <= raw.count }, "entries within the records")
    }
  }
}

/// The fixed parts of a segment, and what chunks hold: the first byte picks, the second is a count.
enum PiecesTarget {
  static func run(_ input: [UInt8]) {
    guard input.count >= 2 else { return }
    let count = Int(input[1])
    let bytes = Array(input[2...])
    switch input[0] % 14 {
    case 0: _ = SegmentFooter(bytes, rows: UInt64(count), end: 1 << 20)
    case 1: trailer(bytes)
    case 2: _ = SegmentHeader.read(header(bytes))
    case 3:
      var fixed = bytes
      fixed.put(text: "RCHK", at: 0)
      fixed.fixCRC(of: 0..<36, at: 36)
      _ = ChunkHeader(fixed)
    case 4: table(bytes)
    case 5: _ = IDColumn(bytes, count: count).map { ids($0, count) }
    case 6: _ = TimeColumn.times(bytes, count: count)
    case 7: _ = LengthColumn.ends(bytes, at: 0, count: count)
    case 8: _ = Columns.ids(bytes, count: count, of: 1 << (count % 20))
    case 9: shapes(bytes, count: count)
    case 10:
      _ = ValueDecoder.field(bytes, count: count, texts: nil, dictionary: nil).map {
        values($0, count)
      }
    case 11: field(bytes, count: count)
    case 12: _ = IDBucketSums(Array(repeating: 0, count: 65_536) + bytes, count: count)
    default: members(bytes)
    }
  }

  private static func header(_ bytes: [UInt8]) -> [UInt8] {
    var fixed = bytes
    fixed.put(text: "RPTSEGM1", at: 0)
    fixed.fixCRC(of: 0..<252, at: 252)
    return fixed
  }

  private static func trailer(_ bytes: [UInt8]) {
    var fixed = bytes
    fixed.put(text: "RPTSEGE1", at: 0)
    fixed.fixCRC(of: 0..<60, at: 60)
    let size = fixed.little(24, 8) ?? 0
    guard let trailer = SegmentTrailer(fixed, fileSize: UInt64(size)) else { return }
    precondition(trailer.encoded == fixed, "a trailer that is read is written back alike")
  }

  private static func table(_ bytes: [UInt8]) {
    guard let table = StringTable(bytes) else { return }
    for id in 0..<table.count {
      precondition(table.id(of: table[id]) == id, "a string of a dictionary is found in it")
    }
  }

  private static func ids(_ column: IDColumn, _ count: Int) {
    var output: [UInt8] = []
    for row in 0..<count { column.append(row, to: &output) }
  }

  private static func values(_ field: FieldColumn, _ count: Int) {
    var output: [UInt8] = []
    for number in 0..<count { field.append(number, to: &output) }
  }

  private static func shapes(_ bytes: [UInt8], count: Int) {
    guard let (shapes, paths) = ValueDecoder.shapes(bytes) else { return }
    _ = ValueDecoder.rowShapes(bytes, count: count, shapes, fields: paths.count)
  }

  /// Values, texts and dictionary in one input: two sizes, then one after another.
  private static func field(_ bytes: [UInt8], count: Int) {
    guard let one = bytes.little(0, 2), let two = bytes.little(2, 2), 4 + one + two <= bytes.count
    else { return }
    let values = Array(bytes[4..<4 + one])
    let texts = Array(bytes[4 + one..<4 + one + two])
    let table = StringTable(Array(bytes[(4 + one + two)...]))
    guard let field = ValueDecoder.field(values, count: count, texts: texts, dictionary: table)
    else { return }
    self.values(field, count)
  }

  /// An entry of any bytes, as sealing takes it.
  private static func members(_ bytes: [UInt8]) {
    guard !bytes.isEmpty, bytes.count <= Limits.entrySizeMax else { return }
    var rows = SegmentRows(first: .zero)
    rows.add(bytes, entries: [0..<bytes.count])
  }
}

/// The small files beside the log: the first byte picks.
enum NoteTarget {
  private static let ledger = LedgerID(high: 0x0011_2233_4455_6677, low: 0x8899_AABB_CCDD_EEFF)

  static func run(_ input: [UInt8]) {
    guard let pick = input.first else { return }
    let bytes = Array(input.dropFirst())
    switch pick % 6 {
    case 0: note(bytes)
    case 1:
      guard let checkpoint = Checkpoint(bytes) else { return }
      precondition(bytes.starts(with: checkpoint.text), "a checkpoint is written as it was read")
    case 2: watermark(bytes)
    case 3: index(bytes)
    case 4:
      // What is no description is what most inputs are.
      guard let description = try? LedgerDescription(bytes) else { return }
      let written = description.encoded
      precondition(
        // An error here is nil, and so another description.
        (try? LedgerDescription(written)) == description, "a description is read as it was written")
      _ = LZ4HC(level: Int32(description.compressionLevel))
    default:
      _ = LedgerID(String(decoding: bytes, as: UTF8.self))
      _ = MerkleHash(base64: bytes)
    }
  }

  private static func note(_ bytes: [UInt8]) {
    var fixed = bytes
    fixed.put(text: "RPTCLOS1", at: 0)
    if let size = fixed.little(28, 8), let count = fixed.little(76, 4), count <= 64,
      80 + 32 * count <= fixed.count
    {
      let hashes = (0..<count).compactMap {
        MerkleHash(bytes: fixed[80 + 32 * $0..<112 + 32 * $0])
      }
      if let frontier = Frontier(size: UInt64(size), hashes: hashes) {
        var root: [UInt8] = []
        frontier.root.write(to: &root)
        fixed.replaceSubrange(36..<68, with: root)
      }
    }
    guard let note = CloseNote(Fixing.whole(fixed)) else { return }
    precondition(CloseNote(note.encoded) != nil, "a note that is read can be written and read")
  }

  private static func watermark(_ bytes: [UInt8]) {
    var fixed = bytes
    for offset in [0, Limits.pageSize] {
      fixed.fixCRC(of: offset..<offset + 124, at: offset + 124)
    }
    for bytes in [bytes, fixed] {
      if let mark = Watermark.read(bytes).newest { _ = mark.slot }
    }
  }

  private static func index(_ bytes: [UInt8]) {
    var fixed = bytes
    fixed.replaceSubrange(0..<min(8, fixed.count), with: IndexFile.idsMagic)
    if fixed.count >= IndexFile.headSize + 4 {
      fixed.replaceSubrange(8..<24, with: ledger.bytes)
      fixed.put(UInt64(fixed.count - IndexFile.headSize - 4), at: 64)
    }
    guard
      let file = IndexFile(Fixing.whole(fixed), magic: IndexFile.idsMagic, ledger: ledger)
    else { return }
    var words: [UInt64] = []
    for offset in stride(from: 0, to: file.payload.count - 7, by: 8) {
      words.append(
        file.payload[offset..<offset + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) })
    }
    guard let filter = BloomFilter(words: words) else { return }
    for word in words { _ = filter.mayContain(word) }
  }
}

/// LZ4 blocks: two bytes of size, then the block.
enum LZ4Target {
  static func run(_ input: [UInt8]) {
    guard let size = input.little(0, 2) else { return }
    let once = LZ4.decompressed(input, in: 2..<input.count, size: size)
    var room = [UInt8](repeating: 0, count: size + 1)
    let isWhole = LZ4.decompress(input, in: 2..<input.count, into: &room, at: 1, size: size)
    precondition(isWhole == (once != nil), "both ways agree")
    if let once {
      precondition(once == Array(room[1...]), "both ways give the same")
      let packed = LZ4.compressed(once)
      precondition(
        LZ4.decompressed(packed, in: 0..<packed.count, size: size) == once,
        "what is packed unpacks")
    }
  }
}
