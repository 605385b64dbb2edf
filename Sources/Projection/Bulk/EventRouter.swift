// The first half of a rebuild by customers: each event goes to the range of its customer, as it was stored.
//
// One thread's events of a range lie one behind the other, numbers little-endian:
//
//     event := head(56) attribute(4)… id data
//     head  := position(8) time(8) recorded(8) names(4) customer(4) type(2) attributes(2) source(4) schema(4)
//              idCount(4) dataCount(4) revision(4)
//
// `names` is the number of the segment's dictionaries in ``EventNames``; the ids are theirs. Where the log keeps an event
// whole, its entry takes the place of data, and the highest bit of `idCount` says so.

import LogEngine
import Synchronization

/// The dictionaries of the segments that were read, for the threads that read events again.
final class EventNames: Sendable {
  /// Of one segment.
  final class Names: Sendable {
    let types: [String]
    let tables: ScanTables
    let customers: CustomerNames
    /// For each schema its version.
    let versions: [Int]
    /// For each type the version that needs no lifting.
    let newest: [Int?]
    /// For each type whether its data names customers.
    let isNaming: [Bool]
    /// The numbers of the attributes that projectors see.
    let authtype: Int?
    let authid: Int?
    let causation: Int?
    let correlation: Int?

    init(_ names: ScanNames, _ stored: any StoredEvents) throws(ReadError) {
      types = names.types
      tables = try names.attributes()
      customers = try names.customers()
      versions = tables.schemas.map { SchemaVersion.number($0.utf8) }
      newest = types.map { stored.newestVersion(of: $0) }
      isNaming = types.map { $0 == NormalNames.namingType }
      let attributes = tables.attributeNames
      authtype = attributes.firstIndex(of: "authtype")
      authid = attributes.firstIndex(of: "authid")
      causation = attributes.firstIndex(of: "causationid")
      correlation = attributes.firstIndex(of: "correlationid")
    }
  }

  private let all = Mutex<[Names]>([])
  private let stored: any StoredEvents

  init(_ stored: any StoredEvents) { self.stored = stored }

  func add(_ names: ScanNames) throws(ReadError) -> UInt32 {
    let made = try Names(names, stored)
    return all.withLock { all in
      all.append(made)
      return UInt32(all.count - 1)
    }
  }

  func taken() -> [Names] { all.withLock { $0 } }
}

/// One thread's share of routing.
struct EventRouter: Sendable {
  private static let runSize = 1 << 16

  private let ranges: CustomerRanges
  private let map: CustomerMap
  private let runs: RoutedRuns
  private let known: EventNames
  private let end: Position

  private var names: ScanNames?
  private var number: UInt32 = 0
  private var attributeCount = 0
  /// For each customer of the segment the range; the last where the event has none.
  private var rangeOf: [UInt16] = []
  private var waiting: [[UInt8]]
  /// Room for a head with its attributes.
  private var head: [UInt8] = []
  private var record: [UInt8] = []

  init(
    _ ranges: CustomerRanges, _ map: CustomerMap, _ runs: RoutedRuns, _ names: EventNames,
    before end: Position
  ) {
    self.ranges = ranges
    self.map = map
    self.runs = runs
    known = names
    self.end = end
    waiting = Array(repeating: [], count: ranges.count + 1)
  }

  /// Takes in the selected rows of a batch.
  mutating func add(_ batch: ScanBatch) throws(ReadError) {
    try begin(batch)
    var rows: [[UInt32]] = Array(repeating: [], count: batch.names.types.count)
    if let selected = batch.selected {
      // The data of a type is given for all of its rows.
      var isSelected = Array(repeating: false, count: batch.names.types.count)
      for row in selected { isSelected[Int(batch.types[Int(row)])] = true }
      for (row, type) in batch.types.enumerated() where isSelected[Int(type)] {
        rows[Int(type)].append(UInt32(row))
      }
    } else {
      for (row, type) in batch.types.enumerated() { rows[Int(type)].append(UInt32(row)) }
    }
    let columns = Columns(batch)
    for (type, rows) in rows.enumerated() where !rows.isEmpty {
      var rank = 0
      batch.forEachData(ofType: type) { bytes, data in
        let row = Int(rows[rank])
        rank += 1
        guard columns.first &+ UInt64(row) < end.value else { return }
        if data.isEmpty, let entry = batch.exception(row) {
          append(columns, row, type, entry: entry)
        } else {
          record.removeAll(keepingCapacity: true)
          batch.appendID(row, to: &record)
          append(columns, row, type, bytes, data)
        }
      }
      for range in waiting.indices where waiting[range].count >= Self.runSize { flush(range) }
    }
  }

  /// The columns of a batch, taken out of it once.
  private struct Columns {
    let first: UInt64
    let customers: ArraySlice<UInt32>
    let revisions: ArraySlice<UInt32>
    let times: [Int64]
    let recorded: [Int64]
    let sources: [UInt32]
    let schemas: [UInt32]
    let attributes: [UInt32]

