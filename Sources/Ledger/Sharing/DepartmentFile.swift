// One file of `schemas/departments`: what a department may see, and what it contributes. docs/sharing.md describes it.

import EventCatalog
package import Relationship

/// A checked file: every type and field that it names is one of the catalogue's.
package struct DepartmentFile: Hashable, Sendable {
  /// Every field that the file grants, named by itself.
  package let grant: DepartmentGrant
  /// What the department needs the fields for, in a sentence.
  package let about: String
  /// The event types that it appends, sorted.
  package let contributes: [String]
  let file: String
  /// Where each purpose stands.
  let purposeLines: [PlanWord]

  /// What every department learns: so that it counts nobody twice, leaves alone whom it must, and forgets whom it must.
  package static let granted: [String] = [
    "data.erased.requestId", "profile.merged.absorbed", "profile.merged.canonical",
    "profile.unmerged.mergeEventId", "restriction.applied.requestId",
    "restriction.lifted.restrictionEventId",
  ]

  /// Parses and checks a file. `file` is what errors call it. Purposes are checked by ``SharingFiles``, which knows
  /// them all.
  init(
    yaml: [UInt8], file: String, fields grantable: GrantableFields
  ) throws(PlanFileError) {
    let top = try PlanFields(
      try PlanFields.document(yaml, file: file), "a department",
      known: ["department", "about", "purposes", "aggregateOnly", "k", "sees", "contributes"],
      file: file)
    self.file = file
    let name = try top.requiredText("department")
    guard GrantableFields.isNameable(name), !name.contains("."), name.utf8.count <= 64 else {
      throw top.fault(
        top["department"]?.line ?? 1, "plan.value",
        "`department` is a name of 1 to 64 letters, digits and hyphens")
    }
    about = try top.requiredText("about")
    _ = try top.required("purposes")
    purposeLines = try top.words("purposes")
    guard !purposeLines.isEmpty else {
      throw top.fault(
        top["purposes"]?.line ?? 1, "plan.missing",
        "a department without a purpose sees nothing; name its purposes, or remove the file")
    }
    let aggregateOnly = try top.flag("aggregateOnly") ?? false
    let k = try top.number("k", in: 2...100_000)
    guard aggregateOnly == (k != nil) else {
      throw top.fault(
        top["k"]?.line ?? top["aggregateOnly"]?.line ?? 1, "plan.missing",
        "`aggregateOnly: yes` and `k`, the smallest group of customers, go together; write both, "
          + "or neither")
    }
    var paths: [String] = []
    let sees = try PlanFields(try top.required("sees"), "`sees`", file: file)
    for member in sees.members {
      let seen = try SeenType(
        member, grantable, aggregateOnly: aggregateOnly, file: file)
      paths += seen.fields.map { "\(member.name).\($0)" }
    }
    for path in Self.granted where grantable.unknown(in: .only(path)).isEmpty { paths.append(path) }
    guard Set(paths).count <= Self.fieldsMax else {
      throw top.fault(
        sees.line, "plan.value", "a department is granted at most \(Self.fieldsMax) fields")
    }
    let contributed = try top.words("contributes")
    for word in contributed where grantable.fields(of: word.text) == nil {
      throw SeenType.unknownType(word.text, word.line, grantable, file: file)
    }
    contributes = contributed.map(\.text).sorted()
    grant = DepartmentGrant(
      department: name, purposes: purposeLines.map(\.text), fields: paths,
      aggregateOnly: aggregateOnly, k: k)
  }

  /// What `department.granted` takes.
  private static let fieldsMax = 1_000
}

extension DepartmentGrant {
  /// A grant of one path, to ask about it.
  fileprivate static func only(_ path: String) -> DepartmentGrant {
    DepartmentGrant(department: "", purposes: [], fields: [path])
  }
}

/// What a file says of one event type.
private struct SeenType {
  var fields: [String] = []

  private let type: String
  private let all: [GrantableField]
  private let file: String

