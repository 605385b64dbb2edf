import Disk
import Foundation
import RapportTesting
import Testing

@testable import LogEngine

/// Every byte of a small ledger flipped, and every size forged: found or harmless, never cut off, memory bounded
/// (rows 15 to 17).
struct FaultDamageTests {
  /// Where a byte is, and the row that it is counted in.
  private func row(_ base: SealedLedger, _ name: String, _ byte: Int) throws -> Int {
    if name == base.journal {
      let bytes = try #require(base.disk.bytes(of: base.path(name)))
      let frames = try JournalReading(bytes: bytes).frames()
      guard let frame = frames.last(where: { $0.offset <= byte }) else { return 16 }
      if frame.offset == frames.last?.offset { return 17 }
      return byte < frame.offset + 96 ? 16 : 15
    }
    guard let segment = base.segments.firstIndex(of: name) else { return 16 }
    let chunk = try base.carrying(segment).first { $0.contains(byte) }
    return chunk.map { byte < $0.lowerBound + 48 } ?? true ? 16 : 15
  }

  /// Bytes that carry something; of a journal and the watermark, and of what segments and the checkpoint consist of.
  private func carrying(_ base: SealedLedger, _ name: String) throws -> [Range<Int>] {
    if let segment = base.segments.firstIndex(of: name) { return try base.carrying(segment) }
    if name == "log/watermark" { return [0..<128, 4_096..<4_096 + 128] }
    if name == SealedLedger.checkpoint { return [0..<(try base.size(name))] }
    let bytes = try #require(base.disk.bytes(of: base.path(name)))
    return [0..<128]
      + (try JournalReading(bytes: bytes).frames()).map {
        $0.offset..<$0.offset + 96 + $0.storedSize + 16
      }
  }

  /// The kind of the chunk that holds a byte of a segment.
  private func kind(_ base: SealedLedger, _ name: String, _ byte: Int) throws -> String {
    guard let segment = base.segments.firstIndex(of: name) else { return "" }
    let file = try SegmentFile.open(
      try base.disk.openForReading(base.path(name)), name: "", ledger: testLedgerID,
      first: Position(base.firsts[segment]))
    let chunk = file.footer.chunks.last { Int($0.offset) <= byte }
    return chunk.map { "kind \($0.kind) of block \($0.block)" } ?? ""
  }

  @Test(.faultRow(15, .bytes), arguments: 0..<5)
  func aFlippedBitIsFoundOrHarmless(file: Int) async throws {
    let base = try await SealedLedger()
    let name = (base.segments + [base.journal, "log/watermark", SealedLedger.checkpoint])[file]
    let carrying = try carrying(base, name)
    let end = try #require(carrying.last).upperBound
    let step = CampaignSize.pick(tests: 97, small: 29, full: 1)
    var start = Int(SeededGenerator.seedOfThisRun % UInt64(step))
    // Zeros behind the last frame are alike.
    var refusals = 0
    while start < end {
      let byte = start
      start += step
      let copy = base.disk.copy()
      copy.flipBit(of: base.path(name), at: byte, bit: byte % 8)
      let place = "\(name), byte \(byte)"
      FaultTally.countRuns(of: try row(base, name, byte))
      let kind = try kind(base, name, byte)
      let reading = try base.read(copy, place)
      let isFound =
        reading.isRefused || reading.isTold || !reading.holes.isEmpty || !reading.isVerified
      let isCarrying = carrying.contains { $0.contains(byte) }
      // One slot of the watermark is enough, and the older one is not looked at by its content.
      if isCarrying, name != "log/watermark" {
        #expect(isFound, "\(place): nobody has noticed; \(kind)")
      }
      if try await base.write(copy, place) { refusals += 1 }
    }
    // A writer reads journals and checkpoint whole; of segments header, footer and trailer.
    if name == base.journal || name == SealedLedger.checkpoint { #expect(refusals > 0) }
  }

  // MARK: Forged sizes

  /// Peak of the address space, in bytes.
  private func peak() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmPeak") })
    return try #require(Int(line.split(whereSeparator: { !$0.isNumber }).joined())) << 10
  }

  /// Structures with a checksum of their own: where they lie, and where in them it stands.
  private func structures(
    _ base: SealedLedger
  ) throws -> [(name: String, range: Range<Int>, crc: Int)] {
    var found: [(name: String, range: Range<Int>, crc: Int)] = []
    let bytes = try #require(base.disk.bytes(of: base.path(base.journal)))
    found.append((base.journal, 0..<128, 124))
    for frame in try JournalReading(bytes: bytes).frames() {
      found.append((base.journal, frame.offset..<frame.offset + 96, 92))
    }
    for number in 0..<2 {
      let name = base.segments[number]
      let parts = try base.carrying(number)
      found.append((name, parts[0], 252))
      for chunk in parts.dropFirst().dropLast() {
        found.append((name, chunk.lowerBound..<chunk.lowerBound + 40, 36))
      }
      let size = try base.size(name)
      found.append((name, size - 64..<size, 60))
    }
    return found
  }

  /// Somebody writes sizes and counts that there are not, and computes the checksums anew.
  @Test(.faultRow(16, .bytes)) func forgedSizesAskForNoMemoryAndTrapNothing() async throws {
    let base = try await SealedLedger()
    let values = CampaignSize.pick(
      tests: [0xFFFF_FFFF], small: [0xFFFF_FFFF, 0x7FFF_FFFF],
      full: [0xFFFF_FFFF, 0x7FFF_FFFF, 0x8000_0000, 0x00FF_FFFF, 0] as [UInt32])
    var before = try peak()
    for structure in try structures(base) {
      let bytes = try #require(base.disk.bytes(of: base.path(structure.name)))
      let step = CampaignSize.pick(tests: 28, small: 20, full: 4)
      // What asks for memory in a frame, and in a chunk, is always among them.
      let sizes = structure.crc == 92 ? [32, 36, 40] : structure.crc == 36 ? [16, 20, 32] : []
      for offset in Set(sizes + stride(from: 0, to: structure.crc - 3, by: step)) {
        for value in values {
          var forged = Array(bytes[structure.range])
          for byte in 0..<4 {
            forged[offset + byte] = UInt8(truncatingIfNeeded: value >> (8 * byte))
          }
          let crc = CRC32C.of(forged, in: 0..<structure.crc)
          for byte in 0..<4 {
            forged[structure.crc + byte] = UInt8(truncatingIfNeeded: crc >> (8 * byte))
          }
          let copy = base.disk.copy()
          copy.overwrite(
            base.path(structure.name), with: forged, at: structure.range.lowerBound)
          let place = "\(structure.name), byte \(structure.range.lowerBound + offset) = \(value)"
          FaultTally.countRuns(of: 16)
          _ = try base.read(copy, place)
          try await base.write(copy, place)
          // Threads, here and of other tests, take address space too; a forged size would ask for gigabytes.
          let now = try peak()
          #expect(now - before < 1 << 30, "\(place): \(now - before) bytes")
          before = now
        }
      }
    }
  }
}
