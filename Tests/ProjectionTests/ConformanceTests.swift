import Projection
import RapportTesting
import Testing

@Suite struct ConformanceTests {
  @Test func aProjectorThatKeepsTheContractPasses() throws {
    try expectProjectorConformance(Tally.self, seeds: 0..<3, events: 200)
  }

  @Test func aProjectorThatForgetsWhatItStoredIsFound() throws {
    #expect {
      try expectProjectorConformance(ForgetfulTally.self, seeds: 0..<1, events: 200)
    } throws: { error in
      guard let error = error as? NotConforming else { return false }
      return error.description.contains("seed 0: live at batches of 1, after ")
        && error.description.contains("Table tally, row")
    }
  }

  @Test func keysThatLookAlikeStayApart() throws {
    var history = History()
    history.add("test.noted", of: "caf\u{E9}")
    history.add("test.noted", of: "cafe\u{301}")
    let rows = try ModelFile.withFolded(Tally.self, history.events) {
      try TableDump($0).rows["tally"]
    }
    #expect(rows?.count == 2, "a table compares bytes, and so must a fold")
  }
}
