// A policy is whole or it is none.

import JSONBytes
import Relationship
import Testing

@Suite struct PermissionPolicyTests {
  private func read(_ policy: JSONValue) throws -> PermissionPolicy {
    var text: [UInt8] = []
    policy.write(to: &text)
    return try PermissionPolicy(JSONDocument(scanning: text).root)
  }

  private func replacing(_ name: String, with value: JSONValue?) -> JSONValue {
    guard case .object(let members) = TableDefaults.policy else { return [:] }
    let rest = members.filter { $0.name != name }
    return .object(rest + (value.map { [JSONMember(name, $0)] } ?? []))
  }

  @Test func whatShipsIsRead() throws {
    let policy = try read(TableDefaults.policy)
    #expect(policy.version == "1" && policy.defaultRegime == "EU")
    #expect(policy.regimes.keys.sorted() == ["EU", "UK", "US"])
    #expect(policy.regimes["UK"]?.lists.map(\.list) == ["uk-tps"])
    #expect(policy.companyCap.count == 8 && policy.tokenLifetime.text == "PT15M")
    #expect(policy.json == TableDefaults.policy)
  }

  @Test func everyMemberIsNeededAndNoOtherIsKnown() throws {
    guard case .object(let members) = TableDefaults.policy else { return }
    for member in members {
      #expect(throws: PolicyFault(pointer: "", sentence: "`\(member.name)` is missing; add it")) {
        try read(replacing(member.name, with: nil))
      }
      #expect(throws: PolicyFault.self) { try read(replacing(member.name, with: .null)) }
    }
    let fault = #expect(throws: PolicyFault.self) { try read(replacing("colour", with: "red")) }
    #expect(
      fault?.pointer == "/colour" && fault?.sentence.hasPrefix("`colour` is not known") == true)
  }

  @Test(
    arguments: [
      ("regimeByCountry", ["FR": "FRANCE"], "/basis"), ("defaultRegime", "XX", "/basis"),
      ("coolOff", "a year", "/coolOff"), ("tokenLifetime", "15M", "/tokenLifetime"),
      ("channelOrder", ["pigeon"], "/channelOrder"), ("complaintHold", "yes", "/complaintHold"),
      ("companyCap", ["count": 0, "period": "P7D"], "/companyCap/count"),
      ("companyCap", ["count": 1, "period": "P0D"], "/companyCap/period"),
      ("relationshipWindow", "PT0S", "/relationshipWindow"),
      ("quietHours", ["from": "8", "to": "21:00", "requestedWithin": "PT10M"], "/quietHours/from"),
      (
        "quietHours", ["from": "21:00", "to": "08:00", "requestedWithin": "PT10M"],
        "/quietHours/from"
      ),
      (
        "quietHours", ["from": "08:00", "to": "08:00", "requestedWithin": "PT10M"],
        "/quietHours/from"
      ),
      ("similarTopics", [["a"]], "/similarTopics/0"),
      ("minorAge", ["EU": 16, "UK": 13], "/minorAge"),
      ("minorAge", ["EU": 16, "UK": 13, "US": 13, "FR": 15], "/minorAge/FR"),
      (
        "lists",
        ["US": [["list": "x", "channel": "voice", "maxAge": "P1D", "overriddenBy": ["luck"]]]],
        "/lists/US/0/overriddenBy/0"
      ),
      ("basis", ["EU": ["email": "perhaps"]], "/basis/EU/email"),
    ] as [(String, JSONValue, String)]) func whatIsWrongIsNamedByItsPlace(
      _ name: String, _ value: JSONValue, _ pointer: String
    ) throws
  {
    let fault = #expect(throws: PolicyFault.self) { try read(replacing(name, with: value)) }
    #expect(fault?.pointer == pointer && fault?.sentence.isEmpty == false)
  }
}

@Suite struct PathScopeTests {
  /// Marks are a shortcut only: over all small paths they say what the texts say.
  @Test func scopesCoverWhatTheirTextsCover() {
    let words = ["a", "b", "ab"]
    var paths = words
    for one in words { for two in words { paths.append("\(one).\(two)") } }
    for path in paths.prefix(12) { for word in words { paths.append("\(path).\(word)") } }
    for scope in paths + ["*"] {
      for path in paths {
        #expect(PathScope(scope).covers(AskedPath(path)) == TopicPath.covers(scope, path))
        #expect(
          PathScope(path).isNoWider(than: PathScope(scope)) == TopicPath.covers(scope, path))
      }
    }
  }

  @Test func questionsAreAboutConcreteThings() {
    func ask(_ purpose: String, _ topic: String, _ channel: String, _ point: String) throws {
      _ = try PermissionQuestion(
        department: "d", customer: "c", purpose: purpose, topic: topic, channel: channel,
        contactPoint: point)
    }
    #expect(throws: Never.self) { try ask("marketing", "a.b-1", "voice.live", "none") }
    for (purpose, topic, channel, point) in [
      ("*", "a", "email", "a"), ("m", "*", "email", "a"), ("m", "a", "*", "a"),
      ("m", "a", "email", "*"), ("m..n", "a", "email", "a"), ("", "a", "email", "a"),
      ("m", "a", "pigeon", "a"), ("m", "a", "email", ""), ("m", "a b", "email", "a"),
    ] {
      #expect(throws: QuestionFault.self) { try ask(purpose, topic, channel, point) }
    }
  }
}
