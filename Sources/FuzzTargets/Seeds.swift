import Disk
import JSONBytes
import Transparency

@testable import LogEngine

/// Inputs to begin with: one of each kind that the formats have. They are made here, so that they follow the formats.
enum Seeds {
  private static let ledger = LedgerID(high: 0x0011_2233_4455_6677, low: 0x8899_AABB_CCDD_EEFF)

  static func write(to folder: String) throws {
    let files = LinuxFileSystem()
    for (target, inputs) in [
      ("frame", frames), ("segment", try segments()), ("footer", pieces), ("json", texts),
      ("note", notes), ("lz4", blocks),
    ] {
      for (number, input) in inputs.enumerated() {
        let file = try files.create("\(folder)/\(target)/seed-\(number)")
        try file.write(input, at: 0)
        try file.close()
      }
    }
  }

  // MARK: Events

  /// Entry `number`; `kind` 0 has data for columns, 1 for texts, 2 is an exception now and then.
  private static func entry(_ number: Int, _ kind: Int) -> [UInt8] {
    let data: String
    switch kind {
    case 0:
      data =
        #"{"a":\#(number),"b":"x-\#(number * 3)","c":"v\#(number % 3)","d":true,"e":["#
        + (number % 2 == 0 ? #"{"q":1.5}"# : #"{"q":"t\#(number)y"},{"q":null}"#)
        + #"],"u":"00000000-0000-4000-8000-\#(padded(number, 12))"}"#
    default: data = #"{"n\#(number)":"\#(String(repeating: "ab", count: number % 5))"}"#
    }
    let time = "2026-03-01T09:\(padded(number / 60 % 60, 2)):\(padded(number % 60, 2)).250000Z"
    let id =
      number % 5 == 0 ? "e-\(number)" : "00000000-0000-4000-8000-\(padded(number, 12))"
    let more = kind == 1 && number % 2 == 0 ? #","zone":"z\#(number % 3)""# : ""
    let revision = kind == 2 && number % 7 == 0 ? "1.0" : "\(number / 4 + 1)"
    return Array(
      (#"{"data":\#(data),"dataschema":"s/\#(kind)","id":"\#(id)","recordedtime":"\#(time)","#
        + #""revision":\#(revision),"sequence":"\#(padded(number, 20))","source":"/shop","#
        + #""specversion":"1.0","subject":"customer-\#(number % 4)","time":"\#(time)","#
        + #""type":"order.t\#(number % (kind + 1))"\#(more)}"#).utf8)
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let text = "\(number)"
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }

  // MARK: Journals and segments

  private static var frames: [[UInt8]] {
    [1, 3].map { count in
      var raw: [UInt8] = []
      for number in 0..<count {
        let entry = entry(number, 1)
        raw += [UInt8(entry.count >> 8), UInt8(entry.count & 255)] + entry
      }
      return EncodedFrame(
        raw: raw, count: count, first: Position(7), ledger: ledger, epoch: 2, root: .empty,
        recorded: Timestamp(microseconds: 1_234_567)
      ).bytes
    }
  }

  private static func segments() throws -> [[UInt8]] {
    var found: [[UInt8]] = []
    for (count, kind, limit) in [(1, 1, 100), (70, 0, 100), (12, 1, 5), (80, 2, 40), (130, 0, 66)] {
      var limits = SegmentLimits()
      limits.blockEventsMax = limit
      var frontier = Frontier()
      var builder = SegmentBuilder(
        ledger: ledger, first: .zero, frontier: frontier, level: 9, limits: limits)
      var raw: [UInt8] = []
      var ranges: [Range<Int>] = []
      for number in 0..<count {
        let entry = entry(number, kind)
        ranges.append(raw.count..<raw.count + entry.count)
        raw += entry
        frontier.append(MerkleHash.leaf(entry, in: 0..<entry.count))
      }
      builder.add(raw, entries: ranges)
      var bytes: [UInt8] = []
      _ = try builder.write(root: frontier.root) { (piece: [UInt8]) throws(DiskError) in
        bytes += piece
      }
      guard let parts = SegmentParts(bytes) else { preconditionFailure("a segment is read") }
      found += [bytes, parts.assembled]
    }
    return found
  }

  // MARK: Pieces

  private static var pieces: [[UInt8]] {
    let footer = SegmentFooter(
      typeCount: 2,
      blocks: [
        BlockEntry(
          firstRow: 0, rows: 3, timeMin: .first, timeMax: .last, firstRecorded: .first,
          lastRecorded: .last, entryBytes: 900, exceptions: 1, types: [3])
      ],
      chunks: [
        ChunkPlace(kind: 1, block: SegmentFormat.wholeSegment, key: 0, size: 80, offset: 256),
        ChunkPlace(kind: 20, block: 0, key: 0, size: 80, offset: 336),
      ])
    var lengths: [UInt8] = []
    lengths.appendLengths([3, 4, 200])
    var times: [UInt8] = []
    times.appendTimes([1_000_000, 5_000_000, 3_000_000][...])
    let shape: [UInt8] = [1, 0, 0, 0, 1, 0, 0, 0, 2, 0x2F, 0x61, 1, 5] + Array(#"{"a":"#.utf8)
    let dictionary: [UInt8] = [0, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1, 0x61, 1, 1, 0x62]
    let numbered: [UInt8] =
      [2, 2, 0, 0, 2, 0, 0, 0, 1, 3, 0, 0, 0, 0, 0, 0, 0x61, 0, 0, 0, 0, 0, 0, 0]
      + [7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5]
    let uuids: [UInt8] = [1, 0, 0, 0, 1, 0, 0, 0] + Array(repeating: 7, count: 16)
    let head = { (encoding: UInt8, width: UInt8, size: UInt8) -> [UInt8] in
      [encoding, width, 0, 0, size, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0]
    }
    return [
      [0, 3] + footer.encoded, [4, 3] + dictionary, [4, 2] + numbered, [4, 1] + uuids,
      [5, 2, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] + Array(repeating: 9, count: 32),
      [6, 3] + times, [7, 3] + lengths, [8, 3, 0, 1, 0], [9, 3] + shape + [0, 1, 0x7D],
      [10, 1] + head(0, 0, 1) + [0x31], [10, 2] + head(1, 8, 0) + [1, 2],
      [10, 2] + head(2, 8, 1) + [0x61, 0, 0, 0, 0, 0, 0, 0, 1, 2],
      [10, 1] + head(4, 0, 0) + Array(repeating: 3, count: 16),
      [11, 2, 18, 0, 0, 0] + head(3, 8, 3) + [0, 2] + dictionary,
      [12, 0, 0, 0, 0, 0], [13, 0] + entry(3, 0), [13, 0] + entry(4, 1),
    ]
  }

  private static var notes: [[UInt8]] {
    var frontier = Frontier()
    for number in 0..<3 { frontier.append(MerkleHash.leaf(entry(number, 1), in: 0..<9)) }
    let note = CloseNote(
      ledger: ledger, epoch: 3, frontier: frontier, lastRecorded: 5, firstID: Position(1),
      ids: [Hash128(high: 1, low: 2), Hash128(high: 3, low: 4)],
      customers: [(Hash128(high: 5, low: 6), 7)])
    let mark = Watermark(
      counter: 2, ledger: ledger, size: Position(3), root: frontier.root, journal: .zero, epoch: 3)
    let index = IndexFile(
      magic: IndexFile.idsMagic, ledger: ledger, size: Position(3), root: frontier.root,
      payload: Array(repeating: 0x11, count: 64))
    return [
      [0] + note.encoded,
      [1] + Checkpoint(origin: "example.com/rapport/1", size: 3, root: frontier.root).text,
      [2] + mark.slot, [3] + index.encoded,
      [4] + LedgerDescription(id: ledger, name: "example.com").encoded,
      [5] + Array(ledger.description.utf8),
    ]
  }

  private static var texts: [[UInt8]] {
    [
      #"{"b":[1,2.50,-0,1e3,123456789012345678901234567890],"a":{"\u00e9\ud83d\ude00":null,"é":true}}"#,
      #" [ "a\\\"\/\b\f\n\r\t" , false , 1E-7 , {} , [] ] "#,
      "2026-03-01T09:00:00.250000Z", "-12.3456", #""x""#,
    ].map { Array($0.utf8) } + [entry(1, 0)]
  }

  private static var blocks: [[UInt8]] {
    [Array(repeating: UInt8(7), count: 300), entry(1, 0)].map { raw in
      [UInt8(raw.count & 255), UInt8(raw.count >> 8)] + LZ4.compressed(raw)
    }
  }
}