    init(_ batch: ScanBatch) {
      first = batch.first.value
      customers = batch.customers
      revisions = batch.revisions
      times = batch.times
      recorded = batch.recorded
      sources = batch.sourceIDs
      schemas = batch.schemaIDs
      attributes = batch.attributeRows
    }
  }

  /// Hands over what waits.
  mutating func finish() {
    for range in waiting.indices where !waiting[range].isEmpty { flush(range) }
    waiting = []
  }

  private mutating func flush(_ range: Int) {
    runs.add(waiting[range], to: range)
    waiting[range] = []
    waiting[range].reserveCapacity(Self.runSize + 4_096)
  }

  private mutating func begin(_ batch: ScanBatch) throws(ReadError) {
    guard names !== batch.names else { return }
    names = batch.names
    number = try known.add(batch.names)
    attributeCount = try batch.names.attributes().attributeNames.count
    head = Array(repeating: 0, count: EventRun.headSize + 4 * attributeCount)
    let customers = try batch.names.customers()
    rangeOf.removeAll(keepingCapacity: true)
    for id in 0..<customers.count { rangeOf.append(range(customers[id])) }
  }

  private func range(_ name: ArraySlice<UInt8>) -> UInt16 {
    if name.isEmpty { return UInt16(ranges.count) }
    if map.isPlain { return UInt16(ranges.range(of: name)) }
    let customer = map.customer(of: String(decoding: name, as: UTF8.self))
    return UInt16(ranges.range(of: customer.utf8))
  }

  /// Appends an event whose id stands in `record`.
  private mutating func append(
    _ columns: Columns, _ row: Int, _ type: Int, _ bytes: [UInt8], _ data: Range<Int>
  ) {
    let range = storeHead(columns, row, type, attributes: attributeCount)
    head.store(littleEndian: columns.sources[row], at: 36)
    head.store(littleEndian: columns.schemas[row], at: 40)
    head.store(littleEndian: UInt32(record.count), at: 44)
    head.store(littleEndian: UInt32(data.count), at: 48)
    for number in 0..<attributeCount {
      head.store(
        littleEndian: columns.attributes[row * attributeCount + number],
        at: EventRun.headSize + 4 * number)
    }
    waiting[range] += head
    waiting[range] += record
    waiting[range] += bytes[data]
  }

  /// Appends an event that the log keeps whole.
  private mutating func append(
    _ columns: Columns, _ row: Int, _ type: Int, entry: ArraySlice<UInt8>
  ) {
    let range = storeHead(columns, row, type, attributes: 0)
    head.store(littleEndian: UInt64(0), at: 36)
    head.store(littleEndian: EventRun.wholeBit, at: 44)
    head.store(littleEndian: UInt32(entry.count), at: 48)
    waiting[range] += head[..<EventRun.headSize]
    waiting[range] += entry
  }

  /// Stores what every event has, and returns the range of its customer.
  private mutating func storeHead(
    _ columns: Columns, _ row: Int, _ type: Int, attributes: Int
  ) -> Int {
    let customer = columns.customers[columns.customers.startIndex + row]
    head.store(littleEndian: columns.first + UInt64(row), at: 0)
    head.store(littleEndian: columns.times[row], at: 8)
    head.store(littleEndian: columns.recorded[row], at: 16)
    head.store(littleEndian: number, at: 24)
    head.store(littleEndian: customer, at: 28)
    head.store(littleEndian: UInt32(type) | UInt32(attributes) << 16, at: 32)
    head.store(
      littleEndian: columns.revisions[columns.revisions.startIndex + row], at: 52)
    return Int(rangeOf[Int(customer)])
  }
}

/// How events lie in a run.
enum EventRun {
  static let headSize = 56
  static let wholeBit: UInt32 = 1 << 31
}

extension [UInt8] {
  @inline(__always)
  fileprivate mutating func store<Number: FixedWidthInteger>(
    littleEndian number: Number, at place: Int
  ) {
    precondition(place >= 0 && place + MemoryLayout<Number>.size <= count, "there is room")
    // Safe: the number lies within the array, as was just seen to.
    unsafe withUnsafeMutableBytes {
      unsafe $0.storeBytes(of: number.littleEndian, toByteOffset: place, as: Number.self)
    }
  }

  /// The little-endian number at `place`.
  @inline(__always)
  func littleEndian<Number: FixedWidthInteger>(_ type: Number.Type, at place: Int) -> Number {
    precondition(place >= 0 && place + MemoryLayout<Number>.size <= count, "it is there")
    // Safe: the number lies within the array, as was just seen to.
    return unsafe withUnsafeBytes {
      unsafe Number(littleEndian: $0.loadUnaligned(fromByteOffset: place, as: Number.self))
    }
  }
}
