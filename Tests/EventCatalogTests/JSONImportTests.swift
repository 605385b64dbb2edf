/// Records of NDJSON and of whole JSON documents, and envelopes taken as they are.
import JSONBytes
import Testing

@testable import EventCatalog

@Suite struct JSONImportTests {
  private func run(_ text: String, _ data: String, reads: String) throws -> Imported {
    try importing(text, with: mapping(data, reads: reads), name: "file.json")
  }

  @Test func aLineIsARecord() throws {
    let text = "\u{FEFF}{\"a\": 1}\r\n\n  \n{\"a\": {\"b\": \"x\"}}\n{\"a\": 2}"
    let imported = try run(text, "{v: {column: /a}}", reads: "{format: ndjson}")
    #expect(try imported.data == [#"{"v":"1"}"#, #"{"v":"2"}"#])
    #expect(imported.codes == ["4: import.bad-value"])
    #expect(imported.rejects[0].reason == "`/a` is an object, where one value is expected")
    #expect(try imported.events.map { $0["id"]?.string } == ["file.json:1", "file.json:5"])
    #expect(imported.rowsRead == 3)
  }

  @Test func aLineThatIsNotJSONIsRejectedWithItsColumn() throws {
    let imported = try run(
      "{\"a\": 1}\n{\"a\": 1,}\n{\"a\": 1, \"a\": 2}\n7\n", "{}", reads: "{format: ndjson}")
    #expect(
      imported.rejects.map { "\($0.line): \($0.code): \($0.reason)" } == [
        "2: import.bad-json: the line is not JSON: column 9: this byte cannot stand here",
        "3: import.bad-json: the line is not JSON: column 10: an object names one member twice",
        "4: import.no-record: the line holds no record where the mapping looks for it",
      ])
  }

  @Test func recordsOfOneLineHaveNamesOfTheirOwn() throws {
    let imported = try run(
      "[{\"a\": 1}, {\"a\": 2}]\n{\"a\": 3}\n", "{v: \"{/a}\", l: \"{@line}\"}",
      reads: "{format: ndjson}")
    #expect(
      try imported.events.map { $0["id"]?.string } == [
        "file.json:1", "file.json:1/2", "file.json:2",
      ])
    #expect(Set(try imported.events.map { $0["subject"]?.string }).count == 3)
    #expect(
      try imported.data
        == [#"{"v":"1","l":"1"}"#, #"{"v":"2","l":"1.2"}"#, #"{"v":"3","l":"2"}"#])
  }

  @Test func recordsOfADocumentAreFoundByPointer() throws {
    let text = """
      {
        "a/b": {"orders": [
          {"n": 1},

          {"n": 2}]}
      }
      """
    let imported = try run(
      text, "{v: {column: /n, as: integer}}", reads: "{format: json, records: /a~1b/orders}")
    #expect(try imported.data == [#"{"v":1}"#, #"{"v":2}"#])
    #expect(try imported.events.map { $0["id"]?.string } == ["file.json:3", "file.json:5"])
  }

  @Test func theFirstPointerThatLeadsToARecordIsTaken() throws {
    let reads = "{format: ndjson, records: [/payload, \"\"]}"
    let text = "{\"payload\": {\"n\": 1}}\n{\"payload\": 7, \"n\": 2}\n{\"n\": 3}\n"
    #expect(
      try run(text, "{v: \"{/n}\"}", reads: reads).data
        == [#"{"v":"1"}"#, #"{"v":"2"}"#, #"{"v":"3"}"#])
  }

  @Test(arguments: [
    (#"{"orders": [{"n": 1}, {"n": 2}]}"#, 2), (#"{"order": {"n": 1}}"#, 1),
    (#"{"n": 1, "customer": {"n": 2}}"#, 1), (#"[{"n": 1}]"#, 1), (#"{"n": 1}"#, 1),
  ])
  func anOnlyMemberIsUnwrapped(text: String, count: Int) throws {
    let imported = try run(text, "{v: \"{/n}\"}", reads: "{format: json, records: onlyMember}")
    #expect(try imported.events.count == count)
    #expect(try imported.data.first == #"{"v":"1"}"#)
  }

  @Test(arguments: [
    ("{\"a\": [1, 2}", "import.document"), ("", "import.document"),
    ("{\"b\": 1}", "import.records"),
  ])
  func aDocumentThatCannotBeReadIsRefusedAsAWhole(text: String, code: String) throws {
    let error = #expect(throws: ImportError.self) {
      try run(text, "{}", reads: "{format: json, records: /a}")
    }
    #expect(error?.code == code)
  }

  @Test func elementsOfAnArrayBecomeLines() throws {
    let text = """
      {"cur": "EUR", "lines": [{"s": "A", "n": 2, "p": "1.10"}, {"n": 0}, {"n": 1, "p": 5}], "none": []}
      """
    let plan = """
      {l: {each: /lines, when: {column: /n, greaterThan: 0}, give: {
        sku: {column: /s, ifEmpty: absent}, price: {column: /p, money: {column: record/cur}}}},
      t: {sum: /p, times: /n, over: /lines, when: {column: /p, present: yes}, money: {column: /cur}},
      n: {each: /none, give: 1, ifEmpty: {use: [{quantity: 1}]}},
      m: {each: /missing, give: 1, ifEmpty: absent}}
      """.replacing("\n", with: " ")
    #expect(
      try run(text, plan, reads: "{format: json}").data == [
        #"{"l":[{"sku":"A","price":{"amount":"1.10","currency":"EUR"}},"#
          + #"{"price":{"amount":"5","currency":"EUR"}}],"#
          + #""t":{"amount":"7.20","currency":"EUR"},"n":[{"quantity":1}]}"#
      ])
  }

  @Test func anArrayOfARecordRepeatsAnEvent() throws {
    let yaml = """
      mapping: test
      about: x
      reads: {format: json}
      subject: "{/who}"
      time: {column: /at, instant: rfc3339}
      events:
        - type: refund.made
          repeat: {each: /refunds}
          when: {column: /ok, equals: "true"}
          id: "r-{/id}"
          time: {column: /at, instant: rfc3339}
          data: {order: "{record/id}", sum: {sum: /a, over: /parts, as: integer}, n: "{@number}"}
      """
    let text = """
      {"id": 7, "who": "k", "at": "2026-01-01T00:00:00Z", "refunds": [
        {"id": 1, "ok": true, "at": "2026-01-02T00:00:00+01:00", "parts": [{"a": 1}, {"a": 2}]},
        {"id": 2, "ok": false}, {"id": 3, "ok": true, "at": "2026-01-03T00:00:00Z"}]}
      """
    let events = try importing(text, with: yaml).events
    #expect(events.map { $0["id"]?.string } == ["r-1", "r-3"])
    #expect(events.map { $0["subject"]?.string } == ["k", "k"])
    #expect(
      events.map { $0["time"]?.string }
        == ["2026-01-01T23:00:00.000000Z", "2026-01-03T00:00:00.000000Z"])
    #expect(
      events.map { $0["data"]?.value.text }
        == [#"{"order":"7","sum":3,"n":"1"}"#, #"{"order":"7","sum":0,"n":"2"}"#])
  }

  @Test func everyWayToCutAFileGivesTheSameItems() throws {
    let text = "\u{FEFF}{\"a\": \"x\\n\"}\r\n[{\"a\": 1},\n{\"a\": 2}\n"
    for (reads, count) in [("{format: ndjson}", 3), ("{format: json, records: /r}", 2)] {
      let text = reads.contains("ndjson") ? text : "{\"r\": [{\"a\": 1},\n{\"a\": \"é\"}]}"
      let yaml = mapping("{v: \"{/a}\"}", reads: reads)
      let whole = try importing(text, with: yaml)
      #expect(whole.items.count == count)
      for size in 1...text.utf8.count {
        #expect(try importing(text, with: yaml, chunks: size).items == whole.items)
      }
    }
  }

  // MARK: Envelopes

  private let envelopes = """
    mapping: test
    about: x
    reads: {format: ndjson}
    skip: [{when: {column: /type, equals: test.skipped}, because: "not wanted"}]
    events: asTheyAre
    """

  @Test func anEnvelopeKeepsWhatItIsAndGetsTheImportAsItsActor() throws {
    let text = """
      {"specversion":"1.0","id":"1","source":"/s","type":"t.made","subject":"k","time":"2026-01-01T00:00:00Z",\
      "revision":4,"sequence":"7","recordedtime":"2026-01-01T00:00:00Z","authtype":"app_user","authid":"x",\
      "correlationid":"case-1","unset":null,"data":{"n":1.50}}
      {"specversion":"1.0","id":"2","source":"/s","type":"t.made"}
      {"specversion":"1.0","id":"3","source":"/s","type":"test.skipped"}
      """
    let imported = try importing(text, with: envelopes)
    #expect(
      try imported.events.map(\.value) == [
        [
          "specversion": "1.0", "id": "1", "source": "/s", "type": "t.made", "subject": "k",
          "time": "2026-01-01T00:00:00Z", "correlationid": "case-1",
          "data": .object([JSONMember("n", .number("1.50"))]), "authtype": "service_account",
          "authid": "import:b1",
        ],
        [
          "specversion": "1.0", "id": "2", "source": "/s", "type": "t.made", "correlationid": "b1",
          "authtype": "service_account", "authid": "import:b1",
        ],
      ])
    #expect(imported.skipped == [ImportSkipped(reason: "not wanted", rows: 1)])
  }

  /// It names what its source knows by that name: the door refuses a spelling, and here none is mended.
  @Test func anEnvelopeIsTakenAsItIsSpelt() throws {
    let text = """
      {"specversion":"1.0","id":"e\u{301}","source":"/s","type":"t.made","subject":"\u{212B}"}
      """
    let event = try #require(try importing(text, with: envelopes).events.first)
    #expect(event["id"]?.text.map(Array.init) == Array("e\u{301}".utf8))
    #expect(event["subject"]?.text.map(Array.init) == Array("\u{212B}".utf8))
  }

  /// What would loosen is not judged here: the door sets it aside, and says which no it would have undone.
  @Test func whatIsNoEnvelopeOrNamesAPersonIsRejected() throws {
    let rest = #""specversion":"1.0","id":"1","source":"/s""#
    let text = """
      {\(rest)}
      {"specversion":"0.3","id":"1","source":"/s","type":"t"}
      {\(rest),"type":"consent.given","data":{}}
      {\(rest),"type":"contactpoint.added","data":{"addedBy":"import","replaces":"c"}}
      {\(rest),"type":"profile.merged","data":{"assurance":"verified"}}
      {\(rest),"type":"t.made","subject":"anna@shop.example"}
      {\(rest),"type":"profile.merged","data":{"assurance":"probable"}}
      """
    let imported = try importing(text, with: envelopes)
    #expect(
      imported.codes == [
        "1: import.not-cloudevent", "2: import.not-cloudevent", "6: import.subject-personal",
      ])
    #expect(
      try imported.events.map { $0["type"]?.string } == [
        "consent.given", "contactpoint.added", "profile.merged", "profile.merged",
      ])
  }
}
