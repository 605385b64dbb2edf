// A checksum would stop nearly every mutation. What is here makes checksums and outer sizes right, where sizes allow, so
// that mutations reach what stands behind them.
import Disk

extension [UInt8] {
  func little(_ offset: Int, _ size: Int) -> Int? {
    guard offset >= 0, offset <= count - size else { return nil }
    let value = self[offset..<offset + size].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Int(exactly: value)
  }

  mutating func put(_ value: some FixedWidthInteger, at offset: Int) {
    var bytes: [UInt8] = []
    bytes.appendInteger(value)
    guard offset >= 0, offset <= count - bytes.count else { return }
    replaceSubrange(offset..<offset + bytes.count, with: bytes)
  }

  /// Puts at `offset` the CRC of `range`, where both are within the bytes.
  mutating func fixCRC(of range: Range<Int>, at offset: Int) {
    guard range.lowerBound >= 0, range.upperBound <= count else { return }
    put(CRC32C.of(self, in: range), at: offset)
  }

  mutating func put(text: String, at offset: Int) {
    let bytes = Array(text.utf8)
    guard offset >= 0, offset <= count - bytes.count else { return }
    replaceSubrange(offset..<offset + bytes.count, with: bytes)
  }
}

enum Fixing {
  /// A frame: magic, both checksums, the size that the trailer repeats.
  static func frame(_ input: [UInt8]) -> [UInt8] {
    var bytes = input
    bytes.put(text: "RFRM", at: 0)
    bytes.fixCRC(of: 0..<92, at: 92)
    guard let stored = bytes.little(36, 4), 96 + stored + 16 <= bytes.count else { return bytes }
    bytes.fixCRC(of: 96..<96 + stored, at: 96 + stored)
    bytes.put(
      UInt32(truncatingIfNeeded: (96 + stored + 16 + 4_095) / 4_096 * 4_096), at: 100 + stored)
    bytes.put(text: "RFRMEND1", at: 104 + stored)
    return bytes
  }

  /// A segment: header, chunks where the directory has them, footer, trailer.
  static func segment(_ input: [UInt8]) -> [UInt8] {
    var bytes = input
    let end = bytes.count - 64
    guard end >= 256 else { return bytes }
    bytes.put(text: "RPTSEGM1", at: 0)
    bytes.fixCRC(of: 0..<252, at: 252)
    bytes.put(text: "RPTSEGE1", at: end)
    bytes.put(UInt64(bytes.count), at: end + 24)
    // Ledger and first position as the header says.
    bytes.replaceSubrange(end + 32..<end + 56, with: bytes[16..<40])
    bytes.put(UInt32(0), at: end + 56)
    if let size = bytes.little(end + 16, 4), size <= end - 256 {
      bytes.put(UInt64(end - size), at: end + 8)
      fixChunks(&bytes, footer: end - size, end: end)
      bytes.fixCRC(of: end - size..<end, at: end + 20)
    }
    bytes.fixCRC(of: end..<end + 60, at: end + 60)
    return bytes
  }

  private static func fixChunks(_ bytes: inout [UInt8], footer: Int, end: Int) {
    guard let blocks = bytes.little(footer, 4), let types = bytes.little(footer + 4, 4),
      let chunks = bytes.little(footer + 8, 4), chunks <= bytes.count / 24
    else { return }
    let (size, overflow) = (56 + (types + 63) / 64 * 8).multipliedReportingOverflow(by: blocks)
    guard !overflow, size <= bytes.count else { return }
    for number in 0..<chunks {
      let entry = footer + 16 + size + 24 * number
      guard entry + 24 <= end, let offset = bytes.little(entry + 16, 8), offset <= footer - 40
      else { return }
      fixChunk(&bytes, at: offset)
    }
  }

  static func fixChunk(_ bytes: inout [UInt8], at offset: Int) {
    bytes.put(text: "RCHK", at: offset)
    bytes.fixCRC(of: offset..<offset + 36, at: offset + 36)
    guard let pages = bytes.little(offset + 32, 4), pages <= bytes.count / 8 else { return }
    let table = offset + 40
    var page = table + 8 * pages + 4
    for number in 0..<pages {
      guard let word = bytes.little(table + 8 * number, 4) else { return }
      let size = word & 0x7FFF_FFFF
      guard page + size <= bytes.count else { return }
      bytes.fixCRC(of: page..<page + size, at: table + 8 * number + 4)
      page += size
    }
    bytes.fixCRC(of: table..<table + 8 * pages, at: table + 8 * pages)
  }

  /// A CRC over all that stands before it, at the end.
  static func whole(_ input: [UInt8]) -> [UInt8] {
    var bytes = input
    if bytes.count >= 4 { bytes.fixCRC(of: 0..<bytes.count - 4, at: bytes.count - 4) }
    return bytes
  }
}
