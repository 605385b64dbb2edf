// How the questions are asked of sealed segments: by columns, and by the postings of a customer.

import JSONBytes
import Ledger
import LogEngine

/// Reads columns in parallel, and histories through the postings.
struct ColumnReader: ReferenceReader {
  let log: EventLog
  let threads = 2

  func sums() throws -> ReferenceSums {
    let parts = try log.scan(ScanSelection(), threads: threads, into: SummedColumns()) {
      (sums: inout SummedColumns, batch: ScanBatch) throws(ReadError) in try sums.add(batch)
    }
    return parts.reduce(ReferenceSums()) { $0 + $1.sums }
  }

  func optOuts() throws -> OptOutSums {
    let selection = ScanSelection(
      columns: [.times, .customers, .data], types: [OptOutSums.type])
    let parts = try log.scan(selection, threads: threads, into: OptOutSums()) {
      (sums: inout OptOutSums, batch: ScanBatch) throws(ReadError) in sums.add(batch)
    }
    return parts.reduce(OptOutSums()) { one, other in
      OptOutSums(
        events: one.events + other.events, worth: one.worth &+ other.worth,
        last: max(one.last, other.last))
    }
  }

  func history(of customer: Int) throws -> HistorySums {
    var sums = HistorySums()
    let run = try log.history(of: ReferenceAnswers.name(of: customer))
    for range in run.ranges {
      var scanner = JSONScanner()
      let node = try scanner.scan(run.bytes.span, in: range)
      let entry = JSONView(
        document: JSONDocument(bytes: run.bytes, nodes: scanner.takeNodes()), index: node)
      sums.add(
        amountCents: entry["data"]?["amount_cents"]?.integer ?? 0,
        time: entry["time"]?.text.flatMap { Timestamp($0) }?.microseconds ?? 0)
    }
    return sums
  }
}

/// The sums of one thread, and the numbers of the customers of the segment that it reads.
private struct SummedColumns: Sendable {
  var sums = ReferenceSums()
  private var names: ScanNames?
  private var numbers: [UInt64] = []

  mutating func add(_ batch: ScanBatch) throws(ReadError) {
    if names !== batch.names {
      let customers = try batch.names.customers()
      numbers = (0..<customers.count).map { id in
        customers[id].dropFirst().reduce(UInt64(0)) { $0 * 10 + UInt64($1 - 0x30) }
      }
      names = batch.names
    }
    for customer in batch.customers { sums.customers &+= numbers[Int(customer)] }
    sums.add(batch)
  }
}

extension ReferenceSums {
  /// Adds every value of a batch but the customers: all columns, decoded.
  fileprivate mutating func add(_ batch: ScanBatch) {
    events += UInt64(batch.count)
    for time in batch.times { times &+= UInt64(bitPattern: time) }
    let places = batch.names.types.map { UInt64(ReferenceEvents.types.firstIndex(of: $0) ?? 99) }
    for type in batch.types { types &+= places[Int(type)] }
    for row in 0..<batch.count {
      guard let (high, low) = batch.ids.halves(row) else { continue }
      highs &+= high
      lows &+= low
    }
    for type in batch.names.types.indices { addData(batch, ofType: type) }
  }

  private mutating func addData(_ batch: ScanBatch, ofType type: Int) {
    if let columns = batch.values(ofType: type), columns.isFlat {
      for (path, field) in zip(columns.paths, columns.fields) {
        let sum = Self.sum(field, count: columns.count)
        switch path {
        case "/amount_cents": amounts &+= sum
        case "/channel": channels &+= sum
        case "/qty": quantities &+= sum
        case "/sku": skus &+= sum
        default: break
        }
      }
      return
    }
    batch.forEachData(ofType: type) { bytes, range in addText(bytes, range) }
  }

  /// Of numbers, and of the numbers within texts.
  private static func sum(_ field: FieldColumn, count: Int) -> UInt64 {
    switch field {
    case .integers(let values), .numbered(_, let values):
      return values.reduce(UInt64(0)) { $0 &+ UInt64(bitPattern: $1) }
    case .constant(let text): return number(text[...]) &* UInt64(count)
    case .dictionary(let ids, let strings):
      let numbers = (0..<strings.count).map { number(strings[$0]) }
      return ids.reduce(UInt64(0)) { $0 &+ numbers[Int($1)] }
    case .uuids, .texts: return 0
    }
  }

  private static func number(_ text: ArraySlice<UInt8>) -> UInt64 {
    text.reduce(UInt64(0)) { (0x30...0x39).contains($1) ? $0 * 10 + UInt64($1 - 0x30) : $0 }
  }

  private mutating func addText(_ bytes: [UInt8], _ range: Range<Int>) {
    var scanner = JSONScanner()
    // What is no data of a reference event changes the sums, and the comparison fails.
    guard let node = try? scanner.scan(bytes.span, in: range) else { return }
    let data = JSONView(
      document: JSONDocument(bytes: bytes, nodes: scanner.takeNodes()), index: node)
    amounts &+= UInt64(bitPattern: data["amount_cents"]?.integer ?? 0)
    channels &+= UInt64(bitPattern: data["channel"]?.integer ?? 0)
    quantities &+= UInt64(bitPattern: data["qty"]?.integer ?? 0)
    skus &+= data["sku"]?.text.map { Self.number($0) } ?? 0
  }
}

extension OptOutSums {
  /// Adds the selected rows of a batch.
  fileprivate mutating func add(_ batch: ScanBatch) {
    guard let type = batch.names.types.firstIndex(of: Self.type) else { return }
    for row in batch.selected ?? [] {
      events += 1
      last = max(last, batch.times[Int(row)])
    }
    if let columns = batch.values(ofType: type), columns.isFlat,
      let amounts = Self.integers(columns, "/amount_cents"),
      let quantities = Self.integers(columns, "/qty")
    {
      for (amount, quantity) in zip(amounts, quantities) {
        worth &+= UInt64(bitPattern: amount &* quantity)
      }
      return
    }
    batch.forEachData(ofType: type) { bytes, range in
      var scanner = JSONScanner()
      // As above.
      guard let node = try? scanner.scan(bytes.span, in: range) else { return }
      let data = JSONView(
        document: JSONDocument(bytes: bytes, nodes: scanner.takeNodes()), index: node)
      worth &+= UInt64(
        bitPattern: (data["amount_cents"]?.integer ?? 0) &* (data["qty"]?.integer ?? 0))
    }
  }

  private static func integers(_ columns: ValueColumns, _ path: String) -> [Int64]? {
    guard let place = columns.paths.firstIndex(of: path),
      case .integers(let values) = columns.fields[place]
    else { return nil }
    return values
  }
}
