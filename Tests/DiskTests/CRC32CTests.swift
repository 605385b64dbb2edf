// The check of stored bytes: by the processor's instruction, by a table, and as it is defined.
import Disk
import RapportTesting
import Testing

struct CRC32CTests {
  @Test func theCheckValueIsTheOneOfTheStandard() {
    let digits = Array("123456789".utf8)
    #expect(CRC32C.of(digits) == 0xE306_9283)
    #expect(CRC32C.byTable(digits) == 0xE306_9283)
    #expect(CRC32C.of([]) == 0)
    #expect(CRC32C.byTable([]) == 0)
  }

  @Test func theVectorsOfISCSIAreMet() {
    // RFC 3720, appendix B.4.
    #expect(CRC32C.of(repeated(0, 32)) == 0x8A91_36AA)
    #expect(CRC32C.of(repeated(0xFF, 32)) == 0x62A8_AB43)
    #expect(CRC32C.of(Array(0..<32)) == 0x46DD_794E)
    #expect(CRC32C.of((0..<32).reversed()) == 0x113F_DB5C)
  }

  @Test func everyLengthAtEveryAlignmentAgreesWithTheTable() {
    var random = SeededGenerator(seed: 5)
    let bytes = random.bytes(96)
    for start in 0...31 {
      for count in 0...64 {
        let part = Array(bytes[start..<start + count])
        let expected = CRC32C.byTable(part)
        #expect(CRC32C.of(bytes, in: start..<start + count) == expected)
        #expect(CRC32C.of(part) == expected)
        #expect(bitByBit(part) == expected)
      }
    }
  }

  @Test func longInputAgreesWithTheTable() {
    var random = SeededGenerator(seed: 6)
    for _ in 0..<20 {
      let bytes = random.bytes(random.below(20_000))
      #expect(CRC32C.of(bytes) == CRC32C.byTable(bytes))
    }
  }

  @Test func everyFlippedBitIsSeen() {
    let bytes = Array("what is stored is checked".utf8)
    let right = CRC32C.of(bytes)
    for bit in 0..<bytes.count * 8 {
      var wrong = bytes
      wrong[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(CRC32C.of(wrong) != right)
    }
  }

  /// The definition: polynomial 0x1EDC6F41, reflected, initial value and final XOR all ones.
  private func bitByBit(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { crc, byte in
      (0..<8).reduce(crc ^ UInt32(byte)) { value, _ in
        value & 1 == 1 ? value >> 1 ^ 0x82F6_3B78 : value >> 1
      }
    }
  }
}
