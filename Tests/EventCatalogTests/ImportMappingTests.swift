/// What a mapping file may say, and the sentence for what it may not.
import EventCatalog
import Testing

@Suite struct ImportMappingTests {
  private func load(_ yaml: String) throws(MappingError) -> ImportMapping {
    try ImportMapping(yaml: Array(yaml.utf8), file: "m.yaml")
  }

  private func sentence(_ yaml: String) -> String {
    do throws(MappingError) {
      _ = try load(yaml)
      return "accepted"
    } catch {
      return "\(error.code) \(error)"
    }
  }

  private let head = """
    mapping: test
    about: "for a test"
    reads: {format: delimited, header: no, columns: [a, b]}
    subject: "{a}"
    time: "2026-01-01T00:00:00Z"

    """

  private func event(_ lines: String) -> String {
    head + "events:\n  - type: test.made\n" + lines
  }

  private func value(_ value: String) -> String { event("    data: {x: \(value)}") }

  @Test func aMappingTellsItsNameAndTypes() throws {
    let mapping = try load(
      head + """
        events:
          - {type: test.made, data: {x: "{a}"}}
          - {type: test.other, data: {}}
          - {type: test.made, data: {}}
        """)
    #expect(mapping.name == "test")
    #expect(mapping.about == "for a test")
    #expect(mapping.eventTypes == ["test.made", "test.other"])
  }

  @Test(arguments: [
    ("", "mapping.yaml m.yaml:1: the file is empty"),
    ("- a", "mapping.value m.yaml:1: a mapping is written as names and values, but here is a list"),
    (
      "mapping: test\nabuot: x",
      "mapping.unknown m.yaml:2: `abuot` is not known in a mapping; known here: mapping, about, "
        + "reads, groupBy, id, subject, time, skip, quarantine, unmatched, events"
    ),
    ("about: x", "mapping.missing m.yaml:1: a mapping lacks `mapping`; add it"),
    (
      "mapping: My Shop",
      "mapping.value m.yaml:1: `mapping` is the mapping's name: 1 to 64 of a-z 0-9 -, and no - at "
        + "its start"
    ),
    ("mapping: test", "mapping.missing m.yaml:1: a mapping lacks `about`; add it"),
    (
      "mapping: test\nabout: [x]",
      "mapping.value m.yaml:2: `about` is one word or text, but here is a list"
    ),
  ])
  func theTopIsChecked(yaml: String, wanted: String) {
    #expect(sentence(yaml) == wanted)
  }

  @Test(arguments: [
    ("{}", "mapping.missing m.yaml:3: `reads` lacks `format`; add it"),
    ("{format: xml}", "mapping.value m.yaml:3: `format` is one of: delimited, fixed, ndjson, json"),
    (
      "{format: delimited, separator: \"::\"}",
      "mapping.value m.yaml:3: `separator` is one ASCII character, or one of: comma, semicolon, tab, "
        + "pipe, blanks"
    ),
    (
      "{format: delimited, separator: \"'\", quote: \"'\"}",
      "mapping.value m.yaml:3: `separator` and `quote` are the same character; change one"
    ),
    (
      "{format: delimited, columns: [a]}",
      "mapping.value m.yaml:3: the header names the columns; remove `columns`, or write `header: no`"
    ),
    (
      "{format: delimited, header: no}",
      "mapping.missing m.yaml:3: a file without header needs `columns`, the names in order"
    ),
    (
      "{format: delimited, header: no, columns: [a, a]}",
      "mapping.value m.yaml:3: two columns are named `a`; rename one"
    ),
    ("{format: delimited, trim: maybe}", "mapping.value m.yaml:3: `trim` is `yes` or `no`"),
    (
      "{format: delimited, records: /a}",
      "mapping.value m.yaml:3: `records` has no meaning for delimited text; remove it"
    ),
    (
      "{format: json, separator: tab}",
      "mapping.value m.yaml:3: `separator` has no meaning for JSON; remove it"
    ),
    (
      "{format: json, records: orders}",
      "mapping.value m.yaml:3: `records` is a JSON Pointer such as /orders (\"\" is the whole "
        + "document), a list of them, or `onlyMember`"
    ),
    (
      "{format: fixed, columns: [a]}",
      "mapping.value m.yaml:3: a fixed column is written as names and values, but here is a word"
    ),
    (
      "{format: fixed, columns: [{name: a, from: 0, to: 3}]}",
      "mapping.value m.yaml:3: `from` is a whole number from 1 to 1048576"
    ),
    (
      "{format: fixed, columns: [{name: a, from: 4, to: 3}]}",
      "mapping.value m.yaml:3: a column that ends before it begins; swap `from` and `to`"
    ),
  ])
  func howAFileIsReadIsChecked(reads: String, wanted: String) {
    let yaml = "mapping: test\nabout: x\nreads: \(reads)\nevents: []"
    #expect(sentence(yaml) == wanted)
  }

