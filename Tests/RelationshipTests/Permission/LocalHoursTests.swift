// Hours of the day against a minute-by-minute search, over every change of the clocks.

import JSONBytes
import RapportTesting
import Relationship
import Testing

@Suite struct LocalHoursTests {
  private static let minute: Int64 = 60_000_000

  /// The first whole minute from `start` on that lies within the hours.
  private func searched(
    _ hours: LocalHours, _ start: Timestamp, _ zone: ZoneTable.Zone
  ) -> Timestamp? {
    for step in 0..<Int64(17 * 1_440) {
      let instant = Timestamp(microseconds: start.microseconds + step * Self.minute)
      if hours.contains(instant, in: zone) { return instant }
    }
    return nil
  }

  @Test func openingIsTheFirstMinuteOverChangesOfTheClocks() throws {
    var random = SeededGenerator.ofThisRun()
    let names = ["Europe/Berlin", "America/New_York", "Pacific/Honolulu", "Europe/London"]
    for _ in 0..<120 {
      let zone = try #require(TableZones.all[random.pick(names)])
      let days = (0..<7).filter { _ in random.chance(50) }
      let hours = LocalHours(
        days: days, from: random.below(25) * 60, to: random.below(97) * 15)
      // Around 29 March, 25 October and 1 November 2026, or anywhere.
      let base = random.pick([NotationTime.day(27), NotationTime.day(237), NotationTime.day(244)])
      let start = Timestamp(
        microseconds: base.microseconds + Int64(random.below(8 * 1_440) - 4_320) * Self.minute)
      let found = hours.opening(from: start, in: zone)
      let expected = searched(hours, start, zone)
      #expect(found == expected, "\(days) \(start.text)")
    }
  }

  /// On 29 March 2026 there is no half past two in Berlin.
  @Test func anHourThatIsLeftOutComesAWeekLater() throws {
    let zone = try #require(TableZones.all["Europe/Berlin"])
    let start = try #require(NotationTime.read("2026-03-22 04:00"))
    #expect(
      LocalHours(days: [6], from: 120, to: 150).opening(from: start, in: zone)
        == NotationTime.read("2026-04-05 00:00"))
  }

  @Test func equalHoursAreNone() throws {
    let zone = try #require(TableZones.all["Europe/Berlin"])
    #expect(LocalHours(from: 540, to: 540).opening(from: NotationTime.day(0), in: zone) == nil)
    #expect(
      LocalHours(days: [], from: 0, to: 1_440).opening(from: NotationTime.day(0), in: zone) == nil)
    #expect(LocalHours(from: 0, to: 1_440).contains(NotationTime.day(0), in: zone))
  }

  @Test func clockTimes() {
    #expect(LocalHours.minutes("00:00") == 0 && LocalHours.minutes("24:00") == 1_440)
    for text in ["24:01", "9:00", "09:60", "0900", "09:0", "-1:00", "a9:00", ""] {
      #expect(LocalHours.minutes(text) == nil, "\(text)")
    }
  }
}

@Suite struct CalendarPeriodTests {
  @Test(arguments: [
    ("P1M", "2026-01-31", "2026-02-28"), ("P1M", "2024-01-31", "2024-02-29"),
    ("P24M", "2024-02-29", "2026-02-28"), ("P2Y", "2024-02-29", "2026-02-28"),
    ("P7D", "2026-03-27", "2026-04-03"), ("P1W", "2026-03-27", "2026-04-03"),
    ("P1Y2M3D", "2025-10-31", "2027-01-03"), ("PT24H", "2026-03-28", "2026-03-29"),
    ("PT1440M", "2026-03-28", "2026-03-29"), ("P0D", "2026-03-28", "2026-03-28"),
    ("P999999999Y", "2026-03-28", "2199-12-31"),
  ]) func stepsOfTheCalendar(_ text: String, _ from: String, _ to: String) throws {
    let period = try #require(CalendarPeriod(text))
    let start = try #require(CivilDate(Array(from.utf8)))
    #expect(period.after(Timestamp(start)).date.text == to)
  }

  @Test func onlyWholeUnitsInTheirOrder() {
    for text in [
      "", "P", "PT", "P1", "1M", "P1MT", "P1D1M", "PT1M1H", "P1.5D", "P-1D", "P1H", "PT1D", "p1d",
      "P1M ", "P1234567890D",
    ] {
      #expect(CalendarPeriod(text) == nil, "\(text)")
    }
  }
}
