import Testing
import Transparency

/// The three lines of a checkpoint (C2SP tlog-checkpoint): read strictly, written one way.
@Suite struct CheckpointTests {
  static let golden = """
    example.com/rapport/00112233-4455-6677-8899-aabbccddeeff
    8
    XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=

    """

  @Test func theGoldenOneIsReadAndWrittenAgain() throws {
    let read = try #require(Checkpoint(Array(Self.golden.utf8)))
    #expect(read.origin == "example.com/rapport/00112233-4455-6677-8899-aabbccddeeff")
    #expect(read.size == 8)
    #expect(read.root.hex == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")
    #expect(read.text == Array(Self.golden.utf8))
  }

  @Test func signaturesBehindAnEmptyLineArePassedOver() throws {
    let signed = Self.golden + "\n\u{2014} example.com/rapport 4eb2cioR\n"
    let read = try #require(Checkpoint(Array(signed.utf8)))
    #expect(read.text == Array(Self.golden.utf8))
  }

  @Test(arguments: [
    ("8\n", "08\n"), ("8\n", "\n"), ("8\n", "-8\n"), ("8\n", "8 \n"),
    ("8\n", "18446744073709551616\n"),
    ("8\n", "8\r\n"), ("yg=\n", "yg=\nextension\n"), ("yg=\n", "yg="), ("yg=\n", "yh=\n"),
    ("yg=\n", "yg\n"),
    ("yg=\n", "yg==\n"), ("yg=\n", "y_=\n"), ("example", "\nexample"), ("yg=\n", "yg=\n\n"),
  ])
  func whatIsNotExactlySoIsRefused(old: String, new: String) throws {
    let place = try #require(Self.golden.firstRange(of: old))
    var text = Self.golden
    text.replaceSubrange(place, with: new)
    #expect(Checkpoint(Array(text.utf8)) == nil, "\(text.debugDescription)")
  }

  @Test func everyTruncationIsRefused() {
    let bytes = Array(Self.golden.utf8)
    for count in 0..<bytes.count { #expect(Checkpoint(Array(bytes[..<count])) == nil, "\(count)") }
  }
}
