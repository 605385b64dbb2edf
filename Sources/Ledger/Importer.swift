// Brings foreign files in: mapping, rows, events, and a record of the batch.

package import EventCatalog
import Foundation
import JSONBytes
import LogEngine
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
  /// Rows that did not fit, by line, each once.
  package var rejections: [Rejection] = []

  package init() {}

  /// Adds the counts of another file.
  package mutating func add(_ other: ImportSummary) {
    rowsRead += other.rowsRead
    rejections += other.rejections
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

  /// Imports one file. Rows that do not fit are told in the summary, and the rest goes in; with `strict` the whole
  /// file is checked first, and nothing of it is appended when a row does not fit.
  ///
  /// `progress` hears of the bytes done and of all bytes. Killed and run again it adds what is missing, and nothing
  /// twice.
  package func importFile(
    _ path: String, strict: Bool, progress: @Sendable (UInt64, UInt64) -> Void = { _, _ in }
  ) async throws -> ImportSummary {
    let (hash, size) = try Self.hash(of: path)
    let batch = "\(mapping.name)-\(hash.prefix(12))"
    if strict {
      let checked = try await run(path, batch: batch, size: size, appending: false, progress)
      guard checked.rejections.isEmpty else { return checked }
    }
    let summary = try await run(path, batch: batch, size: size, appending: true, progress)
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

  private static func hash(of path: String) throws -> (hex: String, size: UInt64) {
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
    _ path: String, batch: String, size: UInt64, appending: Bool,
    _ progress: @Sendable (UInt64, UInt64) -> Void
  ) async throws -> ImportSummary {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    var rows: ImportRun
    do throws(ImportError) {
      rows = try ImportRun(mapping: mapping, fileName: name, batchID: batch)
    } catch {
      throw LedgerError(error.code, error.sentence)
    }
    var target = ImportTarget(ledger: ledger, appending: appending)
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
    while ledger.log.position(ofSource: source, id: id) != nil {
      number += 1
      id = "\(batch).\(number)"
    }
    guard summary.events.appended > 0 || (number == 1 && summary.rowsRead > 0) else { return }
    let event: JSONValue = [
      "specversion": "1.0", "id": .string(id), "source": .string(source),
      "type": "import.completed", "time": .string(Ledger.now().text),
      "dataschema": "import.completed/1", "authtype": "system", "authid": "rapport",
      "correlationid": .string(batch),
      "data": [
        "batchId": .string(batch), "mapping": .string(mapping.name),
        "contentHash": .string("sha256:\(hash)"), "rowsRead": .integer(summary.rowsRead),
        "rowsApplied": .integer(summary.rowsRead - summary.rejections.count),
        "rowsQuarantined": .integer(summary.rejections.count),
      ],
    ]
    try await ledger.appendOwn(event)
  }
}

/// Where imported rows go: into the log, or only through its checks.
private struct ImportTarget {
  private let ledger: Ledger
  private let appending: Bool
  private var pipeline: AppendPipeline
  private var texts = EventTexts(bytes: [], items: [])
  private var summary = ImportSummary()
  private var rejectedLines: Set<Int> = []

  init(ledger: Ledger, appending: Bool) {
    self.ledger = ledger
    self.appending = appending
    pipeline = AppendPipeline(log: ledger.log, intake: ledger.intake, keepsContent: true)
  }

  mutating func take(_ items: [ImportItem]) async throws {
    for item in items {
      switch item {
      case .reject(let reject):
        add(
          Rejection(
            line: reject.line, code: reject.code, sentence: reject.reason, content: reject.row))
      case .event(let event):
        if texts.items.count == AppendPipeline.batchEventsMax
          || texts.bytes.count + event.json.count > AppendPipeline.batchSizeMax
        {
          try await flush()
        }
        let start = texts.bytes.count
        texts.bytes += event.json
        texts.items.append(
          EventTexts.Item(range: start..<texts.bytes.count, line: event.line))
      }
    }
  }

  mutating func finish() async throws -> ImportSummary {
    try await flush()
    summary.events = try await pipeline.finish()
    for rejection in summary.events.rejections { add(rejection) }
    summary.rejections.sort { $0.line < $1.line }
    return summary
  }

  private mutating func flush() async throws {
    guard !texts.items.isEmpty else { return }
    if appending {
      try await pipeline.append(texts)
    } else {
      for rejection in ledger.intake.prepare(texts).rejections { add(rejection) }
    }
    texts = EventTexts(bytes: [], items: [])
  }

  /// A row is rejected once, however many of its events do not fit.
  private mutating func add(_ rejection: Rejection) {
    if rejectedLines.insert(rejection.line).inserted { summary.rejections.append(rejection) }
  }
}
