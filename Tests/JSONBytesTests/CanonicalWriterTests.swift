/// RFC 8785 against its published vectors, then what the ledger asks beyond it.
import JSONBytes
import RapportTesting
import Testing

private func canonical(
  _ bytes: [UInt8], _ numbers: CanonicalWriter.Numbers = .rounded
) throws -> [UInt8] {
  var output: [UInt8] = []
  try CanonicalWriter.write(scan(bytes), numbers: numbers, to: &output)
  return output
}

private func canonical(_ text: String, _ numbers: CanonicalWriter.Numbers = .rounded) throws
  -> String
{
  String(decoding: try canonical(Array(text.utf8), numbers), as: UTF8.self)
}

@Suite struct CanonicalWriterTests {
  @Test(
    .enabled(if: SharedData.isPresent, "needs vectors/jcs of the shared folder"),
    arguments: ["arrays", "french", "structures", "unicode", "values", "weird"])
  func thePublishedInputsGiveThePublishedOutputs(name: String) throws {
    let input = SharedData.file("vectors/jcs/input/\(name).json")
    let output = SharedData.file("vectors/jcs/output/\(name).json")
    #expect(try canonical(input) == output)
    #expect(try canonical(output) == output)
    var fromTree: [UInt8] = []
    CanonicalWriter.write(try scan(input).value, to: &fromTree)
    #expect(fromTree == output)
  }

  /// Appendix B: doubles by their bits, and the text of each; null for those that JSON does not
  /// have.
  @Test(.enabled(if: SharedData.isPresent, "needs vectors/jcs of the shared folder"))
  func theNumbersOfAppendixBAreWrittenAsThere() throws {
    let rows = try scan(SharedData.file("vectors/jcs/appendix_b.json"))
    var written = 0
    for row in rows.elements {
      let cells = Array(row.elements)
      let bits = try #require(cells[0].string.flatMap { UInt64($0, radix: 16) })
      let value = Double(bitPattern: bits)
      guard let text = cells[1].string else {
        #expect(!value.isFinite)
        continue
      }
      #expect(CanonicalWriter.ecmaScript(value) == text)
      #expect(try canonical(text) == text)
      written += 1
    }
    #expect(written == 24)
  }

  @Test(arguments: [
    ("1.0", "1"), ("0.10", "0.1"), ("-0", "0"), ("-0.0", "0"), ("0e5", "0"), ("1E2", "100"),
    ("1e21", "1e+21"),
    ("123456789012345678901", "123456789012345680000"), ("1e-6", "0.000001"), ("1e-7", "1e-7"),
    ("12.5e-7", "0.00000125"),
    ("0.0000001", "1e-7"), ("-1.5e300", "-1.5e+300"), ("5e-324", "5e-324"), ("1e-400", "0"),
    ("0.1000000000000000055511151231257827", "0.1"),
  ])
  func numbersAreThoseOfECMAScript(text: String, written: String) throws {
    #expect(try canonical(text) == written)
  }

  /// Beyond every double there is nothing to round to: RFC 8785 ends with an error there.
  @Test(arguments: ["1e400", "-1e309", "1e99999999999999999999", "10e9223372036854775807"])
  func aNumberBeyondEveryDoubleIsRefused(text: String) {
    for numbers in [CanonicalWriter.Numbers.rounded, .exact] {
      let error = #expect(throws: JSONError.self) { _ = try canonical("[0, \(text)]", numbers) }
      #expect(error?.reason == .inexactNumber && error?.line == 1 && error?.column == 5)
    }
  }

