// Hashes of leaves and nodes against published values, and their ways in and out as text.
import Foundation
import RapportTesting
import Testing

@testable import Transparency

struct MerkleHashTests {
  @Test func leavesAndNodesHaveThePublishedHashes() {
    for (entry, hash) in zip(EightLeaves.entries, EightLeaves.leafHashes) {
      #expect(leaf(entry).hex == hash)
    }
    #expect(
      leaf(Array("L123456".utf8)).hex
        == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56")
    #expect(MerkleHash.empty.hex == EightLeaves.roots[0])
    let pair = MerkleHash.node(leaf(EightLeaves.entries[0]), leaf(EightLeaves.entries[1]))
    #expect(pair.hex == EightLeaves.roots[2])
  }

  @Test func aLeafIsTheRangeAloneWhereverItLies() {
    let entry = Array("an entry".utf8)
    for before in 0...17 {
      let around = [UInt8](repeating: 7, count: before) + entry + [9, 9]
      #expect(MerkleHash.leaf(around, in: before..<before + entry.count) == leaf(entry))
    }
    #expect(MerkleHash.leaf([1, 2, 3], in: 2..<2) == leaf([]))
  }

  @Test func leftAndRightAreNotTheSame() {
    let (one, two) = (leaf([1]), leaf([2]))
    #expect(MerkleHash.node(one, two) != MerkleHash.node(two, one))
  }

  @Test func aNodeCannotBePassedOffAsALeaf() {
    let (one, two) = (leaf([1]), leaf([2]))
    #expect(MerkleHash.node(one, two) != leaf(one.bytes + two.bytes))
  }

  @Test func bytesAndTextComeBackAsTheyWentOut() throws {
    let counting = Array(UInt8(0)..<32)
    let hash = try #require(MerkleHash(bytes: counting))
    #expect(hash.bytes == counting)
    #expect(hash.hex == "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")
    #expect(MerkleHash(hex: hash.hex) == hash)
    #expect(MerkleHash(hex: hash.hex.uppercased()) == hash)
    #expect(MerkleHash(bytes: counting[...]) == hash)
    var output: [UInt8] = [0xFF]
    hash.write(to: &output)
    #expect(output == [0xFF] + counting)
    #expect(hash.base64 == Data(counting).base64EncodedString())
    let high = try #require(MerkleHash(bytes: counting.map { 255 - $0 }))
    #expect(high.base64 == Data(high.bytes).base64EncodedString())
  }

  @Test func everyByteOfAHashCounts() throws {
    let zeros = [UInt8](repeating: 0, count: 32)
    var seen: Set<MerkleHash> = [try #require(MerkleHash(bytes: zeros))]
    for place in 0..<32 {
      for bit in 0..<8 {
        var bytes = zeros
        bytes[place] = 1 << UInt8(bit)
        let hash = try #require(MerkleHash(bytes: bytes))
        #expect(hash.bytes == bytes)
        seen.insert(hash)
      }
    }
    #expect(seen.count == 257)
  }

  @Test func whatIsNoHashIsRefused() {
    for count in 0...64 where count != 32 {
      #expect(MerkleHash(bytes: [UInt8](repeating: 0, count: count)) == nil)
    }
    let digits = String(repeating: "a", count: 64)
    #expect(MerkleHash(hex: digits) != nil)
    #expect(MerkleHash(hex: String(digits.dropLast())) == nil)
    #expect(MerkleHash(hex: digits + "a") == nil)
    for wrong in ["g", "G", " ", "+", "/", ":", "@", "`", "\u{0}"] {
      #expect(MerkleHash(hex: digits.dropLast() + wrong) == nil, "\(wrong)")
      #expect(MerkleHash(hex: wrong + digits.dropFirst()) == nil, "\(wrong)")
    }
  }
}
