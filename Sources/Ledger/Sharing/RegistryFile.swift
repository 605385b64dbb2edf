// `purposes.yaml` of `schemas/policies`: the purposes and topics that the company registers.

import EventCatalog
import JSONBytes
import Relationship

/// The checked file: every entry fits the schema of the event that registers it.
package struct RegistryFile: Hashable, Sendable {
  /// A purpose or topic.
  package struct Entry: Hashable, Sendable {
    package var path: String
    package var label: String
    /// The data of its event, canonical.
    package var data: [UInt8]
  }

  /// In the order of the file.
  package var purposes: [Entry] = []
  /// In the order of the file.
  package var topics: [Entry] = []

  /// Parses and checks the file. `file` is what errors call it.
  init(yaml: [UInt8], file: String, catalog: Catalog) throws(PlanFileError) {
    let top = try PlanFields(
      try PlanFields.document(yaml, file: file), "the file of purposes and topics",
      known: ["purposes", "topics"], file: file)
    for member in try PlanFields(try top.required("purposes"), "`purposes`", file: file).members {
      let fields = try PlanFields(
        member.value, "purpose `\(member.name)`",
        known: [
          "label", "class", "profiling", "lawfulBasis", "occasions", "occasionWindow",
          "occasionMax",
        ], file: file)
      let occasions = try fields.words("occasions")
      for word in occasions where catalog.type(named: word.text) == nil {
        throw fields.fault(
          word.line, "plan.type", "there is no event type `\(word.text)` to be an occasion")
      }
      let label = try fields.requiredText("label")
      purposes.append(
        try Self.entry(
          member, "purpose.registered", label: label,
          .object([
            "class": .string(try fields.requiredText("class")), "label": .string(label),
            "lawfulBasis": .string(try fields.requiredText("lawfulBasis")),
            "occasionMax": try fields.number("occasionMax", in: 1...1_000_000).map { .integer($0) },
            "occasionWindow": try fields.text("occasionWindow").map { .string($0) },
            "occasions": occasions.isEmpty ? nil : .array(occasions.map { .string($0.text) }),
            "profiling": .bool(try fields.flag("profiling") ?? false),
            "purpose": .string(member.name),
          ]), catalog, file: file))
    }
    guard let node = top["topics"] else { return }
    for member in try PlanFields(node, "`topics`", file: file).members {
      let fields = try PlanFields(
        member.value, "topic `\(member.name)`", known: ["label", "sensitivity"], file: file)
      let label = try fields.requiredText("label")
      topics.append(
        try Self.entry(
          member, "topic.registered", label: label,
          .object([
            "label": .string(label),
            "sensitivity": .string(try fields.requiredText("sensitivity")),
            "topic": .string(member.name),
          ]), catalog, file: file))
    }
  }

  private static func entry(
    _ member: YAMLMember, _ type: String, label: String, _ data: JSONValue, _ catalog: Catalog,
    file: String
  ) throws(PlanFileError) -> Entry {
    var text: [UInt8] = []
    CanonicalWriter.write(data, to: &text)
    guard let schema = catalog.type(named: type)?.newest.schema,
      let document = try? JSONDocument(scanning: text)  // our own text: it scans
    else { preconditionFailure("the shipped catalogue has \(type)") }
    if let violation = schema.violation(in: document.root) {
      throw PlanFileError(
        file: file, line: member.line, code: "plan.value",
        sentence: "`\(member.name)`: \(violation.sentence); see \(type) in docs/sharing.md")
    }
    return Entry(path: member.name, label: label, data: text)
  }
}
