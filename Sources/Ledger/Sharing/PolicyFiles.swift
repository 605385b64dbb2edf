// The permission policy as files: what holds everywhere, and one file for each regime. docs/permission.md describes them.

import EventCatalog
import JSONBytes
package import Relationship
import Transparency

/// A checked permission policy.
///
///     DIR/policies/default.yaml    what holds wherever a customer lives
///     DIR/policies/*.yaml          one for each regime, but for purposes.yaml
package struct PolicyFiles: Hashable, Sendable {
  package let policy: PermissionPolicy
  /// Of the canonical text of ``PermissionPolicy/json``.
  package let contentHash: String

  static let defaults = "default.yaml"
  static let registry = "purposes.yaml"

  /// Checks the files of a policy, in the order of their names.
  init(_ files: [SharingFiles.Text]) throws(PlanFileError) {
    var reading = PolicyFileReading()
    for file in files { try reading.read(file) }
    (policy, contentHash) = try reading.finish()
  }
}

/// Joins the files to the object that is published.
private struct PolicyFileReading {
  private typealias Place = (file: String, line: Int)

  /// Members of the object, and of those that hold a value for each regime or country.
  private var members: [JSONMember] = []
  private var groups: [String: [JSONMember]] = [:]
  /// Where the value of a JSON Pointer stands.
  private var places: [String: Place] = [:]
  private var regimes: [String: String] = [:]
  private var defaults: String?

  mutating func read(_ file: SharingFiles.Text) throws(PlanFileError) {
    let document = try PlanFields.document(file.text, file: file.name)
    let name = file.name.split(separator: "/").last.map(String.init) ?? file.name
    if name == PolicyFiles.defaults {
      defaults = file.name
      try readDefaults(document, file.name)
    } else {
      try readRegime(document, file.name)
    }
  }

  private mutating func add(_ name: String, _ value: JSONValue, _ line: Int, _ file: String) {
    members.append(JSONMember(name, value))
    places["/\(name)"] = (file, line)
  }

  /// One value of a group that has one for each regime or country.
  private mutating func add(
    _ group: String, _ name: String, _ value: JSONValue, _ line: Int, _ file: String
  ) {
    groups[group, default: []].append(JSONMember(name, value))
    places[JSONPointer.appending(name, to: "/\(group)")] = (file, line)
  }

  private mutating func readDefaults(_ node: YAMLNode, _ file: String) throws(PlanFileError) {
    let words = [
      "policyVersion", "defaultRegime", "relationshipWindow", "coolOff", "tokenLifetime",
    ]
    let groups = [
      "relationshipOverride": ["order", "inquiry"], "stopScope": ["purpose", "topic"],
      "quietHours": ["from", "to", "requestedWithin"], "companyCap": ["count", "period"],
    ]
    let top = try PlanFields(
      node, "the policy",
      known: words + groups.keys.sorted() + ["complaintHold", "channelOrder", "similarTopics"],
      file: file)
    for member in top.members {
      let (name, value, line) = (member.name, member.value, member.line)
      if let known = groups[name] {
        let fields = try PlanFields(value, "`\(name)`", known: known, file: file)
        var group: [JSONMember] = []
        for part in fields.members {
          places["/\(name)/\(part.name)"] = (file, part.line)
          group.append(
            JSONMember(
              part.name,
              try part.name == "count"
                ? .integer(fields.number("count", in: 1...1_000) ?? 1)
                : .string(fields.requiredText(part.name))))
        }
        add(name, .object(group), line, file)
      } else if name == "complaintHold" {
        add(name, .bool(try top.flag(name) ?? false), line, file)
      } else if name == "channelOrder" {
        add(name, Self.strings(try top.words(name)), line, file)
      } else if name == "similarTopics" {
        add(name, try Self.pairs(value, file), line, file)
      } else {
        add(name, .string(try top.requiredText(name)), line, file)
      }
    }
  }

  private static func strings(_ words: [PlanWord]) -> JSONValue {
    .array(words.map { .string($0.text) })
  }

