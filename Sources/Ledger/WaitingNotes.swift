// Notes for whoever writes the log next: what happened while another process may have held it, as events to append.

import Disk
import JSONBytes
import LogEngine

/// What a note is about: the folder in which it waits, and how its name ends.
enum NoteKind: CaseIterable {
  case rebuilt, subscribed

  var folder: String {
    switch self {
    case .rebuilt: "views"
    case .subscribed: "subscriptions"
    }
  }

  var suffix: String {
    switch self {
    case .rebuilt: ".rebuilt.json"
    case .subscribed: ".subscribed.json"
    }
  }
}

extension Ledger {
  /// Leaves an event for the next writer of the log. Durable when this returns.
  func leaveNote(_ kind: NoteKind, named name: String, _ event: JSONValue) throws {
    var bytes: [UInt8] = []
    event.write(to: &bytes)
    try DurableReplace.write(
      bytes, to: name + kind.suffix, in: "\(directory)/\(kind.folder)", on: LinuxFileSystem())
  }

  /// The notes that wait, as paths within the ledger.
  static func waitingNotes(in directory: String, on files: any FileSystem) throws -> [String] {
    var notes: [String] = []
    for kind in NoteKind.allCases {
      let folder = "\(directory)/\(kind.folder)"
      guard try files.exists(folder) else { continue }
      notes += try files.list(folder).filter { $0.hasSuffix(kind.suffix) }.sorted()
        .map { "\(kind.folder)/\($0)" }
    }
    return notes
  }

  /// Appends what the notes say. They are durable with the first append, or at close; the same one twice adds nothing.
  func appendNotes(_ notes: [String], on files: any FileSystem) throws {
    for name in notes {
      let bytes = try files.contents(of: "\(directory)/\(name)", sizeMax: 1 << 16)
      _ = try log.submit(try own(text: bytes))
    }
  }

  /// Takes away notes whose events are durable.
  static func removeNotes(
    _ notes: [String], in directory: String, on files: any FileSystem
  ) throws {
    for name in notes { try files.remove("\(directory)/\(name)") }
  }

  /// Appends the notes that wait, if nobody else holds the log, and brings the views up to date; whoever holds it, or comes
  /// next, appends them otherwise.
  package static func recordNotes(in directory: String) async throws {
    guard try !waitingNotes(in: directory, on: LinuxFileSystem()).isEmpty else { return }
    let ledger: Ledger
    do {
      ledger = try open(directory, for: .writing)
    } catch OpenError.busy {
      return
    }
    try await ledger.close()
    let reader = try open(directory, for: .reading)
    _ = try reader.catchUpViews()
    try await reader.close()
  }
}
