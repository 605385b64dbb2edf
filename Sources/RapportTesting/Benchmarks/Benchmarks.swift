// The benchmarks. They lie here, beside the harness, so that tests run each at its smoke size.

/// A benchmark by name. `run` gives its report, one JSON document, and nil where its result is not what it must be.
package struct Benchmark: Sendable {
  package let name: String
  package let run: @Sendable (Bench) async throws -> String?
}

/// All benchmarks, in the order of their names.
package enum Benchmarks {
  package static let all: [Benchmark] = [
    Benchmark(name: "append-batch", run: AppendBenchmarks.batch),
    Benchmark(name: "append-single", run: AppendBenchmarks.single),
    Benchmark(name: "audience", run: PermissionAudienceBenchmark.run),
    Benchmark(name: "decide", run: PermissionDecideBenchmark.run),
    Benchmark(name: "live-customer", run: LiveViewsBenchmark.customer),
    Benchmark(name: "live-views", run: LiveViewsBenchmark.four),
    Benchmark(name: "open", run: OpenBenchmarks.open),
    Benchmark(name: "rebuild", run: ReplayBenchmarks.rebuild),
    Benchmark(name: "rebuild-customer", run: ReplayBenchmarks.rebuildCustomer),
    Benchmark(name: "rebuild-shipped", run: ShippedModelBenchmark.customer),
    Benchmark(name: "reference-files", run: RivalsBenchmarks.files),
    Benchmark(name: "reference-ledger", run: RivalsBenchmarks.ledger),
    Benchmark(name: "rivals-append", run: RivalsBenchmarks.append),
    Benchmark(name: "rivals-history", run: RivalsBenchmarks.history),
    Benchmark(name: "rivals-rebuild", run: RebuildViewsBenchmark.run),
    Benchmark(name: "rivals-scan", run: RivalsBenchmarks.scan),
    Benchmark(name: "rivals-type", run: RivalsBenchmarks.optOuts),
    Benchmark(name: "scan", run: ReplayBenchmarks.scan),
    Benchmark(name: "serve", run: ServingBenchmark.run),
  ]
}
