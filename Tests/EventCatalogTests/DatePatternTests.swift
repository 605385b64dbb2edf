/// Dates and times as foreign files write them.
import JSONBytes
import Testing

@testable import EventCatalog

@Suite struct DatePatternTests {
  private func instant(
    _ pattern: String, _ text: String, year: Int? = nil, offset: Int = 0
  ) throws -> String? {
    try DatePattern(pattern).instant(Array(text.utf8)[...], year: year, offsetMinutes: offset)?.text
  }

  @Test(arguments: [
    ("yyyyMMdd", "19970118", "1997-01-18T00:00:00.000000Z"),
    ("yyyy-MM-dd", "2019-09-24", "2019-09-24T00:00:00.000000Z"),
    ("yyyy-MM-dd HH:mm:ss", "2009-12-01 07:45:09", "2009-12-01T07:45:09.000000Z"),
    ("d.M.yyyy", "3.4.2026", "2026-04-03T00:00:00.000000Z"),
    ("d.M.yyyy", "03.04.2026", "2026-04-03T00:00:00.000000Z"),
    ("M/d/yyyy H:mm", "12/31/2010 8:26", "2010-12-31T08:26:00.000000Z"),
    ("M/d/yyyy h:mm a", "12/31/2010 12:26 AM", "2010-12-31T00:26:00.000000Z"),
    ("M/d/yyyy h:mm a", "12/31/2010 12:26 pm", "2010-12-31T12:26:00.000000Z"),
    ("M/d/yyyy h:mma", "12/31/2010 8:26PM", "2010-12-31T20:26:00.000000Z"),
    ("d MMM yyyy", "5 sep 2009", "2009-09-05T00:00:00.000000Z"),
    ("MMMM d, yyyy", "February 28, 2009", "2009-02-28T00:00:00.000000Z"),
    ("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "2020-01-02T03:04:05.25+02:00", "2020-01-02T01:04:05.250000Z"),
    ("yyyy-MM-dd'T'HH:mmXXX", "2020-01-02T03:04Z", "2020-01-02T03:04:00.000000Z"),
    ("d 'o''clock' yyyy M", "1 o'clock 2020 2", "2020-02-01T00:00:00.000000Z"),
    ("yyyy'''s'", "2020's", "2020-01-01T00:00:00.000000Z"),
    ("rfc3339", "2020-01-02T03:04:05-05:00", "2020-01-02T08:04:05.000000Z"),
    ("rfc3339", "2016-04-27T16:28:50.3963933-04:00", "2016-04-27T20:28:50.396393Z"),
    ("epochSeconds", "1534108637.153125", "2018-08-12T21:17:17.153125Z"),
    ("epochSeconds", "1534108637.15312599", "2018-08-12T21:17:17.153125Z"),
    ("epochSeconds", "86400", "1970-01-02T00:00:00.000000Z"),
    ("epochMilliseconds", "86400123", "1970-01-02T00:00:00.123000Z"),
  ])
  func patternsReadWhatTheyName(pattern: String, text: String, wanted: String?) throws {
    #expect(try instant(pattern, text) == wanted)
  }

  @Test(arguments: [
    ("yyyyMMdd", "19970229"), ("yyyyMMdd", "1997011"), ("yyyyMMdd", "199701181"),
    ("yyyyMMdd", "1997 118"), ("yyyyMMdd", ""), ("d.M.yyyy", "31.4.2026"), ("d.M.yyyy", "0.4.2026"),
    ("HH:mm yyyy", "24:00 2020"), ("HH:mm yyyy", "23:60 2020"), ("h a yyyy", "13 AM 2020"),
    ("h a yyyy", "0 AM 2020"), ("d MMM yyyy", "5 sept 2009"), ("yyyy", "1899"), ("yyyy", "2200"),
    ("epochSeconds", "1e3"), ("epochSeconds", "99999999999999"),
    ("yyyy-MM-ddXXX", "2020-01-01+2:00"),
    ("rfc3339", "2020-01-02"), ("epochSeconds", "1."), ("epochSeconds", "1.x"),
    ("epochSeconds", "-1.5"), ("epochMilliseconds", "1.5"), ("epochSeconds", "9223372036854.9"),
    ("rfc3339", "2020-01-02T03:04:05.Z"),
  ])
  func whatDoesNotExistOrIsWrittenOtherwiseIsRefused(pattern: String, text: String) throws {
    #expect(try instant(pattern, text) == nil)
  }

  @Test func aGivenYearStandsInWhereThePatternHasNone() throws {
    #expect(try instant("d-MMM", "19-oct", year: 2009) == "2009-10-19T00:00:00.000000Z")
    #expect(try instant("d-MMM", "29-feb", year: 2009) == nil)
    #expect(try instant("d-MMM", "29-feb", year: 2008) == "2008-02-29T00:00:00.000000Z")
  }

  @Test func theClockOfTheFileIsTakenIntoAccount() throws {
    #expect(
      try instant("yyyy-MM-dd HH:mm", "2026-01-01 00:30", offset: 60)
        == "2025-12-31T23:30:00.000000Z")
    #expect(fixedOffsetMinutes("UTC") == 0)
    #expect(fixedOffsetMinutes("+02:00") == 120)
    #expect(fixedOffsetMinutes("-05:30") == -330)
    for text in ["Europe/Berlin", "+2", "CET", "+24:00", "", "+02:00 "] {
      #expect(fixedOffsetMinutes(text) == nil, "\(text)")
    }
  }

  @Test func aDateIsTheDayAsWritten() throws {
    let pattern = try DatePattern("yyyy-MM-dd HH:mmXXX")
    #expect(
      pattern.date(Array("2026-01-01 00:30+05:00".utf8)[...], year: nil)?.text == "2026-01-01")
  }

  @Test(arguments: [
    (
      "yyyy-mm-DD",
      "`DD` in the pattern `yyyy-mm-DD` is not known; use yyyy M MM MMM MMMM d dd H HH "
        + "h hh m mm s ss SSS a XXX, and put other letters between ' '"
    ),
    (
      "yy",
      "`yy` in the pattern `yy` is not known; use yyyy M MM MMM MMMM d dd H HH h hh m mm s ss "
        + "SSS a XXX, and put other letters between ' '"
    ),
    ("yyyy 'x", "the pattern `yyyy 'x` lacks a closing '; add it"),
  ])
  func unknownLettersAreRefusedWithTheKnownOnes(pattern: String, sentence: String) {
    do throws(DatePattern.Refusal) {
      _ = try DatePattern(pattern)
      Issue.record("\(pattern) was accepted")
    } catch {
      #expect(error.sentence == sentence)
    }
  }

  /// Every day of three centuries, written and read again.
  @Test func everyDayIsReadAsItWasWritten() throws {
    let pattern = try DatePattern("yyyy-MM-dd")
    for days in CivilDate(year: 1900, month: 1, day: 1)!
      .daysSince1970...CivilDate(year: 2199, month: 12, day: 31)!.daysSince1970
    {
      let date = CivilDate(daysSince1970: days)
      let read = pattern.instant(Array(date.text.utf8)[...], year: nil, offsetMinutes: 0)
      guard read == Timestamp(date) else {
        Issue.record("\(date.text)")
        return
      }
    }
  }
}
