internal import Disk
internal import Transparency

/// A derived file under `index/`: what it was made from, a payload, and a CRC over all of it (docs/format.md,
/// section 9). One that is missing, damaged or made from another log is made anew.
struct IndexFile {
  var magic: [UInt8]
  var ledger: LedgerID
  /// It covers the sealed segments up to this size of the log, which is the end of one.
  var size: Position
  var root: MerkleHash
  var payload: [UInt8]

  static let ids = "ids.filter"
  static let customers = "customers"
  static let segments = "segments"
  static let idsMagic = Array("RPTIDSF1".utf8)
  static let customersMagic = Array("RPTCUST1".utf8)
  static let segmentsMagic = Array("RPTSEGC1".utf8)
  static let headSize = 72

  var encoded: [UInt8] {
    var bytes = magic
    bytes.reserveCapacity(Self.headSize + payload.count + 4)
    bytes += ledger.bytes
    bytes.appendInteger(size.value)
    root.write(to: &bytes)
    bytes.appendInteger(UInt64(payload.count))
    bytes += payload
    bytes.appendInteger(CRC32C.of(bytes))
    return bytes
  }

  init(
    magic: [UInt8], ledger: LedgerID, size: Position, root: MerkleHash, payload: [UInt8]
  ) {
    self.magic = magic
    self.ledger = ledger
    self.size = size
    self.root = root
    self.payload = payload
  }

  /// Writes one in place of the old one, in pieces: `body` appends the payload, of which `payloadSize` bytes are promised.
  static func write(
    _ name: String, magic: [UInt8], ledger: LedgerID, size: Position, root: MerkleHash,
    payloadSize: Int, in directory: String, on files: any FileSystem,
    _ body: (inout IndexOutput) throws(DiskError) -> Void
  ) throws(DiskError) {
    let head = IndexFile(magic: magic, ledger: ledger, size: size, root: root, payload: [])
    try DurableReplace.write(to: name, in: directory, on: files) { file throws(DiskError) in
      var output = IndexOutput(file)
      output.bytes = Array(head.encoded[..<(Self.headSize - 8)])
      output.bytes.appendInteger(UInt64(payloadSize))
      try body(&output)
      try output.finish()
      precondition(
        output.offset == UInt64(Self.headSize + payloadSize + 4), "the payload has its size")
    }
  }

  /// Nil unless all of it is as it must be.
  init?(_ bytes: [UInt8], magic: [UInt8], ledger: LedgerID) {
    guard bytes.count >= Self.headSize + 4 else { return nil }
    var check = ByteCursor(bytes, at: bytes.count - 4)
    guard check.integer(UInt32.self) == CRC32C.of(bytes, in: 0..<bytes.count - 4) else {
      return nil
    }
    var cursor = ByteCursor(bytes)
    guard cursor.take(8) == magic, let owner = cursor.take(16),
      LedgerID(bytes: owner) == ledger, let size = cursor.integer(UInt64.self),
      size <= Limits.positionMax, let root = cursor.take(32), let hash = MerkleHash(bytes: root),
      let count = cursor.integer(UInt64.self),
      count == UInt64(bytes.count - Self.headSize - 4)
    else { return nil }
    self.init(
      magic: magic, ledger: ledger, size: Position(size), root: hash,
      payload: Array(bytes[Self.headSize..<bytes.count - 4]))
  }

  /// Reads a file of `directory/index`; nil where it cannot be used.
  static func read(
    _ name: String, magic: [UInt8], ledger: LedgerID, in directory: String,
    on files: any FileSystem
  ) -> IndexFile? {
    let path = "\(directory)/\(LogFiles.index)/\(name)"
    // Derived: whatever is wrong with it, it is made anew.
    guard let bytes = try? files.contents(of: path, sizeMax: Int(Int32.max)) else { return nil }
    return IndexFile(bytes, magic: magic, ledger: ledger)
  }
}

/// What the log knows of sealed events: whether an id may be there, and each customer's revision.
struct SealedKnowledge: Sendable {
  /// Events covered, from position 0: the end of a segment.
  var size = Position.zero
  var filter = BloomFilter(capacity: 0)
  /// Hashes in the filter.
  var idCount = 0
  /// Current revision of each customer within the covered segments.
  var customers = HashTable()

  /// Takes a segment in, the next one.
  mutating func add(_ segment: SegmentFile) throws(ReadError) {
    let hashes = try segment.idHashes()
    if idCount + hashes.count > filter.capacity { throw .beyondEnd(size) }
    for hash in hashes { filter.insert(UInt64(hash)) }
    idCount += hashes.count
    for (name, revision) in try segment.customerEnds() {
      let customer = Hash128.of(subject: name)
      customers.set(max(UInt64(revision), customers[customer] ?? 0), for: customer)
    }
    size = segment.header.next
  }

  /// Makes room for more ids than the filter was made for: all hashes are inserted anew.
  mutating func grow(for count: Int, from segments: [OpenSegment]) throws(ReadError) {
    guard count > filter.capacity else { return }
    var larger = BloomFilter(capacity: max(2 * filter.capacity, count, 1 << 16))
    for segment in segments where segment.next <= size {
      for hash in try segment.file.idHashes() { larger.insert(UInt64(hash)) }
    }
    filter = larger
  }

