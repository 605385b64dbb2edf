import Disk
import Foundation
import JSONBytes
import Ledger
import LogEngine
import RapportTesting
import Testing

@Suite struct WaitingNotesTests {
  /// What cannot be appended must not keep everybody from appending.
  @Test(arguments: ["", "{\"garbage", "{}", "[1]"])
  func aNoteThatIsNoEventIsSetAside(text: String) async throws {
    let ledger = try TestLedger()
    let views = "\(ledger.directory)/views"
    _ = try ledger.query("SELECT count(*) FROM customer")
    try Ledger.writePrivateFile(Array(text.utf8), to: "\(views)/x-1.rebuilt.json")
    let writer = try Ledger.open(ledger.directory, for: .writing)
    #expect(writer.remarks.contains { $0.contains("x-1.rebuilt.json") })
    try await writer.close()
    let names = try FileManager.default.contentsOfDirectory(atPath: views)
    #expect(names.contains("x-1.rebuilt.json.refused"))
    #expect(!names.contains("x-1.rebuilt.json"))
    let again = try Ledger.open(ledger.directory, for: .writing)
    #expect(again.remarks.isEmpty)
    try await again.close()
  }

  @Test func aRebuildIsPartOfTheHistoryOnce() async throws {
    let ledger = try TestLedger()
    try ledger.read { _ = try $0.view("customer").rebuild() }
    for _ in 0..<2 {
      let writer = try Ledger.open(ledger.directory, for: .writing)
      try await writer.close()
    }
    try ledger.read { ledger in
      var types: [String] = []
      try ledger.replay(described: true) { types.append($1?.type ?? "") }
      #expect(types == ["projection.rebuilt"])
    }
  }
}
