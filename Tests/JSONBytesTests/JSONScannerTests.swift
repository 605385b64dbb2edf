/// What the scanner takes, what it refuses, and where it says the fault lies.
import JSONBytes
import RapportTesting
import Testing

func scan(_ text: String) throws(JSONError) -> JSONView {
  try JSONDocument(scanning: Array(text.utf8)).root
}

func scan(_ bytes: [UInt8]) throws(JSONError) -> JSONView {
  try JSONDocument(scanning: bytes).root
}

/// The fault of a text; nil for one that is JSON.
private func fault(_ bytes: [UInt8]) -> JSONError? {
  do throws(JSONError) {
    _ = try scan(bytes)
    return nil
  } catch {
    return error
  }
}

@Suite struct JSONScannerTests {
  /// Text, reason, line and column of the refusal.
  static let refusals: [(String, JSONError.Reason, Int, Int)] = [
    ("", .unexpectedEnd, 1, 1), (" \n\t ", .unexpectedEnd, 2, 3), ("{", .unexpectedEnd, 1, 2),
    ("[", .unexpectedEnd, 1, 2),
    ("[1", .unexpectedEnd, 1, 3), ("[1,", .unexpectedEnd, 1, 4), ("[1,]", .unexpectedByte, 1, 4),
    ("[,1]", .unexpectedByte, 1, 2),
    ("[1 2]", .unexpectedByte, 1, 4), ("[1}", .unexpectedByte, 1, 3),
    ("{\"a\":1]", .unexpectedByte, 1, 7),
    ("{\"a\"}", .unexpectedByte, 1, 5), ("{\"a\" 1}", .unexpectedByte, 1, 6),
    ("{\"a\":}", .unexpectedByte, 1, 6),
    ("{\"a\":1,}", .unexpectedByte, 1, 8), ("{,}", .unexpectedByte, 1, 2),
    ("{a:1}", .unexpectedByte, 1, 2),
    ("{1:1}", .unexpectedByte, 1, 2), ("{'a':1}", .unexpectedByte, 1, 2),
    ("{\"a\":1 \"b\":2}", .unexpectedByte, 1, 8),
    ("]", .unexpectedByte, 1, 1), ("}", .unexpectedByte, 1, 1), (",", .unexpectedByte, 1, 1),
    (":", .unexpectedByte, 1, 1),
    ("'a'", .unexpectedByte, 1, 1), ("NaN", .unexpectedByte, 1, 1),
    ("Infinity", .unexpectedByte, 1, 1),
    ("-Infinity", .badNumber, 1, 2), ("undefined", .unexpectedByte, 1, 1),
    ("// a\n1", .unexpectedByte, 1, 1),
    ("/* a */ 1", .unexpectedByte, 1, 1), ("1 // a", .trailingBytes, 1, 3),
    ("1 2", .trailingBytes, 1, 3),
    ("{}{}", .trailingBytes, 1, 3), ("[]]", .trailingBytes, 1, 3),
    ("{}\n\n x", .trailingBytes, 3, 2),
    ("1\u{0}", .trailingBytes, 1, 2), ("\u{C}1", .unexpectedByte, 1, 1),
    ("\u{A0}1", .unexpectedByte, 1, 1),
    ("tru", .badLiteral, 1, 1), ("truE", .badLiteral, 1, 1), ("True", .unexpectedByte, 1, 1),
    ("fals", .badLiteral, 1, 1),
    ("nul", .badLiteral, 1, 1), ("nulll", .trailingBytes, 1, 5),
    ("truefalse", .trailingBytes, 1, 5),
    ("-", .badNumber, 1, 2), ("--1", .badNumber, 1, 2), ("+1", .unexpectedByte, 1, 1),
    ("01", .badNumber, 1, 1),
    ("-01", .badNumber, 1, 2), ("00", .badNumber, 1, 1), ("1.", .badNumber, 1, 3),
    ("1.e1", .badNumber, 1, 3),
    (".5", .unexpectedByte, 1, 1), ("1e", .badNumber, 1, 3), ("1e+", .badNumber, 1, 4),
    ("1e-a", .badNumber, 1, 4),
    ("1E1.5", .trailingBytes, 1, 4), ("0x10", .trailingBytes, 1, 2),
    ("1_000", .trailingBytes, 1, 2),
    ("1.2.3", .trailingBytes, 1, 4), ("[-]", .badNumber, 1, 3), ("٣", .unexpectedByte, 1, 1),
    ("\"a", .unexpectedEnd, 1, 3), ("\"a\n\"", .controlCharacter, 1, 3),
    ("\"\t\"", .controlCharacter, 1, 2),
    ("\"\u{0}\"", .controlCharacter, 1, 2), ("\"\u{1F}\"", .controlCharacter, 1, 2),
    ("\"\\a\"", .badEscape, 1, 2),
    ("\"\\x41\"", .badEscape, 1, 2), ("\"\\u12\"", .badEscape, 1, 2),
    ("\"\\u12g4\"", .badEscape, 1, 2),
    ("\"\\U0041\"", .badEscape, 1, 2), ("\"\\", .unexpectedEnd, 1, 3),
    ("\"\\'\"", .badEscape, 1, 2),
    ("\"\\0\"", .badEscape, 1, 2), ("\"\\ud800\"", .loneSurrogate, 1, 2),
    ("\"\\udc00\"", .loneSurrogate, 1, 2),
    ("\"\\udbff\\u0041\"", .loneSurrogate, 1, 2), ("\"\\ud800\\ud800\"", .loneSurrogate, 1, 2),
    ("\"a\\ud800x\"", .loneSurrogate, 1, 3), ("\"\\ud800\\\"", .loneSurrogate, 1, 2),
    ("{\"a\":1,\"a\":2}", .duplicateName, 1, 8),
    ("{\"a\":1,\n \"b\":{},\n \"a\":2}", .duplicateName, 3, 2),
    ("{\"a\":1,\"\\u0061\":2}", .duplicateName, 1, 8),
    ("{\"\\u0061\":1,\"a\":2}", .duplicateName, 1, 13),
    ("{\"\\/\":1,\"/\":2}", .duplicateName, 1, 9), ("{\"\":1,\"\":2}", .duplicateName, 1, 7),
    ("{\"\\ud83d\\ude00\":1,\"😀\":2}", .duplicateName, 1, 19),
    ("[{\"b\":0},{\"a\":1,\"a\":2}]", .duplicateName, 1, 17),
  ]

