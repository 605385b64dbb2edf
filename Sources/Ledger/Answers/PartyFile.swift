// Who the parties of a consent record are: a file of the house, since events name them by an id alone.

import Disk
import EventCatalog
package import Relationship

/// Reads the parties that receipts name.
///
///     parties:
///       shop:
///         name: Example Shop Ltd
///         address: 1 Example Street, Example Town
///         contact: privacy@example.com
///         type: organisation
package enum PartyFile {
  /// The parties in the file at `path`, by their ids. Throws ``LedgerError`` with the line to mend.
  package static func parties(in path: String) throws -> [String: ConsentParty] {
    let text = try LinuxFileSystem().contents(of: path, sizeMax: YAMLDocument.sizeMax + 1)
    let top = try PlanFields(
      try PlanFields.document(text, file: path), "the file of parties", known: ["parties"],
      file: path)
    var parties: [String: ConsentParty] = [:]
    for member in try PlanFields(try top.required("parties"), "`parties`", file: path).members {
      let fields = try PlanFields(
        member.value, "party `\(member.name)`", known: ["name", "address", "contact", "type"],
        file: path)
      parties[member.name] = ConsentParty(
        name: try fields.requiredText("name"), address: try fields.requiredText("address"),
        contact: try fields.requiredText("contact"), type: try fields.requiredText("type"))
    }
    return parties
  }
}