  @Test(
    arguments: [
      ("1.0", "1"), ("0.10", "0.1"), ("9007199254740991", "9007199254740991"),
      ("-9007199254740991", "-9007199254740991"),
      ("1e15", "1000000000000000"), ("0.1", "0.1"), ("-0", "0"), ("1e-7", "1e-7"),
      ("123.456000", "123.456"), ("0e999999999999999999999", "0"),
      ("9007199254740992", nil), ("-9007199254740992", nil), ("9007199254740993", nil),
      ("1e16", nil), ("1e300", nil),
      ("12345678901234567890", nil), ("0.1000000000000000055511151231257827", nil), ("1e-400", nil),
      ("4.9e-324", nil), ("5e-324", "5e-324"),
      ("0.01e-9223372036854775808", nil), ("1e-99999999999999999999", nil),
      ("4503599627370495.5", "4503599627370495.5"),
      ("4503599627370495.6", nil),
    ] as [(String, String?)])
  func anExactNumberIsKeptOrRefused(text: String, written: String?) throws {
    if let written {
      #expect(try canonical(text, .exact) == written)
      #expect(try canonical(written, .exact) == written)
    } else {
      let error = #expect(throws: JSONError.self) { _ = try canonical(text, .exact) }
      #expect(error?.reason == .inexactNumber)
    }
  }

  /// Every integer of up to 15 digits is copied as it stands, so it must be its own canonical form.
  @Test func plainIntegersAreTheirOwnForm() throws {
    var number = 1
    while number < 1_000_000_000_000_000 {
      for value in [number - 1, number, number + 1, -number] {
        #expect(CanonicalWriter.ecmaScript(Double(value)) == (value == 0 ? "0" : "\(value)"))
        #expect(try canonical("\(value)", .exact) == "\(value)")
      }
      number *= 10
    }
  }