  @Test(arguments: refusals)
  func whatIsNotStrictJSONIsRefusedWithItsPlace(
    text: String, reason: JSONError.Reason, line: Int, column: Int
  ) throws {
    let error = try #require(fault(Array(text.utf8)), "\(text.debugDescription) was taken")
    #expect(error.reason == reason)
    #expect(error.line == line && error.column == column)
    #expect(error.sentence == "line \(line), column \(column): \(reason.rawValue)")
  }

  @Test func aByteOrderMarkIsRefused() {
    #expect(fault([0xEF, 0xBB, 0xBF, 0x31])?.reason == .byteOrderMark)
    #expect(fault([0xFE, 0xFF, 0x00, 0x31])?.reason == .unexpectedByte)
  }

  static let whole = [
    "0", "-0", "1", "-1.5e-10", "1E+2", "123456789012345678901234567890", "true", "false", "null",
    "\"\"", "[]", "{}",
    " [ 1 , 2 ] ", "\t\r\n{ \"a\" : [ ] }\n", #""\"\\\/\b\f\n\r\t\u0041\ud83d\ude00""#,
    #"{"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}]}"#,
    "\"\u{7F}\u{80}\u{2028}\u{FFFF}\u{10FFFF}\"",
  ]

  /// A text cut anywhere, and one with a byte behind it, is no JSON: except numbers, whose
  /// beginnings are numbers too.
  @Test func everyTruncationIsRefused() {
    let document =
      #"{"a":[1.5e3,-0,"é\u00e9\ud83d\ude00",true,false,null,{}],"b":{"c":"\\\"","d":[[]]}} "#
    let bytes = Array(document.utf8)
    #expect(fault(bytes) == nil)
    for cut in 0..<bytes.count - 1 {
      #expect(fault(Array(bytes[..<cut])) != nil, "cut at \(cut)")
    }
    for text in Self.whole {
      let bytes = Array(text.utf8)
      #expect(fault(bytes) == nil, "\(text)")
      #expect(fault(bytes + [0x5D]) != nil, "\(text)]")
    }
  }

