// Every benchmark at its smoke size, so that none can rot: it runs, says what it must, and its result has the right hash.

import JSONBytes
import RapportTesting
import Testing

@Suite struct BenchmarkTests {
  @Test(arguments: Benchmarks.all.map(\.name)) func aBenchmarkRunsAndItsHashIsRight(
    name: String
  ) async throws {
    let benchmark = try #require(Benchmarks.all.first { $0.name == name })
    let folder = TemporaryFolder()
    let text = try await benchmark.run(Bench(name, size: .smoke, folder: folder.path))
    let report = try JSONDocument(scanning: Array(try #require(text).utf8)).root
    #expect(report["benchmark"]?.string == name)
    #expect(report["machine"]?["cores"]?.integer ?? 0 > 0)
    #expect(report["parameters"]?["events"]?.integer ?? 0 > 0)
    #expect(report["results"]?.count ?? 0 > 0)
    #expect(report["hash"]?.string?.isEmpty == false)
    #expect(report["peakMemoryBytes"]?.integer ?? 0 > 0)
  }

  @Test func aWrongHashPrintsNoTime() {
    let bench = Bench("any", size: .smoke, folder: "/tmp")
    #expect(bench.report(hash: "a", expected: "b") == nil)
    #expect(bench.report(hash: "a", expected: "a") != nil)
  }

  @Test func parametersAreSmallInTestsAndCanBeGiven() {
    var smoke = Bench("any", size: .smoke, folder: "/tmp")
    #expect(smoke.parameter("events", smoke: 3, real: 5) == 3)
    var given = Bench("any", size: .real, folder: "/tmp", overrides: ["events": 9])
    #expect(given.parameter("events", smoke: 3, real: 5) == 9)
    #expect(given.parameter("others", smoke: 3, real: 5) == 5)
  }
}
