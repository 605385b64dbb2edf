import EventCatalog
import JSONBytes
import RapportTesting
import Testing

@testable import RapportServer

/// CloudEvents over HTTP, in its three modes.
@Suite struct EventBindingTests {
  static let order = """
    {"specversion":"1.0","id":"o-1","source":"/stores/1","type":"interest.stated","subject":"c1",\
    "time":"2026-01-02T03:04:05Z","dataschema":"interest.stated/1","data":{"topic":"travel.sea"}}
    """

  private static let source = Principal(
    role: .source, actor: "till-7", source: "/stores/1", types: ["interest.stated"])

  private func read(
    _ contentType: String?, _ body: String, _ headers: [(name: String, value: String)] = []
  ) throws(BindingFault) -> IncomingEvents {
    try EventBinding.read(
      EventRequest(contentType: contentType, headers: headers, body: Array(body.utf8)))
  }

  private func fault(
    _ contentType: String?, _ body: String, _ headers: [(name: String, value: String)] = []
  ) -> String? {
    do throws(BindingFault) {
      _ = try read(contentType, body, headers)
      return nil
    } catch {
      return error.code
    }
  }

  private func json(_ events: IncomingEvents, of principal: Principal) throws -> [JSONValue] {
    let (bytes, ranges) = events.texts(of: principal)
    return try ranges.map { try JSONDocument(scanning: Array(bytes[$0])).root.value }
  }

