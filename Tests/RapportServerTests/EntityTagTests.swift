import RapportTesting
import Testing

@testable import RapportServer

/// Expected revisions as headers: what was meant as a guard guards, or is refused.
@Suite struct EntityTagTests {
  private func read(_ match: String?, _ noneMatch: String? = nil) -> ExpectedTag? {
    do throws(ExpectedTag.Unreadable) {
      return try ExpectedTag.read(ifMatch: match, ifNoneMatch: noneMatch)
    } catch {
      return nil
    }
  }

  @Test func aTagComesBackAsItWasGiven() {
    withEvery("revisions", in: [[0], [12], [12, 3], [RevisionTag.revisionMax]]) { revisions in
      let tag = RevisionTag(revisions)
      #expect(read(tag.header) == .oneOf([tag]), "\(loopValues)")
      #expect(tag.isKnown(by: tag.header) && tag.isKnown(by: "\"x\", W/\(tag.header)"))
    }
    #expect(RevisionTag([12, 3]).header == "\"12.3\"")
    #expect(!RevisionTag([12]).isKnown(by: nil) && !RevisionTag([12]).isKnown(by: "\"12.3\""))
  }

  @Test func conditionsAreRead() {
    #expect(read(nil) == .any)
    #expect(read("*") == .exists)
    #expect(read(nil, "*") == ExpectedTag.none)
    #expect(read(" \"1\" , \"2.5\"") == .oneOf([RevisionTag([1]), RevisionTag([2, 5])]))
  }

  @Test(arguments: [
    "", "1", "\"\"", "\"01\"", "\"-1\"", "\"1.\"", "\"1..2\"", "\"a\"", "W/\"1\"", "\"1\",",
    "\"1\" \"2\"", "\"2147483648\"", "\"99999999999\"", "\"1\"x", "'1'",
  ])
  func whatNobodyCanBeHeldToIsRefused(text: String) {
    #expect(read(text) == nil)
  }

  @Test func twoConditionsAreNone() {
    #expect(read("\"1\"", "*") == nil)
    #expect(read(nil, "\"1\"") == nil)
    #expect(
      read("\"" + (0..<65).map(String.init).joined(separator: ".") + "\"") == nil,
      "more subjects than an append can expect")
  }
}
