// A second reader of journals, for tests: it shares no code with the engine but the hash functions. CRC32C bit by bit,
// LZ4 byte by byte, the tree by the definition of RFC 6962.
import Transparency

struct ParsedFrame {
  var offset: Int
  var flags: UInt16
  var ledger: [UInt8]
  var first: UInt64
  var count: Int
  var rawSize: Int
  var storedSize: Int
  var epoch: UInt32
  var root: [UInt8]
  var recorded: Int64
  var size: Int
  var entries: [[UInt8]]
}

struct JournalReading {
  struct Wrong: Error { var what: String }

  let bytes: [UInt8]

  func integer(_ offset: Int, _ size: Int) -> UInt64 {
    (0..<size).reduce(0) { $0 | UInt64(bytes[offset + $1]) << (8 * UInt64($1)) }
  }

  private func need(_ holds: Bool, _ what: String) throws {
    if !holds { throw Wrong(what: what) }
  }

  /// First position and root at the start, from the header page.
  func header() throws -> (first: UInt64, root: [UInt8]) {
    try need(Array(bytes[0..<8]) == Array("RPTJRNL1".utf8), "magic of the journal")
    try need(integer(8, 2) == 1 && integer(10, 2) == 128 && integer(12, 4) == 0, "version")
    try need(integer(124, 4) == UInt64(Self.crc(bytes[0..<124])), "CRC of the journal")
    try need(bytes[128..<4_096].allSatisfy { $0 == 0 }, "rest of the header page")
    return (integer(32, 8), Array(bytes[40..<72]))
  }

  /// All frames up to the first zeros.
  func frames() throws -> [ParsedFrame] {
    var found: [ParsedFrame] = []
    var offset = 4_096
    while offset + 96 <= bytes.count, bytes[offset] != 0 {
      let frame = try frame(at: offset)
      found.append(frame)
      offset += frame.size
    }
    return found
  }

  private func frame(at offset: Int) throws -> ParsedFrame {
    try need(Array(bytes[offset..<offset + 4]) == Array("RFRM".utf8), "magic at \(offset)")
    try need(integer(offset + 6, 2) == 96, "header size at \(offset)")
    try need(integer(offset + 92, 4) == UInt64(Self.crc(bytes[offset..<offset + 92])), "header CRC")
    let flags = UInt16(integer(offset + 4, 2))
    let rawSize = Int(integer(offset + 36, 4))
    let storedSize = Int(integer(offset + 40, 4))
    let payload = bytes[offset + 96..<offset + 96 + storedSize]
    let trailer = offset + 96 + storedSize
    let size = (96 + storedSize + 16 + 4_095) / 4_096 * 4_096
    try need(integer(trailer, 4) == UInt64(Self.crc(payload)), "payload CRC at \(offset)")
    try need(integer(trailer + 4, 4) == UInt64(size), "frame size at \(offset)")
    try need(
      Array(bytes[trailer + 8..<trailer + 16]) == Array("RFRMEND1".utf8), "trailer at \(offset)")
    try need(
      bytes[trailer + 16..<min(bytes.count, offset + size)].allSatisfy { $0 == 0 },
      "padding at \(offset)")
    let raw = flags & 1 == 1 ? Array(payload) : Self.unpacked(Array(payload))
    try need(raw.count == rawSize, "raw size at \(offset)")
    var entries: [[UInt8]] = []
    var place = 0
    while place < raw.count {
      let size = Int(raw[place]) << 8 | Int(raw[place + 1])
      entries.append(Array(raw[place + 2..<place + 2 + size]))
      place += 2 + size
    }
    try need(entries.count == Int(integer(offset + 32, 4)), "count at \(offset)")
    return ParsedFrame(
      offset: offset, flags: flags, ledger: Array(bytes[offset + 8..<offset + 24]),
      first: integer(offset + 24, 8), count: entries.count, rawSize: rawSize,
      storedSize: storedSize, epoch: UInt32(integer(offset + 44, 4)),
      root: Array(bytes[offset + 48..<offset + 80]),
      recorded: Int64(bitPattern: integer(offset + 80, 8)), size: size, entries: entries)
  }

  /// CRC32C: reflected polynomial 0x82F63B78, all ones before and after.
  static func crc(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
    }
    return ~crc
  }

  /// An LZ4 block: token, literals, offset, match length, again and again.
  static func unpacked(_ block: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    var place = 0
    func length(_ start: Int) -> Int {
      var length = start
      guard start == 15 else { return length }
      while true {
        let more = Int(block[place])
        place += 1
        length += more
        if more < 255 { return length }
      }
    }
    while place < block.count {
      let token = block[place]
      place += 1
      let literals = length(Int(token >> 4))
      out += block[place..<place + literals]
      place += literals
      if place >= block.count { break }
      let distance = Int(block[place]) | Int(block[place + 1]) << 8
      place += 2
      for _ in 0..<length(Int(token & 15)) + 4 { out.append(out[out.count - distance]) }
    }
    return out
  }

  /// The root over whole entries, by the recursion of RFC 6962, section 2.1.
  static func root(_ entries: some Collection<[UInt8]>) -> MerkleHash {
    root(ofLeaves: entries.map { MerkleHash.leaf($0, in: 0..<$0.count) }[...])
  }

  static func root(ofLeaves leaves: ArraySlice<MerkleHash>) -> MerkleHash {
    guard let first = leaves.first else { return .empty }
    if leaves.count == 1 { return first }
    var left = 1
    while left * 2 < leaves.count { left *= 2 }
    return .node(root(ofLeaves: leaves.prefix(left)), root(ofLeaves: leaves.dropFirst(left)))
  }
}
