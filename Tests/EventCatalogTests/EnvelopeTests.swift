/// Every rule of the envelope, with an event that keeps it and one that breaks it, and what the
/// entry then holds.
import EventCatalog
import JSONBytes
import RapportTesting
import Testing

@Suite struct EnvelopeTests {
  static let shipped = Result { try Catalog.shipped() }

  /// A whole event; `changes` replace, add or (nil) remove attributes.
  static func event(_ changes: KeyValuePairs<String, JSONValue?> = [:]) -> JSONValue {
    var members: [(String, JSONValue)] = [
      ("specversion", "1.0"), ("id", "e1"), ("source", "/web/preferences"),
      ("type", "benefit.used"),
      ("subject", "c1"), ("time", "2026-03-01T09:59:58+01:00"), ("dataschema", "benefit.used/1"),
      ("authtype", "app_user"), ("authid", "c1"), ("data", ["benefitId": "b1"]),
    ]
    for (name, value) in changes {
      members.removeAll { $0.0 == name }
      if let value { members.append((name, value)) }
    }
    return .object(members.map { JSONMember($0.0, $0.1) })
  }

  static func check(_ event: JSONValue) throws -> CheckedEvent {
    try check(text: event.text)
  }

  static func check(text: String) throws -> CheckedEvent {
    let document = try JSONDocument(scanning: Array(text.utf8))
    return try Envelope.check(document.root, using: shipped.get())
  }

  static func entry(_ event: CheckedEvent) throws -> String {
    var output: [UInt8] = []
    _ = try event.write(to: &output)
    return String(decoding: output, as: UTF8.self)
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    var name: String
    var value: JSONValue?
    var code: EventRejection.Code
    var pointer: String
    var sentence: String
    var also: (String, JSONValue?)?

    init(
      _ name: String, _ value: JSONValue?, _ code: EventRejection.Code, _ pointer: String,
      _ sentence: String, also: (String, JSONValue?)? = nil
    ) {
      self.name = name
      self.value = value
      self.code = code
      self.pointer = pointer
      self.sentence = sentence
      self.also = also
    }

    var testDescription: String { "\(name) = \(value?.text.prefix(60) ?? "absent")" }
  }

  static let long129 = JSONValue.string(String(repeating: "a", count: 129))
  static let long257 = JSONValue.string(String(repeating: "a", count: 257))
  static let sourceRule =
    "source must be a URI reference of 1 to 256 bytes, such as /stores/berlin-3/till"
  static let timeRule =
    "time must be RFC 3339 with at most 6 fraction digits, years 1900 to 2199, no second 60, such "
    + "as 2026-03-01T08:59:58Z"
  static let schemaRule =
    "dataschema must be the event's type and a version, such as benefit.used/1, or an absolute URI "
    + "that ends so"
  static let subjectIsPersonal =
    "subject is an e-mail address or a phone number and would stand in clear for ever; use a "
    + "pseudonym of the customer"
  static let authIDIsPersonal =
    "authid is an e-mail address or a phone number and would stand in clear for ever; use a "
    + "pseudonym of the actor"
  static let oneSpelling =
    "is not in Unicode Normalization Form C, so that one name would have two spellings; normalise "
    + "names where they are made"
  static let nameRule =
    "the name of an attribute must be 1 to 20 lower-case letters and digits; what is not an "
    + "attribute belongs into data"
  static let datarefRule =
    "dataref must be a URI reference of at most 1,024 bytes that holds the SHA-256 of the content"
  static let traceRule = "must be as W3C Trace Context has it"
  static let regulationRule =
    "dataregulation must be names joined by commas without blanks, such as GDPR,CCPA"

