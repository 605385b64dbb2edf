internal import Disk
internal import JSONBytes
internal import Transparency

/// Finding rows in a segment: by customer, and by source and id.
extension SegmentFile {
  /// The rows of one customer in ascending order, and the revision of the first of them; nil where there is none here.
  func rows(
    ofCustomer subject: ArraySlice<UInt8>
  ) throws(ReadError) -> (rows: [UInt32], firstRevision: UInt32)? {
    let points = try resolved()
    guard !subject.isEmpty, let id = try points.customers.id(of: subject) else { return nil }
    let postings = try postingRange(ofCustomer: id, points.customerStarts)
    let width = PackedBits.width(of: UInt64(count - 1))
    guard let chunk = points.postings else {
      return ([0], try firstRevision(ofCustomer: id, points.firstRevisions))
    }
    let first = postings.lowerBound * width
    let bytes = try chunk.bytes(first / 8..<(postings.upperBound * width + 7) / 8)
    // The numbers begin within a byte: the first of them are the bits before.
    var rows: [UInt32] = []
    rows.reserveCapacity(postings.count)
    var bit = first % 8
    for _ in postings {
      var value: UInt64 = 0
      var place = bit / 8
      var got = -(bit % 8)
      while got < width {
        let byte = UInt64(bytes[place])
        value |= got < 0 ? byte >> UInt64(-got) : byte << UInt64(got)
        got += 8
        place += 1
      }
      let row = value & (1 << UInt64(width) - 1)
      guard row < UInt64(count), rows.last.map({ UInt64($0) < row }) ?? true else {
        throw damage(chunk.place, "the postings of a customer do not ascend")
      }
      rows.append(UInt32(row))
      bit += width
    }
    return (rows, try firstRevision(ofCustomer: id, points.firstRevisions))
  }

  /// Which postings are those of a customer.
  private func postingRange(
    ofCustomer id: Int, _ chunk: PagedChunk
  ) throws(ReadError) -> Range<Int> {
    let groups = (count + 511) / 512
    guard chunk.size == groups * 68 else {
      throw damage(chunk.place, "the starts of customers do not decode")
    }
    guard let start = try start(ofCustomer: id, chunk, groups) else {
      throw damage(chunk.place, "a customer has no postings")
    }
    // The next set bit, or the end.
    var word = (start + 1) / 64
    var bits = try startBits(word, chunk, groups)
    bits &= .max << UInt64((start + 1) % 64)
    while bits == 0 {
      word += 1
      if word * 64 >= count { return start..<count }
      bits = try startBits(word, chunk, groups)
    }
    return start..<min(count, word * 64 + bits.trailingZeroBitCount)
  }

  /// The bits of 64 postings; none behind the last group.
  private func startBits(
    _ word: Int, _ chunk: PagedChunk, _ groups: Int
  ) throws(ReadError) -> UInt64 {
    guard word < 8 * groups else { return 0 }
    return try chunk.integer(at: 4 * groups + 8 * word, byteCount: 8)
  }

  /// The place of the set bit with this number.
  private func start(
    ofCustomer id: Int, _ chunk: PagedChunk, _ groups: Int
  ) throws(ReadError) -> Int? {
    let guess = Ascending.guess(
      UInt64(id), in: 0...UInt64(chunk.count), of: groups)
    let low = try Ascending.countUpTo(of: groups, from: guess) { group throws(ReadError) in
      Int(try chunk.integer(at: 4 * group, byteCount: 4)) <= id
    }
    guard low > 0 else { return nil }
    var rest = id - Int(try chunk.integer(at: 4 * (low - 1), byteCount: 4))
    for word in 8 * (low - 1)..<8 * low {
      var bits = try startBits(word, chunk, groups)
      if rest >= bits.nonzeroBitCount {
        rest -= bits.nonzeroBitCount
        continue
      }
      for _ in 0..<rest { bits &= bits - 1 }
      let place = 64 * word + bits.trailingZeroBitCount
      return place < count ? place : nil
    }
    return nil
  }

  private func firstRevision(
    ofCustomer id: Int, _ chunk: PagedChunk
  ) throws(ReadError) -> UInt32 {
    let groups = (Int(chunk.header.count) + 63) / 64
    let offset = Int(try chunk.integer(at: id / 64 * 4, byteCount: 4))
    let start = 4 * groups + offset
    let next =
      id / 64 + 1 < groups
      ? 4 * groups + Int(try chunk.integer(at: (id / 64 + 1) * 4, byteCount: 4)) : chunk.size
    let end = min(next, start + 5 * (id % 64 + 1))
    guard start <= end else { throw damage(chunk.place, "the first revisions do not decode") }
    var cursor = ContentCursor(try chunk.bytes(start..<end))
    var revision = 0
    for _ in 0...id % 64 {
      guard let value = cursor.varint(), value <= Int(Limits.revisionMax) else {
        throw damage(chunk.place, "the first revisions do not decode")
      }
      revision = value
    }
    return UInt32(revision)
  }

  /// The customer and revision of one row. Cost: the postings of the segment, unless they were decoded lately, and a
  /// look into its dictionary of names.
  func customer(ofRow row: Int) throws(ReadError) -> (name: [UInt8], revision: UInt32) {
    if let found = caches.customers(number) {
      return (Array(found.names[Int(found.customers[row])]), found.revisions[row])
    }
    let rows: CustomerRows
    if let known = caches.customerRows(number) {
      rows = known
    } else {
      rows = try customerRows()
      caches.keep(rows, number)
    }
    var name: [UInt8] = []
    try resolved().customers.append(Int(rows.customers[row]), to: &name)
    return (name, rows.revisions[row])
  }

