// What the threads of a check of stored events count.

import EventCatalog
import JSONBytes
import LogEngine
import Projection

/// Events of one type and version.
struct StoredKind: Hashable, Sendable {
  var type: String
  var version: Int

  /// Why its events cannot be read, whatever their data; nil where it depends on that, or all is well.
  func fault(under catalog: Catalog) -> (code: StoredEventCheck.Failure.Code, reason: String)? {
    guard let known = catalog.type(named: type) else {
      return (.unknownType, "the catalogue has no event type of this name")
    }
    switch known.reading(ofVersion: version) {
    case nil: return (.unknownVersion, "the catalogue has no version \(version) of \(type)")
    case .unreadable(let reason)?: return (.noUpcast, reason)
    default: return nil
    }
  }

  /// Whether both catalogues read these events alike.
  func isReadAlike(_ one: Catalog, _ other: Catalog) -> Bool {
    switch (
      one.type(named: type)?.reading(ofVersion: version),
      other.type(named: type)?.reading(ofVersion: version)
    ) {
    case (nil, nil), (.unreadable?, .unreadable?): true
    case (.newest?, .newest?), (.newest?, .asItIs?), (.asItIs?, .newest?), (.asItIs?, .asItIs?):
      // Views in SQL see the version, and the sharing plan's masks go by it.
      one.type(named: type)?.newest.version == other.type(named: type)?.newest.version
    case (.lifted(let a)?, .lifted(let b)?): a.isSame(as: b)
    default: false
    }
  }
}

/// How many, and where the first ones are.
struct StoredPlaces: Sendable {
  var count: UInt64 = 0
  var positions: [UInt64] = []

  mutating func add(_ position: Position) {
    count += 1
    if positions.count < StoredEventCheck.positionsMax { positions.append(position.value) }
  }

  mutating func merge(_ other: StoredPlaces) {
    count += other.count
    positions = Array((positions + other.positions).sorted().prefix(StoredEventCheck.positionsMax))
  }
}

/// What one thread has counted.
struct StoredTally: Sendable {
  var kinds: [StoredKind: StoredPlaces] = [:]
  private var counts: [UInt32] = []

  mutating func take(_ batch: ScanBatch, _ catalog: Catalog) throws(ReadError) {
    let schemas = try batch.names.schemas()
    let width = schemas.count
    counts.removeAll(keepingCapacity: true)
    counts.append(contentsOf: repeatElement(0, count: batch.names.types.count * width))
    for row in 0..<batch.count {
      counts[Int(batch.types[row]) * width + Int(batch.schemas[row])] += 1
    }
    if batch.hasExceptions {
      for row in 0..<batch.count {
        guard let entry = batch.exception(row) else { continue }
        counts[Int(batch.types[row]) * width + Int(batch.schemas[row])] -= 1
        kinds[StoredEntry(entry).kind, default: StoredPlaces()].add(batch.first.advanced(by: row))
      }
    }
    for (place, count) in counts.enumerated() where count > 0 {
      let type = place / width
      let schema = place % width
      let kind = StoredKind(
        type: batch.names.types[type], version: SchemaVersion.number(schemas[schema].utf8))
      // Where they are is asked of those only that cannot be read.
      let isLost = kind.fault(under: catalog) != nil
      kinds[kind, default: StoredPlaces()].merge(
        StoredPlaces(
          count: UInt64(count),
          positions: isLost ? Self.first(UInt32(type), UInt32(schema), of: batch) : []))
    }
  }

  /// The first positions of a type and schema in a batch, without entries that are kept whole.
  private static func first(
    _ type: UInt32, _ schema: UInt32, of batch: ScanBatch
  ) -> [UInt64] {
    var positions: [UInt64] = []
    for row in 0..<batch.count where batch.types[row] == type && batch.schemas[row] == schema {
      guard positions.count < StoredEventCheck.positionsMax else { break }
      if batch.exception(row) == nil { positions.append(batch.first.advanced(by: row).value) }
    }
    return positions
  }

  mutating func merge(_ other: StoredTally) {
    for (kind, seen) in other.kinds { kinds[kind, default: StoredPlaces()].merge(seen) }
  }
}

/// What one thread could not lift.
struct StoredLifting: Sendable {
  struct Failed: Sendable {
    var seen = StoredPlaces()
    /// Of the first position.
    var reason: String
  }

  var failures: [StoredKind: Failed] = [:]

  mutating func take(
    _ batch: ScanBatch, _ types: Set<String>, _ catalog: Catalog
  ) throws(ReadError) {
    let versions = try batch.names.schemas().map { SchemaVersion.number($0.utf8) }
    for (number, name) in batch.names.types.enumerated() where types.contains(name) {
      guard let type = catalog.type(named: name) else { continue }
      let rows = batch.types.indices.filter { batch.types[$0] == UInt32(number) }
      if rows.isEmpty { continue }
      var next = 0
      batch.forEachData(ofType: number) { bytes, range in
        let row = rows[next]
        next += 1
        if let entry = batch.exception(row) {
          let stored = StoredEntry(entry)
          lift(stored.data, type, stored.kind.version, batch.first.advanced(by: row))
        } else {
          lift(
            StoredEntry.scanned(bytes, range), type, versions[Int(batch.schemas[row])],
            batch.first.advanced(by: row))
        }
      }
    }
  }

  private mutating func lift(
    _ data: JSONView?, _ type: EventType, _ version: Int, _ position: Position
  ) {
    guard case .lifted(let upcaster)? = type.reading(ofVersion: version) else { return }
    let reason: String
    do throws(UpcastFailure) {
      if let data {
        _ = try upcaster.lift(data)
        return
      }
      reason = "the stored entry has no data that is JSON"
    } catch {
      reason = error.sentence
    }
    let kind = StoredKind(type: type.name, version: version)
    failures[kind, default: Failed(reason: reason)].seen.add(position)
  }

  mutating func merge(_ other: StoredLifting) {
    for (kind, failed) in other.failures {
      guard var own = failures[kind] else {
        failures[kind] = failed
        continue
      }
      if let first = failed.seen.positions.first, first < own.seen.positions.first ?? .max {
        own.reason = failed.reason
      }
      own.seen.merge(failed.seen)
      failures[kind] = own
    }
  }
}

/// An entry that a segment keeps whole.
struct StoredEntry {
  let kind: StoredKind
  let data: JSONView?

  init(_ entry: ArraySlice<UInt8>) {
    let bytes = Array(entry)
    let view = Self.scanned(bytes, 0..<bytes.count)
    kind = StoredKind(
      type: view?["type"]?.string ?? "",
      version: view?["dataschema"]?.text.map { SchemaVersion.number($0) } ?? 0)
    data = view?["data"]
  }

  /// Nil for what is no JSON.
  static func scanned(_ bytes: [UInt8], _ range: Range<Int>) -> JSONView? {
    var scanner = JSONScanner()
    guard let place = try? scanner.scan(bytes.span, in: range) else { return nil }
    return JSONView(
      document: JSONDocument(bytes: bytes, nodes: scanner.takeNodes()), index: place)
  }
}
