// What a deep verification asks of each stored entry: that its data still fits the schema it names.

import EventCatalog
import JSONBytes

enum DeepCheck {
  /// What is wrong with an entry by the catalogue; nil when nothing.
  static func problem(_ entry: JSONView, _ catalog: Catalog) -> String? {
    guard let name = entry["type"]?.string, let type = catalog.type(named: name) else {
      return "its type is not in the catalogue"
    }
    guard let schemaName = entry["dataschema"]?.string,
      let version = schemaName.split(separator: "/").last.flatMap({ Int($0) }),
      schemaName == "\(name)/\(version)", let schema = type.schema(version: version)
    else { return "the schema that it names is not in the catalogue" }
    guard let data = entry["data"] else { return "it has no data" }
    // The place is told, never the value.
    return schema.schema.accepts(data) ? nil : "its data does not fit its schema \(schemaName)"
  }
}
