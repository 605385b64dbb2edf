import JSONBytes
import Relationship
import Testing

@Suite struct MoneyTests {
  private func money(_ text: String) throws -> Money? {
    Money(try JSONDocument(scanning: Array(text.utf8)).root)
  }

  @Test(arguments: [
    (#"{"amount":"19.90","currency":"EUR"}"#, Int64(19_900_000)),
    (#"{"currency":"EUR","amount":"-0.085"}"#, -85_000),
    (#"{"amount":"9223372036854.775807","currency":"EUR"}"#, Int64.max),
  ])
  func aSumIsReadExactly(text: String, micros: Int64) throws {
    #expect(try money(text) == Money(micros: micros, currency: "EUR"))
  }

  @Test(arguments: [
    #"{"amount":"0.0000001","currency":"EUR"}"#,
    #"{"amount":"9223372036854.775808","currency":"EUR"}"#,
    #"{"amount":19.90,"currency":"EUR"}"#, #"{"amount":"1"}"#, #""19.90 EUR""#, "null",
  ])
  func whatCannotBeKeptExactlyIsRefused(text: String) throws { #expect(try money(text) == nil) }

  @Test(arguments: [
    (Int64(20_000_000), "EUR", "20.00 EUR"), (85_000, "GBP", "0.085 GBP"),
    (-1_200_000_000, "JPY", "-1200 JPY"), (0, "USD", "0.00 USD"),
  ])
  func aSumIsWrittenAsPeopleWriteIt(micros: Int64, currency: String, text: String) {
    #expect(Money(micros: micros, currency: currency).text == text)
  }
}

@Suite struct TopicPathTests {
  @Test(arguments: [
    ("*", "a", true), ("a", "a", true), ("a", "a.b", true), ("a", "ab", false), ("a.b", "a", false),
    ("a.b", "a.bc", false), ("", "a", false),
  ])
  func aPathCoversItselfAndWhatLiesBelow(scope: String, path: String, covers: Bool) {
    #expect(TopicPath.covers(scope, path) == covers)
  }
}
