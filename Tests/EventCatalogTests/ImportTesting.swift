/// Helpers of the import tests: run a mapping over text, and look at what came out.
import EventCatalog
import JSONBytes
import RapportTesting
import Testing

/// What a run gave back.
struct Imported {
  var items: [ImportItem] = []
  var rowsRead = 0
  var rowsRejected = 0
  var skipped: [ImportSkipped] = []

  var events: [JSONView] {
    get throws {
      try items.compactMap { item in
        guard case .event(let event) = item else { return nil }
        return try JSONDocument(scanning: event.json).root
      }
    }
  }

  /// Each event as it goes to the door.
  var json: [[UInt8]] {
    items.compactMap { if case .event(let event) = $0 { event.json } else { nil } }
  }

  var rejects: [ImportReject] {
    items.compactMap { if case .reject(let reject) = $0 { reject } else { nil } }
  }

  /// `2: import.bad-date`, for each reject.
  var codes: [String] { rejects.map { "\($0.line): \($0.code)" } }

  /// The `data` of each event, as JSON text.
  var data: [String] {
    get throws { try events.map { try #require($0["data"]).value.text } }
  }
}

/// Runs a whole file through a mapping, in chunks of `size` bytes.
func importing(
  _ bytes: [UInt8], with mapping: ImportMapping, name: String = "file.csv", batch: String = "b1",
  chunks size: Int = 1 << 16, rowsMax: Int = 1_000
) throws(ImportError) -> Imported {
  var run = try ImportRun(mapping: mapping, fileName: name, batchID: batch)
  var imported = Imported()
  var start = 0
  while start < bytes.count {
    let chunk = Array(bytes[start..<min(bytes.count, start + size)])
    imported.items += try run.consume(chunk.span)
    start += chunk.count
  }
  while true {
    let items = try run.finish(rowsMax: rowsMax)
    if items.isEmpty { break }
    imported.items += items
  }
  imported.rowsRead = run.rowsRead
  imported.rowsRejected = run.rowsRejected
  imported.skipped = run.skipped
  return imported
}

/// The same for texts that a test writes out.
func importing(
  _ text: String, with yaml: String, name: String = "file.csv", batch: String = "b1",
  chunks size: Int = 1 << 16
) throws -> Imported {
  let mapping = try ImportMapping(yaml: Array(yaml.utf8), file: "test.yaml")
  return try importing(
    Array(text.utf8), with: mapping, name: name, batch: batch, chunks: size)
}

/// A mapping of one event `test.made` with this `data`, over comma separated text with a header.
func mapping(_ data: String, reads: String = "{format: delimited}", more: String = "") -> String {
  """
  mapping: test
  about: "for a test"
  reads: \(reads)
  subject: anonymous
  time: "2026-01-01T00:00:00Z"
  \(more)
  events:
    - type: test.made
      data: \(data)
  """
}

/// A mapping that ships, read from `schemas/imports`.
func shippedMapping(_ name: String) throws -> ImportMapping {
  let path = "\(SharedData.repository)/schemas/imports/\(name).yaml"
  return try ImportMapping(yaml: SharedData.bytes(ofFile: path), file: "\(name).yaml")
}
