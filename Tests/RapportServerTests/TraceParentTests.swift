import Testing

@testable import RapportServer

@Suite struct TraceParentTests {
  static let text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

  @Test func aHeaderIsReadAndWritten() throws {
    let parent = try #require(TraceParent(Self.text))
    #expect(parent.trace == "4bf92f3577b34da6a3ce929d0e0e4736" && parent.span == "00f067aa0ba902b7")
    #expect(parent.isSampled && parent.text == Self.text)
    let child = parent.child(span: 0x2A)
    #expect(child.text == "00-4bf92f3577b34da6a3ce929d0e0e4736-000000000000002a-01")
    #expect(TraceParent(child.text) == child)
  }

  /// A later version may say more; what it says in the places that are known counts.
  @Test func aLaterVersionIsReadAsFarAsItIsKnown() throws {
    let later = try #require(TraceParent("cc" + Self.text.dropFirst(2) + "-what-comes"))
    #expect(later.text == Self.text)
    #expect(TraceParent("cc" + Self.text.dropFirst(2) + ".x") == nil)
    #expect(TraceParent(Self.text + "-x") == nil)
  }

  @Test(arguments: [
    "", "00", "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
    "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
    "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-011",
    "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01",
  ])
  func whatIsNoneBeginsATrace(text: String) {
    #expect(TraceParent(text) == nil)
  }

  @Test func aTraceThatBeginsHereIsOne() throws {
    let made = TraceParent(random: (0, 1, 2))
    #expect(made.text == "00-00000000000000000000000000000001-0000000000000002-00")
    #expect(TraceParent(made.text) == made)
  }
}
