import JSONBytes
import Testing

/// Names are compared by bytes in files and by characters in Swift: in Normalization Form C both agree.
@Suite struct NormalFormTests {
  @Test(arguments: [
    ("", ""), ("c-17", "c-17"), ("Z\u{FC}rich", "Z\u{FC}rich"), ("Zu\u{308}rich", "Z\u{FC}rich"),
    // Two marks in either order are one text, and a mark that composes with nothing stays.
    ("a\u{301}\u{327}", "\u{E1}\u{327}"), ("a\u{327}\u{301}", "\u{E1}\u{327}"),
    ("import:\u{301}x", "import:\u{301}x"),
    // One character for another: the sign for Ångström, a Hangul syllable, a letter that is never composed again.
    ("\u{212B}", "\u{C5}"), ("\u{1100}\u{1161}\u{11A8}", "\u{AC01}"), ("\u{958}", "\u{915}\u{93C}"),
    ("\u{1D15E}", "\u{1D157}\u{1D165}"),
    // Only canonical equivalents: compatibility characters are letters of their own.
    ("\u{FB01}", "\u{FB01}"), ("\u{2460}", "\u{2460}"),
  ]) func whatIsOneTextHasOneForm(_ text: String, _ expected: String) {
    #expect(NormalForm.normal(text).unicodeScalars.elementsEqual(expected.unicodeScalars))
    #expect(NormalForm.normal(Array(text.utf8)) == Array(expected.utf8))
    #expect(NormalForm.isNormal(text) == text.utf8.elementsEqual(expected.utf8))
    #expect(NormalForm.isNormal(expected))
  }

  /// Where characters lie that compose or decompose, and their neighbours; not the ideographs and syllables between them.
  private static let areas: [Range<UInt32>] = [
    0..<0x3400, 0xA000..<0xAD00, 0xF900..<0x1_2000, 0x1_6000..<0x1_7000, 0x1_D000..<0x1_F000,
    0x2_F800..<0x2_FA20,
  ]

  /// Each such character: alone, behind a letter, and before a mark. The check and the form are two ways of the standard
  /// library; what it holds for equal is a third.
  @Test(arguments: areas) func checkFormAndEqualityAgreeOnEveryCharacter(area: Range<UInt32>) {
    var faults: [String] = []
    for scalar in area.compactMap({ Unicode.Scalar($0) }) {
      for text in ["\(scalar)", "e\(scalar)", "\(scalar)\u{301}"] {
        let form = NormalForm.normal(text)
        if form != text || !NormalForm.isNormal(form)
          || !NormalForm.normal(form).utf8.elementsEqual(form.utf8)
          || NormalForm.isNormal(text) != form.utf8.elementsEqual(text.utf8)
        {
          faults.append(String(scalar.value, radix: 16))
        }
      }
    }
    #expect(faults.isEmpty)
  }

  /// Beyond the first plane a character is not taken for the one with the same last 16 bits.
  @Test func aCharacterOfAnotherPlaneIsNoLetter() {
    #expect(NormalForm.normal("\u{20079}\u{301}").unicodeScalars.count == 2)
    #expect(NormalForm.normal("\u{79}\u{301}") == "\u{FD}")
  }

  private func isNormal(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    NormalForm.isNormal(bytes.span, range.lowerBound, range.upperBound)
  }

  /// Words of eight bytes are passed over at once; what stands at each place behind them is still seen.
  @Test(arguments: 0...24) func aMarkIsSeenWhereverItStands(place: Int) {
    let before = String(repeating: "a", count: place)
    let text = Array("--\(before)e\u{301}\(before)--".utf8)
    #expect(!isNormal(text, 2..<text.count - 2))
    #expect(isNormal(text, 2..<2 + place + 1), "without the mark")
    #expect(!isNormal(text, 2..<2 + place + 2), "half a mark is no text")
  }

  @Test func whatIsNoTextComesBackAsItIs() {
    #expect(NormalForm.normal([0x61, 0xCC]) == [0x61, 0xCC])
  }
}
