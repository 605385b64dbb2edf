import JSONBytes
import RapportTesting
import Testing

@testable import LogEngine

struct LedgerDescriptionTests {
  @Test func aDescriptionIsReadAsItWasWritten() throws {
    for catalogue in [LedgerDescription.Catalogue.shipped, .own] {
      let description = LedgerDescription(
        id: testLedgerID, name: "shop.example.org", catalogue: catalogue)
      #expect(try LedgerDescription(description.encoded) == description)
    }
  }

  @Test func anIdIsAVersion4UUIDAndIsReadBack() throws {
    for _ in 0..<100 {
      let id = LedgerID.random()
      let text = Array("\(id)")
      #expect(text.count == 36)
      #expect(text[14] == "4")
      #expect("89ab".contains(text[19]))
      #expect(LedgerID("\(id)") == id)
      #expect(LedgerID(bytes: id.bytes) == id)
    }
    for wrong in [
      "", "0190a6c4-1b2d-7e3f-8a5b-6c7d8e9f0a1", "0190A6C4-1b2d-7e3f-8a5b-6c7d8e9f0a1b",
      "0190a6c41b2d-7e3f-8a5b-6c7d8e9f0a1b", "+190a6c4-1b2d-7e3f-8a5b-6c7d8e9f0a1b",
    ] {
      #expect(LedgerID(wrong) == nil, "\(wrong)")
    }
  }

  @Test func namesAreDomains() {
    for good in ["localhost", "example.org", "a-b.c0"] { #expect(LedgerDescription.isName(good)) }
    for bad in ["", "a b", "a+b", "a/b", "ä", String(repeating: "x", count: 129)] {
      #expect(!LedgerDescription.isName(bad))
    }
  }

  @Test func whatIsMissingIsSaid() {
    func refusal(_ text: String) -> OpenError? {
      do throws(OpenError) {
        _ = try LedgerDescription(Array(text.utf8))
        return nil
      } catch {
        return error
      }
    }
    for text in ["", "{}", "[1]", #"{"format":1}"#, #"{"format":"1"}"#, "\u{FEFF}{}"] {
      guard case .notALedger = refusal(text) else {
        Issue.record("\(text)")
        continue
      }
    }
    #expect(refusal(#"{"format":2}"#) == .unsupportedFormat(found: 2))
  }
}
