// Brings foreign files in: mapping, rows, events, and a record of the batch.

package import EventCatalog
import Foundation
import JSONBytes
import LogEngine
import Relationship
import Transparency

/// Rows that a mapping leaves out on purpose.
package struct SkippedRows: Hashable, Sendable {
  package var reason: String
  package var rows: Int
}

/// What became of imported files.
package struct ImportSummary: Sendable {
  package var rowsRead = 0
  package var skipped: [SkippedRows] = []
  package var events = AppendSummary()
  /// How many rows did not fit, each counted once.
  package var rejected = 0
  /// The first of them, without their content.
  package var rejections: [Rejection] = []

  package init() {}

  /// Adds the counts of another file.
  package mutating func add(_ other: ImportSummary) {
    rowsRead += other.rowsRead
    rejected += other.rejected
    rejections += other.rejections.prefix(max(0, RejectFile.shownMax - rejections.count))
    for part in other.skipped {
      if let index = skipped.firstIndex(where: { $0.reason == part.reason }) {
        skipped[index].rows += part.rows
      } else {
        skipped.append(part)
      }
    }
    events.add(other.events)
  }
}

/// Imports one file after another into an open ledger.
package struct Importer: Sendable {
  let ledger: Ledger
  let mapping: ImportMapping

  private static let pieceSize = 1 << 16

  package init(ledger: Ledger, mapping: ImportMapping) {
    self.ledger = ledger
    self.mapping = mapping
  }

  /// The mapping called `name`: one that ships, or else a file.
  package static func mapping(_ name: String) throws -> ImportMapping {
    let shipped = EmbeddedImports.files.first { $0.name == "\(name).yaml" }
    do {
      if let shipped {
        return try ImportMapping(yaml: Array(shipped.text.utf8), file: shipped.name)
      }
      let input = try InputFile(name)
      var bytes: [UInt8] = []
      while true {
        let piece = try input.read(countMax: pieceSize)
        if piece.isEmpty { break }
        bytes += piece
        guard bytes.count <= 1 << 20 else {
          throw LedgerError("mapping.value", "\(name) is larger than 1 MiB; a mapping is small")
        }
      }
      return try ImportMapping(yaml: bytes, file: name)
    } catch let error as MappingError {
      throw LedgerError(error.code, error.description)
    } catch {
      let failure = LedgerError(any: error)
      guard failure.status == .missingInput else { throw failure }
      let names = shippedNames.joined(separator: ", ")
      throw LedgerError(
        "mapping.missing",
        "there is no mapping \(name): neither a file nor one that ships (\(names))", .missingInput)
    }
  }

  /// Names of the mappings that ship, sorted.
  package static var shippedNames: [String] {
    EmbeddedImports.files.map { String($0.name.dropLast(".yaml".count)) }.sorted()
  }

  /// Imports one file. Rows that do not fit go to `rejects`, and the rest goes in; with `strict` the whole file is
  /// checked first, what is recorded already included, and nothing of it is appended when a row does not fit.
  ///
  /// `progress` hears of the bytes done and of all bytes. Killed and run again it adds what is missing, and nothing
  /// twice.
  package func importFile(
    _ path: String, strict: Bool, rejects: RejectFile,
    progress: @Sendable (UInt64, UInt64) -> Void = { _, _ in }
  ) async throws -> ImportSummary {
    let (hash, size) = try Self.hash(of: path)
    let batch = "\(mapping.name)-\(hash.prefix(12))"
    if strict {
      let checked = try await run(path, batch: batch, size: size, rejects, false, progress)
      guard checked.rejected == 0 else { return checked }
    }
    let summary = try await run(path, batch: batch, size: size, rejects, true, progress)
    try await complete(summary, batch: batch, hash: hash)
    return summary
  }

  /// Throws unless `path` is a plain file: an import reads a file twice, and would find a pipe empty the second time.
  package static func requirePlainFile(_ path: String) throws {
    let input = try InputFile(path)
    // A folder says so when it is read.
    if !input.isPlainFile { _ = try input.read(countMax: 0) }
    guard path != "-", input.isPlainFile else {
      throw LedgerError(
        "import.not-a-file",
        "an import reads its input twice, so it takes plain files only; save the input as a file first",
        .usage)
    }
  }

  static func hash(of path: String) throws -> (hex: String, size: UInt64) {
    try requirePlainFile(path)
    let input = try InputFile(path)
    var hasher = ContentHasher()
    var size: UInt64 = 0
    while true {
      let piece = try input.read(countMax: pieceSize)
      if piece.isEmpty { return (hasher.hex(), size) }
      hasher.update(piece)
      size += UInt64(piece.count)
    }
  }

  private func run(
    _ path: String, batch: String, size: UInt64, _ rejects: RejectFile, _ appending: Bool,
    _ progress: @Sendable (UInt64, UInt64) -> Void
  ) async throws -> ImportSummary {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    var rows: ImportRun
    do throws(ImportError) {
      rows = try ImportRun(
        mapping: mapping, fileName: name, batchID: batch,
        guarded: ledger.log.description.catalogue == .shipped ? AppendRule.importedTypes : [])
    } catch {
      throw LedgerError(error.code, error.sentence)
    }
    rejects.begin(name)
    var target = ImportTarget(
      ImportDoor(ledger, mapping: mapping.name, batch: batch), appending: appending,
      rejects: rejects)
    let input = try InputFile(path)
    var done: UInt64 = 0
    while true {
      let piece = try input.read(countMax: Self.pieceSize)
      var items: [ImportItem]
      do throws(ImportError) {
        items = try piece.isEmpty ? rows.finish() : rows.consume(piece.span)
      } catch {
        throw LedgerError(error.code, "\(name): \(error.sentence)")
      }
      if piece.isEmpty, items.isEmpty { break }
      try await target.take(items)
      done += UInt64(piece.count)
      progress(done, size)
    }
    var summary = try await target.finish()
    summary.rowsRead = rows.rowsRead
    summary.skipped = rows.skipped.map { SkippedRows(reason: $0.reason, rows: $0.rows) }
    return summary
  }

  /// Records that the batch is in, if it added something or was never recorded.
  private func complete(_ summary: ImportSummary, batch: String, hash: String) async throws {
    // A ledger with a catalogue of its own may not know the type.
    guard ledger.catalog.type(named: "import.completed") != nil else { return }
    let source = "/import/\(mapping.name)"
    var number = 1
    var id = batch
    while try ledger.log.position(ofSource: source, id: id) != nil {
      number += 1
      id = "\(batch).\(number)"
    }
    guard summary.events.appended > 0 || (number == 1 && summary.rowsRead > 0) else { return }
    let event: JSONValue = [
      "specversion": "1.0", "id": .string(id), "source": .string(source),
      "type": "import.completed", "time": .string(ledger.clock().text),
      "dataschema": "import.completed/1", "authtype": "system", "authid": "rapport",
      "correlationid": .string(batch),
      "data": [
        "batchId": .string(batch), "mapping": .string(mapping.name),
        "contentHash": .string("sha256:\(hash)"), "rowsRead": .integer(summary.rowsRead),
        "rowsApplied": .integer(summary.rowsRead - summary.rejected),
        "rowsQuarantined": .integer(summary.rejected),
      ],
    ]
    try await ledger.appendOwn(event)
  }
}

