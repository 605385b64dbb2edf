// Records that are events already: CloudEvents in the JSON format, taken as they are.
import JSONBytes

enum ImportedEnvelope {
  /// Attributes that only the ledger sets; those of another ledger mean nothing here.
  private static let ledgerOnly: Set<String> = ["recordedtime", "revision", "sequence"]

  /// The envelope with the import as its actor: `authtype`, `authid`, and `correlationid` where the event has none.
  ///
  /// Attributes that are null are unset (CloudEvents JSON format, 2.2). Refuses what is no CloudEvents 1.0 envelope, and a
  /// subject that is an address. The catalogue checks the rest, and the door what an import must not bring.
  static func event(_ view: JSONView, line: Int, batchID: String) throws(Misfit) -> ImportedEvent {
    guard view.kind == .object, view["specversion"]?.equals("1.0") == true,
      let type = view["type"]?.string, !type.isEmpty, view["id"]?.kind == .string,
      view["source"]?.kind == .string
    else {
      throw Misfit(
        "import.not-cloudevent",
        "this is no CloudEvents 1.0 envelope: an object with specversion, id, source and type")
    }
    if let subject = view["subject"]?.text { try RowIdentity.checkSubject(subject, "subject") }
    var json: [UInt8] = []
    json.append(UInt8(ascii: "{"))
    var hasCorrelation = false
    for (name, value) in view.members where value.kind != .null {
      if ledgerOnly.contains(name) || name == "authtype" || name == "authid" { continue }
      if name == "correlationid" { hasCorrelation = true }
      JSONText.appendQuoted(name.utf8, to: &json)
      json.append(UInt8(ascii: ":"))
      json += value.source
      json.append(UInt8(ascii: ","))
    }
    if !hasCorrelation {
      json += "\"correlationid\":".utf8
      JSONText.appendQuoted(batchID.utf8, to: &json)
      json.append(UInt8(ascii: ","))
    }
    json += "\"authtype\":\"service_account\",\"authid\":".utf8
    JSONText.appendQuoted("import:\(batchID)".utf8, to: &json)
    json.append(UInt8(ascii: "}"))
    return ImportedEvent(line: line, json: json, type: type)
  }
}
