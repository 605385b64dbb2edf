// Hours of the day where somebody is, and the zones they are counted in.

package import JSONBytes

/// Offsets of time zones from UTC, handed in by the caller: a rule looks nothing up.
package struct ZoneTable: Sendable {
  /// One zone: the offsets that were in force one after another.
  package struct Zone: Hashable, Sendable {
    /// When each offset began; the first holds for all time before it too.
    fileprivate let starts: [Timestamp]
    /// Seconds east of UTC.
    fileprivate let offsets: [Int]

    /// `changes`: when an offset begins, and its seconds east of UTC, in the order of time; at least one.
    package init(_ changes: [(from: Timestamp, offset: Int)]) {
      precondition(!changes.isEmpty, "a zone has an offset")
      starts = changes.map(\.from)
      offsets = changes.map(\.offset)
      precondition(
        zip(starts, starts.dropFirst()).allSatisfy { $0 < $1 }, "offsets come in order")
    }

    /// Microseconds to add to UTC at an instant.
    func shift(at instant: Timestamp) -> Int64 {
      Int64(offsets[index(at: instant)]) * 1_000_000
    }

    private func index(at instant: Timestamp) -> Int {
      var low = 0
      var high = starts.count
      while low < high {
        let middle = (low + high) / 2
        if starts[middle] <= instant { low = middle + 1 } else { high = middle }
      }
      return max(0, low - 1)
    }

    /// Instants after `start`, up to `end`, at which the offset changes.
    fileprivate func changes(after start: Timestamp, to end: Timestamp) -> ArraySlice<Timestamp> {
      let first = index(at: start) + 1
      let last = max(first, index(at: end) + 1)
      return starts[min(first, starts.count)..<min(last, starts.count)]
    }
  }

  private var zones: [String: Zone]

  /// By IANA name.
  package init(_ zones: [String: Zone]) { self.zones = zones }

  /// The zone of an IANA name; nil for one that the table does not hold.
  package subscript(name: String) -> Zone? { zones[name] }
}

/// Hours of some days of the week. Behind `to` it is closed: at 21:00 itself, where it says 21:00.
package struct LocalHours: Hashable, Sendable {
  /// Monday is the lowest of seven bits.
  private let days: UInt8
  private let from: Int64
  private let to: Int64

  private static let minute: Int64 = 60_000_000
  private static let day: Int64 = 86_400_000_000

  /// `days`: 0 is Monday. `from`, `to`: minutes of the day, up to 1,440. Where `from` is the later, the hours go on
  /// into the next day; where they are equal, there are none.
  package init(days: some Sequence<Int> = 0..<7, from: Int, to: Int) {
    self.days = days.reduce(0) { $0 | 1 << UInt8($1) }
    self.from = Int64(from) * Self.minute
    self.to = Int64(to) * Self.minute
  }

  /// The minutes of `HH:MM`, 00:00 to 24:00; nil for anything else.
  package static func minutes(_ text: String) -> Int? {
    let parts = text.split(separator: ":")
    guard text.utf8.count == 5, parts.count == 2, let hour = Int(parts[0]),
      let minute = Int(parts[1]), (0...24).contains(hour), (0..<60).contains(minute),
      hour * 60 + minute <= 1_440
    else { return nil }
    return hour * 60 + minute
  }

  /// As the initializer takes them, the days as bits: Monday is the lowest.
  package var parts: (days: UInt8, from: Int, to: Int) {
    (days, Int(from / Self.minute), Int(to / Self.minute))
  }

  /// The days, as events write them.
  package var dayNames: [String] {
    Self.week.indices.filter { days & 1 << UInt8($0) != 0 }.map { Self.week[$0] }
  }

  /// The days of the week as events write them, from Monday on.
  static let week = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

  /// From ``parts``.
  init(dayBits days: UInt8, from: Int, to: Int) {
    self.days = days
    self.from = Int64(from) * Self.minute
    self.to = Int64(to) * Self.minute
  }

  private func isOpen(onDay day: Int64) -> Bool {
    // 1 January 1970 was a Thursday.
    let weekday = ((day + 3) % 7 + 7) % 7
    return days & 1 << UInt8(weekday) != 0
  }

  /// Whether an instant lies within the hours.
  package func contains(_ instant: Timestamp, in zone: ZoneTable.Zone) -> Bool {
    let local = instant.microseconds + zone.shift(at: instant)
    var (day, time) = local.quotientAndRemainder(dividingBy: Self.day)
    if time < 0 { (day, time) = (day - 1, time + Self.day) }
    if from <= to { return time >= from && time < to && isOpen(onDay: day) }
    return time >= from && isOpen(onDay: day) || time < to && isOpen(onDay: day - 1)
  }

  /// The first instant within the hours that is not before `start`; nil if there is none in the 17 days that follow:
  /// two weeks, of which a clock that is put forward may take an hour, and a day on either side.
  package func opening(from start: Timestamp, in zone: ZoneTable.Zone) -> Timestamp? {
    if contains(start, in: zone) { return start }
    let end = Timestamp(microseconds: start.microseconds + 17 * Self.day)
    let changes = zone.changes(after: start, to: end)
    // It opens when its hour comes, or when a clock is put forward over that hour.
    var first: Timestamp?
    func consider(_ instant: Timestamp) {
      guard instant > start, instant < first ?? .last, contains(instant, in: zone) else { return }
      first = instant
    }
    changes.forEach(consider)
    let today = (start.microseconds + zone.shift(at: start)) / Self.day
    for shift in [zone.shift(at: start)] + changes.map(zone.shift) {
      for day in today - 2...today + 18 where isOpen(onDay: day) {
        consider(Timestamp(microseconds: day * Self.day + from - shift))
      }
    }
    return first
  }
}
