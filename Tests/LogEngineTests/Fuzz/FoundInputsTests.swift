// What `tools/fuzz` found: inputs that once trapped or asked for memory that nobody has.
import Disk
import RapportTesting
import Testing

@testable import LogEngine

@Suite struct FoundInputsTests {
  private static let events = try? MadeSegment.make(
    (0..<8).map { number in
      var parts = EntryParts()
      parts.id = "e-\(number)"
      parts.revision = number + 1
      parts.type = number % 2 == 0 ? "note.taken" : "note.read"
      return parts.entry(at: UInt64(number))
    })

  /// The segment with `value` at `offset` of its header, footer or trailer, and every checksum right.
  private static func changed<Value: FixedWidthInteger>(
    _ value: Value, at place: (_ footer: Int) -> Int
  ) throws -> SegmentFile {
    var bytes = try #require(events).bytes
    let trailer = bytes.count - SegmentFormat.trailerSize
    var cursor = ByteCursor(bytes, at: trailer + 8)
    let offset = cursor.integer(UInt64.self)
    let footer = Int(try #require(offset))
    func put(_ value: some FixedWidthInteger, _ offset: Int) {
      var field: [UInt8] = []
      field.appendInteger(value)
      bytes.replaceSubrange(offset..<offset + field.count, with: field)
    }
    put(value, place(footer))
    put(CRC32C.of(bytes, in: 0..<SegmentFormat.headerSize - 4), SegmentFormat.headerSize - 4)
    put(CRC32C.of(bytes, in: footer..<trailer), trailer + 20)
    put(CRC32C.of(bytes, in: trailer..<bytes.count - 4), bytes.count - 4)
    return try MadeSegment.open(bytes)
  }

  @Test(arguments: [UInt64.max, 1 << 60, 8 * UInt64(Limits.entrySizeMax) + 1])
  func aHeaderWithMoreBytesThanItsEntriesCanHaveIsDamaged(size: UInt64) {
    #expect(throws: SegmentFile.Problem.self) { try Self.changed(size) { _ in 112 } }
  }

  @Test(arguments: [8 * UInt64(Limits.entrySizeMax), 0])
  func aHeaderThatLiesAboutItsEntriesIsFound(size: UInt64) throws {
    let file = try Self.changed(size) { _ in 112 }
    let (raw, ranges) = try file.entries(rows: 0..<8)
    #expect(ranges.map { Array(raw[$0]) } == (try #require(Self.events)).entries)
    #expect(!file.columnFindings().isEmpty)
  }

  @Test(arguments: [UInt64.max, 1 << 63, 0])
  func aZoneMapThatLiesAboutItsEntriesIsFound(size: UInt64) throws {
    let file = try Self.changed(size) { $0 + SegmentFormat.footerHeadSize + 40 }
    #expect(!file.columnFindings().isEmpty)
  }

  @Test(arguments: [UInt32(1), 3, 8])
  func aFooterWithMoreOrFewerTypesThanTheDictionaryIsFound(types: UInt32) throws {
    let file = try Self.changed(types) { $0 + 4 }
    #expect(throws: ReadError.self) { try file.entries(rows: 0..<8) }
    #expect(throws: ReadError.self) { try file.entry(row: 1) }
    #expect(!file.columnFindings().isEmpty)
  }

  @Test(arguments: ["2", "13", "0", "-1", "488888888888888"])
  func aLevelThatLZ4DoesNotHaveIsNoLedger(level: String) {
    let text =
      #"{"catalogue":"own","compressionLevel":\#(level),"format":1,"#
      + #""id":"00112233-4455-4677-8899-aabbccddeeff","origin":"example.com/rapport/1"}"#
    #expect(throws: OpenError.self) { try LedgerDescription(Array(text.utf8)) }
  }
}
