// What a mask keeps, and that nothing else is left anywhere in the copy.

import JSONBytes
import RapportTesting
import Testing

@Suite struct JSONMaskTests {
  private func view(_ text: String) throws -> JSONView {
    try JSONDocument(scanning: Array(text.utf8)).root
  }

  private func pruned(_ text: String, _ mask: JSONMask) throws -> String {
    String(decoding: JSONPruner.pruned(try view(text), keeping: mask).source, as: UTF8.self)
  }

  @Test func membersAreKeptByName() throws {
    let mask = JSONMask.members(named: ["b": .whole, "d": .whole])
    #expect(
      try pruned(#"{"a":1,"b":[2,{"x":3}],"c":"d","d":"four"}"#, mask)
        == #"{"b":[2,{"x":3}],"d":"four"}"#)
    #expect(try pruned(#"{"a":1}"#, mask) == "{}")
    #expect(try pruned(#"{}"#, mask) == "{}")
  }

  @Test func aListIsPrunedElementByElement() throws {
    let mask = JSONMask.members(named: ["lines": .members(named: ["sku": .whole])])
    #expect(
      try pruned(#"{"lines":[{"margin":9,"sku":"a"},{"margin":8},{"sku":"b"}],"total":17}"#, mask)
        == #"{"lines":[{"sku":"a"},{},{"sku":"b"}]}"#)
  }

  /// Where members are expected, a bare value is not known, and not kept.
  @Test func whatAMaskDoesNotKnowIsNotKept() throws {
    let mask = JSONMask.members(named: ["a": .members(named: ["b": .whole]), "z": .whole])
    #expect(try pruned(#"{"a":"secret","z":1}"#, mask) == #"{"z":1}"#)
    #expect(
      try pruned(#"{"a":["secret",{"b":1,"c":2},7,{"b":3}],"z":1}"#, mask)
        == #"{"a":[{"b":1},{"b":3}],"z":1}"#)
    #expect(try pruned(#""secret""#, mask) == "{}")
    #expect(try pruned("[1]", .members([])) == "[]")
  }

  @Test func namesAreComparedWithoutTheirEscapes() throws {
    let mask = JSONMask.members(named: ["ab": .whole])
    #expect(try pruned(#"{"\u0061b":1,"a":2}"#, mask) == #"{"\u0061b":1}"#)
    #expect(try pruned(#"{"abc":1,"a":2}"#, mask) == "{}")
  }

  @Test func manyValuesShareOneDocument() throws {
    var pruner = JSONPruner()
    let mask = JSONMask.members(named: ["a": .whole])
    let places = try (0..<5).map { number in
      pruner.append(try view(#"{"a":"n\#(number)","b":"secret"}"#), keeping: mask)
    }
    let document = pruner.finish()
    for (number, place) in places.enumerated() {
      #expect(JSONView(document: document, index: place)["a"]?.string == "n\(number)")
    }
    #expect(!String(decoding: document.bytes, as: UTF8.self).contains("secret"))
  }

  /// Random values and masks: the copy is what a tree pruned by hand is, and its nodes are those that
  /// a scan of it gives.
  @Test func randomValuesArePrunedAsTreesAre() throws {
    var random = SeededGenerator.ofThisRun()
    for turn in 0..<2_000 {
      let value = Self.value(&random, depth: 4)
      let mask = Self.mask(&random, depth: 3)
      let copy = JSONPruner.pruned(try view(value.text), keeping: mask)
      let expected = Self.kept(value, mask) ?? [:]
      #expect(copy.value == expected, "seed \(SeededGenerator.seedOfThisRun), turn \(turn)")
      #expect(String(decoding: copy.document.bytes, as: UTF8.self) == expected.text)
      let scanned = try JSONDocument(scanning: copy.document.bytes)
      #expect(
        Self.shape(scanned.root) == Self.shape(copy),
        "seed \(SeededGenerator.seedOfThisRun), turn \(turn)")
    }
  }

  private static func shape(_ view: JSONView) -> [[Int]] {
    view.document.nodes.map {
      [Int($0.start), Int($0.end), Int($0.next), $0.count, Int($0.kind.rawValue)]
    }
  }

  private static func kept(_ value: JSONValue, _ mask: JSONMask) -> JSONValue? {
    guard case .members(let members) = mask else { return value }
    switch value {
    case .array(let elements): return .array(elements.compactMap { kept($0, mask) })
    case .object(let all):
      return .object(
        all.compactMap { one in
          guard let found = members.first(where: { $0.name == Array(one.name.utf8) }) else {
            return nil
          }
          return kept(one.value, found.keeps).map { JSONMember(one.name, $0) }
        })
    default: return nil
    }
  }

  private static let names = ["a", "b", "lines", "å", "sku"]

  private static func value(_ random: inout SeededGenerator, depth: Int) -> JSONValue {
    switch random.below(depth > 0 ? 7 : 4) {
    case 0: return .integer(random.below(100))
    case 1: return .string(["", "plain", "q\"uote", "två"][random.below(4)])
    case 2: return .null
    case 3: return .number("1.50")
    case 4: return .array((0..<random.below(4)).map { _ in value(&random, depth: depth - 1) })
    default:
      var members: [JSONMember] = []
      for name in names where random.chance(60) {
        members.append(JSONMember(name, value(&random, depth: depth - 1)))
      }
      return .object(members)
    }
  }

  private static func mask(_ random: inout SeededGenerator, depth: Int) -> JSONMask {
    guard depth > 0, random.chance(70) else { return .whole }
    var members: [String: JSONMask] = [:]
    for name in names where random.chance(50) { members[name] = mask(&random, depth: depth - 1) }
    return .members(named: members)
  }
}
