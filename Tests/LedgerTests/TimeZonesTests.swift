// The table of time zones that the rules are given.

import JSONBytes
import Ledger
import Relationship
import Testing

@Suite struct TimeZonesTests {
  private func opening(_ text: String, in name: String) throws -> String? {
    let instant = try #require(Timestamp(text))
    let table = ZoneTable.ofTheSystem([name], around: instant)
    let zone = try #require(table[name])
    return LocalHours(from: 8 * 60, to: 21 * 60).opening(from: instant, in: zone)?.text
  }

  @Test(arguments: [
    ("2026-06-10T19:30:00Z", "Europe/Berlin", "2026-06-11T06:00:00"),
    ("2026-12-10T20:30:00Z", "Europe/Berlin", "2026-12-11T07:00:00"),
    // The clocks go forward on 29 March and back on 25 October.
    ("2026-03-28T23:00:00Z", "Europe/Berlin", "2026-03-29T06:00:00"),
    ("2026-10-24T22:00:00Z", "Europe/Berlin", "2026-10-25T07:00:00"),
    ("2026-06-10T12:30:00Z", "America/Los_Angeles", "2026-06-10T15:00:00"),
    ("2026-06-10T12:30:00Z", "Pacific/Honolulu", "2026-06-10T18:00:00"),
    ("2026-06-10T12:30:00Z", "Asia/Kolkata", "2026-06-10T12:30:00"),
    ("2031-07-01T03:00:00Z", "Europe/London", "2031-07-01T07:00:00"),
  ]) func offsetsAreThoseOfTheDay(_ at: String, _ name: String, _ expected: String) throws {
    #expect(try opening(at, in: name)?.hasPrefix(expected) == true)
  }

  @Test func aZoneThatNobodyKnowsIsNotThere() throws {
    let table = ZoneTable.ofTheSystem(
      ["Europe/Nowhere", "Europe/Berlin"], around: try #require(Timestamp("2026-06-10T12:30:00Z")))
    #expect(table["Europe/Nowhere"] == nil && table["Europe/Berlin"] != nil)
  }
}
