/// The reference data of the benchmarks: which bytes, how many of each, and that they fit their schemas.
import EventCatalog
import JSONBytes
import RapportTesting
import Testing

@Suite struct ReferenceEventsTests {
  private static func lines(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var events = ReferenceEvents(count: count, seed: seed)
    var bytes: [UInt8] = []
    while events.appendLine(to: &bytes) {}
    return bytes
  }

  private static func all(_ count: Int, seed: UInt64 = 1) -> [ReferenceEvent] {
    var events = ReferenceEvents(count: count, seed: seed)
    var all: [ReferenceEvent] = []
    while let event = events.next() { all.append(event) }
    return all
  }

  /// Computed by another program from the words of ``ReferenceEvents`` alone.
  @Test func firstEventsAreTheDocumentedOnes() {
    var events = ReferenceEvents(count: 10_000_000, seed: 1)
    var text: [UInt8] = []
    for _ in 0..<3 { _ = events.appendLine(to: &text) }
    #expect(String(decoding: text, as: UTF8.self) == Self.firstLines)
    var rows = ReferenceEvents(count: 10_000_000, seed: 1)
    text = []
    for _ in 0..<3 { _ = rows.appendRow(to: &text) }
    #expect(String(decoding: text, as: UTF8.self) == Self.firstRows)
  }

  @Test func sameSeedSameBytes() {
    #expect(Self.lines(1_000, seed: 5) == Self.lines(1_000, seed: 5))
    #expect(Self.lines(1_000, seed: 5) != Self.lines(1_000, seed: 6))
  }

  @Test func thereAreAsManyAsAsked() {
    var events = ReferenceEvents(count: 3)
    var bytes: [UInt8] = []
    let first = (0..<3).map { _ in events.appendLine(to: &bytes) }
    let size = bytes.count
    let more = [events.appendLine(to: &bytes), events.appendRow(to: &bytes)]
    #expect(first == [true, true, true] && more == [false, false])
    #expect(bytes.count == size)
    #expect(Self.all(0).isEmpty)
  }

  @Test func distributionIsTheDocumentedOne() {
    let count = 200_000
    let events = Self.all(count)
    func share(_ isCounted: (ReferenceEvent) -> Bool) -> Double {
      Double(events.count(where: isCounted)) / Double(count)
    }
    func near(_ share: Double, _ expected: Double) -> Bool { abs(share - expected) < 0.005 }
    for (type, expected) in [0.60, 0.20, 0.10, 0.07, 0.03].enumerated() {
      #expect(near(share { $0.type == type }, expected), "type \(type)")
    }
    for (channel, expected) in [0.125, 0.25, 0.25, 0.25, 0.125].enumerated() {
      #expect(near(share { $0.channel == channel }, expected), "channel \(channel)")
      #expect(near(share { $0.quantity == channel + 1 }, expected), "quantity \(channel + 1)")
    }
    // Half of u^1.5 lies below 0.5^1.5 = 0.354, half of u^2 below 0.25.
    #expect(near(share { Double($0.customer) < 0.353_55 * Double(count / 10) }, 0.5))
    #expect(near(share { $0.sku < 12_500 }, 0.5))
    #expect(near(share { $0.amountCents < 10_000 }, 0.5))
    #expect(
      events.allSatisfy { (0...20_000).contains($0.amountCents) && (0...50_000).contains($0.sku) })
    #expect(events.allSatisfy { (0...count / 10).contains($0.customer) })
    for event in events {
      let early = event.recorded - 1_600_000_000_000 - 15 * Int64(event.position)
      guard (0...1000).contains(early) else {
        Issue.record("event \(event.position) is \(early) ms from its place")
        break
      }
    }
  }

  /// The figures of the benchmarks rest on these sizes.
  @Test func linesHaveTheDocumentedSize() {
    let count = 20_000
    let bytes = Self.lines(count)
    let mean = Double(bytes.count) / Double(count)
    #expect(abs(mean - 354) < 1.5, "\(mean) bytes a line")
  }

  @Test func linesFitTheirOwnSchemasAndAreCanonical() throws {
    let catalog = try Catalog.only(
      ReferenceEvents.schemas.map { ($0.name, Array($0.text.utf8)) })
    #expect(catalog.types.count == 5)
    for line in Self.lines(2_000).split(separator: UInt8(ascii: "\n")) {
      let document = try JSONDocument(scanning: Array(line))
      _ = try Envelope.check(document.root, using: catalog)
      var canonical: [UInt8] = []
      try CanonicalWriter.write(document.root, numbers: .exact, to: &canonical)
      #expect(canonical == Array(line))
    }
  }

  private static let firstLines = """
    {"authid":"benchmark","authtype":"service_account","data":{"amount_cents":8885,"channel"\
    :2,"qty":5,"sku":"SKU29100"},"dataclassification":"internal","dataschema":"optout.record\
    ed/1","id":"85e7bb0f-1227-4575-8917-18de357e3da8","source":"/bench/shops","specversion":\
    "1.0","subject":"C00644047","time":"2020-09-13T12:26:40.567000Z","type":"optout.recorded\
    "}
    {"authid":"benchmark","authtype":"service_account","data":{"amount_cents":10602,"channel\
    ":2,"qty":2,"sku":"SKU9503"},"dataclassification":"internal","dataschema":"contact.sent/\
    1","id":"a534a6a6-b7fd-4b63-90ba-d0da572baaf1","source":"/bench/shops","specversion":"1.\
    0","subject":"C00256922","time":"2020-09-13T12:26:40.809000Z","type":"contact.sent"}
    {"authid":"benchmark","authtype":"service_account","data":{"amount_cents":9918,"channel"\
    :0,"qty":2,"sku":"SKU758"},"dataclassification":"internal","dataschema":"order.completed\
    /1","id":"0c43407d-c177-46f7-83f9-1ca7864a7135","source":"/bench/shops","specversion":"1\
    .0","subject":"C00831606","time":"2020-09-13T12:26:40.712000Z","type":"order.completed"}

    """

  private static let firstRows = """
    {"pos":0,"id":"85e7bb0f-1227-4575-8917-18de357e3da8","recorded":1600000000567,"customer"\
    :"C00644047","type":"optout.recorded","channel":2,"amount_cents":8885,"sku":"SKU29100","\
    qty":5}
    {"pos":1,"id":"a534a6a6-b7fd-4b63-90ba-d0da572baaf1","recorded":1600000000809,"customer"\
    :"C00256922","type":"contact.sent","channel":2,"amount_cents":10602,"sku":"SKU9503","qty\
    ":2}
    {"pos":2,"id":"0c43407d-c177-46f7-83f9-1ca7864a7135","recorded":1600000000712,"customer"\
    :"C00831606","type":"order.completed","channel":0,"amount_cents":9918,"sku":"SKU758","qt\
    y":2}

    """
}
