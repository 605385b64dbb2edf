import RapportTesting
import ReadModels
import Testing

@Suite struct Customer360ConformanceTests {
  @Test(arguments: [0, 1, 2, 3, 4, 5, 6, 7] as [UInt64])
  func liveAndBulkGiveTheSameRows(seed: UInt64) throws {
    try expectProjectorConformance(Customer360.self, seeds: seed..<seed + 1, events: 400)
  }
}
