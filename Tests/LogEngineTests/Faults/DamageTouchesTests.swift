import Disk
import RapportTesting
import Synchronization
import Testing

@testable import LogEngine

/// What verify says of a damaged segment: each place once, and whom it concerns.
@Suite struct DamageTouchesTests {
  @Test func everyChunkIsToldOnceWithTheCustomersItTouches() async throws {
    let sealed = try await SealedLedger()
    let whole = try sealed.ledger.openForReading().log
    let segment = whole.core.shared.withLock { $0.index.segments[1] }
    let path = sealed.ledger.path("log/\(segment.name)")
    let bytes = try sealed.disk.contents(of: path, sizeMax: 1 << 20)
    let customers = Set((0..<4).map { "c\($0)" })
    var named = 0
    for place in segment.file.footer.chunks where place.size > 0 {
      let offset = Int(place.offset) + Int(place.size) - 1
      sealed.disk.overwrite(path, with: [bytes[offset] ^ 0x10], at: offset)
      let report = try sealed.ledger.openForReading().log.verify()
      sealed.disk.overwrite(path, with: [bytes[offset]], at: offset)
      let places = report.findings.filter { $0.check == .segment }.map {
        "\($0.offset) \($0.detail)"
      }
      #expect(!report.findings.isEmpty, "chunk \(place)")
      #expect(Set(places).count == places.count, "\(places)")
      // Where no entry needs the chunk, no customer is touched.
      if !report.customersTouched.isEmpty, place.block != SegmentFormat.wholeSegment {
        #expect(Set(report.customersTouched) == customers, "chunk \(place)")
        named += 1
      }
    }
    #expect(named > 5, "a damaged column of a block touches everybody in it")
    #expect(whole.verify().customersTouched.isEmpty)
  }
}
