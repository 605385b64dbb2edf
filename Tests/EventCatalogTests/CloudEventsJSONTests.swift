/// Envelopes of any type, against the published schema's verdict.
import EventCatalog
import JSONBytes
import RapportTesting
import Testing

@Suite struct CloudEventsJSONTests {
  @Test(.enabled(if: SharedData.isPresent, "needs data/payloads of the shared folder"))
  func theVerdictIsThatOfThePublishedSchema() throws {
    var verdicts = [false: 0, true: 0]
    for line in SharedData.file("data/payloads/cloudevents.jsonl").split(separator: 0x0A) {
      let record = try JSONDocument(scanning: Array(line)).root
      // Eight records come from the YAML of a conformance suite: no envelope, no verdict.
      guard let isValid = record["schema_valid"]?.bool else { continue }
      let event = try #require(record["event"])
      #expect(
        CloudEventsJSON.isValid(event) == isValid,
        "\(event["id"]?.string ?? ""): \(CloudEventsJSON.fault(in: event) ?? "whole")")
      verdicts[isValid, default: 0] += 1
    }
    #expect(verdicts == [true: 29, false: 3])
  }

  static let whole = #""specversion": "1.0", "id": "1", "source": "a", "type": "t""#

  @Test(
    arguments: [
      (#"{\#(whole)}"#, nil),
      (
        #"{\#(whole), "subject": null, "time": null, "dataschema": null, "data_base64": null}"#, nil
      ),
      (#"{\#(whole), "data": null}"#, nil), (#"{\#(whole), "data": [1]}"#, nil),
      (#"{\#(whole), "data_base64": "Zm9v", "datacontenttype": "text/xml"}"#, nil),
      (#"{\#(whole), "time": "2018-04-05T17:31:00.123456789+23:59"}"#, nil),
      (#"{\#(whole), "time": "2016-12-31T23:59:60Z"}"#, nil),
      (#"{\#(whole), "dataschema": "urn:a"}"#, nil), ("[]", "an event must be an object"),
      (#"{"specversion": "1.0", "id": "1", "source": "a"}"#, "type is missing"),
      (
        #"{"specversion": "1.0", "id": 1, "source": "a", "type": "t"}"#,
        "id must be a string, not empty"
      ),
      (
        #"{"specversion": "", "id": "1", "source": "a", "type": "t"}"#,
        "specversion must be a string, not empty"
      ),
      (
        #"{"specversion": "1.0", "id": "1", "source": "a b", "type": "t"}"#,
        "source must be a URI reference"
      ),
      (#"{\#(whole), "subject": ""}"#, "subject must be a string, not empty, or null"),
      (
        #"{\#(whole), "datacontenttype": 1}"#,
        "datacontenttype must be a string, not empty, or null"
      ),
      (#"{\#(whole), "dataschema": "/a"}"#, "dataschema must be an absolute URI"),
      (#"{\#(whole), "time": "2018-04-05"}"#, "time must be RFC 3339"),
      (#"{\#(whole), "time": "2018-04-05T17:31:00"}"#, "time must be RFC 3339"),
      (#"{\#(whole), "time": "2018-04-05T17:31:61Z"}"#, "time must be RFC 3339"),
      (#"{\#(whole), "time": "2018-04-05T17:31:00.Z"}"#, "time must be RFC 3339"),
      (#"{\#(whole), "time": "2018-04-05T17:31:00+1:00"}"#, "time must be RFC 3339"),
      (#"{\#(whole), "time": "2018-04-31T17:31:00Z"}"#, "time must be RFC 3339"),
      (#"{\#(whole), "time": "2018-04-05T17:31:00.123456"}"#, "time must be RFC 3339"),
      (#"{\#(whole), "data_base64": 1}"#, "data_base64 must be a string or null"),
    ] as [(String, String?)])
  func eachRuleOfTheEnvelopeIsHeld(text: String, fault: String?) throws {
    #expect(CloudEventsJSON.fault(in: try json(text)) == fault)
  }

  @Test(arguments: [
    ("", true, false), ("a", true, false), ("/a/b?c=d#e", true, false), ("//host/a", true, false),
    ("https://a.example:80/b", true, true), ("urn:a:b", true, true),
    ("mailto:a@b.example", true, true),
    ("http://[::1]:80/a", true, true), ("a%20b", true, false), ("1-555-123-4567", true, false),
    ("#", true, false),
    ("a:b", true, true), ("a/b:c", true, false), ("?a:b", true, false), (":a", false, false),
    ("1a:b", false, false),
    ("a b", false, false), ("a\\b", false, false), ("a%2", false, false), ("a%zz", false, false),
    ("a#b#c", false, false),
    ("http://a/[b]", false, false), ("[a]", false, false), ("é", false, false),
    ("a\"", false, false), ("<a>", false, false),
    ("a^b", false, false), ("a`b", false, false), ("a|b", false, false), ("{a}", false, false),
  ])
  func uriReferencesAreThoseOfRFC3986(text: String, isReference: Bool, isAbsolute: Bool) throws {
    func isWhole(_ name: String) throws -> Bool {
      var members: [JSONMember] = ["specversion", "id", "source", "type"].map {
        JSONMember($0, "a")
      }
      members.removeAll { $0.name == name }
      members.append(JSONMember(name, .string(text)))
      return CloudEventsJSON.isValid(
        try JSONDocument(scanning: Array(JSONValue.object(members).text.utf8)).root)
    }
    #expect(try isWhole("source") == (isReference && !text.isEmpty))
    #expect(try isWhole("dataschema") == isAbsolute)
  }
}