  static let refusals: [Refusal] = [
    Refusal(
      "specversion", nil, .attributeMissing, "",
      "the attribute specversion is missing; add \"specversion\": \"1.0\""),
    Refusal(
      "specversion", "0.3", .specVersion, "/specversion",
      "specversion must be 1.0; send CloudEvents 1.0"),
    Refusal(
      "specversion", .number("1.0"), .attribute, "/specversion",
      "specversion must be a string; found: number"),
    Refusal(
      "id", nil, .attributeMissing, "",
      "the attribute id is missing; add a name that is unique within the source and free of "
        + "personal data"),
    Refusal("id", "", .attribute, "/id", "id must have 1 to 256 bytes"),
    Refusal("id", long257, .attribute, "/id", "id must have 1 to 256 bytes"),
    Refusal("id", 7, .attribute, "/id", "id must be a string; found: number"),
    Refusal(
      "id", "a\u{0}b", .attribute, "/id",
      "id holds a control character or noncharacter, which CloudEvents forbids"),
    Refusal(
      "source", nil, .attributeMissing, "",
      "the attribute source is missing; add where the fact entered, such as /stores/berlin-3/till"),
    Refusal("source", "", .attribute, "/source", sourceRule),
    Refusal("source", long257, .attribute, "/source", sourceRule),
    Refusal("source", "/a b", .attribute, "/source", sourceRule),
    Refusal("source", "/münchen", .attribute, "/source", sourceRule),
    Refusal("source", "/a%2", .attribute, "/source", sourceRule),
    Refusal("source", "1a:b", .attribute, "/source", sourceRule),
    Refusal(
      "type", nil, .attributeMissing, "",
      "the attribute type is missing; add one of the catalogue, such as order.completed"),
    Refusal(
      "type", "benefit.stolen", .unknownType, "/type",
      "benefit.stolen is not in the catalogue; correct the type, or bring its schema with rapport "
        + "init --schemas DIR"),
    Refusal(
      "type", "ada@example.com", .unknownType, "/type",
      "this type is not in the catalogue; correct the type, or bring its schema with rapport init "
        + "--schemas DIR"),
    Refusal(
      "type", "consent.expired", .unknownType, "/type",
      "consent.expired is not in the catalogue; correct the type, or bring its schema with rapport "
        + "init --schemas DIR"),
    Refusal(
      "subject", nil, .subjectMissing, "",
      "benefit.used concerns one customer; add her pseudonym as subject"),
    Refusal(
      "subject", .null, .subjectMissing, "",
      "benefit.used concerns one customer; add her pseudonym as subject"),
    Refusal("subject", "", .attribute, "/subject", "subject must have 1 to 128 bytes"),
    Refusal("subject", long129, .attribute, "/subject", "subject must have 1 to 128 bytes"),
    Refusal("subject", "ada@example.com", .subjectPersonal, "/subject", subjectIsPersonal),
    Refusal("subject", "+1234567", .subjectPersonal, "/subject", subjectIsPersonal),
    Refusal("subject", "+4930123456", .subjectPersonal, "/subject", subjectIsPersonal),
    Refusal("subject", "+49 (30) 123-4567", .subjectPersonal, "/subject", subjectIsPersonal),
    Refusal("id", "Zu\u{308}rich-1", .notNormal, "/id", "id \(oneSpelling)"),
    Refusal("subject", "Rene\u{301}", .notNormal, "/subject", "subject \(oneSpelling)"),
    // Not decomposed, and another spelling all the same: the sign for ångström.
    Refusal("subject", "\u{212B}", .notNormal, "/subject", "subject \(oneSpelling)"),
    Refusal("causationid", "e\u{301}", .notNormal, "/causationid", "causationid \(oneSpelling)"),
    Refusal(
      "type", "purpose.retired", .subjectUnexpected, "/subject",
      "purpose.retired concerns no single customer; leave subject out"),
    Refusal(
      "time", nil, .attributeMissing, "",
      "the attribute time is missing; add when it happened, such as 2026-03-01T08:59:58Z"),
    Refusal("time", "yesterday", .time, "/time", timeRule),
    Refusal("time", "2026-03-01T09:59:58", .time, "/time", timeRule),
    Refusal("time", "2026-03-01T09:59:58.1234567Z", .time, "/time", timeRule),
    Refusal("time", "2026-03-01T09:59:60Z", .time, "/time", timeRule),
    Refusal("time", "1899-12-31T23:59:59Z", .time, "/time", timeRule),
    Refusal("time", "1900-01-01T00:00:00+00:01", .time, "/time", timeRule),
    Refusal(
      "dataschema", nil, .attributeMissing, "",
      "the attribute dataschema is missing; add the type and the version of its schema, such as "
        + "benefit.used/1"),
    Refusal("dataschema", "benefit.used", .schemaVersion, "/dataschema", schemaRule),
    Refusal("dataschema", "benefit.used/01", .schemaVersion, "/dataschema", schemaRule),
    Refusal("dataschema", "benefit.used/", .schemaVersion, "/dataschema", schemaRule),
    Refusal("dataschema", "benefit.used/123456", .schemaVersion, "/dataschema", schemaRule),
    Refusal("dataschema", "benefit.granted/1", .schemaVersion, "/dataschema", schemaRule),
    Refusal("dataschema", "xbenefit.used/1", .schemaVersion, "/dataschema", schemaRule),
    Refusal("dataschema", "/benefit.used/1", .schemaVersion, "/dataschema", schemaRule),
    Refusal("dataschema", "https://a b/benefit.used/1", .schemaVersion, "/dataschema", schemaRule),
    Refusal(
      "dataschema", "https://schemas.example/xbenefit.used/1", .schemaVersion, "/dataschema",
      schemaRule),
    Refusal(
      "dataschema", "benefit.used/2", .schemaVersion, "/dataschema",
      "benefit.used has no schema version 2; the catalogue has 1"),
    Refusal(
      "datacontenttype", "text/xml", .attribute, "/datacontenttype",
      "datacontenttype must be application/json, or left out"),
    Refusal(
      "recordedtime", "2026-03-01T09:59:58Z", .ledgerAttribute, "/recordedtime",
      "recordedtime is set by the ledger; leave it out"),
    Refusal(
      "sequence", "00000000000000000001", .ledgerAttribute, "/sequence",
      "sequence is set by the ledger; leave it out"),
    Refusal(
      "revision", 1, .ledgerAttribute, "/revision", "revision is set by the ledger; leave it out"),
    Refusal(
      "authtype", "robot", .attribute, "/authtype",
      "authtype must be one of app_user, user, service_account, api_key, system, unauthenticated, "
        + "unknown"),
    Refusal(
      "authid", nil, .attributeMissing, "",
      "the attribute authid is missing; add which actor it was, unless authtype is unauthenticated "
        + "or unknown"),
    Refusal("authid", "", .attribute, "/authid", "authid must have 1 to 128 bytes"),
    Refusal("authid", long129, .attribute, "/authid", "authid must have 1 to 128 bytes"),
    Refusal("authid", "ada@example.com", .authIDPersonal, "/authid", authIDIsPersonal),
    Refusal("authid", "+49 30 1234567", .authIDPersonal, "/authid", authIDIsPersonal),
    Refusal(
      "dataclassification", "secret", .attribute, "/dataclassification",
      "dataclassification must be one of public, internal, confidential, restricted"),
    Refusal(
      "datacategory", "special", .attribute, "/datacategory",
      "datacategory must be one of non-sensitive, standard, sensitive, special-category"),
    Refusal("dataregulation", "", .attribute, "/dataregulation", regulationRule),
    Refusal("dataregulation", "GDPR, CCPA", .attribute, "/dataregulation", regulationRule),
    Refusal("dataregulation", "GDPR,", .attribute, "/dataregulation", regulationRule),
    Refusal("dataregulation", ",GDPR", .attribute, "/dataregulation", regulationRule),
    Refusal(
      "correlationid", "", .attribute, "/correlationid", "correlationid must have 1 to 128 bytes"),
    Refusal(
      "correlationid", long129, .attribute, "/correlationid",
      "correlationid must have 1 to 128 bytes"),
    Refusal(
      "causationid", "", .attribute, "/causationid",
      "causationid must be the id of an event, 1 to 256 bytes"),
    Refusal(
      "causationid", long257, .attribute, "/causationid",
      "causationid must be the id of an event, 1 to 256 bytes"),
    Refusal("dataref", "https://blobs.example/1", .attribute, "/dataref", datarefRule),
    Refusal(
      "dataref", .string("a b" + String(repeating: "0", count: 64)), .attribute, "/dataref",
      datarefRule),
    Refusal(
      "dataref", .string(String(repeating: "0", count: 1_025)), .attribute, "/dataref",
      datarefRule),
    Refusal(
      "expirytime", "2026-03-01T08:59:57Z", .time, "/expirytime",
      "expirytime must not be before time"),
    Refusal(
      "expirytime", "2026", .time, "/expirytime",
      timeRule.replacing("time must", with: "expirytime must", maxReplacements: 1)),
    Refusal(
      "partitionkey", "c2", .attribute, "/partitionkey",
      "partitionkey must equal subject, or be left out"),
    Refusal("traceparent", "00-1-2-3", .attribute, "/traceparent", "traceparent \(traceRule)"),
    Refusal(
      "traceparent", "00-00000000000000000000000000000000-00f067aa0ba902b7-01", .attribute,
      "/traceparent", "traceparent \(traceRule)"),
    Refusal("tracestate", "rojo", .attribute, "/tracestate", "tracestate \(traceRule)"),
    Refusal("Region", "eu", .attribute, "", nameRule),
    Refusal("data_class", "eu", .attribute, "", nameRule),
    Refusal("", "eu", .attribute, "", nameRule),
    Refusal("abcdefghijklmnopqrstu", "eu", .attribute, "", nameRule),
    Refusal(
      "region", .array([]), .attribute, "/region",
      "an attribute must be a string, a boolean or an integer; found: array"),
    Refusal(
      "region", .number("1.5"), .attribute, "/region",
      "a number in an attribute must be a whole one of 32 bits; write any other as a string"),
    Refusal(
      "region", 2_147_483_648, .attribute, "/region",
      "a number in an attribute must be a whole one of 32 bits; write any other as a string"),
    Refusal(
      "region", "\u{7}", .attribute, "/region",
      "an attribute holds a control character or noncharacter, which CloudEvents forbids"),
    Refusal("data", nil, .data, "", "the member data is missing; add a JSON object"),
    Refusal("data", "text", .data, "/data", "data must be a JSON object; found: string"),
    Refusal(
      "data_base64", "e30=", .data, "/data_base64",
      "data_base64 is not taken; send the data as a JSON object in data"),
    Refusal(
      "data", ["benefitId": 1], .schema, "/data/benefitId",
      "/data/benefitId must be a string (type); found: integer. Correct the data, or name the "
        + "schema version it follows instead of benefit.used/1"),
    Refusal(
      "data", [:], .schema, "/data",
      "/data must have the member benefitId (required); found: object. Correct the data, or name "
        + "the schema version it follows instead of benefit.used/1"),
  ]

