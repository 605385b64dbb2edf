// A read model that ships, built anew from a sealed ledger of practice lives.

import Foundation
import GRDB
import JSONBytes
import Ledger
import LogEngine
import Projection

enum ShippedModelBenchmark {
  /// `customer`, of the events in the folder named by `--data`, which are made first where they are not there. The time
  /// ends when the file is in force and synced. The hash is the content digest, drawn while writing; a stock reader of
  /// the file must give the same.
  @Sendable static func customer(_ given: Bench) async throws -> String? {
    var bench = given
    let count = bench.parameter("events", smoke: 2_000, real: 10_000_000)
    let customers = bench.parameter("customers", smoke: 100, real: 1_000_000)
    let directory = "\(bench.data)/practice-\(count)-\(customers)"
    if !FileManager.default.fileExists(atPath: "\(directory)/ledger.json") {
      _ = try Ledger.create(directory)
      let writer = try Ledger.open(directory, for: .writing)
      _ = try await bench.time("fill", events: count) {
        let filled = try await writer.fillWithPractice(customers: customers, events: count, seed: 1)
        _ = await writer.seal()
        return filled
      }
      try await writer.close()
    }
    let ledger = try Ledger.open(directory, for: .reading)
    let view = try ledger.view("customer")
    let report = try await bench.time("rebuild", events: Int(ledger.log.end.value)) {
      try view.rebuild(RebuildOptions()) { _, _ in }
    }
    bench.note("rows", .integer(report.rows))
    var configuration = Configuration()
    configuration.readonly = true
    let file = try DatabaseQueue(
      path: "\(directory)/views/customer.sqlite", configuration: configuration)
    let read = try await file.read { try Digest.contents(of: $0) }
    return bench.report(hash: report.digest, expected: read.digest)
  }
}
