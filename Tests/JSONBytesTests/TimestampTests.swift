/// RFC 3339 in and out, over every day that entries may have.
import JSONBytes
import RapportTesting
import Testing

@Suite struct TimestampTests {
  /// A calendar written the plain way, day by day, against the formula.
  @Test func everyDayFrom1900To2199ComesBack() throws {
    var days = -25_567
    for year in 1900...2199 {
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      for (month, count) in [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        .enumerated()
      {
        for day in 1...count {
          let date = try #require(CivilDate(year: year, month: month + 1, day: day))
          guard date.daysSince1970 == days, CivilDate(daysSince1970: days) == date else {
            Issue.record("\(year)-\(month + 1)-\(day) is day \(date.daysSince1970), not \(days)")
            return
          }
          let start = Timestamp(date)
          let noon = Timestamp(microseconds: start.microseconds + 43_200_000_001)
          guard Timestamp(start.text) == start, Timestamp(noon.text) == noon, noon.date == date,
            noon.text == "\(date.text)T12:00:00.000001Z", CivilDate(Array(date.text.utf8)) == date
          else {
            Issue.record("\(date.text) does not come back")
            return
          }
          days += 1
        }
        #expect(CivilDate(year: year, month: month + 1, day: count + 1) == nil)
      }
    }
    #expect(days == 84_006)
  }

  @Test func everySecondOfADayComesBack() {
    let start = Timestamp("1969-12-31T00:00:00Z")?.microseconds ?? 0
    for second in 0..<86_400 {
      let time = Timestamp(microseconds: start + Int64(second) * 1_000_000 + 999_999)
      if Timestamp(time.text) != time { Issue.record("\(time.text)") }
    }
  }

  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0), ("1970-01-01T00:00:00.000001Z", 1),
    ("1969-12-31T23:59:59.999999Z", -1),
    ("1970-01-01t00:00:00z", 0), ("1970-01-01T01:30:00+01:30", 0), ("1969-12-31T18:30:00-05:30", 0),
    ("1970-01-01T00:00:00-00:00", 0),
    ("1970-01-01T23:59:00+23:59", 0), ("1970-01-01T00:00:00.1Z", 100_000),
    ("1970-01-01T00:00:00.123456Z", 123_456),
    ("1900-01-01T00:00:00Z", Timestamp.first.microseconds),
    ("2199-12-31T23:59:59.999999Z", Timestamp.last.microseconds),
    ("2026-03-01T08:59:58.25Z", 1_772_355_598_250_000),
  ])
  func anyFormOfRFC3339IsTheSameInstant(text: String, microseconds: Int64) {
    #expect(Timestamp(text)?.microseconds == microseconds)
    #expect(Timestamp(Array(text.utf8))?.microseconds == microseconds)
    #expect(Timestamp(Array("[\(text)]".utf8)[1...text.utf8.count])?.microseconds == microseconds)
  }

  @Test(arguments: [
    "", "1970", "1970-01-01", "1970-01-01T00:00Z", "1970-01-01T00:00:00", "1970-01-01 00:00:00Z",
    "1970-01-01T00:00:00 Z",
    "1970-01-01T00:00:00.Z", "1970-01-01T00:00:00,1Z", "1970-01-01T00:00:00.1234567Z",
    "1970-01-01T00:00:00.0000000Z",
    "1970-01-01T24:00:00Z", "1970-01-01T00:60:00Z", "1970-01-01T00:00:60Z", "2016-12-31T23:59:60Z",
    "1970-13-01T00:00:00Z",
    "1970-00-01T00:00:00Z", "1970-01-00T00:00:00Z", "1970-01-32T00:00:00Z", "1970-02-29T00:00:00Z",
    "1900-02-29T00:00:00Z",
    "1899-12-31T23:59:59Z", "2200-01-01T00:00:00Z", "1900-01-01T00:00:00+00:01",
    "2199-12-31T23:59:59-00:01",
    "1970-01-01T00:00:00+1:00", "1970-01-01T00:00:00+0100", "1970-01-01T00:00:00+01",
    "1970-01-01T00:00:00+24:00",
    "1970-01-01T00:00:00+00:60", "1970-01-01T00:00:00ZZ", "1970-01-01T00:00:00Z ",
    " 1970-01-01T00:00:00Z", "70-01-01T00:00:00Z",
    "+1970-01-01T00:00:00Z", "1970-1-1T00:00:00Z", "١٩٧٠-01-01T00:00:00Z", "1970-01-01T0:00:00Z",
  ])
  func whatIsNotTakenGivesNothing(text: String) {
    #expect(Timestamp(text) == nil)
    #expect(Timestamp(Array(text.utf8)) == nil)
  }

  @Test func everyCutOfATimeIsRefusedAndNoByteBreaksIt() {
    let text = Array("2026-03-01T08:59:58.123456+01:00".utf8)
    for cut in 0..<text.count { #expect(Timestamp(text[..<cut]) == nil, "cut at \(cut)") }
    for place in text.indices {
      for byte in 0...0xFF as ClosedRange<UInt8> {
        var changed = text
        changed[place] = byte
        if let time = Timestamp(changed) { #expect(Timestamp(time.text) == time) }
      }
    }
  }

  @Test func timesSortAsTheirTexts() {
    let seed = SeededGenerator.seedOfThisRun
    var numbers = SeededGenerator(seed: seed)
    let span = UInt64(Timestamp.last.microseconds - Timestamp.first.microseconds)
    for _ in 0..<5_000 {
      let times = (0..<2).map { _ in
        Timestamp(microseconds: Timestamp.first.microseconds + Int64(numbers.next() % span))
      }
      #expect((times[0] < times[1]) == (times[0].text < times[1].text), "seed \(seed)")
      #expect(times[0].text.utf8.count == Timestamp.writtenSize)
    }
  }
}