  @Test(arguments: [
    (#""\u0041\u00e9\ud83d\ude00\/""#, "\"Aé😀/\""), (#""\"\\\b\f\n\r\t""#, #""\"\\\b\f\n\r\t""#),
    (#""\u0000\u001f\u007f""#, "\"\\u0000\\u001f\u{7F}\""),
    (#""\u000B\u2028""#, "\"\\u000b\u{2028}\""), (#"{"\u0062":1,"a":2}"#, #"{"a":2,"b":1}"#),
    ("[ ]", "[]"), ("{ }", "{}"),
    (#"{"b":[{"d":1,"c":2}],"a":null}"#, #"{"a":null,"b":[{"c":2,"d":1}]}"#),
    (#"{"":1," ":2,"\t":3}"#, #"{"":1,"\t":3," ":2}"#),
  ])
  func stringsAndMembersHaveOneForm(text: String, written: String) throws {
    #expect(try canonical(text) == written)
  }

  /// Scalars above U+FFFF sort as their surrogates, before U+E000 to U+FFFF: every pair of edge
  /// scalars, alone and behind a common beginning, against the order of UTF-16 units.
  @Test func namesAreSortedByUTF16Units() throws {
    let scalars: [UInt32] = [
      0, 0x20, 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xEFFF, 0xF000, 0xFB33, 0xFFFD, 0xFFFF,
      0x10000, 0x1F600, 0x3FFFF,
      0x40000, 0xFFFFF, 0x10FFFF,
    ]
    let texts = scalars.compactMap { Unicode.Scalar($0).map { String(Character($0)) } }
    let names = texts + texts.map { "a" + $0 } + texts.map { $0 + "a" } + ["", "a", "aa"]
    for one in names {
      for other in names {
        let expected = Array(one.utf16).lexicographicallyPrecedes(Array(other.utf16))
        #expect(
          JSONText.precedesInUTF16(Array(one.utf8), Array(other.utf8)) == expected,
          "\(one.debugDescription) \(other.debugDescription)")
      }
    }
    let sorted = Set(names).sorted {
      Array($0.utf16).lexicographicallyPrecedes(Array($1.utf16))
    }
    let members = sorted.reversed().map { JSONMember($0, 0) }
    let view = try scan(try canonical(Array(JSONValue.object(members).text.utf8)))
    #expect(view.members.map { Array($0.name.utf8) } == sorted.map { Array($0.utf8) })
  }

  /// Small objects, large ones and those with escapes are sorted in three ways.
  @Test func membersAreSortedAtAnyCountInAnyOrder() throws {
    let seed = SeededGenerator.seedOfThisRun
    var numbers = SeededGenerator(seed: seed)
    for count in [1, 2, 3, 10, 63, 64, 65, 200, 1_000] {
      let names = (0..<count).map { "m\($0)" }.sorted()
      for escaped in [false, true] {
        let members = names.shuffled(using: &numbers).map { name in
          escaped ? "\"\\u006d\(name.dropFirst())\":0" : "\"\(name)\":0"
        }
        let view = try scan(try canonical("{\(members.joined(separator: ","))}"))
        #expect(view.members.map(\.name) == names, "seed \(seed), \(count)")
      }
    }
  }

  /// The canonical form is a fixed point, means the same as what it came from, and is the tree's
  /// form too.
  @Test func theCanonicalFormOfTheCanonicalFormIsItself() throws {
    let seed = SeededGenerator.seedOfThisRun
    var maker = RandomJSON(numbers: SeededGenerator(seed: seed))
    for round in 0..<3_000 {
      let text = maker.text(depth: 0)
      let first = try canonical(Array(text.utf8))
      #expect(try canonical(first) == first, "seed \(seed), round \(round): \(text)")
      var fromTree: [UInt8] = []
      CanonicalWriter.write(try scan(text).value, to: &fromTree)
      #expect(fromTree == first, "seed \(seed), round \(round): \(text)")
      guard let exact = try? canonical(Array(text.utf8), .exact) else { continue }
      #expect(exact == first, "seed \(seed), round \(round): \(text)")
    }
  }

  @Test func shortestDigitsReadBackAsTheSameDouble() throws {
    let seed = SeededGenerator.seedOfThisRun
    var numbers = SeededGenerator(seed: seed)
    for _ in 0..<50_000 {
      let value = Double(bitPattern: numbers.next())
      guard value.isFinite else { continue }
      let text = CanonicalWriter.ecmaScript(value)
      #expect(Double(text) == value, "seed \(seed): \(text)")
      #expect(try canonical(text) == text, "seed \(seed): \(text)")
    }
  }
}

/// Random JSON texts with blanks, escapes, all sorts of numbers and names.
private struct RandomJSON {
  var numbers: SeededGenerator

  mutating func text(depth: Int) -> String {
    let blank = numbers.pick(["", "", " ", "\n", "\t "])
    switch numbers.below(depth > 4 ? 5 : 8) {
    case 0: return blank + numbers.pick(["true", "false", "null"])
    case 1:
      return blank + "\(Int64(truncatingIfNeeded: numbers.next()) >> Int64(numbers.below(60)))"
    case 2:
      let exponent = numbers.pick(["", "e\(numbers.below(300))", "E-\(numbers.below(300))"])
      return blank + "\(numbers.below(1_000)).\(numbers.below(100_000))\(exponent)"
    case 3, 4: return blank + string()
    case 5, 6:
      let count = numbers.below(5)
      let elements = (0..<count).map { _ in text(depth: depth + 1) }
      return blank + "[" + elements.joined(separator: ",") + blank + "]"
    default:
      var members: [String: String] = [:]
      for _ in 0..<numbers.below(6) {
        // The scalar's own text is the key, so that an escaped twin is not made.
        members[name()] = text(depth: depth + 1)
      }
      let pairs = members.map { "\(JSONValue.string($0.key).text)\(blank):\($0.value)" }
      return blank + "{" + pairs.joined(separator: "," + blank) + "}"
    }
  }

  private mutating func scalar() -> Unicode.Scalar {
    while true {
      let bound = numbers.pick([0x80, 0x80, 0x800, 0x10000, 0x110000])
      if let scalar = Unicode.Scalar(UInt32(numbers.below(bound))) { return scalar }
    }
  }

  private mutating func name() -> String {
    var view = String.UnicodeScalarView()
    for _ in 0..<numbers.below(4) { view.append(scalar()) }
    // Canonically equal strings are one key of a dictionary and two names of JSON: only the
    // composed is used.
    return String(view)
  }

  private mutating func string() -> String {
    var text = "\""
    for _ in 0..<numbers.below(6) {
      let scalar = scalar()
      if numbers.chance(30) || scalar.value < 0x20 || scalar == "\"" || scalar == "\\" {
        for unit in String(scalar).utf16 {
          let hex = String(unit, radix: 16)
          text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
        }
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}
