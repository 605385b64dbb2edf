// No address in clear behind the gate: not in the model's file, not in what is compared.

import Foundation
import JSONBytes
import Ledger
import LogEngine
import Projection
import RapportTesting
import ReadModels
import Testing
import Vault

@Suite struct AddressGateTests {
  private static let gate = AddressGate(KeyedHash(secret: Array(repeating: 7, count: 32)))

  /// Every byte of the files in a folder.
  private static func bytes(in folder: String) throws -> [UInt8] {
    var bytes: [UInt8] = []
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      bytes += try Array(Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")))
    }
    return bytes
  }

  private static func contains(_ bytes: [UInt8], _ text: String) -> Bool {
    bytes.firstRange(of: Array(text.utf8)) != nil
  }

  /// An event of every type with a canary in every field: of what is personal only the birth date is kept, for age is asked.
  @Test(arguments: [false, true]) func noCanaryOfAnAddressIsInTheFile(isRebuilt: Bool) throws {
    let canaries = try CanaryEvent.all()
    try TemporaryDirectory.with { folder in
      let engine = ProjectionEngine(PermissionModel.folded, folder: folder, catalogue: "")
      let source = ArraySource()
      if !isRebuilt {
        _ = try engine.catchUp(
          with: Self.gate.source(over: source), now: Timestamp(microseconds: 0))
      }
      source.append(
        canaries.enumerated().map { place, canary in
          var event = canary.event
          event.position = Position(UInt64(place))
          return event
        })
      _ = try engine.catchUp(with: Self.gate.source(over: source), now: Timestamp(microseconds: 0))
      let bytes = try Self.bytes(in: folder)
      var found: Set<String> = []
      for field in canaries.flatMap(\.fields) where field.isPersonal {
        if field.texts.contains(where: { Self.contains(bytes, $0) }) { found.insert(field.path) }
      }
      #expect(found == ["customer.registered.birthDate"])
      // The file does hold what it should.
      let topic = try #require(
        canaries.flatMap(\.fields).first { $0.path == "optout.recorded.topic" }?.texts.first)
      #expect(Self.contains(bytes, topic))
    }
  }

  @Test func noAddressOfAPracticeHistoryIsInTheFile() async throws {
    let test = try TestLedger()
    try await test.write { ledger in
      _ = try await ledger.fillWithPractice(customers: 80, events: 2_500, seed: 4)
    }
    try test.read { ledger in
      _ = try ledger.view("permission").rebuild()
      let events = try ledger.mapper.events(
        from: .zero, countMax: .max, ofTypes: ["contactpoint.added"])
      let values = Set(events.events.compactMap { $0.data["value"]?.string })
      #expect(values.count > 50)
      var bytes: [UInt8] = []
      let folder = "\(test.directory)/views"
      for name in try FileManager.default.contentsOfDirectory(atPath: folder)
      where name.hasPrefix("permission@") {
        bytes += try Array(Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")))
      }
      for value in values { #expect(!Self.contains(bytes, value)) }
      // The same one in every run: not each of them is anybody's any more.
      let one = try #require(values.sorted().first { $0.contains("@") })
      #expect(Self.contains(bytes, try ledger.addressGate().text(of: one, kind: "email")))
    }
  }

  @Test func spellingsOfOneAddressHaveOneHash() {
    let gate = Self.gate
    for (kind, one, other) in [
      ("email", "a.b+c@example.test", " A.B+C@Example.TEST\t"),
      ("phone", "+493012345", "+49 (30) 12-345"), ("postal", "1 Road, Town", " 1  Road,\tTown "),
    ] {
      #expect(gate.text(of: one, kind: kind) == gate.text(of: other, kind: kind))
    }
    #expect(gate.text(of: "a@b.c", kind: "email") != gate.text(of: "a@b.d", kind: "email"))
    let other = AddressGate(KeyedHash(secret: Array(repeating: 8, count: 32)))
    #expect(gate.text(of: "a", kind: "email") != other.text(of: "a", kind: "email"))
  }

  @Test func whatCannotBeReadStaysWhatItIs() throws {
    var history = History()
    for value: JSONValue in ["[erased]", "[hidden]", ["$enc": "AAEC"], "x\"y\\z\u{e9}"] {
      history.add("contactpoint.added", ["contactPointId": "p", "kind": "handle", "value": value])
    }
    let source = Self.gate.source(over: ArraySource(history.events))
    let events = try source.events(from: .zero, countMax: 9, ofTypes: nil).events
    #expect(events[0].data["value"]?.string == "[erased]")
    #expect(events[1].data["value"]?.string == "[hidden]")
    #expect(events[2].data["value"]?["$enc"]?.string == "AAEC")
    #expect(events[3].data["value"]?.string == Self.gate.text(of: "x\"y\\z\u{e9}", kind: "handle"))
    #expect(events[3].data["contactPointId"]?.string == "p")
  }

  // MARK: The key

  @Test func anotherKeyMakesTheModelAnew() async throws {
    let test = try TestLedger()
    _ = try await test.append(Lines.event("a1", "contactpoint.added", Lines.point()))
    func rebuilt() throws -> String? {
      try test.read { try $0.view("permission").catchUp().rebuiltBecause }
    }
    #expect(try rebuilt() == nil)
    try FileManager.default.removeItem(atPath: "\(test.directory).keys/addresses.key")
    #expect(try rebuilt() != nil)
    #expect(try rebuilt() == nil)
  }

  /// An auditor has a copy without keys: the rest is checked, and nothing is made.
  @Test func aCopyWithoutItsKeyIsCheckedWithoutTheModel() async throws {
    let test = try TestLedger()
    _ = try await test.append(Lines.event("a1", "contactpoint.added", Lines.point()))
    let keys = "\(test.directory).keys"
    try FileManager.default.removeItem(atPath: keys)
    try test.read { ledger in
      let check = try #require(try ledger.verify().views.first { $0.view == "permission" })
      #expect(check.isEqual && check.finding?.contains("key") == true)
      #expect(try ledger.view("permission").status().finding != nil)
    }
    #expect(!FileManager.default.fileExists(atPath: keys))
  }
}