  @Test(arguments: refusals) func anEventThatBreaksARuleIsRefusedInASentence(refusal: Refusal)
    throws
  {
    let event = Self.event([refusal.name: refusal.value])
    let error = #expect(throws: EventRejection.self) { _ = try Self.check(event) }
    #expect(error == EventRejection(refusal.code, refusal.pointer, refusal.sentence))
  }

  /// JSON may write any character as an escape: what it means is looked at.
  @Test func aSpellingIsSeenBehindEscapes() throws {
    let whole = Self.event(["subject": "Ren\u{E9}"]).text
    _ = try Self.check(text: whole.replacing("\u{E9}", with: #"\u00e9"#))
    for written in [#"e\u0301"#, #"\u0065\u0301"#] {
      let error = #expect(throws: EventRejection.self, "\(written)") {
        _ = try Self.check(text: whole.replacing("\u{E9}", with: written))
      }
      #expect(error?.code == .notNormal)
    }
  }

  /// Every code there is has a case above or below.
  @Test func everyCodeIsTested() {
    let elsewhere: Set<EventRejection.Code> = [.notAnObject, .number]
    let codes = Set(Self.refusals.map(\.code)).union(elsewhere)
    #expect(codes == Set(EventRejection.Code.allCases))
  }

  @Test(arguments: [("[]", "array"), ("1", "number"), ("null", "null"), ("\"a\"", "string")])
  func whatIsNoObjectIsNoEvent(text: String, kind: String) {
    let error = #expect(throws: EventRejection.self) { _ = try Self.check(text: text) }
    #expect(
      error
        == EventRejection(
          .notAnObject, "",
          "an event is a JSON object (CloudEvents 1.0, structured); found: \(kind)"))
  }

