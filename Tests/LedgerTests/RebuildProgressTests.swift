import Ledger
import LogEngine
import Projection
import RapportTesting
import Synchronization
import Testing

/// What somebody who waits for a rebuild is shown.
@Suite struct RebuildProgressTests {
  /// `customer` reads every event, `service` few.
  @Test(arguments: ["customer", "service"])
  func aRebuildGoesForwardToTheEndOfTheLog(view: String) async throws {
    let ledger = try TestLedger()
    try await ledger.write { open in
      _ = try await open.publishPlan()
      _ = try await open.fillWithPractice(customers: 40, events: 1_000, seed: 1)
      _ = await open.seal()
      _ = try await open.fillWithPractice(customers: 40, events: 500, seed: 2)
    }
    try ledger.read { open in
      let heard = Mutex<[UInt64]>([])
      let end = open.log.end.value
      _ = try open.view(view).rebuild(RebuildOptions()) { done, all in
        #expect(all == end)
        heard.withLock { $0.append(done) }
      }
      let told = heard.withLock { $0 }
      #expect(told.last == end)
      #expect(told.count > 2, "there is something to see")
      #expect(zip(told, told.dropFirst()).allSatisfy { $0 < $1 }, "\(told)")
    }
  }
}
