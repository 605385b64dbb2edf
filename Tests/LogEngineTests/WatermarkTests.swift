import Disk
import RapportTesting
import Testing
import Transparency

@testable import LogEngine

struct WatermarkTests {
  private func mark(_ counter: UInt64, size: UInt64 = 5) -> Watermark {
    Watermark(
      counter: counter, ledger: testLedgerID, size: Position(size), root: .empty,
      journal: Position(2), epoch: 3)
  }

  private func file(_ even: Watermark?, _ odd: Watermark?) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 8_192)
    if let even { bytes.replaceSubrange(0..<128, with: even.slot) }
    if let odd { bytes.replaceSubrange(4_096..<4_224, with: odd.slot) }
    return bytes
  }

  @Test func theSlotWithTheHigherCounterCounts() {
    #expect(Watermark.read(file(mark(4), mark(3))).newest == mark(4))
    #expect(Watermark.read(file(mark(4), mark(5))).newest == mark(5))
    #expect(Watermark.read(file(mark(0), nil)).newest == mark(0))
    #expect(Watermark.read(file(nil, mark(1))).newest == mark(1))
    #expect(Watermark.read(file(nil, nil)) == Watermark.Reading(newest: nil, damagedSlots: 0))
    #expect(Watermark.read([]) == Watermark.Reading(newest: nil, damagedSlots: 0))
  }

  @Test func slotsAreWrittenInTurn() {
    #expect((0..<4).map { Watermark.offset(for: $0) } == [0, 4_096, 0, 4_096])
  }

  @Test func everyFlippedBitOfASlotLeavesTheOther() {
    for place in 0..<128 {
      for bit in 0..<8 {
        var bytes = file(mark(4), mark(5))
        bytes[4_096 + place] ^= 1 << UInt8(bit)
        let reading = Watermark.read(bytes)
        #expect(reading == Watermark.Reading(newest: mark(4), damagedSlots: 1), "\(place), \(bit)")
      }
    }
  }

  @Test func everyCutIsReadWithoutHarm() {
    let bytes = file(mark(4), mark(5))
    for size in stride(from: 0, through: 8_192, by: 31) {
      let newest = Watermark.read(Array(bytes[..<size])).newest
      #expect(newest == (size >= 4_224 ? mark(5) : size >= 128 ? mark(4) : nil), "cut to \(size)")
    }
  }
}
