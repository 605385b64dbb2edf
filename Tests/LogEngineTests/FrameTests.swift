import Disk
import JSONBytes
import RapportTesting
import Testing
import Transparency

@testable import LogEngine

struct FrameTests {
  static func header(_ change: (inout FrameHeader) -> Void = { _ in }) -> FrameHeader {
    var header = FrameHeader(
      isCompressed: true, ledger: testLedgerID, first: Position(7), count: 3, rawSize: 900,
      storedSize: 400, epoch: 2, root: .empty, recorded: Timestamp(microseconds: 1_234_567))
    change(&header)
    return header
  }

  static func frame(entries: [String]) -> EncodedFrame {
    var raw: [UInt8] = []
    for entry in entries {
      raw += [UInt8(entry.utf8.count >> 8), UInt8(entry.utf8.count & 255)] + Array(entry.utf8)
    }
    return EncodedFrame(
      raw: raw, count: entries.count, first: Position(7), ledger: testLedgerID, epoch: 2,
      root: .empty, recorded: Timestamp(microseconds: -5))
  }

  @Test func aHeaderIsReadAsItWasWritten() {
    for isCompressed in [true, false] {
      let header = Self.header {
        $0.isCompressed = isCompressed
        if !isCompressed { $0.storedSize = $0.rawSize }
      }
      #expect(header.encoded.count == 96)
      #expect(FrameHeader(header.encoded) == header)
    }
  }

  @Test func everyFlippedBitOfAHeaderIsSeen() {
    let bytes = Self.header().encoded
    for place in bytes.indices {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[place] ^= 1 << UInt8(bit)
        #expect(FrameHeader(damaged) == nil, "byte \(place), bit \(bit)")
      }
    }
  }

  @Test func everyFlippedBitOfAFrameButItsPaddingIsSeen() throws {
    let frame = Self.frame(entries: [String(repeating: "abcd", count: 30), "x"])
    for place in FrameHeader.size..<frame.bytes.count {
      for bit in 0..<8 {
        var damaged = frame.bytes
        damaged[place] ^= 1 << UInt8(bit)
        #expect(Frame.payload(of: frame.header, in: damaged) == nil, "byte \(place), bit \(bit)")
      }
    }
  }

  @Test func everyCutOfAFrameIsSeen() {
    let frame = Self.frame(entries: ["abc", "de"])
    for size in 0..<frame.bytes.count {
      let cut = Array(frame.bytes[..<size])
      let isWhole =
        FrameHeader(cut).map { Frame.payload(of: $0, in: cut) != nil } ?? false
      #expect(!isWhole, "cut to \(size)")
    }
  }

  /// The sizes of a header are checked before anything is allocated for them.
  @Test(
    arguments: [
      (1, 3, 3, true), (0, 3, 3, false), (65_536, 3 * 65_536, 3 * 65_536, true),
      (65_537, 3 * 65_537, 3 * 65_537, false), (2, 5, 5, false), (1, 8 << 20, 8 << 20, true),
      (1, (8 << 20) + 1, (8 << 20) + 1, false), (1, 3, 0, false),
    ])
  func aHeaderBeyondTheLimitsIsRefused(count: Int, raw: Int, stored: Int, isRight: Bool) {
    let header = Self.header {
      $0.isCompressed = false
      $0.count = count
      $0.rawSize = raw
      $0.storedSize = stored
    }
    #expect(header.isPlausible == isRight)
  }

  @Test func aSizeThatLZ4CannotReachIsRefused() {
    func isPlausible(_ raw: Int, _ stored: Int) -> Bool {
      Self.header {
        $0.rawSize = raw
        $0.storedSize = stored
      }.isPlausible
    }
    #expect(isPlausible(255 * 100 + 16, 100))
    #expect(!isPlausible(255 * 100 + 17, 100))
    #expect(isPlausible(8 << 20, LZ4.bound(8 << 20)))
    #expect(!isPlausible(8 << 20, LZ4.bound(8 << 20) + 1))
    #expect(
      !Self.header {
        $0.isCompressed = false
        $0.storedSize = 899
      }.isPlausible)
  }

  @Test func positionsEndWhereJSONNumbersAreNoLongerExact() {
    func isPlausible(_ first: UInt64) -> Bool {
      Self.header {
        $0.first = Position(first)
        $0.count = 1
      }.isPlausible
    }
    #expect(isPlausible(Limits.positionMax))
    #expect(!isPlausible(Limits.positionMax + 1))
  }

  @Test func recordsThatDoNotFillTheirSizeAreRefused() throws {
    func records(_ raw: [UInt8], count: Int) -> Int? {
      let header = Self.header {
        $0.isCompressed = false
        $0.count = count
        $0.rawSize = raw.count
        $0.storedSize = raw.count
      }
      return Frame.records(of: header, in: raw, payload: 0..<raw.count)?.entries.count
    }
    #expect(records([0, 1, 9], count: 1) == 1)
    #expect(records([0, 1, 9, 0, 2, 8, 8], count: 2) == 2)
    #expect(records([0, 1, 9, 0, 2, 8, 8], count: 1) == nil)
    #expect(records([0, 1, 9, 0, 2, 8, 8], count: 3) == nil)
    #expect(records([0, 1, 9, 0], count: 1) == nil)
    #expect(records([0, 2, 9], count: 1) == nil)
    #expect(records([0, 0, 0, 1, 9], count: 2) == nil)
    let most = Limits.entrySizeMax
    #expect(records([UInt8(most >> 8), UInt8(most & 255)] + repeated(most), count: 1) == 1)
    let more = most + 1
    #expect(records([UInt8(more >> 8), UInt8(more & 255)] + repeated(more), count: 1) == nil)
  }

  private func repeated(_ count: Int) -> [UInt8] { Array(repeating: 0x20, count: count) }

  @Test func bytesThatDoNotCompressAreStoredAsTheyAre() {
    var random = SeededGenerator(seed: 3)
    let noise = random.bytes(500)
    let frame = EncodedFrame(
      raw: [1, 244] + noise, count: 1, first: .zero, ledger: testLedgerID, epoch: 1,
      root: .empty, recorded: Timestamp(microseconds: 0))
    #expect(!frame.header.isCompressed)
    #expect(Array(frame.bytes[98..<598]) == noise)
    #expect(frame.bytes.last == UInt8(ascii: "1"), "the last byte written is no zero")
  }
}