  // MARK: Files

  /// The knowledge in `directory/index` that belongs to these segments; nil where there is none.
  static func read(
    _ ledger: LedgerID, _ segments: [OpenSegment], in directory: String, on files: any FileSystem
  ) -> SealedKnowledge? {
    guard
      let ids = IndexFile.read(
        IndexFile.ids, magic: IndexFile.idsMagic, ledger: ledger, in: directory, on: files),
      let customers = IndexFile.read(
        IndexFile.customers, magic: IndexFile.customersMagic, ledger: ledger, in: directory,
        on: files), ids.size == customers.size, ids.root == customers.root,
      segments.contains(where: { $0.next == ids.size && $0.file.header.root == ids.root })
    else { return nil }
    return SealedKnowledge(size: ids.size, ids: ids.payload, customers: customers.payload)
  }

  private init?(size: Position, ids: [UInt8], customers: [UInt8]) {
    guard ids.count >= 8, (ids.count - 8) % 64 == 0, customers.count % 20 == 0 else { return nil }
    var cursor = ByteCursor(ids)
    guard let count = cursor.integer(UInt64.self), count == size.value else { return nil }
    var words: [UInt64] = []
    words.reserveCapacity(ids.count / 8)
    // Safe: words are read within the bytes.
    unsafe ids.withUnsafeBytes { buffer in
      for offset in stride(from: 8, to: buffer.count, by: 8) {
        words.append(
          UInt64(
            littleEndian: unsafe buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
      }
    }
    guard let filter = BloomFilter(words: words) else { return nil }
    self.size = size
    self.filter = filter
    idCount = Int(count)
    var table = HashTable(capacity: customers.count / 20)
    // Safe: records are read within the bytes.
    unsafe customers.withUnsafeBytes { buffer in
      for offset in stride(from: 0, to: buffer.count, by: 20) {
        let high = unsafe buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        let low = unsafe buffer.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)
        let revision = unsafe buffer.loadUnaligned(fromByteOffset: offset + 16, as: UInt32.self)
        table.set(
          UInt64(UInt32(littleEndian: revision)),
          for: Hash128(high: UInt64(bigEndian: high), low: UInt64(bigEndian: low)))
      }
    }
    self.customers = table
  }

  /// Nothing sealed.
  init() {}

  /// Writes `index/ids.filter` and `index/customers`. `root` is that at ``size``.
  func write(
    _ ledger: LedgerID, root: MerkleHash, in directory: String, on files: any FileSystem
  ) throws(DiskError) {
    let folder = "\(directory)/\(LogFiles.index)"
    try files.makeDirectory(folder)
    try IndexFile.write(
      IndexFile.ids, magic: IndexFile.idsMagic, ledger: ledger, size: size, root: root,
      payloadSize: 8 + filter.words.count * 8, in: folder, on: files
    ) { output throws(DiskError) in
      output.bytes.appendInteger(UInt64(idCount))
      for word in filter.words { try output.append(word) }
    }
    try IndexFile.write(
      IndexFile.customers, magic: IndexFile.customersMagic, ledger: ledger, size: size, root: root,
      payloadSize: customers.count * 20, in: folder, on: files
    ) { output throws(DiskError) in
      try customers.eachSorted { (key, value) throws(DiskError) in
        try output.append(key.high.byteSwapped)
        try output.append(key.low.byteSwapped)
        output.bytes.appendInteger(UInt32(truncatingIfNeeded: value))
      }
    }
  }
}

/// A file that is written in pieces, with the CRC of all of them at its end.
struct IndexOutput {
  private let file: any WritableFile
  /// What waits to be written.
  var bytes: [UInt8] = []
  private var sum: UInt32 = 0
  private(set) var offset: UInt64 = 0

  init(_ file: any WritableFile) { self.file = file }

  /// Appends a word, little-endian, and writes what has gathered where it is enough.
  mutating func append(_ word: UInt64) throws(DiskError) {
    bytes.appendInteger(word)
    if bytes.count >= 1 << 18 { try flush() }
  }

  private mutating func flush() throws(DiskError) {
    sum = CRC32C.of(bytes, in: 0..<bytes.count, behind: sum)
    try write()
  }

  mutating func finish() throws(DiskError) {
    sum = CRC32C.of(bytes, in: 0..<bytes.count, behind: sum)
    bytes.appendInteger(sum)
    try write()
  }

  private mutating func write() throws(DiskError) {
    try file.write(bytes, at: offset)
    offset += UInt64(bytes.count)
    bytes.removeAll(keepingCapacity: true)
  }
}

extension SealedKnowledge: Equatable {
  /// Same answers: the tables are compared by what they hold.
  static func == (one: SealedKnowledge, other: SealedKnowledge) -> Bool {
    one.size == other.size && one.idCount == other.idCount && one.filter == other.filter
      && one.customers.count == other.customers.count
      && one.customers.pairs().allSatisfy { other.customers[$0.key] == $0.value }
  }
}
