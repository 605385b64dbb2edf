// A ledger in a folder of its own, and short ways to fill and ask it.

import EventCatalog
import JSONBytes
import Ledger
import LogEngine
import RapportTesting

/// A real folder with a ledger in it, which lasts as long as this object.
final class TestLedger {
  let folder = TemporaryFolder()
  var directory: String { "\(folder.path)/ledger" }

  /// What stamps `recordedtime`; nil: the clock of the system.
  let clock: ManualClock?

  init(clock: ManualClock? = nil) throws {
    self.clock = clock
    _ = try Ledger.create(directory)
  }

  /// Opens for writing, brings the views up to date at the end, and closes.
  func write<Result>(_ body: (Ledger) async throws -> Result) async throws -> Result {
    let ledger =
      if let clock {
        try Ledger.open(directory, for: .writing, clock: { clock.time })
      } else {
        try Ledger.open(directory, for: .writing)
      }
    let result = try await body(ledger)
    _ = ledger.catchUpViews()
    try await ledger.close()
    return result
  }

  func read<Result>(_ body: (Ledger) throws -> Result) throws -> Result {
    try body(try Ledger.open(directory, for: .reading))
  }

  /// Imports a file with a mapping that ships.
  func importFile(_ path: String, _ mapping: String) async throws -> ImportSummary {
    try await write { ledger in
      try await Importer(ledger: ledger, mapping: Importer.mapping(mapping))
        .importFile(
          path, strict: false, rejects: RejectFile("\(folder.path)/rejects.ndjson"))
    }
  }

  /// The answer of the view `customer`, as JSON text.
  func query(_ sql: String) throws -> String {
    try read { ledger in
      let view = try ledger.view("customer")
      _ = try view.catchUp()
      var names: [String] = []
      var rows: [JSONValue] = []
      try view.query(
        sql, asOf: nil, { _, _ in }, columns: { names = $0 },
        row: { row in rows.append(.object(zip(names, row).map { JSONMember($0, $1) })) })
      return JSONValue.array(rows).text
    }
  }

  /// Appends texts, one event a line.
  func append(_ lines: String) async throws -> AppendSummary {
    let path = "\(folder.path)/lines.ndjson"
    try Ledger.writePrivateFile(Array(lines.utf8), to: path)
    return try await write { try await $0.appendLines(try InputFile(path)) }
  }
}
