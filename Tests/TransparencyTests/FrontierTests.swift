// The growing tree against the definition of RFC 6962 and against published roots.
import Foundation
import RapportTesting
import Testing

@testable import Transparency

struct FrontierTests {
  @Test func rootsOfTheReferenceTreeAreThePublishedOnes() {
    var frontier = Frontier()
    #expect(frontier.root.hex == EightLeaves.roots[0])
    for (entry, root) in zip(EightLeaves.entries, EightLeaves.roots.dropFirst()) {
      frontier.append(leaf(entry))
      #expect(frontier.root.hex == root)
    }
    #expect(frontier.size == 8)
  }

  @Test(.enabled(if: SharedData.isPresent, "the folder of published vectors is absent"))
  func rootsOfTheSharedVectorsAreMade() throws {
    struct Vectors: Decodable {
      var leaves_hex: [String]
      var roots_by_size_0_to_8: [String]
    }
    let file = SharedData.file("vectors/merkle/ct_reference_8_leaves.json")
    let vectors = try JSONDecoder().decode(Vectors.self, from: Data(file))
    var frontier = Frontier()
    var roots = [frontier.root.hex]
    for entry in vectors.leaves_hex {
      frontier.append(leaf(bytes(ofHex: entry)))
      roots.append(frontier.root.hex)
    }
    #expect(roots == vectors.roots_by_size_0_to_8)
  }

  @Test func aLogOfFifteenEntriesHasTheRootsThatAnotherProgramSigned() {
    // Entries and roots of the test log of transparency-dev/tessera.
    let entries = """
      one two three four five six seven eit nain ten ileven twelf threeten fourten fivten
      """.split(separator: " ")
    var frontier = Frontier()
    var roots: [String] = []
    for entry in entries {
      frontier.append(leaf(Array(entry.utf8)))
      roots.append(frontier.root.base64)
    }
    #expect(roots[7] == "bC+VwvrJbalNVjfkdI8kUgs7mJoXrqiXCE7bgnD28pY=")
    #expect(roots[14] == "rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=")
  }

  @Test func everySizeUpToThreeHundredAgreesWithTheDefinition() {
    var frontier = Frontier()
    var leaves: [MerkleHash] = []
    #expect(frontier.root == rootByDefinition(leaves[...]))
    for number in 0..<300 {
      let next = leaf(Array("entry \(number)".utf8))
      leaves.append(next)
      frontier.append(next)
      #expect(frontier.size == UInt64(leaves.count))
      #expect(frontier.hashes.count == leaves.count.nonzeroBitCount)
      #expect(frontier.root == rootByDefinition(leaves[...]), "size \(leaves.count)")
    }
  }

  @Test func aFrontierThatWasKeptGrowsAsIfItHadNeverStopped() throws {
    var whole = Frontier()
    for number in 0..<130 {
      let kept = try #require(Frontier(size: whole.size, hashes: whole.hashes))
      #expect(kept == whole)
      let next = leaf(Array("entry \(number)".utf8))
      var reopened = kept
      reopened.append(next)
      whole.append(next)
      #expect(reopened == whole)
    }
  }

  @Test func hashesOfAnotherSizeAreRefused() {
    let hashes = (0..<5).map { leaf([UInt8($0)]) }
    for size in UInt64(0)...40 {
      for count in 0...5 {
        let made = Frontier(size: size, hashes: Array(hashes.prefix(count)))
        #expect((made != nil) == (count == size.nonzeroBitCount), "size \(size), \(count) hashes")
      }
    }
  }

  @Test func theLargestSizesHaveARoot() throws {
    let hashes = (0..<64).map { leaf([UInt8($0)]) }
    let full = try #require(Frontier(size: .max, hashes: hashes))
    var beforeLast = try #require(Frontier(size: .max - 1, hashes: Array(hashes.dropLast())))
    beforeLast.append(hashes[63])
    #expect(beforeLast == full)
    #expect(beforeLast.root == full.root)
  }
}