  @Test func structuredIsOneEvent() throws {
    let events = try read("application/cloudevents+json; charset=UTF-8", Self.order)
    #expect(!events.isBatch && events.events.count == 1)
    #expect(
      events.atDoor(0)
        == EventAtDoor(type: "interest.stated", source: "/stores/1", subject: "c1"))
  }

  @Test func aBatchIsAnArray() throws {
    let type = "application/cloudevents-batch+json"
    let events = try read(type, "[\(Self.order),{},3]")
    #expect(events.isBatch && events.events.count == 3)
    #expect(events.atDoor(1) == nil && events.atDoor(2) == nil)
    #expect(try read(type, "[]").events.isEmpty)
    #expect(fault(type, Self.order) == "http.batch")
    let many = "[" + Array(repeating: "{}", count: 1_001).joined(separator: ",") + "]"
    #expect(fault(type, many) == "append.too-large")
  }

  static let headers: [(name: String, value: String)] = [
    ("ce-specversion", "1.0"), ("CE-Id", "o-1"), ("ce-source", "/stores/1"),
    ("ce-type", "interest.stated"), ("ce-subject", "c1"), ("Ce-Time", "2026-01-02T03:04:05Z"),
    ("ce-dataschema", "interest.stated/1"), ("x-other", "\u{0}"),
  ]

  /// The same event, whichever way it comes: the ledger takes it for the same.
  @Test func binaryIsTheSameEvent() throws {
    let catalog = try Catalog.shipped()
    let structured = try read("application/cloudevents+json", Self.order)
    let binary = try read("application/json", #"{"topic":"travel.sea"}"#, Self.headers)
    var entries: [[UInt8]] = []
    for events in [structured, binary] {
      let (bytes, ranges) = events.texts(of: Self.source)
      let text = try JSONDocument(scanning: Array(bytes[ranges[0]])).root
      let checked = try Envelope.check(text, using: catalog)
      #expect(checked.type.name == "interest.stated")
      var entry: [UInt8] = []
      try CheckedEvent.writeData(checked.data, to: &entry)
      entries.append(entry + (checked.id.text ?? []) + (checked.source.text ?? []))
    }
    #expect(entries[0] == entries[1])
  }

  /// Section 3.1.3.2 of the binding: what is not visible ASCII is percent-encoded, and a value may stand in quotes.
  @Test(arguments: [
    ("a b", "a b"), ("Euro%20%E2%82%AC%20%F0%9F%98%80", "Euro € 😀"), ("\"a b\"", "a b"),
    (#""a\"b\\""#, #"a"b\"#), ("%22", "\""), ("%25", "%"), ("", ""), ("\"\"", ""),
  ])
  func aHeaderIsReadAsItWasWritten(header: String, value: String) {
    #expect(EventBinding.decoded(header) == Array(value.utf8))
  }

  @Test(arguments: [
    "%", "%2", "%GG", "%C3", "%C0%80", "%ED%A0%80", "ä", "\"", "\"a", "\"a\\\"", "\"a\"b\"",
    "\u{7F}", "a\tb",
  ])
  func aHeaderThatNobodyCanHaveWrittenIsRefused(header: String) {
    #expect(EventBinding.decoded(header) == nil)
  }

  @Test func anAttributeStandsOnceAndIsNoContent() {
    let body = "{}"
    for extra in [
      ("CE-ID", "o-2"), ("ce-Data", "1"), ("ce-datacontenttype", "a/b"), ("ce-", "1"),
      ("ce-a_b", "1"), ("ce-\(String(repeating: "a", count: 21))", "1"), ("ce-ä", "1"),
    ] {
      let headers = Self.headers + [(name: extra.0, value: extra.1)]
      #expect(fault("application/json", body, headers) == "http.binary-header", "\(extra)")
    }
  }

  /// Content that is more than one value must not reach the envelope.
  @Test(arguments: [
    #"{},"type":"policy.published""#, #"{},"correlationid":"smuggled in""#, "{} {}", "", "{", "nul",
    "[1,]", "{\"a\":1,\"a\":2}",
  ])
  func contentIsOneValue(body: String) throws {
    if body.isEmpty {
      let events = try read("application/json", body, Self.headers)
      #expect(events.events[0]["data"] == nil)
    } else {
      #expect(fault("application/json", body, Self.headers) == "event.json")
    }
  }

  @Test(arguments: [
    nil, "", "text/plain", "application/cloudevents", "application/cloudevents+avro",
    "application/cloudevents-batch+protobuf", "application/json; charset=utf-16",
    "application/cloudevents+json; charset=latin1", "nonsense",
  ])
  func anotherFormOfContentIsNotTaken(type: String?) {
    #expect(fault(type, Self.order) == "http.media-type")
    if type == "text/plain" {
      #expect(fault(type, "{}", Self.headers) == "http.media-type", "binary data is JSON here")
    }
  }

  // MARK: Who acts

  /// The door says who acted, from whom it let in; what a sender says of itself is dropped, however it is written.
  @Test func theDoorSetsWhoActed() throws {
    let claims = [
      #""authtype":"app_user","authid":"c1""#, #""authid":"c1","authtype":"user""#,
      #""auth\u0074ype":"app_user","auth\u0069d":"c1""#, #""authtype":null"#,
    ]
    for claim in claims {
      let body = "{\(claim)," + Self.order.dropFirst()
      let events = try read("application/cloudevents+json", body)
      let event = try #require(try json(events, of: Self.source).first)
      #expect(event["authtype"] == "service_account", "\(claim)")
      #expect(event["authid"] == "till-7", "\(claim)")
      #expect(event["data"] == ["topic": "travel.sea"])
    }
    let staff = Principal(role: .counter, actor: "s \"1\"", source: "/stores/1")
    let plain = try read("application/cloudevents+json", Self.order)
    let event = try #require(try json(plain, of: staff).first)
    #expect(event["authtype"] == "user" && event["authid"] == "s \"1\"")
  }

  @Test func onlyASourceThatVouchesIsBelieved() throws {
    var vouching = Self.source
    vouching.vouches = true
    func event(_ claim: String) throws -> JSONValue? {
      let events = try read("application/cloudevents+json", "{\(claim)" + Self.order.dropFirst())
      return try json(events, of: vouching).first
    }
    let customer = try event(#""authtype":"app_user","authid":"c1","#)
    #expect(customer?["authtype"] == "app_user" && customer?["authid"] == "c1")
    for claim in [
      #""authtype":"user","authid":"s1","#, #""authtype":"system","authid":"rapport","#,
      #""authtype":"app_user","#, #""authtype":"app_user","authid":3,"#, "",
    ] {
      let other = try event(claim)
      #expect(other?["authtype"] == "service_account", "\(claim)")
      #expect(other?["authid"] == "till-7", "\(claim)")
    }
  }

  /// All other bytes stay as they came: numbers, escapes and their order.
  @Test func nothingElseIsTouched() throws {
    let data = #"{"a":1.50e1,"b":"\u00e4","c":[ 1, 2 ],"z":{}}"#
    let body = #"{"type" : "t","data":\#(data),"id":"x"}"#
    let events = try read("application/cloudevents+json", body)
    let (bytes, ranges) = events.texts(of: Self.source)
    #expect(
      String(decoding: bytes[ranges[0]], as: UTF8.self)
        == #"{"authid":"till-7","authtype":"service_account","type":"t","data":\#(data),"id":"x"}"#)
  }

  @Test func whatIsNoEventStaysForTheCatalogueToRefuse() throws {
    let events = try read("application/cloudevents-batch+json", #"[3,"a",{}]"#)
    let (bytes, ranges) = events.texts(of: Self.source)
    let texts = ranges.map { String(decoding: bytes[$0], as: UTF8.self) }
    #expect(
      texts == ["3", "\"a\"", #"{"authid":"till-7","authtype":"service_account"}"#])
  }
}
