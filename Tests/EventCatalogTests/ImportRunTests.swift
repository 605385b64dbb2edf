/// Rows to events: identity, conversion, conditions, groups, rejects.
import JSONBytes
import Testing

@testable import EventCatalog

@Suite struct ImportRunTests {
  private func data(_ plan: String, _ text: String, reads: String = "{format: delimited}") throws
    -> [String]
  {
    try importing(text, with: mapping(plan, reads: reads)).data
  }

  /// The code and reason of the only row.
  private func reason(_ plan: String, _ text: String) throws -> String {
    let imported = try importing(text, with: mapping(plan))
    #expect(imported.rejects.count == 1 && imported.items.count == 1)
    return imported.rejects.first.map { "\($0.code): \($0.reason)" } ?? "none"
  }

  // MARK: Identity

  @Test func anEventSaysWhereItComesFromAndWhichImportBroughtIt() throws {
    let imported = try importing("a\nx\n", with: mapping("{v: \"{a}\"}"), batch: "batch-7")
    let event = try #require(try imported.events.first)
    let wanted: JSONValue = [
      "specversion": "1.0", "source": "/import/test", "type": "test.made",
      "dataschema": "test.made/1", "authtype": "service_account", "authid": "import:batch-7",
      "correlationid": "batch-7", "id": "file.csv:2", "subject": "anon-test:file.csv:2",
      "time": "2026-01-01T00:00:00.000000Z", "data": ["v": "x"],
    ]
    #expect(event.value == wanted)
  }

  @Test func theBatchChangesNothingButTheActor() throws {
    let yaml = mapping("{v: \"{a}\"}")
    let one = try importing("a\nx\ny\n", with: yaml, batch: "b1").events.map(\.value)
    let two = try importing("a\nx\ny\n", with: yaml, batch: "b2").events.map(\.value)
    for (first, second) in zip(one, two) {
      for name in ["id", "source", "type", "subject", "time", "data"] {
        #expect(first[name] == second[name])
      }
      #expect(first["authid"] != second["authid"])
    }
  }