  // MARK: Ids

  /// Whether an event has this hash of source and id; a match is certain only after the ids are compared.
  func mayHold(idHash hash: UInt32) throws(ReadError) -> Bool {
    let sums = try idBucketSums()
    let bucket = Int(hash >> 16)
    let range = sums.range(bucket)
    guard !range.isEmpty else { return false }
    let bytes = try resolved().idHashes.bytes(
      sums.start + 2 * range.lowerBound..<sums.start + 2 * range.upperBound)
    let wanted = UInt16(truncatingIfNeeded: hash)
    for place in stride(from: 0, to: bytes.count, by: 2)
    where UInt16(bytes[place]) | UInt16(bytes[place + 1]) << 8 == wanted { return true }
    return false
  }

  /// All 32-bit hashes of source and id, sorted.
  func idHashes() throws(ReadError) -> [UInt32] {
    let place = try place(.idHashes)
    let bytes = try content(place).bytes
    guard let sums = IDBucketSums(bytes, count: count) else {
      throw damage(place, "the id hashes do not decode")
    }
    var hashes: [UInt32] = []
    hashes.reserveCapacity(count)
    var offset = sums.start
    for bucket in 0..<65_536 {
      for _ in 0..<sums.count(bucket) {
        let low = UInt32(bytes[offset]) | UInt32(bytes[offset + 1]) << 8
        hashes.append(UInt32(bucket) << 16 | low)
        offset += 2
      }
    }
    return hashes
  }

  private func idBucketSums() throws(ReadError) -> IDBucketSums {
    if let known = caches.buckets(number) { return known }
    let place = try place(.idHashes)
    guard let sums = IDBucketSums(try content(place).bytes, count: count) else {
      throw damage(place, "the id hashes do not decode")
    }
    caches.keep(sums, number)
    return sums
  }

  /// The row of the event with this source and id; nil where it is not here. Cost: the ids are read and compared, which
  /// takes about a millisecond where they are all UUIDs or ULIDs, as hashes that are the same by chance are met once in
  /// some hundred new events of a log of ten millions.
  func row(
    ofSource source: ArraySlice<UInt8>, id: ArraySlice<UInt8>
  ) throws(ReadError) -> Int? {
    let sources = try smallDictionary(.sources)
    guard let wanted = sources.id(of: source) else { return nil }
    let text = Array(id)
    let uuid = IDForm.uuid(text, 0..<text.count)
    let ulid = IDForm.ulid(text, 0..<text.count)
    for (number, entry) in footer.blocks.enumerated() {
      let place = try place(.id, block: number)
      let bytes = try content(place).bytes
      let isWide = bytes.count == IDColumn.headSize + 16 * Int(entry.rows)
      switch bytes.first {
      case IDForm.uuidForm where isWide, IDForm.ulidForm where isWide:
        let value = bytes[0] == IDForm.uuidForm ? uuid : ulid
        guard let (high, low) = value,
          Columns.find(high, low, in: bytes, from: IDColumn.headSize) != nil
        else { continue }
      default: break
      }
      if let row = try row(ofSource: wanted, id: text, block: number) { return row }
    }
    return nil
  }

  /// The same within a block, by the texts themselves.
  private func row(ofSource source: Int, id: [UInt8], block: Int) throws(ReadError) -> Int? {
    let block = try decode(block: block, [.ids, .attributes])
    var text: [UInt8] = []
    for place in 0..<block.rows.count where Int(block.sources[place]) == source {
      text.removeAll(keepingCapacity: true)
      block.ids.append(place, to: &text)
      if text == id { return block.rows.lowerBound + place }
    }
    return nil
  }
}

/// Where the lower halves of the id hashes of each bucket stand.
final class IDBucketSums: Sendable {
  /// For every 256th bucket how many hashes come before it.
  private let sums: [UInt32]
  private let counts: [UInt8]
  private let full: [Int: Int]
  /// Offset of the first lower half in the content.
  let start: Int

  /// Nil where the content is not the hashes of `count` events.
  init?(_ bytes: [UInt8], count: Int) {
    guard bytes.count >= 65_540 else { return nil }
    counts = Array(bytes[..<65_536])
    var cursor = ContentCursor(bytes, at: 65_536)
    guard let fullCount = cursor.integer32(), fullCount <= 65_536,
      fullCount == counts.count(where: { $0 == 255 })
    else { return nil }
    var full: [Int: Int] = [:]
    for bucket in 0..<65_536 where counts[bucket] == 255 {
      guard let exact = cursor.integer32(), exact >= 255, exact <= count else { return nil }
      full[bucket] = exact
    }
    start = cursor.offset
    self.full = full
    var sums: [UInt32] = []
    var sum = 0
    for bucket in 0..<65_536 {
      if bucket % 256 == 0 { sums.append(UInt32(truncatingIfNeeded: sum)) }
      sum += counts[bucket] == 255 ? full[bucket] ?? 255 : Int(counts[bucket])
    }
    guard sum == count, bytes.count == start + 2 * count else { return nil }
    self.sums = sums
  }

  /// How many hashes a bucket has.
  func count(_ bucket: Int) -> Int {
    let count = Int(counts[bucket])
    return count == 255 ? full[bucket] ?? count : count
  }

  func range(_ bucket: Int) -> Range<Int> {
    var before = Int(sums[bucket / 256])
    for other in bucket / 256 * 256..<bucket { before += count(other) }
    return before..<before + count(bucket)
  }
}
