// A scan of types and schema versions alone: the same for segments and journals, however a segment stores them.
import JSONBytes
import RapportTesting
import Testing

@testable import LogEngine

@Suite struct SchemaScanTests {
  /// Type and `dataschema` of each row; of one that is kept whole, what its entry says.
  private func pairs(_ batch: ScanBatch) throws -> [[String]] {
    let schemas = try batch.names.schemas()
    return try (0..<batch.count).map { row in
      guard let entry = batch.exception(row) else {
        return [batch.names.types[Int(batch.types[row])], schemas[Int(batch.schemas[row])]]
      }
      #expect(schemas[Int(batch.schemas[row])].isEmpty)
      let view = try JSONDocument(scanning: Array(entry)).root
      return ["whole", view["dataschema"]?.string ?? ""]
    }
  }

  private static func entries(_ parts: [(type: String, schema: String?)]) -> [[UInt8]] {
    parts.enumerated().map { number, part in
      EntryParts(
        schema: part.schema, id: "e-\(number)", revision: number + 1, type: part.type
      ).entry(at: UInt64(number))
    }
  }

  private func expectScan(_ entries: [[UInt8]], _ expected: [[String]], _ note: Comment) throws {
    let segment = try MadeSegment.make(entries, limits: SegmentLimits())
    var found: [[String]] = []
    try segment.file.scan(ScanSelection(columns: [.schemas])) {
      (batch: ScanBatch) throws(ReadError) in
      #expect(batch.times.isEmpty && batch.customers.isEmpty && batch.recorded.isEmpty)
      do { found += try pairs(batch) } catch { Issue.record(error) }
    }
    #expect(found == expected, note)

    var raw: [UInt8] = []
    var ranges: [Range<Int>] = []
    for entry in entries {
      ranges.append(raw.count..<raw.count + entry.count)
      raw += entry
    }
    var rows = SegmentRows(first: Position(0))
    rows.add(raw, entries: ranges)
    found = []
    try SegmentRowsScan(rows: rows, first: Position(0)).scan(ScanSelection(columns: [.schemas])) {
      (batch: ScanBatch) throws(ReadError) in
      do { found += try pairs(batch) } catch { Issue.record(error) }
    }
    #expect(found == expected, note)
  }

  @Test func oneSchemaOneATypeAndSeveralATypeReadAlike() throws {
    let kinds: [(note: Comment, parts: [(type: String, schema: String?)])] = [
      ("one of all", (0..<200).map { _ in ("note.taken", "note.taken/1") }),
      (
        "the type tells it",
        (0..<200).map {
          $0 % 3 == 0 ? ("note.taken", "note.taken/1") : ("note.lost", "note.lost/4")
        }
      ),
      ("two of one type", (0..<200).map { ("note.taken", "note.taken/\($0 < 150 ? 1 : 2)") }),
      (
        "mixed, and some without",
        (0..<200).map { ("note.t\($0 % 5)", $0 % 7 == 0 ? nil : "note.t\($0 % 5)/\($0 % 3)") }
      ),
    ]
    for (note, parts) in kinds {
      try expectScan(
        Self.entries(parts), parts.map { [$0.type, $0.schema ?? ""] }, note)
    }
  }

  @Test func anEntryThatIsKeptWholeIsGivenWhole() throws {
    var entries = Self.entries((0..<100).map { _ in ("note.taken", "note.taken/1") })
    // A blank is nothing that columns would give back.
    entries[40] = Array(
      String(decoding: entries[40], as: UTF8.self).replacing(":", with: ": ").utf8)
    var expected = Array(repeating: ["note.taken", "note.taken/1"], count: 100)
    expected[40] = ["whole", "note.taken/1"]
    try expectScan(entries, expected, "one of a hundred")
  }
}
