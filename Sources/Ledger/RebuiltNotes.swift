// `projection.rebuilt`: that a view was built anew is part of the history, and waits for whoever writes the log next.

import JSONBytes
import LogEngine
import Projection

extension Ledger {
  /// Leaves a note of a rebuild that came into force, for the next writer of the log: another process may hold it now.
  func noteRebuild(_ made: ViewRebuild) throws {
    guard tellsOfItself else { return }
    let now = Self.now()
    var data: [JSONMember] = [
      JSONMember("projection", .string(made.view)),
      JSONMember("projectorVersion", .string("\(made.report.progress.projectorVersion)")),
      JSONMember("position", .integer(made.position)),
    ]
    if let before = made.digestBefore { data.append(JSONMember("digestBefore", .string(before))) }
    // Whole seconds, begun ones counted: what the format of a duration takes.
    let seconds = Int64((made.took / .seconds(1)).rounded(.up))
    data += [
      JSONMember("digestAfter", .string(made.digest)), JSONMember("rows", .integer(made.rows)),
      JSONMember("duration", .string("PT\(seconds)S")),
    ]
    let event: JSONValue = [
      "specversion": "1.0",
      "id": .string("rebuilt-\(made.view)-\(made.position)-\(now.microseconds)"),
      "source": .string("/\(log.description.origin)"), "type": "projection.rebuilt",
      "time": .string(now.text), "dataschema": "projection.rebuilt/1", "authtype": "system",
      "authid": "rapport", "data": .object(data),
    ]
    try leaveNote(.rebuilt, named: "\(made.view)-\(now.microseconds)", event)
  }
}