  @Test(arguments: [
    ("{column: c}", "mapping.column m.yaml:8: there is no column `c`; `columns` names: a, b"),
    ("\"{c}\"", "mapping.column m.yaml:8: there is no column `c`; `columns` names: a, b"),
    (
      "\"{@row}\"",
      "mapping.column m.yaml:8: `{@row}` is not known; there are {@file}, {@line} and {@number}"
    ),
    ("\"{a\"", "mapping.value m.yaml:8: a { without its }; close it, or write {{ for a brace"),
    ("\"a}\"", "mapping.value m.yaml:8: a } without its {; write }} for a brace"),
    (
      "",
      "mapping.value m.yaml:8: nothing is written here; an unknown value is left away, so remove the field"
    ),
    (
      "{column: a, colour: b}",
      "mapping.unknown m.yaml:8: `colour` is not known in a value; known here: column, template, idOf, "
        + "when, as, negate, money, date, instant, zone, year, daysBefore, duration, normalise, "
        + "countryCode, trunkPrefix, map, ifEmpty, ifUnknown"
    ),
    (
      "{column: a, template: b}",
      "mapping.missing m.yaml:8: a value comes from one of `column`, `template` and `idOf`"
    ),
    (
      "{column: a, as: integer, money: EUR}",
      "mapping.value m.yaml:8: `as` and `money` exclude each other; keep one"
    ),
    (
      "{column: a, as: float}",
      "mapping.value m.yaml:8: `as` is one of: text, id, integer, number, decimal"
    ),
    (
      "{column: a, money: euro}",
      "mapping.value m.yaml:8: `money` is a currency code such as EUR (ISO 4217), or {column: …} that holds one"
    ),
    (
      "{column: a, negate: yes}",
      "mapping.value m.yaml:8: `negate` belongs to `as` or `money`; add it, or remove `negate`"
    ),
    (
      "{column: a, zone: UTC}",
      "mapping.value m.yaml:8: `zone` belongs to `instant`; add it, or remove `zone`"
    ),
    ("{column: a, date: d-MMM}", "mapping.missing m.yaml:8: the pattern reads no year; add `year`"),
    (
      "{column: a, date: yyyyMMdd, year: 2009}",
      "mapping.value m.yaml:8: the pattern reads a year already; remove `year`"
    ),
    (
      "{column: a, instant: yyyyMMdd}",
      "mapping.zone m.yaml:8: it is not said which clock these times are of; add `zone: UTC` or a fixed "
        + "distance such as \"+02:00\""
    ),
    (
      "{column: a, instant: yyyyMMdd, zone: Europe/Berlin}",
      "mapping.zone m.yaml:8: `zone` is `UTC` or a fixed distance from it such as \"+02:00\"; names of "
        + "time zones are not read, because their rules change after the fact"
    ),
    (
      "{column: a, instant: rfc3339, zone: UTC}",
      "mapping.zone m.yaml:8: the pattern reads the distance from UTC; remove `zone`"
    ),
    (
      "{column: a, duration: weeks}",
      "mapping.value m.yaml:8: `duration` is one of: seconds, minutes, hours, days"
    ),
    (
      "{column: a, normalise: phone, countryCode: 49}",
      "mapping.value m.yaml:8: `countryCode` is + and one to three digits in quotes, such as \"+49\""
    ),
    (
      "{column: a, map: []}",
      "mapping.value m.yaml:8: `map` is a table of codes and what they mean, one a line"
    ),
    (
      "{column: a, map: {x: \"{b}\"}}",
      "mapping.value m.yaml:8: here stands a constant; it cannot name columns"
    ),
    (
      "{column: a, ifUnknown: absent}",
      "mapping.value m.yaml:8: `ifUnknown` belongs to a `map`; remove it or add one"
    ),
    (
      "{column: a, ifEmpty: skip}",
      "mapping.value m.yaml:8: `ifEmpty` is `reject`, `absent`, or {use: …} with the value that stands in"
    ),
    (
      "{idOf: visit}",
      "mapping.value m.yaml:8: no event above has the name `visit`; put `name: visit` into the event that is meant"
    ),
    (
      "{each: /lines, give: 1}",
      "mapping.value m.yaml:8: delimited text has no arrays; write `rows` for the rows of the group"
    ),
    ("{each: rows}", "mapping.missing m.yaml:8: a list with `each` lacks `give`; add it"),
    (
      "{sum: a}",
      "mapping.missing m.yaml:8: a sum is `money: EUR`, or `as:` integer, number or decimal; say which"
    ),
    (
      "{column: a, when: {column: b}}",
      "mapping.missing m.yaml:8: it is not said what `b` must be; add equals, in, startsWith, present or another test"
    ),
    (
      "{column: a, when: {column: b, lessThan: few}}",
      "mapping.value m.yaml:8: `lessThan` is a decimal number"
    ),
    (
      "{column: a, when: {any: [], column: b}}",
      "mapping.value m.yaml:8: `any` stands alone; put the other tests below it"
    ),
  ])
  func valuesAreChecked(value: String, wanted: String) {
    #expect(sentence(self.value(value)) == wanted)
  }

