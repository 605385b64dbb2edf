import Foundation
import JSONBytes
import LogEngine
import Projection
import RapportTesting
import Testing

@Suite struct RebuildTests {
  private let scratch = TemporaryFolder()
  private var views: String { scratch.path + "/views" }

  private func engine() -> ProjectionEngine {
    ProjectionEngine(
      Tally.self, folder: views, catalogue: "catalogue")
  }

  private func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: views)
      .filter { !$0.hasSuffix(".lock") }.sorted()
  }

  private func inForce() throws -> String {
    try FileManager.default.destinationOfSymbolicLink(atPath: engine().link)
  }

  struct Stopped: Error {}

  @Test func theSameEventsGiveTheSameDigest() throws {
    let source = ArraySource(tallyEvents(300))
    let first = try engine().rebuild(from: source, now: noon)
    #expect(first.before == nil)
    #expect(first.isUnchanged == nil)
    var options = RebuildOptions()
    options.compares = true
    let second = try engine().rebuild(from: source, now: noon, options)
    #expect(second.isUnchanged == true)
    #expect(second.digest == first.digest)
    #expect(second.digest.rows == 297)
  }

  @Test func thePreviousFileIsKeptAndOlderOnesGo() throws {
    let source = ArraySource(tallyEvents(30))
    for _ in 0..<3 { _ = try engine().rebuild(from: source, now: noon) }
    #expect(try inForce() == "tally@3.sqlite")
    #expect(try files() == ["tally.sqlite", "tally@2.sqlite", "tally@3.sqlite"])
  }

  @Test func whatWasAppendedMeanwhileIsTakenIn() throws {
    let events = tallyEvents(90)
    let source = ArraySource(events[..<40])
    let report = try engine().rebuild(from: source, now: noon) { step in
      if step == .written { source.append(events[40..<60]) }
      if step == .finished { source.append(events[60...]) }
    }
    #expect(report.progress.position == Position(90))
    let expected = try ModelFile.withFolded(Tally.self, events) { try Digest.contents(of: $0.db) }
    #expect(try engine().contentDigest() == expected)
  }

  @Test func aSecondRebuildIsRefused() throws {
    let source = ArraySource(tallyEvents(30))
    var refused = false
    _ = try engine().rebuild(from: source, now: noon) { step in
      guard step == .written else { return }
      #expect(throws: ProjectionError.rebuildRunning(model: "tally")) {
        try engine().rebuild(from: source, now: noon)
      }
      refused = true
    }
    #expect(refused)
  }

  @Test func theOldFileAnswersWhileTheNewOneIsMade() throws {
    let source = ArraySource(tallyEvents(30))
    _ = try engine().rebuild(from: source, now: noon)
    source.append(tallyEvents(60)[30...])
    _ = try engine().rebuild(from: source, now: noon) { step in
      guard step != .inForce else { return }
      let count = try engine().query("SELECT sum(events) FROM tally").rows
      #expect(count == [[.integer(30)]], "at \(step)")
    }
    #expect(try engine().query("SELECT sum(events) FROM tally").rows == [[.integer(59)]])
  }

  @Test(arguments: RebuildStep.allCases.filter { $0 != .inForce })
  func aRebuildThatFailsLeavesTheOldFileAndNoLitter(step: RebuildStep) throws {
    let source = ArraySource(tallyEvents(30))
    _ = try engine().rebuild(from: source, now: noon)
    let before = try files()
    #expect(throws: Stopped.self) {
      try engine().rebuild(from: source, now: noon) { if $0 == step { throw Stopped() } }
    }
    #expect(try files() == before)
    #expect(try inForce() == "tally@1.sqlite")
  }

  @Test(arguments: RebuildStep.allCases)
  func aRebuildKilledAtAnyStepLeavesAWholeFileInForce(step: RebuildStep) async throws {
    let source = ArraySource(tallyEvents(30))
    let old = try engine().rebuild(from: source, now: noon).digest
    await #expect(processExitsWith: .exitCode(9)) {
      [views = views as String, name = step.rawValue as String] in
      let engine = ProjectionEngine(
        Tally.self, folder: views, catalogue: "catalogue")
      _ = try engine.rebuild(from: ArraySource(tallyEvents(60)), now: noon) { step in
        if step.rawValue == name { _exit(9) }
      }
    }
    let digest = try engine().contentDigest()
    if step == .inForce {
      #expect(try engine().status(end: Position(60)).lag == 0)
    } else {
      #expect(digest == old)
      #expect(try inForce() == "tally@1.sqlite")
    }
    _ = try engine().rebuild(from: source, now: noon)
    let kept = try files().filter { $0.contains("@") }
    #expect(kept.count == 2, "the file in force and the one before it: \(kept)")
    #expect(try files().allSatisfy { !$0.contains(".tmp") && !$0.contains(".link") })
  }

  @Test func aFolderThatCannotBeMadeIsTold() throws {
    let engine = ProjectionEngine(
      Tally.self, folder: scratch.path + "/none/views", catalogue: "catalogue")
    #expect {
      try engine.rebuild(from: ArraySource(), now: noon)
    } throws: { error in
      guard let error = error as? ProjectionError else { return false }
      return error.code == "view.disk" && error.sentence.contains("none/views")
    }
  }

  @Test func anEmptyLedgerHasAnEmptyModel() throws {
    let report = try engine().rebuild(from: ArraySource(), now: noon)
    #expect(report.progress.position == .zero)
    #expect(report.progress.recorded == nil)
    #expect(report.digest.rows == 0)
  }
}