  /// Scanning stays within its range: the bytes before and behind are another text's.
  @Test func oneScannerTakesManyTextsIntoOneList() throws {
    let texts = ["{\"a\":[1,2]}", "[]", "  \"x\" ", "-1.5"]
    var bytes: [UInt8] = []
    var ranges: [Range<Int>] = []
    for text in texts {
      ranges.append(bytes.count..<bytes.count + text.utf8.count)
      bytes += text.utf8
    }
    var scanner = JSONScanner()
    var roots: [Int] = []
    for range in ranges { roots.append(try scanner.scan(bytes.span, in: range)) }
    let document = JSONDocument(bytes: bytes, nodes: scanner.takeNodes())
    let values = roots.map { JSONView(document: document, index: $0).value }
    #expect(values == [.object([JSONMember("a", [1, 2])]), [], "x", .number("-1.5")])
    #expect(scanner.nodes.isEmpty)
  }

  @Test func aRefusedTextLeavesTheScannerAsItWas() throws {
    var scanner = JSONScanner()
    let good = Array("[1,2]".utf8)
    _ = try scanner.scan(good.span, in: 0..<good.count)
    let before = scanner.nodes.count
    let bad = Array("{\"a\":[1,2,{\"b\":".utf8)
    #expect(throws: JSONError.self) { _ = try scanner.scan(bad.span, in: 0..<bad.count) }
    #expect(scanner.nodes.count == before)
    #expect(try scanner.scan(good.span, in: 1..<2) == before)
  }

  /// The place of an error counts from the start of its own text, not from that of the buffer.
  @Test func anErrorIsPlacedInItsOwnLine() throws {
    let bytes = Array("{}\n{\"a\":tru}\n".utf8)
    var scanner = JSONScanner()
    let error = #expect(throws: JSONError.self) { _ = try scanner.scan(bytes.span, in: 3..<12) }
    #expect(error?.line == 1 && error?.column == 6 && error?.offset == 5)
  }

  @Test(arguments: ["[", "{\"a\":"]) func thirtyTwoLevelsAreTakenAndThirtyThreeRefused(
    opening: String
  ) {
    let closing = opening == "[" ? "]" : "}"
    func nested(_ depth: Int) -> [UInt8] {
      let inner = opening == "[" ? "" : "0"
      let text =
        String(repeating: opening, count: depth) + inner + String(repeating: closing, count: depth)
      return Array(text.utf8)
    }
    #expect(fault(nested(32)) == nil)
    let error = fault(nested(33))
    #expect(error?.reason == .tooDeep)
    #expect(error?.offset == 32 * opening.utf8.count)
    #expect(fault(Array(String(repeating: opening, count: 100_000).utf8))?.reason == .tooDeep)
  }

