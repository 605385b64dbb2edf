// Fields read one after another, and what lies behind the end.
import Disk
import Testing

struct ByteCursorTests {
  @Test func fieldsComeBackAsTheyWereAppended() {
    var bytes: [UInt8] = []
    bytes.appendInteger(UInt8(0x01))
    bytes.appendInteger(UInt16(0x0203))
    bytes.appendInteger(UInt32(0x0405_0607))
    bytes.appendInteger(UInt64(0x0809_0A0B_0C0D_0E0F))
    bytes.appendZeros(3)
    #expect(bytes == [1, 3, 2, 7, 6, 5, 4, 15, 14, 13, 12, 11, 10, 9, 8, 0, 0, 0])
    var cursor = ByteCursor(bytes)
    let (one, two) = (cursor.integer(UInt8.self), cursor.integer(UInt16.self))
    let (four, eight) = (cursor.integer(UInt32.self), cursor.integer(UInt64.self))
    #expect(one == 0x01 && two == 0x0203)
    #expect(four == 0x0405_0607 && eight == 0x0809_0A0B_0C0D_0E0F)
    #expect(cursor.offset == 15 && cursor.remaining == 3)
    let rest = cursor.take(3)
    #expect(rest == [0, 0, 0])
    #expect(cursor.remaining == 0)
  }

  @Test func negativeNumbersAreAppendedAsTwosComplement() {
    var bytes: [UInt8] = []
    bytes.appendInteger(Int16(-2))
    #expect(bytes == [0xFE, 0xFF])
  }

  @Test func everyFieldThatReachesBehindTheEndIsNilAndMovesNothing() {
    for size in 0...9 {
      for start in 0...size {
        let left = size - start
        let fresh = ByteCursor([UInt8](repeating: 1, count: size), at: start)
        func expect(_ width: Int, _ read: (inout ByteCursor) -> Bool) {
          var cursor = fresh
          let isRead = read(&cursor)
          #expect(isRead == (width <= left))
          #expect(cursor.offset == start + (width <= left ? width : 0))
        }
        expect(1) { $0.integer(UInt8.self) != nil }
        expect(2) { $0.integer(UInt16.self) != nil }
        expect(4) { $0.integer(UInt32.self) != nil }
        expect(8) { $0.integer(UInt64.self) != nil }
        for width in 0...10 {
          expect(width) { $0.take(width)?.count == width }
          expect(width) { $0.skip(width) }
        }
      }
    }
  }

  @Test func absurdLengthsAndPlacesAreRefusedWithoutATrap() {
    var cursor = ByteCursor([1, 2, 3])
    for count in [Int.max, Int.max - 1, -1, Int.min] {
      let (taken, skipped) = (cursor.take(count), cursor.skip(count))
      #expect(taken == nil && !skipped)
    }
    #expect(cursor.offset == 0)
    for offset in [4, Int.max] {
      var beyond = ByteCursor([1, 2, 3], at: offset)
      #expect(beyond.remaining == 0)
      let (byte, taken, skipped) = (beyond.integer(UInt8.self), beyond.take(1), beyond.skip(1))
      #expect(byte == nil && taken == nil && !skipped)
    }
  }
}
