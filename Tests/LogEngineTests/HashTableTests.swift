import RapportTesting
import Testing
import Transparency

@testable import LogEngine

struct HashTableTests {
  @Test func whatWasSetIsFoundThroughEveryGrowth() {
    var random = SeededGenerator(seed: 11)
    var table = HashTable()
    var known: [Hash128: UInt64] = [:]
    for number in 0..<20_000 {
      let key = Hash128(high: random.next(), low: random.next())
      #expect(table[key] == nil)
      table.set(UInt64(number), for: key)
      known[key] = UInt64(number)
    }
    #expect(table.count == known.count)
    #expect(known.allSatisfy { table[$0.key] == $0.value })
    #expect(Dictionary(uniqueKeysWithValues: table.pairs().map { ($0.key, $0.value) }) == known)
  }

  @Test func aNewValueReplacesAnOldOne() {
    var table = HashTable()
    let key = Hash128(high: 1, low: 2)
    for value in [0, 7, UInt64.max - 1] {
      table.set(value, for: key)
      #expect(table[key] == value)
    }
    #expect(table.count == 1)
  }

  /// All in one chain, also around the end of the slots, also with one half of the key equal.
  @Test func keysThatShareAPlaceAreToldApart() {
    var table = HashTable()
    for number in 0..<500 as Range<UInt64> {
      table.set(number, for: Hash128(high: number, low: 1_023))
    }
    for number in 0..<500 as Range<UInt64> {
      #expect(table[Hash128(high: number, low: 1_023)] == number)
      #expect(table[Hash128(high: 1_023, low: number)] == nil || number == 1_023)
    }
    #expect(table[Hash128(high: 500, low: 1_023)] == nil)
  }

  @Test func anAllZeroKeyIsAKeyLikeAnyOther() {
    var table = HashTable()
    #expect(table[Hash128(high: 0, low: 0)] == nil)
    table.set(0, for: Hash128(high: 0, low: 0))
    #expect(table[Hash128(high: 0, low: 0)] == 0)
  }

  @Test func aTableForManyTakesThemWithoutGrowing() {
    for capacity in [0, 767, 768, 769, 100_000] {
      var table = HashTable(capacity: capacity)
      for number in 0..<UInt64(capacity) {
        table.set(number, for: Hash128(high: 9, low: number &* 0x9E37))
      }
      #expect(table.count == capacity)
    }
  }
}