  private static func pairs(_ node: YAMLNode, _ file: String) throws(PlanFileError) -> JSONValue {
    guard case .sequence(let elements) = node.content else {
      throw PlanFileError(
        file: file, line: node.line, code: "plan.value",
        sentence: "`similarTopics` is a list of pairs, such as [[products.shoes, products.boots]]")
    }
    var pairs: [JSONValue] = []
    for element in elements {
      pairs.append(strings(try PlanFields.words(of: element, "a pair of topics", file: file)))
    }
    return .array(pairs)
  }

  private mutating func readRegime(_ node: YAMLNode, _ file: String) throws(PlanFileError) {
    let top = try PlanFields(
      node, "a regime",
      known: ["regime", "countries", "basis", "softOptIn", "minorAge", "lists"], file: file)
    let regime = try top.requiredText("regime")
    if let other = regimes[regime] {
      throw top.fault(
        top.line, "plan.duplicate", "the regime `\(regime)` is in \(other) already; keep one")
    }
    regimes[regime] = file
    let countries = try PlanFields(
      try top.required("countries"), "`countries`", file: file)
    for country in countries.members {
      let zones = try PlanFields.words(
        of: country.value, "the time zones of \(country.name)", file: file)
      add("regimeByCountry", country.name, .string(regime), country.line, file)
      add("zonesByCountry", country.name, Self.strings(zones), country.line, file)
    }
    let basis = try PlanFields(try top.required("basis"), "`basis`", file: file)
    var needs: [JSONMember] = []
    for channel in basis.members {
      places[JSONPointer.appending(channel.name, to: "/basis/\(regime)")] = (file, channel.line)
      needs.append(JSONMember(channel.name, .string(try basis.requiredText(channel.name))))
    }
    add("basis", regime, .object(needs), basis.line, file)
    let soft = try top.required("softOptIn")
    add("softOptIn", regime, Self.strings(try top.words("softOptIn")), soft.line, file)
    let age = try top.required("minorAge")
    add("minorAge", regime, .integer(try top.number("minorAge", in: 0...25) ?? 0), age.line, file)
    if let lists = top["lists"] { try readLists(lists, regime, file) }
  }

  private mutating func readLists(
    _ node: YAMLNode, _ regime: String, _ file: String
  ) throws(PlanFileError) {
    var lists: [JSONValue] = []
    for (index, list) in try PlanFields(node, "`lists`", file: file).members.enumerated() {
      let fields = try PlanFields(
        list.value, "the list `\(list.name)`", known: ["channel", "maxAge", "overriddenBy"],
        file: file)
      places["/lists/\(regime)/\(index)"] = (file, list.line)
      lists.append([
        "list": .string(list.name), "channel": .string(try fields.requiredText("channel")),
        "maxAge": .string(try fields.requiredText("maxAge")),
        "overriddenBy": Self.strings(try fields.words("overriddenBy")),
      ])
    }
    add("lists", regime, .array(lists), node.line, file)
  }

  /// The policy, as the reader of the log reads it.
  func finish() throws(PlanFileError) -> (PermissionPolicy, String) {
    guard let defaults else {
      throw PlanFileError(
        file: PolicyFiles.defaults, line: 1, code: "plan.missing",
        sentence:
          "a permission policy has a file \(PolicyFiles.defaults) beside its regimes; add it")
    }
    let names = [
      "regimeByCountry", "zonesByCountry", "basis", "softOptIn", "minorAge", "lists",
    ]
    let whole = JSONValue.object(
      members + names.map { JSONMember($0, .object(groups[$0] ?? [])) })
    var text: [UInt8] = []
    CanonicalWriter.write(whole, to: &text)
    guard let document = try? JSONDocument(scanning: text) else {  // our own text: it scans
      preconditionFailure("a policy is JSON")
    }
    do throws(PolicyFault) {
      let policy = try PermissionPolicy(document.root)
      var hasher = ContentHasher()
      hasher.update(text)
      return (policy, "sha256:\(hasher.hex())")
    } catch {
      let place = place(of: error.pointer) ?? (defaults, 1)
      throw PlanFileError(
        file: place.file, line: place.line, code: "plan.value", sentence: error.sentence)
    }
  }

  /// Where the value stands, or what holds it.
  private func place(of pointer: String) -> Place? {
    var rest = pointer[...]
    while !rest.isEmpty {
      if let place = places[String(rest)] { return place }
      rest = rest[..<(rest.lastIndex(of: "/") ?? rest.startIndex)]
    }
    return nil
  }
}