  static let longest = JSONValue.string(String(repeating: "a", count: 256))

  static let taken: [(String, JSONValue?)] = [
    ("id", longest), ("id", "\u{E4}"), ("causationid", "\u{C5}ngstr\u{F6}m"),
    // A mark that composes with nothing before it, and texts that name nobody.
    ("id", "x\u{301}"), ("subject", "Ren\u{E9}"), ("subject", "\u{AC01}"),
    ("correlationid", "e\u{301}"), ("authid", "e\u{301}"), ("source", longest),
    ("source", "https://example.com/a?b#c"),
    ("source", "a%20b"),
    ("source", "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66"), ("source", "http://[::1]/a"),
    ("source", "/import/x"),
    ("subject", .string(String(repeating: "a", count: 128))), ("subject", "+123456"),
    ("subject", "4930123456789"),
    ("time", "1900-01-01T00:00:00Z"), ("time", "2199-12-31t23:59:59.999999z"),
    ("time", "2026-03-01T00:00:00.1-11:30"),
    ("dataschema", "https://schemas.example/benefit.used/1"),
    ("dataschema", "urn:x:/benefit.used/1"),
    ("datacontenttype", "application/json"), ("authtype", nil), ("authtype", "user"),
    ("authtype", "system"),
    ("authtype", "service_account"), ("authtype", "api_key"), ("authtype", "unknown"),
    ("authid", "import:b1"),
    ("dataclassification", "public"), ("dataclassification", "restricted"),
    ("datacategory", "special-category"),
    ("dataregulation", "GDPR"), ("dataregulation", "GDPR,CCPA,k-1"),
    ("correlationid", .string(String(repeating: "a", count: 128))), ("causationid", longest),
    ("dataref", .string("/blobs/sha256-" + String(repeating: "0f", count: 32))),
    ("expirytime", "2026-03-01T09:59:58+01:00"), ("expirytime", "2030-01-01T00:00:00Z"),
    ("partitionkey", "c1"),
    ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
    ("traceparent", "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-later"),
    ("tracestate", "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"), ("region", "eu"), ("region", true),
    ("region", -2_147_483_648), ("region", ""), ("abcdefghijklmnopqrst", 1), ("region", .null),
    ("recordedtime", .null), ("data_base64", .null),
  ]

