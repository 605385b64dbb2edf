// Requests to unsubscribe links: RFC 8058, mail scanners, and whoever means ill.

import RapportTesting
import Relationship
import Testing

@Suite struct OneClickTests {
  private static let form = "application/x-www-form-urlencoded"

  private func read(
    _ method: String, _ type: String? = form, _ body: String = ""
  ) -> OneClick {
    OneClick.read(method: method, contentType: type, body: Array(body.utf8))
  }

  /// The body of the example in section 8 of the RFC, in both forms that section 3.2 allows.
  @Test func theExampleOfTheStandardIsAClick() {
    #expect(read("POST", Self.form, "List-Unsubscribe=One-Click") == .unsubscribe)
    let parts = """
      --next\r
      Content-Disposition: form-data; name="List-Unsubscribe"\r
      \r
      One-Click\r
      --next--\r

      """
    #expect(read("POST", "multipart/form-data; boundary=next", parts) == .unsubscribe)
    #expect(read("POST", "Multipart/Form-Data ; Boundary=\"next\"", parts) == .unsubscribe)
    #expect(read("POST", "multipart/form-data; boundary=other", parts) == .neither)
  }

  @Test func aLinkThatIsFollowedShowsAPageAndNothingElse() {
    #expect(read("GET", nil) == .page)
    #expect(read("HEAD", nil) == .page)
    // Whatever it carries: scanners repeat what they saw.
    #expect(read("GET", Self.form, "List-Unsubscribe=One-Click") == .page)
  }

  @Test(arguments: [
    "List-Unsubscribe=One-Click\r\n", "a=b&List-Unsubscribe=One-Click",
    "List-Unsubscribe=One-Click&a=b", "List%2DUnsubscribe=One%2dClick",
    "&&List-Unsubscribe=One-Click&", "List-Unsubscribe=No&List-Unsubscribe=One-Click",
  ]) func aNoIsTakenHoweverTheFormIsWritten(body: String) {
    #expect(read("POST", Self.form, body) == .unsubscribe)
    #expect(read("POST", "\(Self.form.uppercased()); charset=utf-8", body) == .unsubscribe)
  }

  @Test(arguments: [
    "", "=", "&", "%", "%4", "List-Unsubscribe", "List-Unsubscribe=", "List-Unsubscribe=Two-Clicks",
    "list-unsubscribe=one-click", "List-Unsubscribe=One-Click-Not", "XList-Unsubscribe=One-Click",
    "List-Unsubscribe%3DOne-Click", "List+Unsubscribe=One+Click",
    "{\"List-Unsubscribe\":\"One-Click\"}",
  ]) func anythingElseThatIsPostedIsNoClick(body: String) {
    #expect(read("POST", Self.form, body) == .neither)
  }

  @Test func whatIsNoPostOrNoFormIsNeither() {
    for method in ["PUT", "DELETE", "OPTIONS", "post", "get", "POST ", "", "PO\0ST"] {
      #expect(read(method, Self.form, "List-Unsubscribe=One-Click") == .neither, "\(method)")
    }
    for type in [nil, "", "text/plain", "application/json", "multipart/form-data", ";", "=;=;"] {
      #expect(read("POST", type, "List-Unsubscribe=One-Click") == .neither, "\(type ?? "none")")
    }
  }

  @Test func aBodyThatIsTooLargeIsNotRead() {
    let click = "&List-Unsubscribe=One-Click"
    let room = OneClick.bodySizeMax - click.utf8.count
    #expect(read("POST", Self.form, String(repeating: "a", count: room) + click) == .unsubscribe)
    #expect(read("POST", Self.form, String(repeating: "a", count: room + 1) + click) == .neither)
  }

  /// Parts without names, without ends, of any bytes: an answer comes, and never a click by chance.
  @Test func brokenPartsAreNoClickAndNoTrap() {
    var random = SeededGenerator.ofThisRun()
    let pieces = [
      "--b", "--b--", "\r\n", "\n", "\r", "Content-Disposition: form-data; name=", "\"", ";", "=",
      "List-Unsubscribe", "One-Clic", "%", "&", "\0", "\u{FF}",
    ]
    for _ in 0..<5_000 {
      let body = (0..<random.below(14)).map { _ in random.pick(pieces) }.joined()
      for type in [
        Self.form, "multipart/form-data; boundary=b", "multipart/form-data; boundary=\"",
      ] {
        #expect(read("POST", type, body) == .neither, "\(body.debugDescription)")
      }
      let bytes = random.bytes(random.below(64))
      #expect(
        OneClick.read(method: "POST", contentType: "multipart/form-data; boundary=b", body: bytes)
          == .neither)
    }
  }
}
