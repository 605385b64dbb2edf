// Time zones by their rules, so that no answer of a test depends on the machine.

import JSONBytes
import Relationship

enum TableZones {
  static let all = ZoneTable([
    "Europe/Berlin": europe(standard: 1), "Europe/London": europe(standard: 0),
    "America/New_York": america(standard: -5), "America/Chicago": america(standard: -6),
    "America/Denver": america(standard: -7), "America/Los_Angeles": america(standard: -8),
    "America/Anchorage": america(standard: -9),
    "Pacific/Honolulu": ZoneTable.Zone([(from: .first, offset: -10 * 3_600)]),
  ])

  /// From the last Sunday of March to that of October, at 01:00 UTC.
  private static func europe(standard: Int) -> ZoneTable.Zone {
    zone(standard) { year in
      (
        sunday(year, 3, onOrAfter: 25, hourUTC: 1), sunday(year, 10, onOrAfter: 25, hourUTC: 1)
      )
    }
  }

  /// From the second Sunday of March to the first of November, at 02:00 of the time that ends.
  private static func america(standard: Int) -> ZoneTable.Zone {
    zone(standard) { year in
      (
        sunday(year, 3, onOrAfter: 8, hourUTC: 2 - standard),
        sunday(year, 11, onOrAfter: 1, hourUTC: 1 - standard)
      )
    }
  }

  private static func zone(
    _ standard: Int, _ summer: (Int) -> (from: Timestamp, to: Timestamp)
  ) -> ZoneTable.Zone {
    var changes: [(from: Timestamp, offset: Int)] = [(.first, standard * 3_600)]
    for year in 2020...2040 {
      let (from, to) = summer(year)
      changes.append((from, (standard + 1) * 3_600))
      changes.append((to, standard * 3_600))
    }
    return ZoneTable.Zone(changes)
  }

  private static func sunday(
    _ year: Int, _ month: Int, onOrAfter day: Int, hourUTC: Int
  ) -> Timestamp {
    guard let date = CivilDate(year: year, month: month, day: day) else {
      preconditionFailure("a day of the calendar")
    }
    let days = date.daysSince1970
    // 4 January 1970 was a Sunday.
    let sunday = days + (7 - (days - 3) % 7) % 7
    return Timestamp(microseconds: Int64(sunday * 24 + hourUTC) * 3_600_000_000)
  }
}
