// How fast events become durable: the reference events, from their NDJSON bytes, one at a time and in batches.

import Foundation
import JSONBytes
import Ledger
import LogEngine

enum AppendBenchmarks {
  /// A ledger whose catalogue is that of the reference events, which have fields of their own.
  static func makeLedger(
    _ bench: Bench, named name: String = "ledger", options: LogOptions = .standard
  ) throws -> Ledger {
    let directory = "\(bench.folder)/\(name)"
    _ = try Ledger.create(
      directory, schemas: ReferenceEvents.schemas.map { ($0.name, Array($0.text.utf8)) },
      catalogue: .own)
    return try Ledger.open(directory, for: .writing, options: options)
  }

  /// Writes the reference events to a file. Returns its path and bytes.
  static func writeEvents(_ count: Int, _ bench: Bench) throws -> (path: String, size: Int) {
    let path = "\(bench.folder)/events.ndjson"
    guard FileManager.default.createFile(atPath: path, contents: nil),
      let file = FileHandle(forWritingAtPath: path)
    else { throw LedgerError("bench.folder", "cannot write to \(bench.folder)", .disk) }
    var events = ReferenceEvents(count: count)
    var bytes: [UInt8] = []
    var size = 0
    // In pieces, so that the file does not count in the peak memory of what is measured.
    func flush() throws {
      size += bytes.count
      try file.write(contentsOf: Data(bytes))
      bytes.removeAll(keepingCapacity: true)
    }
    while events.appendLine(to: &bytes) {
      if bytes.count > 1 << 20 { try flush() }
    }
    try flush()
    try file.close()
    return (path, size)
  }

  /// Batches from their NDJSON bytes in memory, by many writers: scan, check against the schema, canonical form, hashes,
  /// LZ4, fdatasync. Nothing is sealed meanwhile, and the run ends before journals would have to wait for it. Then the
  /// rate that lasts: the same events as `rapport append` reads them from a file, until the last one is sealed.
  @Sendable static func batch(_ given: Bench) async throws -> String? {
    var bench = given
    let count = bench.parameter("events", smoke: 2_000, real: 600_000)
    let writers = bench.parameter("writers", smoke: 4, real: 64)
    let batch = bench.parameter("batch", smoke: 100, real: 512)
    try bench.noteSyncLatency(count: bench.size == .smoke ? 20 : 500)
    let expected = try expectedHash(count, bench)
    let hash = try await appendFromMemory(count, writers, batch, &bench)
    let (path, size) = try writeEvents(count, bench)
    let ledger = try makeLedger(bench, named: "sealed")
    let summary = try await bench.time("appendAndSeal", events: count, bytes: size) {
      let summary = try await ledger.appendLines(try InputFile(path))
      _ = await ledger.seal()
      return summary
    }
    let sealedHash = try contentHash(of: ledger)
    try await ledger.close()
    guard summary.appended == count, summary.rejected == 0, sealedHash == expected else {
      return nil
    }
    return bench.report(hash: hash, expected: expected)
  }

  private static func appendFromMemory(
    _ count: Int, _ writers: Int, _ batch: Int, _ bench: inout Bench
  ) async throws -> String {
    let texts = texts(count, batch: batch)
    let size = texts.reduce(0) { $0 + $1.bytes.count }
    var options = LogOptions.standard
    options.sealing = .onRequest
    let ledger = try makeLedger(bench, options: options)
    let summaries = try await bench.time("append", events: count, bytes: size) {
      try await withThrowingTaskGroup(of: Int.self) { group in
        for writer in 0..<writers {
          group.addTask {
            var appended = 0
            for number in stride(from: writer, to: texts.count, by: writers) {
              appended += try await ledger.append([texts[number]]).appended
            }
            return appended
          }
        }
        return try await group.reduce(into: 0) { $0 += $1 }
      }
    }
    let hash = try contentHash(of: ledger)
    try await ledger.close()
    return summaries == count ? hash : "\(summaries) events"
  }

  /// The reference events' lines, `batch` at a time.
  private static func texts(_ count: Int, batch: Int) -> [EventTexts] {
    var events = ReferenceEvents(count: count)
    var texts: [EventTexts] = []
    var bytes: [UInt8] = []
    var items: [EventTexts.Item] = []
    var line = 0
    while true {
      let start = bytes.count
      let isThere = events.appendLine(to: &bytes)
      if isThere {
        line += 1
        items.append(EventTexts.Item(range: start..<bytes.count - 1, line: line))
      }
      if items.count == batch || !isThere, !items.isEmpty {
        texts.append(EventTexts(bytes: bytes, items: items))
        bytes.removeAll(keepingCapacity: true)
        items.removeAll(keepingCapacity: true)
      }
      if !isThere { return texts }
    }
  }

  /// Many writers, each with one event in flight: what an acknowledgement costs them.
  @Sendable static func single(_ given: Bench) async throws -> String? {
    var bench = given
    let count = bench.parameter("events", smoke: 256, real: 200_000)
    let writers = bench.parameter("writers", smoke: 8, real: 64)
    try bench.noteSyncLatency(count: bench.size == .smoke ? 20 : 500)
    let ledger = try makeLedger(bench)
    let events = try prepared(count, ledger)
    let latencies = try await bench.time("append", events: count) {
      try await withThrowingTaskGroup(of: [Duration].self) { group in
        for writer in 0..<writers {
          group.addTask {
            var times: [Duration] = []
            var number = writer
            while number < count {
              let start = ContinuousClock.now
              _ = try await ledger.log.append([events[number]])
              times.append(ContinuousClock.now - start)
              number += writers
            }
            return times
          }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
    }
    bench.note(latencies: latencies, as: "appendMicroseconds")
    let end = ledger.size
    // The order is that of chance, so the hash is of the set.
    let hash = try contentHash(of: ledger)
    try await ledger.close()
    guard end == UInt64(count) else { return nil }
    return bench.report(hash: hash, expected: try expectedHash(count, bench))
  }

  private static func prepared(_ count: Int, _ ledger: Ledger) throws -> [NewEvent] {
    var events = ReferenceEvents(count: count)
    var prepared: [NewEvent] = []
    var line: [UInt8] = []
    while events.appendLine(to: &line) {
      line.removeLast()
      prepared.append(try ledger.intake.event(JSONDocument(scanning: line).root))
      line.removeAll(keepingCapacity: true)
    }
    return prepared
  }

  /// A hash of which events there are, whatever their order and recorded time: the sum of a hash of each id and data.
  private static func contentHash(of ledger: Ledger) throws -> String {
    var sum: UInt64 = 0
    var next = Position.zero
    while next < ledger.log.end {
      let batch = try ledger.log.read(.all, from: next)
      for row in batch.rows {
        let entry = batch.entry(row)
        sum &+= fingerprint(entry)
      }
      next = batch.next
    }
    return String(sum, radix: 16)
  }

  /// The same, from the generator alone.
  private static func expectedHash(_ count: Int, _ bench: Bench) throws -> String {
    var events = ReferenceEvents(count: count)
    var sum: UInt64 = 0
    var line: [UInt8] = []
    while events.appendLine(to: &line) {
      line.removeLast()
      sum &+= fingerprint(try JSONDocument(scanning: line).root)
      line.removeAll(keepingCapacity: true)
    }
    return String(sum, radix: 16)
  }

  /// FNV-1a over id, subject, time and data, as bytes.
  private static func fingerprint(_ event: JSONView) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for name in ["id", "subject", "time", "data"] {
      for byte in event[name]?.source ?? [] { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }
    return hash
  }
}
