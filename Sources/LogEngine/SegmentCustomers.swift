internal import Disk
internal import JSONBytes

/// Which customer each row of a segment belongs to, and with which revision.
final class SegmentCustomers: Sendable {
  let names: StringTable
  /// The row that the first elements of the arrays are of.
  let base: Int
  /// For each row from `base` on the customer's id in `names`.
  let customers: [UInt32]
  /// For each row its revision; meaningless where the customer is the empty string.
  let revisions: [UInt32]

  init(names: StringTable, base: Int = 0, customers: [UInt32], revisions: [UInt32]) {
    self.names = names
    self.base = base
    self.customers = customers
    self.revisions = revisions
  }
}

/// The same without the names.
struct CustomerRows: Sendable {
  let customers: [UInt32]
  let revisions: [UInt32]
}

extension SegmentFile {
  /// The customers of all rows with their names, from the postings; kept for the next who asks.
  func customers() throws(ReadError) -> SegmentCustomers {
    if let known = caches.customers(number) { return known }
    let rows = try customerRows()
    let names = try dictionary(.customers)
    let found = SegmentCustomers(
      names: names, customers: rows.customers, revisions: rows.revisions)
    caches.keep(found, number)
    return found
  }

  /// The customers of some rows, each once; none where the postings are damaged.
  func customers(ofRows rows: Range<Int>) -> [ArraySlice<UInt8>] {
    // Asked for because of damage: more of it is told by whoever reads the postings for their own sake.
    guard let found = try? customers() else { return [] }
    let ids = Set(found.customers[rows])
    return ids.sorted().map { found.names[Int($0)] }.filter { !$0.isEmpty }
  }

  /// The customer ids and revisions of all rows, from the postings.
  func customerRows() throws(ReadError) -> CustomerRows {
    let dictionary = try paged(try place(.customers))
    guard dictionary.count <= count else {
      throw damage(dictionary.place, "there are more customers than events")
    }
    let first = try firstRevisions(count: dictionary.count)
    let startPlace = try place(.customerStarts)
    let starts = try content(startPlace).bytes
    let groups = (count + 511) / 512
    guard starts.count == groups * 68, hasGoodCounts(starts, groups) else {
      throw damage(startPlace, "the starts of customers do not decode")
    }
    let width = PackedBits.width(of: UInt64(count - 1))
    var postings: [UInt8] = []
    if let place = optionalPlace(.postings) { postings = try content(place).bytes }
    guard postings.count == PackedBits.byteCount(count, width: width),
      let (customers, revisions) = Columns.scattered(
        postings: postings, width: width, starts: starts, from: 4 * groups, rows: count,
        first: first)
    else { throw damage(startPlace, "the postings are not the rows of these customers") }
    return CustomerRows(customers: customers, revisions: revisions)
  }

  /// Each group's count in front must be that of the bits before it.
  private func hasGoodCounts(_ starts: [UInt8], _ groups: Int) -> Bool {
    var cursor = ContentCursor(starts)
    var sum = 0
    for group in 0..<groups {
      guard cursor.integer32() == sum else { return false }
      let offset = 4 * groups + 64 * group
      for byte in starts[offset..<offset + 64] { sum += byte.nonzeroBitCount }
    }
    return true
  }

  private func firstRevisions(count: Int) throws(ReadError) -> [UInt32] {
    let place = try place(.firstRevisions)
    let bytes = try content(place).bytes
    let groups = (count + 63) / 64
    var first: [UInt32] = []
    first.reserveCapacity(count)
    var cursor = ContentCursor(bytes, at: 4 * groups)
    for customer in 0..<count {
      if customer % 64 == 0 {
        var entry = ContentCursor(bytes, at: customer / 64 * 4)
        guard entry.integer32() == cursor.offset - 4 * groups else {
          throw damage(place, "the first revisions do not decode")
        }
      }
      guard let revision = cursor.varint(), revision <= Int(Limits.revisionMax) else {
        throw damage(place, "the first revisions do not decode")
      }
      first.append(UInt32(revision))
    }
    guard cursor.isAtEnd else { throw damage(place, "the first revisions do not decode") }
    return first
  }

  /// Each customer's hash-worthy name, count of events, and revision behind the last event here; without the empty one.
  func customerEnds() throws(ReadError) -> [(name: ArraySlice<UInt8>, lastRevision: UInt32)] {
    let found = try customers()
    var last = Array(repeating: UInt32(0), count: found.names.count)
    for (row, customer) in found.customers.enumerated() {
      last[Int(customer)] = max(last[Int(customer)], found.revisions[row])
    }
    return last.indices.compactMap { id in
      let name = found.names[id]
      return name.isEmpty ? nil : (name, last[id])
    }
  }
}
