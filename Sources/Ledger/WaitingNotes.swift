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

  /// Reads notes as events. One that is no event of this catalogue would be refused for ever: it is set aside, with a remark.
  static func events(
    ofNotes notes: [String], in directory: String, _ intake: Intake, on files: any FileSystem
  ) throws -> (notes: [(name: String, events: [NewEvent])], remarks: [String]) {
    var read: [(name: String, events: [NewEvent])] = []
    var remarks: [String] = []
    for name in notes {
      let path = "\(directory)/\(name)"
      let bytes = try files.contents(of: path, sizeMax: 1 << 16)
      let prepared = intake.prepare(
        EventTexts(bytes: bytes, items: [EventTexts.Item(range: 0..<bytes.count, line: 1)]))
      if prepared.rejections.isEmpty {
        read.append((name, prepared.events))
      } else {
        try files.rename(path, to: path + ".refused")
        remarks.append(
          "the note \(name) is no event that this ledger takes; it was set aside as \(name).refused"
        )
      }
    }
    return (read, remarks)
  }

  /// Takes away notes whose events are durable. For the holder of the log's lock: nobody else reads them then.
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
    _ = reader.catchUpViews()
    try await reader.close()
  }
}
