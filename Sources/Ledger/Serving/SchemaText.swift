// The text of a schema, for whoever wants to check an event before sending it.

import EventCatalog

extension Ledger {
  /// The schema of a version of an event type as canonical JSON (RFC 8785), and the version; of the newest where none
  /// is named. Nil where this ledger has none of that name, or no such version. Costs a writing of all schemas.
  package func schemaText(
    type name: String, version: Int? = nil
  ) -> (version: Int, text: [UInt8])? {
    guard let type = catalog.type(named: name),
      let schema = version.map({ type.schema(version: $0) }) ?? type.newest,
      let text = catalog.canonicalTexts.first(where: { $0.name == schema.file })?.text
    else { return nil }
    return (schema.version, text)
  }
}
