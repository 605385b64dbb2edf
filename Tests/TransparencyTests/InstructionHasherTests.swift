import Crypto
import RapportTesting
import Testing

@testable import Transparency

/// The processor's instructions give what swift-crypto gives, for every length and place of a block's end.
@Suite(
  .enabled(if: InstructionHasher.isAvailable, "this processor has no instructions for SHA-256"))
struct InstructionHasherTests {
  private func expected(_ prefix: UInt8?, _ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var hasher = SHA256()
    if let prefix { hasher.update(data: [prefix]) }
    hasher.update(data: Array(bytes))
    return Array(hasher.finalize())
  }

  @Test func everyLength() {
    let bytes = (0..<700).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ $0 >> 3) }
    for count in 0...300 {
      for prefix: UInt8? in [nil, 0, 1] {
        let range = count % 7..<count % 7 + count
        #expect(
          InstructionHasher.hash(prefix, bytes, range).bytes == expected(prefix, bytes[range]),
          "\(count) bytes behind \(String(describing: prefix))")
      }
    }
  }

  /// Two at once, of equal and of different lengths, and the odd one at the end.
  @Test func everyPairOfLengths() {
    var random = SeededGenerator(seed: 1)
    let bytes = (0..<4_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    for first in stride(from: 0, to: 200, by: 3) {
      for count in 0...5 {
        let ranges = (0..<count).map { number in
          let start = 11 * number
          return start..<start + (number % 2 == 0 ? first : 199 - first)
        }
        #expect(
          MerkleHash.leaves(bytes, in: ranges).map(\.bytes)
            == ranges.map { expected(0, bytes[$0]) })
      }
    }
  }

  @Test func aTreeGrownAtOnceIsTheTreeGrownLeafByLeaf() {
    let leaves = (0..<400).map { MerkleHash.leaf([UInt8($0 & 255), UInt8($0 >> 8)], in: 0..<2) }
    for start in 0...70 {
      var before = Frontier()
      for leaf in leaves[..<start] { before.append(leaf) }
      for count in [0, 1, 2, 3, 7, 8, 9, 63, 64, 65, 300] {
        var one = before
        for leaf in leaves[start..<start + count] { one.append(leaf) }
        var all = before
        all.append(contentsOf: Array(leaves[start..<start + count]))
        #expect(all.size == one.size && all.hashes == one.hashes, "\(count) behind \(start)")
      }
    }
  }
}