  @Test func anEventThatKeepsTheRulesIsTaken() throws {
    _ = try Self.check(Self.event())
    for (name, value) in Self.taken {
      #expect(throws: Never.self, "\(name) = \(value?.text ?? "absent")") {
        _ = try Self.check(Self.event([name: value]))
      }
    }
    for type in ["unauthenticated", "unknown"] {
      _ = try Self.check(Self.event(["authtype": .string(type), "authid": nil]))
    }
    _ = try Self.check(Self.event(["authtype": nil, "authid": nil]))
  }

  @Test func aTypeAboutNoCustomerHasNoSubjectAndNoPartitionKey() throws {
    let changes: KeyValuePairs<String, JSONValue?> = [
      "type": "purpose.retired", "dataschema": "purpose.retired/1", "subject": nil,
      "data": ["purpose": "marketing"],
    ]
    let checked = try Self.check(Self.event(changes))
    #expect(checked.subject == nil && !checked.type.hasSubject)
    var members: [JSONMember] = []
    if case .object(let own) = Self.event(changes) { members = own }
    let error = #expect(throws: EventRejection.self) {
      _ = try Self.check(.object(members + [JSONMember("partitionkey", "c1")]))
    }
    #expect(error?.pointer == "/partitionkey")
  }

  @Test func atMost16ExtensionsAreTaken() throws {
    func text(_ count: Int) -> JSONValue {
      guard case .object(let members) = Self.event() else { return .null }
      return .object(members + (0..<count).map { JSONMember("x\($0)", "1") })
    }
    _ = try Self.check(text(16))
    let error = #expect(throws: EventRejection.self) { _ = try Self.check(text(17)) }
    #expect(
      error?.sentence
        == "an event has at most 16 extension attributes; move the others into data")
  }

  @Test func theEntryIsCanonicalWithEverythingFilledIn() throws {
    let checked = try Self.check(
      text: #"""
        {"type": "benefit.used", "zone": 7, "data": {"storeId": "s1", "benefitId": "b\u0031"},
         "source": "/till", "aardvark": true, "time": "2026-03-01T09:59:58.25+01:00",
         "specversion": "1.0", "id": "e\u00e9", "subject": "c1", "sampledrate": "x",
         "dataschema": "https://schemas.example/benefit.used/1",
         "expirytime": "2026-03-01T10:00:00Z", "dataref": null}
        """#)
    var output = Array("before".utf8)
    let places = try checked.write(to: &output)
    #expect(
      String(decoding: output, as: UTF8.self)
        == #"before{"aardvark":true,"authtype":"unknown","data":{"benefitId":"b1","storeId":"s1"},"#
        + #""datacategory":"standard","dataclassification":"confidential","#
        + #""dataschema":"benefit.used/1","expirytime":"2026-03-01T10:00:00.000000Z","id":"eé","#
        + #""sampledrate":"x","source":"/till","specversion":"1.0","subject":"c1","#
        + #""time":"2026-03-01T08:59:58.250000Z","type":"benefit.used","zone":7}"#)
    #expect(checked.time == Timestamp("2026-03-01T08:59:58.25Z"))
    #expect(checked.expiry == Timestamp("2026-03-01T10:00:00Z"))
    #expect(checked.schema.version == 1 && checked.type.name == "benefit.used")
    #expect(checked.id.string == "eé" && checked.source.string == "/till")
    #expect(checked.subject?.string == "c1" && checked.data.count == 2)
    #expect(checked.view(.authtype) == nil)

    // The ledger's three go in front of the next member, each with its comma; here one extension
    // lies between.
    let rest = { (place: Int) in String(decoding: output[place...].prefix(14), as: UTF8.self) }
    #expect(rest(places.recordedtime) == #""sampledrate":"#)
    #expect(rest(places.revision) == #""sampledrate":"#)
    #expect(rest(places.sequence) == #""source":"/til"#)
  }

  /// With the ledger's attributes put where `write` says, the text is the canonical form of itself:
  /// with any set of attributes and any extensions.
  @Test func theLedgersAttributesFitWhereTheWriterSays() throws {
    let seed = SeededGenerator.seedOfThisRun
    var numbers = SeededGenerator(seed: seed)
    let names = [
      "a", "authida", "dataa", "dataschemb", "region", "recordedtimd", "recordedtimf", "reviser",
      "revisioo",
      "rf", "sampledrate", "sequencd", "sequencetype", "severitytext", "sourcd", "zz", "0",
    ]
    for _ in 0..<500 {
      guard case .object(var members) = Self.event() else { return }
      for name in names where numbers.chance(25) { members.append(JSONMember(name, 1)) }
      if numbers.chance(50) { members.append(JSONMember("partitionkey", "c1")) }
      if numbers.chance(50) { members.append(JSONMember("correlationid", "k")) }
      members.shuffle(using: &numbers)
      let checked = try Self.check(.object(members))
      var output: [UInt8] = []
      let places = try checked.write(to: &output)
      for (place, text) in [
        (places.sequence, #""sequence":"0","#), (places.revision, #""revision":1,"#),
        (places.recordedtime, #""recordedtime":"t","#),
      ] { output.insert(contentsOf: text.utf8, at: place) }
      var canonical: [UInt8] = []
      try CanonicalWriter.write(
        JSONDocument(scanning: output).root, numbers: .exact, to: &canonical)
      #expect(
        canonical == output, "seed \(seed): \(String(decoding: output, as: UTF8.self))")
    }
  }

  /// An entry, sent in again without the ledger's attributes, gives the same entry.
  @Test func theEntryOfAnEntryIsTheSame() throws {
    for type in try Self.shipped.get().types {
      for example in type.newest.schema.root["examples"]?.elements.map(\.value) ?? [] {
        var changes: [JSONMember] = []
        if case .object(let members) = Self.event() { changes = members }
        changes.removeAll {
          ["type", "dataschema", "data"].contains($0.name)
            || !type.hasSubject && $0.name == "subject"
        }
        changes += [
          JSONMember("type", .string(type.name)), JSONMember("data", example),
          JSONMember("dataschema", .string(type.newest.identifier)),
        ]
        let first = try Self.entry(Self.check(.object(changes)))
        let again = try Self.entry(Self.check(text: first))
        #expect(again == first, "\(type.name)")
      }
    }
  }

  @Test(arguments: [
    ("9007199254740991", true), ("-9007199254740991", true), ("9007199254740992", false),
    ("1e20", false), ("1e400", false),
    ("0.1", true), ("0.10", true), ("1.0", true), ("0.12345678901234567890", false), ("1e-7", true),
    ("1e99999999999999999999", false), ("10e9223372036854775807", false),
    ("0.01e-9223372036854775808", false),
  ])
  func aNumberThatWouldChangeIsRefused(number: String, isKept: Bool) throws {
    let checked = try Self.check(
      text: #"""
        {"specversion": "1.0", "id": "e1", "source": "/a", "type": "feedback.given",
         "subject": "c1", "time": "2026-03-01T08:59:58Z", "dataschema": "feedback.given/1",
         "authtype": "unknown",
         "data": {"instrument": "effort", "scaleMax": 10, "score": \#(number)}}
        """#)
    if isKept {
      _ = try Self.entry(checked)
      return
    }
    let error = #expect(throws: EventRejection.self) { _ = try Self.entry(checked) }
    #expect(
      error
        == EventRejection(
          .number, "/data/score",
          "/data/score is a number that changes when it is stored (more digits than an IEEE double "
            + "keeps, or a whole one beyond 9007199254740991); write it as a string"))
  }

  @Test func whoeverWritesTheDataMayChangeIt() throws {
    var output: [UInt8] = []
    let checked = try Self.check(Self.event())
    _ = try checked.write(to: &output) { data, output in
      #expect(data.count == 1)
      output += #"{"$enc":1}"#.utf8
    }
    #expect(String(decoding: output, as: UTF8.self).contains(#","data":{"$enc":1},"datacategory""#))
  }

  /// The values that the accessor gives are what the writer writes.
  @Test func everyAttributeIsGivenAsItIsWritten() throws {
    let checked = try Self.check(Self.event(["authtype": nil, "correlationid": "k"]))
    let entry = try JSONDocument(scanning: Array(Self.entry(checked).utf8)).root
    for attribute in EnvelopeAttribute.allCases {
      var written: [UInt8] = []
      switch checked.value(attribute) {
      case nil: written = []
      case .view(let view): try CanonicalWriter.write(view, numbers: .exact, to: &written)
      case .json(let bytes): written = bytes
      case .time(let time): written = Array("\"\(time.text)\"".utf8)
      }
      #expect(written == entry[attribute.name].map { Array($0.source) } ?? [], "\(attribute)")
    }
  }

  /// No refusal repeats what an attribute said.
  @Test func noRefusalRepeatsAValue() throws {
    let secrets: [JSONValue] = [
      "ada.lovelace@example.com", "+4930123456789", ["secret"], .string("secret\u{0}"),
      .string(String(repeating: "secret", count: 300)),
    ]
    for attribute in EnvelopeAttribute.allCases {
      for secret in secrets {
        do {
          _ = try Self.check(Self.event([attribute.name: secret]))
        } catch let rejection as EventRejection {
          for word in ["ada", "lovelace", "4930", "secret"] {
            #expect(!rejection.sentence.contains(word) && !rejection.pointer.contains(word))
          }
        }
      }
    }
    for name in ["ada@example.com", "Ada Lovelace", "secret-4930123456", "adasecretlovelaceaaaaa"] {
      let error = #expect(throws: EventRejection.self) {
        _ = try Self.check(Self.event([name: "1"]))
      }
      #expect(error?.sentence == Self.nameRule && error?.pointer == "")
    }
  }

  /// A hostile sender: any one byte of an event changed or cut gives an answer, never a trap.
  @Test func noDamagedEventBreaksTheCheck() throws {
    let bytes = Array(Self.event(["region": "eu", "expirytime": "2030-01-01T00:00:00Z"]).text.utf8)
    let catalog = try Self.shipped.get()
    for place in bytes.indices {
      for change in [0x00, 0x22, 0x30, 0x2B, 0x5C, 0x7B, 0xC3, 0xFF] as [UInt8] {
        var damaged = bytes
        damaged[place] = change
        guard let document = try? JSONDocument(scanning: damaged) else { continue }
        guard let checked = try? Envelope.check(document.root, using: catalog) else { continue }
        var output: [UInt8] = []
        _ = try? checked.write(to: &output)
      }
    }
  }
}
