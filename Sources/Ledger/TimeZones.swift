// Offsets of time zones, from the database of the system: handed to the rules, which look nothing up.

import Foundation
package import JSONBytes
package import Relationship

extension ZoneTable {
  /// The zones of these names, for questions about `instant`: their offsets from a year before it to ten years after, which
  /// is further than any deferral is looked for.
  ///
  /// A name that the system does not know is left out; a call there is then never allowed. Costs some ten look-ups for
  /// each year and zone; keep the table for other questions of the same day.
  package static func ofTheSystem(
    _ names: some Sequence<String>, around instant: Timestamp
  ) -> ZoneTable {
    let start = Date(timeIntervalSince1970: Double(instant.microseconds / 1_000_000) - 366 * 86_400)
    let end = start.addingTimeInterval(11 * 366 * 86_400)
    var zones: [String: Zone] = [:]
    for name in Set(names) {
      guard let zone = TimeZone(identifier: name) else { continue }
      var changes = [(from: Timestamp.first, offset: zone.secondsFromGMT(for: start))]
      var moment = start
      while let next = zone.nextDaylightSavingTimeTransition(after: moment), next < end {
        changes.append((Timestamp(next), zone.secondsFromGMT(for: next)))
        moment = next
      }
      zones[name] = Zone(changes)
    }
    return ZoneTable(zones)
  }
}

extension Timestamp {
  /// To the second: clocks change at whole ones.
  fileprivate init(_ date: Date) {
    self.init(microseconds: Int64(date.timeIntervalSince1970.rounded()) * 1_000_000)
  }
}
