import Foundation
import JSONBytes
import Ledger
import LogEngine
import Projection
import RapportTesting
import ReadModels
import Testing

/// Subjects that merges join are one customer in every model that ships, and parted they are as if they had never been.
@Suite struct IdentityTests {
  private static let models: [FoldedModel] =
    [FoldedModel(Customer360.self), PermissionModel.folded]
    + [ServiceModel.self, ProductModel.self, MarketingModel.self].map {
      (model: any DepartmentModel.Type) in
      FoldedModel(model.name, version: model.version, model.parts)
    }

  private static let day = Timestamp(microseconds: 1_767_268_800_000_000)

  private func digest(_ engine: ProjectionEngine) throws -> ContentDigest {
    try engine.contentDigest()
  }

  /// A history without merges, then merges, then their ends in another order.
  @Test(arguments: 0..<100 as Range<UInt64>)
  func mergesTakenBackLeaveNoTrace(offset: UInt64) throws {
    let seed = SeededGenerator.seedOfThisRun &+ offset
    var generator = SeededGenerator(seed: seed)
    let types = RandomHistory.customerTypes.filter { !$0.hasPrefix("profile.") }
    var history = History()
    for event in RandomHistory.events(seed: seed, count: 80, types: types).events {
      history.add(
        event.type, of: event.subject, at: event.time, recorded: event.recorded, id: event.id,
        by: event.authtype, source: event.source, event.data.value)
    }
    let plain = history.events.count
    let subjects = Set(history.events.compactMap(\.subject)).sorted()
    var merges: [(id: String, kept: String)] = []
    for _ in 0..<1 + generator.below(4) {
      let (kept, absorbed) = (generator.pick(subjects), generator.pick(subjects))
      if kept == absorbed { continue }
      let id = history.add(
        "profile.merged", of: kept, at: "2026-11-01", by: "user",
        [
          "canonical": .string(kept), "absorbed": .string(absorbed), "assurance": "probable",
        ])
      merges.append((id, kept))
    }
    let merged = history.events.count
    for merge in merges.shuffled(using: &generator) {
      history.add(
        "profile.unmerged", of: merge.kept, at: "2026-11-02", by: "user",
        ["mergeEventId": .string(merge.id), "reason": "wrongPerson"])
    }
    for model in Self.models {
      try TemporaryDirectory.with { folder in
        var engine = ProjectionEngine(model, folder: folder + "/views", catalogue: "")
        engine.batchMax = [1, 7, 1_000][generator.below(3)]
        let source = ArraySource(history.events[..<plain])
        _ = try engine.catchUp(with: source, now: Self.day)
        let before = try engine.contentDigest()
        source.append(history.events[plain..<merged])
        _ = try engine.catchUp(with: source, now: Self.day)
        let bulk = try ModelFile.withFolded(model, from: source) {
          try Digest.contents(of: $0.db)
        }
        #expect(try engine.contentDigest() == bulk, "\(model.name), merged, seed \(seed)")
        source.append(history.events[merged...])
        _ = try engine.catchUp(with: source, now: Self.day)
        #expect(try engine.contentDigest() == before, "\(model.name), parted, seed \(seed)")
      }
    }
  }

  @Test func aMergedCustomerIsFoundUnderEitherSubject() async throws {
    let ledger = try TestLedger()
    func line(_ id: String, _ type: String, _ subject: String, _ data: String) -> String {
      """
      {"specversion":"1.0","id":"\(id)","source":"/t","type":"\(type)","subject":"\(subject)","time":"2026-03-01T09:00:00Z",\
      "dataschema":"\(type)/1","authtype":"user","authid":"desk","data":\(data)}

      """
    }
    let inquiry = #"{"inquiryId":"q","channel":"email","topic":"food"}"#
    _ = try await ledger.append(
      line("1", "inquiry.received", "a", inquiry) + line("2", "inquiry.received", "b", inquiry)
        + line(
          "3", "profile.merged", "a", #"{"canonical":"a","absorbed":"b","assurance":"probable"}"#))
    try ledger.read { ledger in
      let one = try ledger.customer("a").view
      #expect(one?.who.events == 3)
      #expect(try ledger.customer("b").view?.who == one?.who)
      var places: [UInt64] = []
      try ledger.timeline(of: "b", described: true) { places.append($1?.position ?? 99) }
      #expect(places == [0, 1, 2], "both timelines are read as one")
      let early = try Ledger.instant("2026-02-01")
      #expect(try ledger.customer("b", asOf: early).view == nil)
      let late = try Ledger.instant("2026-03-02")
      #expect(try ledger.customer("b", asOf: late).view == ledger.customer("a", asOf: late).view)
    }
    let rows = try ledger.query("SELECT customer_id, events FROM customer")
    #expect(rows == #"[{"customer_id":"a","events":3}]"#)
  }
}
