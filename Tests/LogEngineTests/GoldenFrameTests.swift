import Disk
import JSONBytes
import RapportTesting
import Testing
import Transparency

@testable import LogEngine

/// The worked example of docs/format.md: appends of 1, 900 and 1 events, with a fixed clock, fixed ids and a fixed
/// ledger id, so that every byte is known. Read by ``JournalReading``, which shares no code with the engine.
struct GoldenFrameTests {
  static let recorded = 1_772_355_600_250_000  // 2026-03-01T09:00:00.250000Z

  static func number(_ value: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: 4 - digits.count) + digits
  }

  /// The event of this number: customers 0 to 9 in turn.
  static func event(_ number: Int) -> NewEvent {
    testEvent(
      id: "e-\(Self.number(number))", source: "/example", subject: "customer-\(number % 10)",
      type: "note.taken", time: Timestamp(microseconds: 1_772_355_598_000_000),
      data: ["number": .integer(number)])
  }

  static func write() async throws -> SimulatedFileSystem {
    let disk = SimulatedFileSystem(seed: 1)
    var ledger = try TestLedger.make(on: disk)
    ledger.clock = ManualClock(microseconds: Int64(recorded))
    let log = try ledger.open().log
    _ = try await log.append([event(0)])
    _ = try await log.append((1...900).map { event($0) })
    _ = try await log.append([event(901)])
    try await log.close()
    return disk
  }

  static let firstEntry =
    #"{"data":{"number":0},"dataschema":"note.taken/1","id":"e-0000","#
    + #""recordedtime":"2026-03-01T09:00:00.250000Z","revision":1,"sequence":"00000000000000000000","#
    + #""source":"/example","specversion":"1.0","subject":"customer-0","#
    + #""time":"2026-03-01T08:59:58.000000Z","type":"note.taken"}"#

  @Test func theWorkedExampleIsWhatTheFormatPageSays() async throws {
    let disk = try await Self.write()
    let ledger = TestLedger(disk: disk)
    let bytes = try #require(disk.bytes(of: ledger.journal))
    let reading = JournalReading(bytes: bytes)
    let header = try reading.header()
    #expect(header.first == 0)
    #expect(header.root == MerkleHash.empty.bytes)
    #expect(reading.integer(72, 4) == 0)
    let frames = try reading.frames()
    for frame in frames {
      print(
        "frame at \(frame.offset): first \(frame.first), count \(frame.count), raw \(frame.rawSize),",
        "stored \(frame.storedSize), size \(frame.size), flags \(frame.flags),",
        "root \(MerkleHash(bytes: frame.root)?.hex ?? "")")
    }
    #expect(frames.map(\.first) == [0, 1, 901])
    #expect(frames.map(\.count) == [1, 900, 1])
    #expect(frames.map(\.epoch) == [1, 1, 1])
    #expect(frames.allSatisfy { $0.recorded == Int64(Self.recorded) })
    #expect(frames.allSatisfy { $0.ledger == testLedgerID.bytes })
    #expect(frames.map(\.rawSize) == Golden.rawSizes)
    #expect(frames.map { MerkleHash(bytes: $0.root)?.hex } == Golden.roots)
    #expect(frames[0].entries[0] == Array(Self.firstEntry.utf8))
    // What LZ4 makes of the middle frame belongs to its version.
    if LZ4.version == Golden.lz4Version {
      #expect(frames.map(\.storedSize) == Golden.storedSizes)
      #expect(frames.map(\.offset) == Golden.offsets)
      #expect(frames.map(\.size) == Golden.sizes)
    }
  }

  @Test func theFormatPageCarriesTheseFigures() throws {
    let bytes = SharedData.bytes(ofFile: "\(SharedData.repository)/docs/format.md")
    let page = String(decoding: bytes, as: UTF8.self)
    #expect(page.contains(Self.firstEntry))
    for frame in 0..<3 {
      let row = [
        "\(Golden.offsets[frame])", "\([0, 1, 901][frame])", "\([1, 900, 1][frame])",
        "\(Golden.rawSizes[frame])", "\(Golden.storedSizes[frame])", "\(Golden.sizes[frame])",
        "`\(Golden.roots[frame])`",
      ].joined(separator: " | ")
      #expect(page.contains("| \(row) |"))
    }
  }

  /// The example's journal, sealed: what each chunk holds, as the page lists it.
  @Test func theSegmentOfTheExampleIsWhatTheFormatPageSays() async throws {
    let disk = try await Self.write()
    var ledger = TestLedger(disk: disk)
    ledger.sealing = .onRequest
    let log = try ledger.open().log
    #expect(await log.seal().segments.count == 1)
    try await log.close()
    let bytes = try #require(disk.bytes(of: "/ledger/log/00000000000000000000.segment"))
    let file = try MadeSegment.open(bytes)
    #expect(file.header.root.hex == Golden.roots[2])
    var lines: [String] = []
    for place in file.footer.chunks {
      let (header, content) = try file.content(place)
      let block = place.block == SegmentFormat.wholeSegment ? "" : "\(place.block)"
      let start = content.prefix(24).map { byte in
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }.joined(separator: " ")
      let cells = [
        "\(place.offset)", "\(place.kind)", block, "\(place.key)", "\(header.count)",
        "\(header.rawSize)", "\(place.size)", "`\(start)`",
      ]
      lines.append("| \(cells.joined(separator: " | ")) |")
    }
    print((lines + ["\(bytes.count) bytes"]).joined(separator: "\n"))
    // What LZ4 makes of a page belongs to its version.
    guard LZ4.version == Golden.lz4Version else { return }
    let page = String(
      decoding: SharedData.bytes(ofFile: "\(SharedData.repository)/docs/format.md"), as: UTF8.self)
    let hasRows = page.contains(lines.joined(separator: "\n"))
    #expect(hasRows, "the rows above are not those of the page")
    let hasSize = page.contains("The segment has \(bytes.count) bytes")
    #expect(hasSize)
  }

  @Test func theRootsAreThoseOfRFC6962() async throws {
    let disk = try await Self.write()
    let bytes = try #require(disk.bytes(of: TestLedger(disk: disk).journal))
    let frames = try JournalReading(bytes: bytes).frames()
    var entries: [[UInt8]] = []
    for frame in frames {
      entries += frame.entries
      #expect(JournalReading.root(entries).bytes == frame.root)
    }
    for (position, entry) in entries.enumerated() {
      let root = try JSONDocument(scanning: entry).root
      #expect(root["sequence"]?.string == LogFiles.twentyDigits(UInt64(position)))
      #expect(root["revision"]?.integer == Int64(position / 10 + 1))
      #expect(root["id"]?.string == "e-\(Self.number(position))")
    }
  }

  @Test func theWatermarkNamesSizeAndRoot() async throws {
    let disk = try await Self.write()
    let bytes = try #require(disk.bytes(of: TestLedger(disk: disk).watermark))
    #expect(bytes.count == 8_192)
    // Made with 0, opened with 1, then one for each frame.
    let slot = Array(bytes[0..<128])
    let reading = JournalReading(bytes: slot)
    #expect(Array(slot[0..<8]) == Array("RPTWMRK1".utf8))
    #expect(reading.integer(8, 8) == 4)
    #expect(Array(slot[16..<32]) == testLedgerID.bytes)
    #expect(reading.integer(32, 8) == 902)
    #expect(MerkleHash(bytes: slot[40..<72])?.hex == Golden.roots[2])
    #expect(reading.integer(72, 8) == 0)
    #expect(reading.integer(80, 4) == 1)
    #expect(reading.integer(124, 4) == UInt64(JournalReading.crc(slot[0..<124])))
    #expect(JournalReading(bytes: bytes).integer(4_096 + 8, 8) == 3)
  }

  @Test func theLedgerIsDescribedInOneLine() async throws {
    let disk = try await Self.write()
    let text = try #require(disk.bytes(of: "/ledger/ledger.json"))
    #expect(
      String(decoding: text, as: UTF8.self)
        == #"{"catalogue":"shipped","compressionLevel":9,"format":1,"#
        + #""id":"0190a6c4-1b2d-7e3f-8a5b-6c7d8e9f0a1b","#
        + #""origin":"example.org/rapport/0190a6c4-1b2d-7e3f-8a5b-6c7d8e9f0a1b","#
        + #""personalFields":"clear"}"# + "\n")
  }
}

/// Figures of the worked example. ``GoldenFrameTests/theRootsAreThoseOfRFC6962()`` says why the roots are right.
enum Golden {
  static let lz4Version = 10_904
  static let rawSizes = [277, 251_803, 280]
  static let storedSizes = [232, 16_619, 236]
  static let offsets = [4_096, 8_192, 28_672]
  static let sizes = [4_096, 20_480, 4_096]
  static let roots = [
    "7acd9caa10d0c59e4871bce9730264b8497d1b0f356b67461b5fc9fc8dc8eb58",
    "d59840ab72e910be7b6e558b398e22417bfecdc292a8b0de621d9778519cc5be",
    "60a0f4080b1422739bad8a1af8ff6c98a6b1b3acebebc1cc110632acdb03174d",
  ]
}
