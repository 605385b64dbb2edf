import RapportTesting
import Testing
import Transparency

@testable import LogEngine

struct CloseNoteTests {
  private func note(_ count: Int) -> CloseNote {
    var frontier = Frontier()
    var ids: [Hash128] = []
    for number in 0..<count {
      frontier.append(MerkleHash.leaf([UInt8(number & 255)], in: 0..<1))
      ids.append(Hash128(high: UInt64(number), low: ~UInt64(number)))
    }
    let customers = (0..<count / 2).reversed().map {
      (customer: Hash128(high: UInt64($0) << 32, low: 7), revision: UInt32($0 + 1))
    }
    return CloseNote(
      ledger: testLedgerID, epoch: 9, frontier: frontier, lastRecorded: -5, ids: ids,
      customers: customers)
  }

  @Test(arguments: [0, 1, 2, 7, 100])
  func aNoteIsReadAsItWasWritten(count: Int) throws {
    let note = note(count)
    let read = try #require(CloseNote(note.encoded))
    #expect(read.encoded == note.encoded)
    #expect(read.ledger == testLedgerID)
    #expect(read.epoch == 9)
    #expect(read.frontier == note.frontier)
    #expect(read.lastRecorded == -5)
    #expect(read.ids == note.ids)
    #expect(read.customers.map(\.revision) == (0..<count / 2).map { UInt32($0 + 1) })
  }

  @Test func everyCutAndEveryFlippedByteIsRefused() {
    let bytes = note(7).encoded
    for size in 0..<bytes.count { #expect(CloseNote(Array(bytes[..<size])) == nil) }
    #expect(CloseNote(bytes + [0]) == nil)
    for place in bytes.indices {
      var damaged = bytes
      damaged[place] ^= 0x10
      #expect(CloseNote(damaged) == nil, "byte \(place)")
    }
  }

  /// A count that promises more than the file holds allocates nothing: the CRC is right, the counts are not.
  @Test func countsBeyondTheFileAreRefused() throws {
    let bytes = note(7).encoded
    for place in 0..<bytes.count - 8 {
      var forged = Array(bytes[..<(bytes.count - 4)])
      forged.replaceSubrange(place..<place + 4, with: [0xFF, 0xFF, 0xFF, 0xFF])
      let crc = JournalReading.crc(forged)
      forged += (0..<4).map { UInt8(truncatingIfNeeded: crc >> (8 * UInt32($0))) }
      // Ids and times may be anything; sizes and counts may not. Neither traps.
      _ = CloseNote(forged)
    }
  }

  @Test func onlyTheLastWordOfItsOwnWriterFits() {
    let note = note(7)
    func mark(_ size: UInt64, _ epoch: UInt32, _ root: MerkleHash) -> Watermark {
      Watermark(
        counter: 1, ledger: testLedgerID, size: Position(size), root: root, journal: .zero,
        epoch: epoch)
    }
    let root = note.frontier.root
    #expect(note.fitsEnd(told: mark(7, 9, root)))
    #expect(!note.fitsEnd(told: mark(7, 10, root)), "another writer came behind it")
    #expect(!note.fitsEnd(told: mark(6, 9, root)))
    #expect(!note.fitsEnd(told: mark(7, 9, .empty)))
    #expect(!note.fitsEnd(told: nil))
  }
}
