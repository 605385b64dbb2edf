// `projection.rebuilt`: that a view was built anew is part of the history, and waits for whoever writes the log next.

import Disk
import EventCatalog
import Foundation
import JSONBytes
import LogEngine
import Projection

extension Ledger {
  private static let noteSuffix = ".rebuilt.json"

  /// Leaves a note of a rebuild that came into force, for the next writer of the log: another process may hold it now.
  func noteRebuild(_ made: ViewRebuild) throws {
    guard catalog.type(named: "projection.rebuilt") != nil else { return }
    let now = Self.now()
    var data: [JSONMember] = [
      JSONMember("projection", .string(made.view)),
      JSONMember("projectorVersion", .string("\(made.report.progress.projectorVersion)")),
      JSONMember("position", .integer(made.position)),
    ]
    if let before = made.digestBefore { data.append(JSONMember("digestBefore", .string(before))) }
    let milliseconds = Int64(made.took / .milliseconds(1))
    let fraction = String(1_000 + milliseconds % 1_000).dropFirst()
    data += [
      JSONMember("digestAfter", .string(made.digest)), JSONMember("rows", .integer(made.rows)),
      JSONMember("duration", .string("PT\(milliseconds / 1_000).\(fraction)S")),
    ]
    let event: JSONValue = [
      "specversion": "1.0",
      "id": .string("rebuilt-\(made.view)-\(made.position)-\(now.microseconds)"),
      "source": .string("/\(log.description.origin)"), "type": "projection.rebuilt",
      "time": .string(now.text), "dataschema": "projection.rebuilt/1", "authtype": "system",
      "authid": "rapport", "data": .object(data),
    ]
    var bytes: [UInt8] = []
    event.write(to: &bytes)
    try DurableReplace.write(
      bytes, to: "\(made.view)-\(now.microseconds)\(Self.noteSuffix)", in: "\(directory)/views",
      on: LinuxFileSystem())
  }

  /// Names of the notes that wait.
  static func rebuildNotes(in directory: String, on files: any FileSystem) throws -> [String] {
    let folder = "\(directory)/views"
    guard try files.exists(folder) else { return [] }
    return try files.list(folder).filter { $0.hasSuffix(noteSuffix) }.sorted()
  }

  /// Appends what the notes say. They are durable with the first append, or at close; the same one twice adds nothing.
  func recordRebuilds(_ notes: [String], on files: any FileSystem) throws {
    for name in notes {
      let bytes = try files.contents(of: "\(directory)/views/\(name)", sizeMax: 1 << 16)
      _ = try log.submit(try own(text: bytes))
    }
  }

  /// Takes away notes whose events are durable.
  static func removeRebuildNotes(
    _ notes: [String], in directory: String, on files: any FileSystem
  ) throws {
    for name in notes { try files.remove("\(directory)/views/\(name)") }
  }

  /// Appends the notes that wait, if nobody else holds the log; whoever holds it, or comes next, appends them otherwise.
  package static func recordRebuilds(in directory: String) async throws {
    guard try !rebuildNotes(in: directory, on: LinuxFileSystem()).isEmpty else { return }
    let ledger: Ledger
    do {
      ledger = try open(directory, for: .writing)
    } catch OpenError.busy {
      return
    }
    try await ledger.close()
  }
}