  @Test(arguments: [
    (
      "    data: x",
      "mapping.value m.yaml:8: `data` is a group of the event's fields, each with where its value comes from"
    ),
    (
      "    dato: {}",
      "mapping.unknown m.yaml:8: `dato` is not known in an event; known here: type, name, when, once, repeat, id, subject, time, cause, data"
    ),
    ("    name: x", "mapping.missing m.yaml:7: an event lacks `data`; add it"),
    (
      "    cause: x\n    data: {}",
      "mapping.value m.yaml:8: no event above has the name `x`; put `name: x` into the event that is meant"
    ),
    (
      "    time: tomorrow\n    data: {}",
      "mapping.value m.yaml:8: `time` is a date and time as RFC 3339 writes it, such as 2008-03-01T00:00:00Z, or a group with `column` and `instant`"
    ),
    (
      "    time: {column: a, as: integer}\n    data: {}",
      "mapping.value m.yaml:8: `time` is read with `instant:` and a pattern; add it"
    ),
    (
      "    subject: {column: a, as: id}\n    data: {}",
      "mapping.value m.yaml:8: `subject` is text as it stands; it cannot be converted"
    ),
    (
      "    repeat: {less: 1}\n    data: {}",
      "mapping.missing m.yaml:8: `repeat` lacks `column`; add it"
    ),
  ])
  func eventsAreChecked(lines: String, wanted: String) {
    #expect(sentence(event(lines)) == wanted)
  }

  @Test func anEventNeedsASubjectAndATime() {
    let top = "mapping: test\nabout: x\nreads: {format: json}\n"
    let events = "events:\n  - {type: test.made, data: {}}"
    #expect(
      sentence(top + events)
        == "mapping.missing m.yaml:5: it is not said whom this event is about; add "
        + "`subject` here or at the top")
    #expect(
      sentence(top + "subject: anonymous\n" + events)
        == "mapping.missing m.yaml:6: it is not said when this event happened; add `time` here or at the "
        + "top")
  }

  @Test func inJSONAColumnIsAPointer() {
    let yaml = """
      mapping: test
      about: x
      reads: {format: ndjson}
      subject: "{id}"
      events: []
      """
    #expect(
      sentence(yaml)
        == "mapping.column m.yaml:4: `id` is not a JSON Pointer; in JSON a column is written "
        + "like /customer/id")
  }

  @Test func envelopesAreTakenFromJSONAlone() {
    let yaml = "mapping: test\nabout: x\nreads: {format: delimited}\nevents: asTheyAre"
    #expect(
      sentence(yaml)
        == "mapping.value m.yaml:1: `events: asTheyAre` takes JSON; set `format` to ndjson or json")
  }

  /// Imports only tighten: no mapping can be loaded that says otherwise.
  @Test(arguments: [
    ("consent.given", "{}"), ("consent.confirmed", "{}"), ("contact.resumed", "{}"),
    ("channel.chosen", "{}"), ("guardian.consented", "{}"), ("contactpoint.verified", "{}"),
    ("profile.attribute.rectified", "{}"), ("restriction.lifted", "{}"), ("registry.cleared", "{}"),
    ("conflict.confirmed", "{}"), ("policy.published", "{}"), ("department.granted", "{}"),
    ("profile.merged", "{assurance: verified}"), ("profile.merged", "{}"),
    ("profile.merged", "{assurance: \"{a}\"}"), ("contactpoint.added", "{addedBy: customer}"),
    ("contactpoint.added", "{addedBy: import, replaces: \"{a}\"}"), ("contactpoint.added", "{}"),
  ])
  func whatWouldLoosenIsRefusedWhenTheMappingIsLoaded(type: String, data: String) {
    let found = sentence(head + "events:\n  - type: \(type)\n    data: \(data)")
    #expect(found.hasPrefix("mapping.loosens m.yaml:7: "), "\(found)")
  }

  @Test(arguments: [
    ("consent.withdrawn", "{}"), ("optout.recorded", "{}"), ("objection.raised", "{}"),
    ("profile.merged", "{assurance: probable}"), ("contactpoint.added", "{addedBy: import}"),
    ("order.completed", "{}"),
  ])
  func whatTightensOrStatesAFactIsLoaded(type: String, data: String) {
    #expect(sentence(head + "events:\n  - type: \(type)\n    data: \(data)") == "accepted")
  }

  /// Cut after any byte, a mapping is loaded or refused; nothing traps.
  @Test func everyCutOfAMappingIsLoadedOrRefused() {
    let text = Array(
      (head + """
        groupBy: "{a}"
        skip: [{when: {column: b, in: [x]}, because: y}]
        events:
          - type: test.made
            when: [{not: {column: a, startsWith: C}}, {any: [{column: b, empty: no}]}]
            repeat: {column: b, less: 1}
            data:
              l: {each: rows, give: {q: {column: b, as: integer, ifEmpty: {use: 1}}}}
              t: {sum: a, times: b, money: GBP, negate: yes}
        """).utf8)
    for end in 0...text.count {
      // Either outcome is right.
      _ = try? ImportMapping(yaml: Array(text[..<end]), file: "cut.yaml")
    }
    #expect(throws: Never.self) { try ImportMapping(yaml: text, file: "whole.yaml") }
  }
}