  @Test func linesAreThoseOfTheFirstPhysicalLineAndEqualRowsAllCount() throws {
    let imported = try importing("a,b\n\"x\ny\",1\nz,2\nz,2\n", with: mapping("{v: \"{b}\"}"))
    #expect(
      try imported.events.map { $0["id"]?.string } == ["file.csv:2", "file.csv:4", "file.csv:5"])
    #expect(imported.rowsRead == 3)
  }

  @Test func furtherEventsOfARowAreNumbered() throws {
    let yaml = """
      mapping: test
      about: x
      reads: {format: delimited}
      subject: anonymous
      time: "2026-01-01T00:00:00Z"
      events:
        - {type: a.made, name: first, data: {}}
        - {type: b.made, when: {column: a, equals: x}, data: {}}
        - {type: c.made, cause: first, data: {eventId: {idOf: first}}}
      """
    let events = try importing("a\nx\ny\n", with: yaml).events
    #expect(
      events.map { $0["id"]?.string ?? "" }
        == ["file.csv:2", "file.csv:2#2", "file.csv:2#3", "file.csv:3", "file.csv:3#2"])
    #expect(events[2]["causationid"]?.string == "file.csv:2")
    #expect(events[4]["data"]?["eventId"]?.string == "file.csv:3")
    #expect(Set(events[0...2].map { $0["subject"]?.string }) == ["anon-test:file.csv:2"])
  }

  @Test func anAnonymousSubjectIsTheRowsOwnAndFits() throws {
    func subjects(_ name: String) throws -> [String] {
      try importing("a\nx\ny\n", with: mapping("{}"), name: name).events.map {
        $0["subject"]?.string ?? ""
      }
    }
    #expect(try subjects("s.csv") == ["anon-test:s.csv:2", "anon-test:s.csv:3"])
    for name in ["my file.csv", "a@b.example", String(repeating: "n", count: 180), "é.csv"] {
      let found = try subjects(name)
      #expect(Set(found).count == 2)
      for subject in found {
        #expect(subject.hasPrefix("anon-test:fnv-") && subject.utf8.count == 46, "\(subject)")
      }
      #expect(try subjects(name) == found)
    }
  }

  @Test func aSubjectThatIsAnAddressIsRefused() throws {
    let yaml = mapping("{}").replacing("subject: anonymous", with: "subject: \"{a}\"")
    let imported = try importing(
      "a,b\nanna@shop.example,1\n+49 30 1234567,2\n4711,3\n,4\n", with: yaml)
    #expect(
      imported.codes == [
        "2: import.subject-personal", "3: import.subject-personal", "5: import.missing-value",
      ])
    #expect(try imported.events.map { $0["subject"]?.string } == ["4711"])
    for reject in imported.rejects { #expect(!reject.reason.contains("anna")) }
  }

  @Test func aSourcesOwnIdTakesThePlaceOfTheLine() throws {
    let yaml = mapping("{}", more: "id: {template: \"n-{a}\", ifEmpty: absent}")
    let events = try importing("a,b\n7,1\n,2\n", with: yaml).events
    #expect(events.map { $0["id"]?.string } == ["n-7", "file.csv:3"])
  }

  /// A source that writes an accent as a character of its own means the customer whom others write composed, and its
  /// events are those that others bring in.
  @Test func aNameIsOneHoweverASourceSpellsIt() throws {
    let yaml = """
      mapping: test
      about: x
      reads: {format: delimited}
      id: "{n}"
      subject: {column: who, ifEmpty: anonymous}
      time: "2026-01-01T00:00:00Z"
      events:
        - {type: a.made, name: first, data: {v: "{v}"}}
        - {type: b.made, cause: first, data: {of: {idOf: first}}}
        - {type: c.made, id: "c-{n}", data: {}}
      """
    let one = try importing("n,who,v\nZ\u{FC}-1,Ren\u{E9},x\nZ\u{FC}-2,,x\n", with: yaml)
    let other = try importing("n,who,v\nZu\u{308}-1,Rene\u{301},x\nZu\u{308}-2,,x\n", with: yaml)
    #expect(one.items.count == 6)
    #expect(one.json == other.json)
    let event = try #require(try other.events.first)
    #expect(event["subject"]?.text.map(Array.init) == Array("Ren\u{E9}".utf8))
    #expect(event["id"]?.text.map(Array.init) == Array("Z\u{FC}-1".utf8))
    // What names nobody is kept as it was said.
    let said = try importing("n,who,v\n1,k,Rene\u{301}\n", with: yaml)
    #expect(try said.events.first?["data"]?["v"]?.text.map(Array.init) == Array("Rene\u{301}".utf8))
  }

  /// Some systems keep names of files decomposed: the rows of a file have the same names wherever it was copied to.
  @Test func aFileIsOneHoweverASystemSpellsItsName() throws {
    let yaml = mapping("{o: \"{@file}-{@line}\"}")
    let one = try importing("a\nx\n", with: yaml, name: "Z\u{FC}rich.csv")
    let other = try importing("a\nx\n", with: yaml, name: "Zu\u{308}rich.csv")
    #expect(try one.events.first?["id"]?.text.map(Array.init) == Array("Z\u{FC}rich.csv:2".utf8))
    #expect(one.json == other.json)
  }

  @Test func namesThatCannotBePartOfAnIdAreRefused() throws {
    for name in ["", "a/b.csv", "a\n.csv", String(repeating: "n", count: 201)] {
      #expect(throws: ImportError.self, "\(name)") {
        try importing("a\nx\n", with: mapping("{}"), name: name)
      }
    }
  }

  @Test func fileAndLineMakeAnIdOfTheirOwn() throws {
    let yaml = mapping("{o: \"{@file}-{@line}\"}")
    #expect(try importing("a\nx\n", with: yaml).data == [#"{"o":"file.csv-2"}"#])
    let odd = try importing("a\nx\n", with: yaml, name: "My sales (1).csv").data[0]
    #expect(odd.hasPrefix(#"{"o":"My-sales--1-.csv-"#) && odd.hasSuffix(#"-2"}"#), "\(odd)")
  }

  // MARK: Values

  @Test func constantsKeepTheirKind() throws {
    #expect(
      try data(
        "{s: word, t: \"12\", i: 12, d: 1.50, b: true, z: \"{{x}}\", o: {l: [1, two]}}", "a\nx\n")
        == [#"{"s":"word","t":"12","i":12,"d":1.50,"b":true,"z":"{x}","o":{"l":[1,"two"]}}"#])
  }

  @Test func textIsTakenAsItStands() throws {
    let text = "a,b\n\" x \"\"y\"\"\n\\ \",é😀\n"
    #expect(try data("{v: \"{a}\", w: \"{b}\"}", text) == [#"{"v":" x \"y\"\n\\ ","w":"é😀"}"#])
  }

  @Test(arguments: [
    ("as: integer", "-12", "-12"), ("as: integer", "007", "7"), ("as: integer", "+5", "5"),
    ("as: integer, negate: yes", "-12", "12"), ("as: integer, negate: yes", "0", "0"),
    ("as: number", "2.50", "2.50"), ("as: decimal", "2.50", "\"2.50\""),
    ("as: decimal, negate: yes", "-0.001", "\"0.001\""),
    ("money: GBP", "2.1", #"{"amount":"2.1","currency":"GBP"}"#),
    ("money: GBP", "0.0", #"{"amount":"0.0","currency":"GBP"}"#),
    ("money: GBP, negate: yes", "-1.255", #"{"amount":"1.255","currency":"GBP"}"#),
    ("money: {column: b}", "7", #"{"amount":"7","currency":"EUR"}"#),
    ("date: d/M/yyyy", "3/4/2026", "\"2026-04-03\""),
    ("instant: yyyyMMdd, zone: \"-05:00\"", "20260403", "\"2026-04-03T05:00:00.000000Z\""),
    ("instant: yyyyMMdd, zone: UTC, daysBefore: c", "20260403", "\"2026-03-31T00:00:00.000000Z\""),
    ("duration: seconds", "79", "\"PT79S\""), ("duration: days", "3", "\"P3D\""),
    ("as: id", "BANK CHARGES/é", "\"BANK-CHARGES---\""),
    ("normalise: email", " Anna.B@Shop.Example ", "\"anna.b@shop.example\""),
    ("normalise: phone", "+49 (30) 12-34.567", "\"+49301234567\""),
    (
      "normalise: phone, countryCode: \"+49\", trunkPrefix: \"0\"", "030 1234567",
      "\"+49301234567\""
    ),
    ("map: {x: 1, y: two}", "y", "\"two\""), ("map: {x: 1, y: two}", "x", "1"),
    ("map: {x: ~}, ifUnknown: {use: [1]}", "q", "[1]"),
  ])
  func cellsBecomeWhatTheMappingSays(form: String, cell: String, wanted: String) throws {
    let found = try data("{v: {column: a, \(form)}}", "a,b,c\n\"\(cell)\",EUR,3\n")
    #expect(found == ["{\"v\":\(wanted)}"])
  }

  @Test(arguments: [
    ("as: integer", "1.0", "import.bad-number: `a` is not a whole number"),
    ("as: integer", "9223372036854775808", "import.bad-number: `a` is not a whole number"),
    ("as: integer", "1e3", "import.bad-number: `a` is not a whole number"),
    ("money: GBP", "1,5", "import.bad-number: `a` is not a decimal number"),
    ("money: GBP", "£1", "import.bad-number: `a` is not a decimal number"),
    (
      "money: {column: c}", "1",
      "import.bad-value: `c` is not a currency code such as EUR (ISO 4217)"
    ),
    (
      "date: yyyyMMdd", "20260230",
      "import.bad-date: `a` is not a date or time written as the mapping says"
    ),
    ("duration: seconds", "-1", "import.bad-number: `a` is not a whole number from 0 to 999999999"),
    ("normalise: email", "anna", "import.bad-address: `a` is not an e-mail address"),
    (
      "normalise: email", "anna@münchen.example", "import.bad-address: `a` is not an e-mail address"
    ),
    (
      "normalise: phone", "030 1234567",
      "import.bad-address: `a` is not a phone number with its country code; see `countryCode`"
    ),
    (
      "map: {x: 1}", "secret",
      "import.unmapped-value: `a` holds a code that the mapping's `map` lacks"
    ),
    ("as: text", "", "import.missing-value: `a` is empty or missing"),
    (
      "as: id", String(repeating: "x", count: 65),
      "import.bad-value: `a` is longer than an Id can be, 64 bytes"
    ),
  ])
  func whatDoesNotFitIsToldByColumnAndNeverByValue(form: String, cell: String, wanted: String)
    throws
  {
    let found = try reason("{v: {column: a, \(form)}}", "a,b,c\n\"\(cell)\",EUR,euro\n")
    #expect(found == wanted)
  }

  @Test func aRowThatDoesNotFitComesBackAsItStood() throws {
    let imported = try importing(
      "a,b\r\n\"x\r\n\"\"y\",1\r\n1,2\r\n", with: mapping("{v: {column: a, as: integer}}"))
    #expect(imported.codes == ["2: import.bad-number"])
    #expect(imported.rejects[0].row == Array("\"x\r\n\"\"y\",1".utf8))
    #expect(imported.rowsRead == 2 && imported.rowsRejected == 1)
  }

  @Test func emptyCellsAreRejectedLeftAwayOrReplaced() throws {
    let plan =
      "{p: {column: a, ifEmpty: absent}, q: {column: a, ifEmpty: {use: {n: 1}}}, r: \"{b}\"}"
    #expect(
      try data(plan, "a,b\n,1\n2,2\n") == [
        #"{"q":{"n":1},"r":"1"}"#, #"{"p":"2","q":"2","r":"2"}"#,
      ])
    #expect(
      try data("{p: {template: \"{a}-{b}\", ifEmpty: absent}, q: {column: [a, b]}}", "a,b\n,1\n")
        == [#"{"q":"1"}"#])
  }

  @Test func valuesCanHaveConditions() throws {
    let plan = "{t: {column: a, when: {column: b, equals: \"yes\"}}}"
    #expect(try data(plan, "a,b\nx,yes\nx,no\n") == [#"{"t":"x"}"#, "{}"])
  }

  @Test func aCommaCanMarkDecimals() throws {
    let reads = "{format: delimited, separator: semicolon, decimalComma: yes}"
    let text = "a\n1.234.567,89\n-1.000\n12,5\n1234,5\n7\n"
    #expect(
      try data("{v: {column: a, as: decimal}}", text, reads: reads)
        == ["1234567.89", "-1000", "12.5", "1234.5", "7"].map { "{\"v\":\"\($0)\"}" })
    let bad = try importing(
      "a\n1.23,4\n12.34\n1.2345\n.123\n1,2,3\n",
      with: mapping("{v: {column: a, as: decimal}}", reads: reads))
    #expect(bad.rejects.count == 5)
  }

  @Test func cellsThatAreNotUTF8AreRejected() throws {
    let plan = try ImportMapping(yaml: Array(mapping("{v: \"{a}\"}").utf8), file: "t.yaml")
    let imported = try importing(Array("a,b\n".utf8) + [0x4D, 0xFC, 0x2C, 0x31, 0x0A], with: plan)
    #expect(imported.codes == ["2: import.bad-text"])
  }

  // MARK: Conditions, skips, repeats

  @Test(arguments: [
    ("{column: a, equals: C1}", "C1"), ("{column: a, notEquals: C1}", "C2 7 "),
    ("{column: a, in: [C1, \"7\"]}", "C1 7"), ("{column: a, notIn: [C1, \"7\"]}", "C2 "),
    ("{column: a, startsWith: C}", "C1 C2"), ("{column: a, empty: yes}", ""),
    ("{column: a, present: yes}", "C1 C2 7"), ("{column: b, lessThan: 2}", "C1 C2"),
    ("{column: b, atMost: 2.0}", "C1 C2 7"), ("{column: b, greaterThan: 1.5, atMost: 2}", "7"),
    ("{column: b, atLeast: 2}", "7 "), ("{not: {column: a, startsWith: C}}", "7 "),
    ("{any: [{column: a, equals: C1}, {column: b, equals: \"3\"}]}", "C1 "),
    ("[{column: a, startsWith: C}, {column: b, greaterThan: 1}]", "C2"),
  ])
  func conditionsChooseRows(condition: String, wanted: String) throws {
    let yaml = mapping("{v: {column: a, ifEmpty: {use: \"\"}}}", more: "unmatched: {skip: other}")
      .replacing("    data:", with: "    when: \(condition)\n    data:")
    let imported = try importing("a,b\nC1,1\nC2,1.5\n7,2\n,3\n", with: yaml)
    let chosen = try imported.events.map { $0["data"]?["v"]?.string ?? "?" }
    #expect(chosen.joined(separator: " ") == wanted)
    #expect(imported.skipped.map(\.rows).reduce(0, +) + chosen.count == 4)
  }

  @Test func aRowThatMakesNothingIsRejectedUnlessTheMappingSaysWhy() throws {
    let yaml = mapping("{}").replacing(
      "    data:", with: "    when: {column: a, equals: x}\n    data:")
    #expect(try importing("a\nx\ny\n", with: yaml).codes == ["3: import.no-event"])
  }

  @Test func skippedRowsAreCountedByReason() throws {
    let skip = """
      skip:
        - {when: {column: a, equals: t}, because: "a test"}
        - {when: {column: a, equals: p}, because: "a page"}
        - {when: {column: a, equals: q}, because: "a page"}
      """
    let imported = try importing("a\nt\np\nq\nx\n", with: mapping("{v: \"{a}\"}", more: skip))
    #expect(
      imported.skipped == [
        ImportSkipped(reason: "a test", rows: 1), ImportSkipped(reason: "a page", rows: 2),
      ])
    #expect(imported.rowsRead == 4)
    #expect(try imported.data == [#"{"v":"x"}"#])
  }

  @Test func repeatMakesAnEventSoOften() throws {
    let yaml = mapping("{n: \"{@number}\"}").replacing(
      "    data:", with: "    repeat: {column: a, less: 1}\n    data:")
    let imported = try importing("a\n3\n1\n0\n10001\nx\n", with: yaml)
    #expect(try imported.data == [#"{"n":"1"}"#, #"{"n":"2"}"#])
    #expect(try imported.events.map { $0["id"]?.string } == ["file.csv:2", "file.csv:2#2"])
    #expect(imported.codes == ["5: import.bad-number", "6: import.bad-number"])
  }

  @Test func onceMakesAnEventForTheFirstRowThatFits() throws {
    let yaml = mapping("{v: {column: b, as: integer}}").replacing(
      "    data:", with: "    once: \"{a}\"\n    data:")
    let imported = try importing("a,b\nx,bad\nx,1\nx,2\ny,3\n", with: yaml)
    #expect(try imported.data == [#"{"v":1}"#, #"{"v":3}"#])
    #expect(imported.codes == ["2: import.bad-number"])
  }

  @Test func aRowGivesAllItsEventsOrNone() throws {
    let yaml = """
      mapping: test
      about: x
      reads: {format: delimited}
      subject: anonymous
      time: "2026-01-01T00:00:00Z"
      events:
        - {type: a.made, data: {}}
        - {type: b.made, data: {v: {column: a, as: integer}}}
      """
    let imported = try importing("a\nx\n1\n", with: yaml)
    #expect(imported.codes == ["2: import.bad-number"])
    #expect(try imported.events.map { $0["id"]?.string } == ["file.csv:3", "file.csv:3#2"])
  }

  // MARK: The file

  @Test func aRowWithAnotherCountOfColumnsIsRejected() throws {
    let imported = try importing("a,b\n1\n1,2\n1,2,3\n", with: mapping("{v: \"{a}\"}"))
    #expect(imported.codes == ["2: import.columns", "4: import.columns"])
    #expect(
      imported.rejects[0].reason
        == "the row has 1 columns instead of 2; check separators and quotes")
  }

  @Test func columnsAreFoundByNameWhereverTheyStand() throws {
    #expect(try data("{v: \"{a}\"}", "\u{FEFF}c, a ,b\n1,2,3\n") == [#"{"v":"2"}"#])
  }

  @Test func aHeaderWithoutTheColumnIsRefusedAndNotQuoted() throws {
    for text in ["b,secret\n1,2\n", "a,a\n1,2\n", "", "\n\n"] {
      do {
        _ = try importing(text, with: mapping("{v: \"{a}\"}"))
        Issue.record("\(text) was accepted")
      } catch let error as ImportError {
        #expect(error.code == "import.header")
        #expect(!error.sentence.contains("secret"))
      }
    }
  }

  @Test func utf16IsRefusedAsAWhole() throws {
    for reads in ["{format: delimited}", "{format: ndjson}", "{format: json}"] {
      let plan = try ImportMapping(
        yaml: Array(mapping("{}", reads: reads).utf8), file: "t.yaml")
      let error = #expect(throws: ImportError.self) {
        try importing([0xFF, 0xFE, 0x61, 0x00, 0x0A, 0x00], with: plan)
      }
      #expect(error?.code == "import.encoding")
    }
  }

  @Test func badQuotesAndLongRowsAreRejectedAndTheRestGoesOn() throws {
    let long = String(repeating: "x", count: 1 << 20)
    let imported = try importing(
      "a,b\n\"1\"x,2\n\(long)x,2\n3,4\n\"5,6\n7,8\n", with: mapping("{v: \"{a}\"}"))
    #expect(
      imported.codes == ["2: import.bad-quote", "3: import.too-long", "5: import.bad-quote"])
    #expect(try imported.data == [#"{"v":"3"}"#, #"{"v":"7"}"#])
    #expect(imported.rowsRead == 5)
  }

  /// The same items, however the file is cut.
  @Test func everyWayToCutAFileGivesTheSameItems() throws {
    let yaml = mapping("{v: \"{a}\", n: {column: b, as: integer}}")
    let text = "\u{FEFF}a,b\r\n\"x\"\"\r\ny\",1\r\nz,bad\r\n\r\n\"q\"q,2\r\nlast,3"
    let whole = try importing(text, with: yaml)
    #expect(whole.items.count == 4)
    for size in 1...text.utf8.count {
      #expect(try importing(text, with: yaml, chunks: size).items == whole.items)
    }
  }
}
