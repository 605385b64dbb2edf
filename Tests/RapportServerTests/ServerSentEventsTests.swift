import JSONBytes
import RapportTesting
import Testing

@testable import RapportServer

/// What is written into a stream comes out of it as a browser reads it.
@Suite struct ServerSentEventsTests {
  /// The reader, checked by vectors that others published: then what we write is checked by the reader.
  @Test(.enabled(if: SharedData.isPresent, "the published vectors are not here"))
  func theReaderReadsAsTheStandardHasIt() throws {
    let file = SharedData.file("vectors/sse/sse_vectors.json")
    let vectors = try JSONDocument(scanning: file).root.value.elements
    #expect(vectors.count == 33)
    for vector in vectors {
      let name = vector["name"]?.string ?? ""
      let stream = try #require(
        vector["stream_base64"]?.string.flatMap { Base64.standard.bytes(of: $0) })
      let expected = (vector["events"]?.elements ?? []).map { event in
        EventStreamReader.Event(
          type: event["type"]?.string ?? "", data: event["data"]?.string ?? "",
          lastEventID: event["lastEventId"]?.string ?? "")
      }
      #expect(EventStreamReader.events(in: stream) == expected, "\(name)")
    }
  }

  @Test func aFrameIsReadBack() {
    var stream = ServerSentEvents.retry(milliseconds: 2_000) + ServerSentEvents.heartbeat
    stream += ServerSentEvents.frame(id: "8.2.x", name: "change", data: Array(#"{"a":1}"#.utf8))
    stream += ServerSentEvents.heartbeat
    stream += ServerSentEvents.frame(data: Array("x".utf8))
    #expect(
      EventStreamReader.events(in: stream) == [
        .init(type: "change", data: #"{"a":1}"#, lastEventID: "8.2.x"),
        .init(type: "message", data: "x", lastEventID: "8.2.x"),
      ])
  }

  /// All short texts over the characters that mean something in a stream.
  @Test func noDataBreaksOut() {
    let alphabet = ["\n", "\r", ":", " ", "i", "\u{FEFF}", "\u{0}"].map { Array($0.utf8) }
    withEvery("one", in: alphabet) { one in
      withEvery("two", in: alphabet) { two in
        withEvery("three", in: alphabet) { three in
          let data = one + two + three + Array("d: id: 9".utf8)
          let stream = ServerSentEvents.frame(id: "7", name: "change", data: data)
          let text = Self.withLineFeeds(data)
          #expect(
            EventStreamReader.events(in: stream)
              == [.init(type: "change", data: text, lastEventID: "7")], "\(loopValues)")
        }
      }
    }
  }

  /// CR LF and CR as LF. By bytes: CR LF is one character.
  private static func withLineFeeds(_ data: [UInt8]) -> String {
    var bytes: [UInt8] = []
    for (place, byte) in data.enumerated()
    where byte != 0x0A || place == 0 || data[place - 1] != 0x0D {
      bytes.append(byte == 0x0D ? 0x0A : byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test(arguments: ["", "a b", "a\n", "a\r", "\u{0}", "ä", String(repeating: "a", count: 257)])
  func whatCannotStandInAFrameIsNoID(text: String) {
    #expect(!ServerSentEvents.isID(text))
  }
}

/// An event stream as a browser reads it (HTML, 9.2.6), for tests.
struct EventStreamReader {
  struct Event: Hashable {
    var type: String
    var data: String
    var lastEventID: String
  }

  private var events: [Event] = []
  private var data: [UInt8] = []
  private var type: [UInt8] = []
  private var lastID: [UInt8] = []

  static func events(in stream: [UInt8]) -> [Event] {
    var reader = EventStreamReader()
    var rest = stream[...]
    if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
    while let end = rest.firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) {
      reader.take(rest[..<end])
      let isPair = rest[end] == 0x0D && end + 1 < rest.endIndex && rest[end + 1] == 0x0A
      rest = rest[(end + (isPair ? 2 : 1))...]
    }
    return reader.events
  }

  private mutating func take(_ line: ArraySlice<UInt8>) {
    guard !line.isEmpty else { return dispatch() }
    let mark = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
    var value = line[mark...].dropFirst()
    if value.first == 0x20 { value = value.dropFirst() }
    switch String(decoding: line[..<mark], as: UTF8.self) {
    case "data": data += value + [0x0A]
    case "event": type = Array(value)
    case "id" where !value.contains(0): lastID = Array(value)
    default: break
    }
  }

  private mutating func dispatch() {
    defer { (data, type) = ([], []) }
    guard !data.isEmpty else { return }
    func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
    events.append(
      Event(
        type: type.isEmpty ? "message" : text(type), data: text(data.dropLast()),
        lastEventID: text(lastID)))
  }
}
