import Disk
import JSONBytes
import RapportTesting
import Testing
import Transparency

@testable import LogEngine

/// What goes into a segment comes out of it: every byte of every entry, in runs and one by one, by customer and by id.
@Suite struct SegmentRoundTripTests {
  /// Everything that can be asked of a segment, compared with the entries it was made of.
  private func check(_ made: MadeSegment, _ note: Comment) throws {
    // One by one first: afterwards the customers of all rows are known.
    let (few, fewRanges) = try made.file.fewEntries(Array(made.entries.indices))
    for (row, entry) in made.entries.enumerated() {
      try #require(Array(few[fewRanges[row]]) == entry, "row \(row) among few, \(note)")
    }
    let (raw, ranges) = try made.file.entries(rows: 0..<made.entries.count)
    try #require(ranges.count == made.entries.count, note)
    for (row, entry) in made.entries.enumerated() {
      try #require(Array(raw[ranges[row]]) == entry, "row \(row), \(note)")
      try #require(Array(try made.file.entry(row: row)) == entry, "row \(row) alone, \(note)")
    }
    #expect(
      try made.file.frontier(at: made.header.next).root == made.header.root, note)
  }

  private func note(_ number: Int, _ subject: String? = nil, _ revision: Int = 1) -> EntryParts {
    var parts = EntryParts()
    parts.id = "e-\(number)"
    parts.subject = subject ?? "customer-\(number)"
    parts.revision = revision
    parts.data = #"{"n":\#(number)}"#
    return parts
  }

  @Test(arguments: [1, 2, 63, 64, 65, 127, 128, 129, 511, 512, 513, 1_023, 1_024, 1_025, 2_100])
  func everyCountNearAGroupsEnd(count: Int) throws {
    let entries = (0..<count).map { note($0).entry(at: UInt64($0)) }
    let made = try MadeSegment.make(entries)
    try check(made, "\(count) events")
    #expect(
      made.file.footer.blocks.allSatisfy { $0.exceptions == 0 }, "ordinary events are in columns")
    for number in [0, count / 2, count - 1] {
      let found = try made.file.rows(ofCustomer: Array("customer-\(number)".utf8)[...])
      #expect(found?.rows == [UInt32(number)] && found?.firstRevision == 1)
      let row = try made.file.row(
        ofSource: Array("/test".utf8)[...], id: Array("e-\(number)".utf8)[...])
      #expect(row == number)
    }
    #expect(try made.file.rows(ofCustomer: Array("customer".utf8)[...]) == nil)
  }

  @Test func blocksOfFewEvents() throws {
    for size in [1, 2, 3, 64, 100] {
      let entries = (0..<250).map {
        note($0, "c\($0 % 7)", $0 / 7 + 1).entry(at: 1_000 + UInt64($0))
      }
      let made = try MadeSegment.make(
        entries, first: 1_000, limits: SegmentLimits(blockEventsMax: size))
      #expect(made.file.footer.blocks.count == (250 + size - 1) / size)
      try check(made, "blocks of \(size)")
      for customer in 0..<7 {
        let found = try #require(
          try made.file.rows(ofCustomer: Array("c\(customer)".utf8)[...]))
        #expect(found.rows == (0..<250).filter { $0 % 7 == customer }.map { UInt32($0) })
        #expect(found.firstRevision == 1)
      }
    }
  }

  @Test func idsOfEveryForm() throws {
    let uuid = "8efdeb9f-798d-4dbd-9465-b25f54679f6f"
    let ids = [
      uuid, uuid.uppercased(), "01ARZ3NDEKTSV4RRFFQ69G5FAV", "01arz3ndektsv4rrffq69g5fav",
      "81ARZ3NDEKTSV4RRFFQ69G5FAV", "7ZZZZZZZZZZZZZZZZZZZZZZZZZ", "00000000000000000000000000",
      "8efdeb9f-798d-4dbd-9465-b25f54679f6", "x", "a\"b\\c\u{1}d\u{7F}é",
      "00000000-0000-0000-0000-000000000000",
    ]
    for wanted in [[0], [2], [8], [0, 2], [2, 8], [0, 8], Array(ids.indices)] {
      let entries = (0..<200).map { number in
        var parts = note(number)
        parts.id = ids[wanted[number % wanted.count]]
        return parts.entry(at: UInt64(number))
      }
      let made = try MadeSegment.make(entries)
      try check(made, "ids \(wanted)")
      #expect(made.file.footer.blocks[0].exceptions == 0)
    }
  }

  @Test func dictionariesOfEveryFormAndSize() throws {
    let forms: [(String, @Sendable (Int) -> String?)] = [
      ("numbered", { "C" + String(repeating: "0", count: 8 - "\($0)".count) + "\($0)" }),
      ("texts", { "customer \($0) of \($0 % 10)" }),
      (
        "uuids",
        { "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - "\($0)".count) + "\($0)" }
      ),
      (
        "uuids and none",
        {
          $0 % 3 == 0
            ? nil
            : "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - "\($0)".count)
              + "\($0)"
        }
      ),
      ("none", { _ in nil }), ("one", { _ in "c" }), ("escaped", { "c\"\($0)\\" }),
      ("numbers that are not spread evenly", { "C\(1_000_000_000 + $0 * $0 * $0)" }),
      ("uuids that are", { UUIDText.spread($0) }),
    ]
    for (form, subject) in forms {
      for count in [1, 2, 65, 300, 700] {
        var revisions: [String: Int] = [:]
        let entries = (0..<count).map { number in
          var parts = note(number)
          parts.subject = subject(number)
          parts.revision = parts.subject.map { revisions[$0, default: 0] + 1 }
          if let subject = parts.subject { revisions[subject, default: 0] += 1 }
          parts.source = "/source/\(number % 270)"
          parts.more = [
            ("authid", "\"staff-\(number % 5)\""),
            ("partitionkey", number % 2 == 0 ? "1" : "\"x\""),
          ]
          if number % 4 == 0 { parts.more.append(("zeta", "{\"a\":[1,2]}")) }
          if number % 5 == 0 { parts.schema = nil }
          return parts.entry(at: UInt64(number))
        }
        let made = try MadeSegment.make(entries)
        try check(made, "\(form), \(count)")
        #expect(made.file.footer.blocks[0].exceptions == 0, "\(form), \(count)")
        let names = (0..<count).map(subject)
        for (number, name) in names.enumerated() {
          guard let name else { continue }
          let found = try #require(try made.file.rows(ofCustomer: Array(name.utf8)[...]))
          #expect(found.rows.contains(UInt32(number)), "\(form), \(count)")
        }
        // Whom it does not hold: before the first, between two, behind the last, shorter, longer.
        for name in (0..<2 * count + 3).compactMap(subject) + ["", "B", "C1", "d", "c\0"]
        where !names.contains(name) {
          #expect(try made.file.rows(ofCustomer: Array(name.utf8)[...]) == nil, "\(form): \(name)")
        }
      }
    }
  }

  @Test func valuesOfEveryEncoding() throws {
    let values: [(String, @Sendable (Int) -> String)] = [
      ("constant", { _ in "true" }), ("integers", { "\($0 * 7 - 300)" }),
      ("large integers", { $0 % 2 == 0 ? "9007199254740991" : "-9007199254740991" }),
      ("too large", { $0 % 2 == 0 ? "9007199254740992" : "1" }),
      ("minus zero", { $0 == 0 ? "-0" : "\($0)" }),
      ("numbered", { "\"SKU\($0)\"" }), ("numbers", { "\"\($0)\"" }),
      ("leading zeros", { "\"SKU0\($0)\"" }), ("longest", { "\"n\(999_999_999_999_999 - $0)\"" }),
      ("longer", { "\"n\(1_000_000_000_000_000 - $0)\"" }), ("escaped", { "\"\\n\($0)\"" }),
      ("uuids", { "\"00000000-0000-4000-8000-\(String(100_000_000_000 + $0))\"" }),
      ("dictionary", { ["null", "1.5", "\"a\"", "\"b\"", "false"][$0 % 5] }),
      ("texts", { "\"text \($0) é\"" }),
      ("one text", { "\"\($0 == 50 ? "" : "text \($0)")\"" }), ("fractions", { "\($0).25" }),
    ]
    for (name, value) in values {
      for count in [63, 64, 200] {
        let entries = (0..<count).map { number in
          var parts = note(number)
          parts.data = #"{"v":\#(value(number)),"w":{"a":[\#(number),\#(value(number))]}}"#
          return parts.entry(at: UInt64(number))
        }
        let made = try MadeSegment.make(entries)
        try check(made, "\(name), \(count)")
        let isShaped = made.file.optionalPlace(.shape, block: 0, key: 0) != nil
        #expect(isShaped == (count >= 64), "\(name), \(count)")
      }
    }
  }

  @Test func shapesThatDiffer() throws {
    let shapes: [@Sendable (Int) -> String] = [
      { #"{"a":\#($0)}"# }, { #"{"a":\#($0),"b":"x\#($0)"}"# }, { _ in "{}" },
      { #"{"lines":[{"q":\#($0)},{"q":2}],"n":[]}"# }, { #"{"-":1,"/":\#($0),"":2,"~":3}"# },
      { #"{"é\"":\#($0)}"# },
    ]
    for used in 1...shapes.count {
      let entries = (0..<400).map { number in
        var parts = note(number)
        parts.data = shapes[number % used](number)
        return parts.entry(at: UInt64(number))
      }
      let made = try MadeSegment.make(entries)
      try check(made, "\(used) shapes")
      #expect(made.file.optionalPlace(.shape, block: 0, key: 0) != nil)
    }
    // More shapes than pay: text.
    let entries = (0..<400).map { number in
      var parts = note(number)
      parts.data = #"{"a\#(number)":1}"#
      return parts.entry(at: UInt64(number))
    }
    let made = try MadeSegment.make(entries)
    try check(made, "a shape for each row")
    #expect(made.file.optionalPlace(.shape, block: 0, key: 0) == nil)
  }

  @Test(.faultRow(53, .bytes)) func whatIsNoEventIsKeptWhole() throws {
    let good = EntryParts().entry(at: 0)
    let text = String(decoding: good, as: UTF8.self)
    var odd: [[UInt8]] = [
      Array("x".utf8), Array("[]".utf8), Array("{}".utf8), Array("\"\"".utf8), [0], [0xFF, 0xFE],
      Array((text + " ").utf8), Array((" " + text).utf8),
    ]
    for (old, new) in [
      ("\"specversion\":\"1.0\"", "\"specversion\":\"1.1\""),
      ("\"revision\":1", "\"revision\":2.5"),
      ("\"revision\":1,", ""), ("\"revision\":1", "\"revision\":0"),
      ("\"revision\":1", "\"revision\":01"),
      ("00000000000000000000", "00000000000000000001"), ("\"subject\":\"c1\",", ""),
      ("\"subject\":\"c1\"", "\"subject\":\"\""), ("\"subject\":\"c1\"", "\"subject\":null"),
      ("note.taken/1", ""), ("2026-03-01T09:00:00.250000Z", "2026-03-01T09:00:00.25Z"),
      ("2026-03-01T08:59:58.000000Z", "2026-03-01t08:59:58.000000Z"), ("{\"data\"", "{ \"data\""),
      ("\"e-1\"", "\"\\u0065-1\""), ("\"e-1\"", "7"), (#"{"n":1}"#, #"{"n":1,"n":2}"#),
      ("\"type\":\"note.taken\"", "\"type\":[]"), ("/test", String(repeating: "s", count: 257)),
      ("\"id\"", "\"\\u0069d\""), ("\"time\":", "\"time\":\"x\",\"time\":"),
    ] {
      let place = try #require(text.firstRange(of: old), "\(old)")
      var changed = text
      changed.replaceSubrange(place, with: new)
      odd.append(Array(changed.utf8))
    }
    for entry in odd {
      let made = try MadeSegment.make([entry])
      try check(made, "\(String(decoding: entry, as: UTF8.self))")
      #expect(
        made.file.footer.blocks[0].exceptions == 1, "\(String(decoding: entry, as: UTF8.self))")
    }
    var entries = odd
    for number in 0..<200 { entries.append(note(number).entry(at: UInt64(entries.count))) }
    let made = try MadeSegment.make(entries, limits: SegmentLimits(blockEventsMax: 90))
    try check(made, "odd entries before ordinary ones")
    #expect(made.file.footer.blocks.reduce(0) { $0 + Int($1.exceptions) } >= odd.count)
  }

  /// Data of any JSON is kept as it stands, also where it is not an object.
  @Test(.faultRow(53, .bytes)) func dataOfAnyKind() throws {
    let data = [
      "1", "\"x\"", "null", "[1,2]", "[]", #"{"a":{"b":{"c":[[[1]]]}}}"#, "1.50", "1e400",
      "[1 , 2]",
    ]
    let entries = (0..<300).map { number in
      var parts = note(number)
      parts.data = data[number % data.count]
      return parts.entry(at: UInt64(number))
    }
    try check(try MadeSegment.make(entries), "data of any kind")
  }

  @Test(.faultRow(54, .bytes)) func theSameEntriesGiveTheSameFileHoweverTheyCame() throws {
    let entries = (0..<600).map { note($0, "c\($0 % 50)", $0 / 50 + 1).entry(at: UInt64($0)) }
    let made = try MadeSegment.make(entries, frames: 1)
    for frames in [2, 7, 600] {
      #expect(try MadeSegment.make(entries, frames: frames).bytes == made.bytes)
    }
  }

  @Test(.faultRow(53, .bytes)) func randomHistories() throws {
    let seed = SeededGenerator.seedOfThisRun
    print("segments: seed \(seed)")
    for round in 0..<20 {
      var random = SeededGenerator(seed: seed &+ UInt64(round))
      var revisions: [String: Int] = [:]
      let types = 1 + random.below(5)
      let count = 1 + random.below(1_500)
      let entries = (0..<count).map { number -> [UInt8] in
        var parts = EntryParts()
        let type = random.below(types)
        parts.type = "type.\(type)"
        parts.schema = "type.\(type)/\(1 + random.below(2))"
        parts.id =
          random.chance(50) ? "id-\(number)" : "0000\(1_000 + number)-0000-4000-8000-000000000000"
        parts.subject = random.chance(10) ? nil : "customer-\(random.below(40))"
        parts.revision = parts.subject.map { revisions[$0, default: 0] + 1 }
        if let subject = parts.subject { revisions[subject, default: 0] += 1 }
        parts.time =
          Timestamp(microseconds: 1_700_000_000_000_000 + Int64(random.below(1_000_000_000))).text
        parts.data =
          random.chance(70)
          ? #"{"n":\#(random.below(1_000)),"s":"SKU\#(random.below(50))"}"#
          : #"{"lines":[\#((0..<random.below(4)).map { _ in #"{"q":\#(random.below(9))}"# }.joined(separator: ","))]}"#
        if random.chance(5) { return Array("odd \(number)".utf8) }
        return parts.entry(at: UInt64(number))
      }
      let made = try MadeSegment.make(
        entries, frames: 1 + random.below(200),
        limits: SegmentLimits(blockEventsMax: 50 + random.below(600)))
      try check(made, "seed \(seed), round \(round)")
    }
  }
}

/// UUIDs that are spread evenly, in another order than their numbers.
private enum UUIDText {
  static func spread(_ number: Int) -> String {
    let high = String((UInt64(number + 1) &* 0x9E37_79B9_7F4A_7C15) >> 16, radix: 16)
    let digits = String(repeating: "0", count: 12 - high.count) + high
    return "\(digits.prefix(8))-\(digits.suffix(4))-4000-8000-000000000000"
  }
}