/// Where imported rows go: past the door into the log, or only through its checks.
private struct ImportTarget {
  private let ledger: Ledger
  private let appending: Bool
  private var door: ImportDoor
  private var pipeline: AppendPipeline
  private var texts = EventTexts(bytes: [], items: [])
  private var summary = ImportSummary()
  private let rejects: RejectFile

  init(_ door: ImportDoor, appending: Bool, rejects: RejectFile) {
    self.door = door
    ledger = door.ledger
    self.appending = appending
    self.rejects = rejects
    pipeline = AppendPipeline(
      ledger, door: Door(ledger: ledger, asksImports: false), onReject: { try rejects.add($0) })
  }

  mutating func take(_ items: [ImportItem]) async throws {
    var row: [ImportedEvent] = []
    for item in items {
      if case .event(let event) = item, let name = event.row?.name {
        if let last = row.last, last.row?.name != name || last.line != event.line {
          try await take(row)
          row = []
        }
        row.append(event)
        continue
      }
      switch item {
      case .reject(let reject):
        try rejects.add(
          Rejection(
            line: reject.line, code: reject.code, sentence: reject.reason, content: reject.row))
      case .event(let event): try await add(event.json, event.line)
      }
    }
    try await take(row)
  }

  /// Takes one row in, or sets it aside.
  private mutating func take(_ row: [ImportedEvent]) async throws {
    guard let first = row.first, let whole = first.row else { return }
    if door.passes(row) {
      for event in row { try await add(event.json, event.line) }
      return
    }
    let answer = try await answer(row)
    var made = answer.events
    if let aside = answer.aside {
      for piece in whole.pieces {
        try rejects.add(
          Rejection(
            line: piece.line, code: aside.code, sentence: aside.sentence, content: piece.bytes,
            decidingEventId: aside.decidingEventId))
      }
      if appending, let note = try door.note(of: aside, whole) { made.append(note) }
    }
    var bytes: [[UInt8]] = []
    for event in made {
      var text: [UInt8] = []
      event.write(to: &text)
      bytes.append(text)
    }
    // What a row makes goes in together.
    if texts.items.count + bytes.count > AppendPipeline.batchEventsMax { try await flush() }
    for text in bytes { try await add(text, first.line) }
  }

  private mutating func answer(_ row: [ImportedEvent]) async throws -> ImportDoor.Answer {
    do {
      return try door.answer(row)
    } catch is SettleFirst {
      try await flush()
      try await pipeline.settle()
      door.onTheWay = []
      return try door.answer(row)
    }
  }

  private mutating func add(_ json: [UInt8], _ line: Int) async throws {
    if texts.items.count == AppendPipeline.batchEventsMax
      || texts.bytes.count + json.count > AppendPipeline.batchSizeMax
    {
      try await flush()
    }
    let start = texts.bytes.count
    texts.bytes += json
    texts.items.append(EventTexts.Item(range: start..<texts.bytes.count, line: line))
  }

  mutating func finish() async throws -> ImportSummary {
    try await flush()
    summary.events = try await pipeline.finish()
    (summary.rejected, summary.rejections) = rejects.found
    return summary
  }

  private mutating func flush() async throws {
    guard !texts.items.isEmpty else { return }
    if appending {
      try await pipeline.append(texts)
    } else {
      try check(ledger.intake.prepare(texts))
    }
    texts = EventTexts(bytes: [], items: [])
  }

  /// Compares events with what is recorded, and appends nothing.
  private func check(_ prepared: AppendPipeline.Prepared) throws {
    for rejection in prepared.rejections { try rejects.add(rejection) }
    for (event, item) in zip(prepared.events, prepared.items) {
      do throws(AppendError) {
        try ledger.log.check([event])
      } catch {
        guard case .idReused = error else { throw LedgerError(error) }
        try rejects.add(
          Rejection(
            line: item.line, code: error.code, sentence: error.sentence,
            content: Array(prepared.texts.bytes[item.range])))
      }
    }
  }
}
