// What the vocabularies of others mean (docs/imports.md): a no becomes a forbid, a yes is set aside, the rest informs.

import EventCatalog
import JSONBytes
import Testing

@Suite struct ConsentMappingsTests {
  private static let time = "2026-03-01T09:00:00Z"

  /// Types of the events of one record, with the address that they are about; a yes is written as what it claims.
  private func says(_ mapping: String, _ record: String) throws -> [String] {
    let imported = try importing(
      Array(record.utf8), with: try shippedMapping(mapping), name: "f.ndjson")
    #expect(imported.codes == [])
    var said: [String] = []
    for item in imported.items {
      guard case .event(let event) = item else { continue }
      if let address = event.address { #expect(address.value == "a@example.test") }
      let data = try JSONDocument(scanning: event.json).root["data"]
      said.append("\(event.type) \(data?["channel"]?.string ?? "")")
    }
    return said.isEmpty ? imported.skipped.map { _ in "skipped" } : said
  }

  private static let no = ["optout.recorded email"]
  private static let yes = ["consent.given email"]
  private static let neither = ["skipped"]

  private static func adobe(_ value: String, _ name: String = "email") -> String {
    #"{"identityMap":{"Email":[{"id":" A@Example.Test"}]},"consents":{"marketing":{"\#(name)":{"val":"\#(value)"}},"metadata":{"time":"\#(time)"}}}"#
  }

  private static func braze(_ value: String) -> String {
    #"{"email":"a@example.test","email_subscribe":"\#(value)","created_at":"\#(time)"}"#
  }

  private static func fides(_ value: String) -> String {
    #"{"email":"a@example.test","preference":"\#(value)","created_at":"\#(time)"}"#
  }

  private static func listmonk(_ status: String, _ lists: String...) -> String {
    let lists = lists.map { #"{"id":1,"subscription_status":"\#($0)"}"# }.joined(separator: ",")
    return
      #"{"data":{"results":[{"email":"a@example.test","status":"\#(status)","updated_at":"\#(time)","lists":[\#(lists)]}]}}"#
  }

  private static func oneTrust(_ purposes: String) -> String {
    #"{"identifier":"a@example.test","interactionDate":"\#(time)","purposes":[\#(purposes)]}"#
  }

  private static func unomi(_ status: String) -> String {
    #"{"properties":{"email":"a@example.test","lastVisit":"\#(time)"},"consents":{"news/x":{"typeIdentifier":"x","status":"\#(status)","statusDate":"\#(time)"}}}"#
  }

  private static func snowplow(_ type: String) -> String {
    #"{"event_id":"e","user_id":"c1","event_type":"\#(type)","derived_tstamp":"\#(time)"}"#
  }

  private static func segment(_ advertising: String) -> String {
    #"{"type":"track","event":"Segment Consent Preference Updated","userId":"c1","timestamp":"\#(time)","context":{"consent":{"categoryPreferences":{\#(advertising)}}}}"#
  }

  private static let withdrawn = #"{"id":"p","withdrawnDate":"2026-02-01T09:00:00Z"}"#
  private static let consented = #"{"id":"q","consentDate":"2026-02-01T09:00:00Z"}"#

  static let records: [(mapping: String, record: String, said: [String])] = [
    ("adobe-consents", adobe("n"), no), ("adobe-consents", adobe("dn"), no),
    ("adobe-consents", adobe("y"), yes), ("adobe-consents", adobe("dy"), yes),
    ("adobe-consents", adobe("p"), neither), ("adobe-consents", adobe("u"), neither),
    ("adobe-consents", adobe("LI"), neither),
    ("adobe-consents", adobe("n", "any"), ["optout.recorded *"]),
    ("onetrust-receipts", oneTrust(withdrawn), no), ("onetrust-receipts", oneTrust(consented), yes),
    ("onetrust-receipts", oneTrust("\(consented),\(withdrawn)"), yes + no),
    ("onetrust-receipts", oneTrust(#"{"id":"p"}"#), neither),
    ("unomi-consents", unomi("DENIED"), no), ("unomi-consents", unomi("REVOKED"), no),
    ("unomi-consents", unomi("GRANTED"), yes),
    ("fides-preferences", fides("opt_out"), no), ("fides-preferences", fides("opt_in"), yes),
    ("fides-preferences", fides("tcf"), yes), ("fides-preferences", fides("acknowledge"), neither),
    ("braze-subscribers", braze("unsubscribed"), no),
    ("braze-subscribers", braze("subscribed"), yes),
    ("braze-subscribers", braze("opted_in"), yes), ("braze-subscribers", braze(""), neither),
    ("listmonk-subscribers", listmonk("blocklisted"), no),
    ("listmonk-subscribers", listmonk("enabled", "unsubscribed"), no),
    ("listmonk-subscribers", listmonk("enabled", "confirmed"), yes),
    ("listmonk-subscribers", listmonk("enabled", "unconfirmed"), neither),
    ("snowplow-consents", snowplow("deny_all"), ["optout.recorded *"]),
    ("snowplow-consents", snowplow("withdrawn"), ["optout.recorded *"]),
    ("snowplow-consents", snowplow("allow_all"), ["consent.given *"]),
    ("snowplow-consents", snowplow("implicit_consent"), ["consent.given *"]),
    ("snowplow-consents", snowplow("pending"), neither),
    ("segment", segment(#""Advertising":false"#), ["optout.recorded *"]),
    ("segment", segment(#""Advertising":true"#), ["consent.given *"]),
    ("segment", segment(#""Analytics":true"#), neither),
  ]

  @Test(arguments: records.indices) func aNoIsTakenAYesIsSetAside(index: Int) throws {
    let (mapping, record, said) = Self.records[index]
    #expect(try says(mapping, record) == said, "\(mapping): \(record)")
  }

  // MARK: The language

  private func fault(_ yaml: String) -> String {
    do {
      _ = try ImportMapping(yaml: Array(yaml.utf8), file: "m.yaml")
      return ""
    } catch { return error.description }
  }

  private static let head = """
    mapping: m
    about: "x"
    reads: {format: ndjson}
    subject: {byAddress: {column: /email, normalise: email}}
    time: "2026-01-01T00:00:00Z"

    """

  @Test(arguments: [
    ("events: [{type: consent.withdrawn, data: {}}]", "optout.recorded"),
    ("events: [{type: contactpoint.added, data: {addedBy: import}}]", "optout.recorded"),
    (
      "quarantine: [{claims: {purpose: marketing}}]\nevents: [{type: t.made, data: {}}]",
      "lacks `topic`"
    ),
    ("events: [{type: t.made, data: {contactPoint: {pointOf: order}}}]", "pointOf: subject"),
    (
      "events: [{type: t.made, subject: anonymous, data: {contactPoint: {pointOf: subject}}}]",
      "no address here"
    ),
    (
      "events: [{type: t.made, subject: {byAddress: {column: /x}}, data: {}}]", "normalise: email"
    ),
  ]) func whatAnAddressCannotMeanIsRefused(events: String, words: String) {
    let found = fault(Self.head + events + "\n")
    #expect(found.contains(words), "\(found)")
  }

  @Test func anEventOfAnAddressLeavesRoomForTheContactPoint() throws {
    let imported = try importing(
      #"{"email":" A@Example.Test "}"#,
      with: Self.head
        + "events: [{type: t.made, data: {contactPoint: {pointOf: subject}}}]\n", name: "f")
    guard case .event(let event) = try #require(imported.items.first) else {
      Issue.record("no event")
      return
    }
    let address = try #require(event.address)
    #expect(address.kind == "email" && address.value == "a@example.test")
    #expect(address.channels == ["email"])
    let json = try JSONDocument(scanning: event.json).root
    #expect(json["subject"] == nil)
    #expect(json["data"]?["contactPoint"]?.string == ImportedAddress.pointWord)
    #expect(event.row?.name == "f:1" && event.row?.pieces.map(\.line) == [1])
  }

  /// A pointer goes on into text that is JSON of its own, and into nothing else.
  @Test func jsonWithinTextIsRead() throws {
    let yaml = """
      mapping: m
      about: "x"
      reads: {format: ndjson}
      subject: anonymous
      time: "2026-01-01T00:00:00Z"
      events:
        - type: t.made
          data: {a: {column: /Message/a/0, ifEmpty: absent}}
      """
    let text = #"""
      {"Message":"{\"a\":[\"x\"]}"}
      {"Message":"no json"}
      {"Message":"\"a\""}
      """#
    #expect(try importing(text, with: yaml).data == [#"{"a":"x"}"#, "{}", "{}"])
  }

  /// What several events of a row make is told apart: each complaint has its own effect.
  @Test func theCauseIsTheEventOfTheSameElement() throws {
    let yaml = """
      mapping: m
      about: "x"
      reads: {format: ndjson}
      subject: anonymous
      time: "2026-01-01T00:00:00Z"
      events:
        - {type: t.made, name: first, repeat: {each: /list}, data: {}}
        - {type: t.followed, cause: first, repeat: {each: /list}, data: {}}
      """
    let imported = try importing(#"{"list":[1,2]}"#, with: yaml, name: "f")
    #expect(
      try imported.events.map { $0["causationid"]?.string } == [nil, nil, "f:1", "f:1#2"])
  }
}
