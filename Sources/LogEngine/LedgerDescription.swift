internal import Disk
internal import JSONBytes

/// The random identity of a ledger: 16 bytes, written as a UUID.
package struct LedgerID: Hashable, Sendable, CustomStringConvertible {
  package let high: UInt64
  package let low: UInt64

  /// A new random one (version 4, RFC 9562), from the system's generator.
  package static func random() -> LedgerID {
    var generator = SystemRandomNumberGenerator()
    return LedgerID(
      high: generator.next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000,
      low: generator.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000)
  }

  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Reads a lower-case UUID.
  package init?(_ text: String) {
    let groups = text.split(separator: "-", omittingEmptySubsequences: false)
    // Digits are checked one by one: `UInt64` would also take a sign.
    let isHex = text.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x61...0x66).contains($0) || $0 == 0x2D
    }
    guard groups.map(\.utf8.count) == [8, 4, 4, 4, 12], isHex,
      let high = UInt64(groups[0...2].joined(), radix: 16),
      let low = UInt64(groups[3...4].joined(), radix: 16)
    else { return nil }
    self.init(high: high, low: low)
  }

  /// Reads the 16 bytes of file headers, big-endian.
  init(bytes: [UInt8]) {
    precondition(bytes.count == 16, "a ledger id has 16 bytes")
    high = bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) }
    low = bytes[8...].reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// The 16 bytes of file headers, big-endian.
  var bytes: [UInt8] {
    [high, low].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) } }
  }

  package var description: String {
    func hex(_ value: UInt64, _ digits: Int) -> String {
      let text = String(value, radix: 16)
      return String(repeating: "0", count: digits - text.count) + text
    }
    return [
      hex(high >> 32, 8), hex(high >> 16 & 0xFFFF, 4), hex(high & 0xFFFF, 4), hex(low >> 48, 4),
      hex(low & 0xFFFF_FFFF_FFFF, 12),
    ].joined(separator: "-")
  }
}

/// `ledger.json`: what this folder is. Written once; replaced whole only when a newer format adds to it.
package struct LedgerDescription: Hashable, Sendable {
  /// Which event types the ledger knows: those that ship and its own, or its own alone.
  package enum Catalogue: String, Sendable { case shipped, own }

  package var id: LedgerID
  /// `<organisation's domain>/rapport/<id>`: the name of the log in every checkpoint (tlog-checkpoint).
  package var origin: String
  package var catalogue: Catalogue
  /// Level of LZ4-HC for sealing, fixed because sealing is deterministic.
  package var compressionLevel: Int

  /// Levels that LZ4-HC has.
  static let compressionLevels: ClosedRange<Int64> = 3...12

  package static let format = 1
  static let fileName = "ledger.json"

  package init(id: LedgerID, name: String, catalogue: Catalogue = .shipped) {
    self.id = id
    origin = "\(name)/rapport/\(id)"
    self.catalogue = catalogue
    compressionLevel = 9
  }

  /// A domain name as the first part of an origin: letters, digits, dots, hyphens, no blanks and no `+`.
  package static func isName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 128
      && name.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == 0x2E
          || byte == 0x2D
      }
  }

  /// The canonical JSON. `personalFields` says that fields about a person are stored in clear: there are no keys yet.
  var encoded: [UInt8] {
    var bytes: [UInt8] = []
    CanonicalWriter.write(
      [
        "catalogue": .string(catalogue.rawValue), "compressionLevel": .integer(compressionLevel),
        "format": .integer(Self.format), "id": .string(id.description), "origin": .string(origin),
        "personalFields": "clear",
      ], to: &bytes)
    return bytes + [0x0A]
  }

  init(_ bytes: [UInt8]) throws(OpenError) {
    let document: JSONDocument
    do throws(JSONError) {
      document = try JSONDocument(scanning: bytes)
    } catch {
      throw .notALedger("\(Self.fileName) is not JSON, \(error.sentence)")
    }
    let root = document.root
    guard let format = root["format"]?.integer else {
      throw .notALedger("\(Self.fileName) names no format")
    }
    guard format == Self.format else { throw .unsupportedFormat(found: Int(format)) }
    guard let id = root["id"]?.string.flatMap({ LedgerID($0) }),
      let origin = root["origin"]?.string,
      let catalogue = root["catalogue"]?.string.flatMap({ Catalogue(rawValue: $0) }),
      let level = root["compressionLevel"]?.integer
    else { throw .notALedger("\(Self.fileName) lacks id, origin, catalogue or compressionLevel") }
    guard Self.compressionLevels.contains(level) else {
      throw .notALedger("\(Self.fileName) names compressionLevel \(level); it is 3 to 12")
    }
    self.id = id
    self.origin = origin
    self.catalogue = catalogue
    compressionLevel = Int(level)
  }
}
