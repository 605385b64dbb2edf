// What a scan gives of events besides their columns of numbers: source, schema and the further attributes.

internal import Synchronization

/// The dictionaries behind ``ScanColumns/attributes`` of one segment.
package struct ScanTables: Sendable {
  /// The `dataschema` of each id; empty for events without one, and for entries that are kept whole.
  package let schemas: [String]
  /// The `source` of each id.
  package let sources: [String]
  /// The names of further attributes.
  package let attributeNames: [String]
  private let attributes: [StringTable]

  init(
    schemas: StringTable, sources: StringTable, attributeNames: [String], attributes: [StringTable]
  ) {
    self.schemas = ScanNames.strings(schemas)
    self.sources = ScanNames.strings(sources)
    self.attributeNames = attributeNames
    self.attributes = attributes
  }

  /// A value of an attribute as JSON; empty for "not there".
  package func attribute(_ number: Int, _ id: UInt32) -> ArraySlice<UInt8> {
    attributes[number][Int(id)]
  }
}

extension ScanBatch {
  /// The ids of all rows' `source`, where attributes were asked for.
  package var sourceIDs: [UInt32] { sources }

  /// The ids of all rows' `dataschema`, where attributes or schemas were asked for.
  package var schemaIDs: [UInt32] { schemas }

  /// The ids of all rows' values of all attributes, row by row, where attributes were asked for.
  package var attributeRows: [UInt32] {
    let width = attributes.count
    var rows: [UInt32] = Array(repeating: 0, count: width * count)
    for (number, ids) in attributes.enumerated() {
      for (row, id) in ids.enumerated() { rows[row * width + number] = id }
    }
    return rows
  }

  /// Appends the `id` of a row, where ids were asked for.
  package func appendID(_ row: Int, to output: inout [UInt8]) { ids.append(row, to: &output) }
}

extension SegmentFile {
  func scanTables() throws(ReadError) -> ScanTables {
    let names = try attributeNames()
    var attributes: [StringTable] = []
    for key in names.indices { attributes.append(try smallDictionary(.attribute, key: key)) }
    return ScanTables(
      schemas: try smallDictionary(.schemas), sources: try smallDictionary(.sources),
      attributeNames: names, attributes: attributes)
  }
}

extension EventLog {
  /// Some of the customers that the log knows, without order and with repetitions: about `countMax` of them, taken evenly
  /// from a few segments and from what is not sealed yet. Cost: the dictionaries of at most sixteen segments.
  package func customerSample(_ countMax: Int) throws(ReadError) -> [[UInt8]] {
    let index = core.shared.withLock { $0.index }
    var sample: [[UInt8]] = []
    let segments = Self.some(index.segments, 16)
    let frames = Self.some(Array(index.foundFrames), 16)
    let share = max(1, countMax / max(1, segments.count + frames.count))
    func take(_ names: CustomerNames) {
      let step = max(1, names.count / share)
      for id in stride(from: 0, to: names.count, by: step) where !names[id].isEmpty {
        sample.append(Array(names[id]))
      }
    }
    for segment in segments { take(CustomerNames(table: try segment.file.dictionary(.customers))) }
    for frame in frames {
      try FrameScan.scan(frame, ScanSelection(columns: [.customers])) {
        (batch: ScanBatch) throws(ReadError) in take(try batch.names.customers())
      }
    }
    return sample
  }

  /// At most `countMax` of the elements, evenly.
  private static func some<Element>(_ all: [Element], _ countMax: Int) -> [Element] {
    guard all.count > countMax else { return all }
    return (0..<countMax).map { all[$0 * all.count / countMax] }
  }
}