  init(
    _ member: YAMLMember, _ grantable: GrantableFields, aggregateOnly: Bool, file: String
  ) throws(PlanFileError) {
    guard let all = grantable.fields(of: member.name) else {
      throw Self.unknownType(member.name, member.line, grantable, file: file)
    }
    type = member.name
    self.all = all
    self.file = file
    let node = member.value
    switch node.content {
    case .scalar: fields = try clear(node)
    case .sequence: fields = try named(try words(node, "fields"))
    case .mapping:
      let parts = try PlanFields(
        node, "`\(type)`", known: ["fields", "allBut", "personal"], file: file)
      if let both = parts["allBut"], parts["fields"] != nil {
        throw parts.fault(
          both.line, "plan.value",
          "`fields` names what is granted, `allBut` what is not; write one of them")
      }
      if let node = parts["fields"] {
        fields = node.text == nil ? try named(try words(node, "fields")) : try clear(node)
      } else if let node = parts["allBut"] {
        let without = Set(try named(try words(node, "allBut")))
        fields = try clear(nil).filter { !without.contains($0) }
      }
      fields += try personal(try parts.words("personal"), aggregateOnly)
    }
    guard !fields.isEmpty else {
      throw PlanFileError(
        file: file, line: member.line, code: "plan.missing",
        sentence: "nothing of `\(type)` is granted here; name a field, or remove the type")
    }
  }

  private func words(_ node: YAMLNode, _ name: String) throws(PlanFileError) -> [PlanWord] {
    try PlanFields.words(of: node, "`\(name)` of `\(type)`", file: file)
  }

  /// Every field that is not personal. `node` says `all`.
  private func clear(_ node: YAMLNode?) throws(PlanFileError) -> [String] {
    if let node, node.text != "all" {
      throw PlanFileError(
        file: file, line: node.line, code: "plan.value",
        sentence: "of `\(type)` is granted `all`, a list of fields, or a group with `fields`, "
          + "`allBut` or `personal`")
    }
    return all.filter { !$0.isPersonal }.map(\.name)
  }

  /// Fields that are not personal, or groups of them.
  private func named(_ words: [PlanWord]) throws(PlanFileError) -> [String] {
    var names: [String] = []
    for word in words {
      let below = all.filter { TopicPath.covers(word.text, $0.name) }
      guard word.text != "*", !below.isEmpty else { throw unknown(word) }
      let clear = below.filter { !$0.isPersonal }.map(\.name)
      guard !clear.isEmpty else {
        throw PlanFileError(
          file: file, line: word.line, code: "plan.personal",
          sentence: "`\(word.text)` of `\(type)` is personal; name it under `personal` if the "
            + "department needs it, otherwise remove it")
      }
      if let twice = clear.first(where: { names.contains($0) }) {
        throw PlanFileError(
          file: file, line: word.line, code: "plan.duplicate",
          sentence: "`\(twice)` of `\(type)` is named twice; remove one")
      }
      names += clear
    }
    return names
  }

  private func personal(
    _ words: [PlanWord], _ aggregateOnly: Bool
  ) throws(PlanFileError) -> [String] {
    for word in words {
      guard let field = all.first(where: { $0.name == word.text }) else { throw unknown(word) }
      guard field.isPersonal else {
        throw PlanFileError(
          file: file, line: word.line, code: "plan.personal",
          sentence: "`\(word.text)` of `\(type)` is not personal; name it under `fields`")
      }
      guard !aggregateOnly else {
        throw PlanFileError(
          file: file, line: word.line, code: "plan.personal",
          sentence: "totals need nothing personal; remove `\(word.text)`")
      }
    }
    return words.map(\.text)
  }

  private func unknown(_ word: PlanWord) -> PlanFileError {
    PlanFileError(
      file: file, line: word.line, code: "plan.field",
      sentence: "`\(type)` has no field `\(word.text)`; it has: "
        + all.map(\.name).joined(separator: ", "))
  }

  static func unknownType(
    _ name: String, _ line: Int, _ grantable: GrantableFields, file: String
  ) -> PlanFileError {
    let stem = name.prefix { $0 != "." } + "."
    let near = grantable.typeNames.filter { $0.hasPrefix(stem) }
    return PlanFileError(
      file: file, line: line, code: "plan.type",
      sentence: "there is no event type `\(name)`"
        + (near.isEmpty
          ? "; `ls schemas/events` lists them" : "; there is \(near.joined(separator: ", "))"))
  }
}