  @Test func aThousandMembersAreTakenAndOneMoreRefused() throws {
    func object(_ count: Int) -> [UInt8] {
      Array("{\((0..<count).map { "\"m\($0)\":0" }.joined(separator: ","))}".utf8)
    }
    #expect(try scan(object(1_000)).count == 1_000)
    #expect(fault(object(1_001))?.reason == .tooManyMembers)
  }

  @Test func aMillionElementsAreTakenAndOneMoreRefused() throws {
    func array(_ count: Int) -> [UInt8] {
      var bytes = Array("[0".utf8)
      for _ in 1..<count { bytes += [0x2C, 0x30] }
      return bytes + [0x5D]
    }
    #expect(try scan(array(1_000_000)).count == 1_000_000)
    #expect(fault(array(1_000_001))?.reason == .tooManyElements)
  }

  /// Names are compared pair by pair in small objects, by a set in large and in escaped ones: at
  /// every size.
  @Test func aNameThatComesTwiceIsFoundAtAnySize() {
    for count in [2, 3, 23, 24, 25, 26, 100, 1_000] {
      for (first, second) in [(0, 1), (0, count - 1), (count - 2, count - 1)] {
        var names = (0..<count).map { "m\($0)" }
        #expect(
          fault(Array("{\(names.map { "\"\($0)\":[{}]" }.joined(separator: ","))}".utf8)) == nil)
        names[second] = names[first]
        let text = "{\(names.map { "\"\($0)\":[{}]" }.joined(separator: ","))}"
        #expect(fault(Array(text.utf8))?.reason == .duplicateName, "\(count), \(first), \(second)")
      }
    }
  }

  /// Every pair of bytes in a string, against the standard library's own reading of UTF-8.
  @Test func everyPairOfBytesIsUTF8AsTheStandardLibraryHasIt() {
    for first in 0x80...0xFF as ClosedRange<UInt8> {
      for second in 0x00...0xFF as ClosedRange<UInt8>
      where second >= 0x20 && second != 0x22 && second != 0x5C {
        compareUTF8([first, second])
      }
    }
  }

  /// Sequences of three and four bytes at the edges of every range of Unicode's table 3-7, whole
  /// and cut.
  @Test func longerSequencesAreCheckedAtEveryEdge() {
    let edges: [UInt8] = [0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0]
    for first in 0xDF...0xFF as ClosedRange<UInt8> {
      for second in edges {
        for third in edges {
          compareUTF8([first, second, third])
          for fourth in edges { compareUTF8([first, second, third, fourth]) }
        }
      }
    }
  }

  private func compareUTF8(_ text: [UInt8]) {
    let isValid = String(validating: text, as: UTF8.self) != nil
    let error = fault([0x22] + text + [0x22])
    #expect((error == nil) == isValid, "\(text)")
    if let error { #expect(error.reason == .badUTF8, "\(text)") }
  }

  @Test func everyEscapedUnitIsReadOrRefused() throws {
    for unit in 0...0xFFFF {
      let hex = String(unit, radix: 16)
      let digits =
        String(repeating: "0", count: 4 - hex.count) + (unit % 2 == 0 ? hex : hex.uppercased())
      let text = Array("\"\\u\(digits)\"".utf8)
      if (0xD800...0xDFFF).contains(unit) {
        #expect(fault(text)?.reason == .loneSurrogate, "\(digits)")
      } else {
        let scalar = try #require(Unicode.Scalar(UInt32(unit)))
        #expect(try scan(text).string?.unicodeScalars.first == scalar, "\(digits)")
      }
    }
  }

  @Test func everySurrogatePairIsItsScalar() throws {
    for high in 0xD800...0xDBFF {
      for low in [0xDC00, 0xDC01, 0xDE00, 0xDFFF] {
        let text = "\"\\u\(String(high, radix: 16))\\u\(String(low, radix: 16))\""
        let value = UInt32(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
        #expect(try scan(text).string?.unicodeScalars.first?.value == value)
      }
    }
  }

  /// A hostile byte at every place of a text gives a value or an error, never a trap, and an error
  /// within the text.
  @Test func noByteAtAnyPlaceBreaksTheScanner() {
    let text = Array(#"{"a":[1.5e3,-0,"é\u00e9\ud83d\ude00",true,null,{}],"b":{"c":"\\"}}"#.utf8)
    for place in text.indices {
      for byte in 0...0xFF as ClosedRange<UInt8> {
        var changed = text
        changed[place] = byte
        if let error = fault(changed) { #expect((0...text.count).contains(error.offset)) }
      }
    }
  }

  @Test(arguments: [
    ("0", true), ("-1", true), ("123456789012345", true), ("1234567890123456", false),
    ("-0", false), ("1.0", false), ("1e2", false),
  ])
  func aPlainIntegerIsOneThatIsCanonicalAsItStands(text: String, isPlain: Bool) throws {
    #expect(try scan(text).node.isPlainInteger == isPlain)
  }
}
