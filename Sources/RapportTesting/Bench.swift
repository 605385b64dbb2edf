// The harness of benchmarks: named parameters in two sizes, the machine they ran on, and results with a hash.

import Disk
import Foundation
package import JSONBytes

/// One run of one benchmark.
///
/// Small in tests, real on demand: `bench.parameter("events", smoke: 1_000, real: 1_000_000)`. Whoever measures gives
/// the result a hash, which must be what a golden value or a rival gives; a benchmark whose hash is wrong prints no time.
package struct Bench: Sendable {
  package enum Size: Sendable { case smoke, real }

  package let name: String
  package let size: Size
  /// Where the benchmark may write; empty at the start.
  package let folder: String
  /// Where files lie that several runs share, and that stay; ``folder`` where none was named.
  package let data: String
  private let overrides: [String: Int]
  private var parameters: [JSONMember] = []
  private var results: [JSONMember] = []

  /// `overrides` are the NAME=VALUE of the command line.
  package init(
    _ name: String, size: Size, folder: String, data: String? = nil, overrides: [String: Int] = [:]
  ) {
    self.name = name
    self.size = size
    self.folder = folder
    self.data = data ?? folder
    self.overrides = overrides
  }

  /// A number that the benchmark works with, and prints.
  package mutating func parameter(_ name: String, smoke: Int, real: Int) -> Int {
    let value = overrides[name] ?? (size == .smoke ? smoke : real)
    parameters.append(JSONMember(name, .integer(value)))
    return value
  }

  /// Notes a result.
  package mutating func note(_ name: String, _ value: JSONValue) {
    results.append(JSONMember(name, value))
  }

  /// Times `body`, and notes seconds, events a second, bytes a second where `bytes` is given, and the processor's time of
  /// all threads: on a busy machine that is the steadier figure.
  package mutating func time<Result>(
    _ name: String, events: Int, bytes: Int? = nil, _ body: () async throws -> Result
  ) async rethrows -> Result {
    let start = ContinuousClock.now
    let busy = Machine.processorSeconds
    let result = try await body()
    let seconds = max((ContinuousClock.now - start) / .seconds(1), 1e-9)
    var members = [
      JSONMember("seconds", Self.rounded(seconds)),
      JSONMember("eventsPerSecond", .integer(Int(Double(events) / seconds))),
      JSONMember("processorSeconds", Self.rounded(Machine.processorSeconds - busy)),
    ]
    if let bytes {
      members.append(JSONMember("bytesPerSecond", .integer(Int(Double(bytes) / seconds))))
    }
    note(name, .object(members))
    return result
  }

  /// Notes the median, the 99th percentile and the maximum of single operations, in microseconds.
  package mutating func note(latencies: [Duration], as name: String) {
    let sorted = latencies.sorted()
    guard let last = sorted.last else { return }
    func microseconds(_ duration: Duration) -> JSONValue {
      Self.rounded(duration / .microseconds(1))
    }
    note(
      name,
      [
        "p50": microseconds(sorted[sorted.count / 2]),
        "p99": microseconds(sorted[min(sorted.count - 1, sorted.count * 99 / 100)]),
        "max": microseconds(last),
      ])
  }

  /// Measures what a durable write costs here: 4 KiB appended into reserved space, synced, `count` times.
  package mutating func noteSyncLatency(count: Int = 500) throws {
    let files = LinuxFileSystem()
    let path = "\(folder)/sync-latency"
    let file = try files.create(path)
    try file.reserve(upTo: UInt64(count) * 4_096)
    try file.sync()
    let page = [UInt8](repeating: 0x61, count: 4_096)
    var times: [Duration] = []
    for number in 0..<count {
      let start = ContinuousClock.now
      try file.write(page, at: UInt64(number) * 4_096)
      try file.sync()
      times.append(ContinuousClock.now - start)
    }
    try file.close()
    try files.remove(path)
    note(latencies: times, as: "fdatasyncMicroseconds")
  }

  /// The whole report, one JSON document: name, machine, parameters, results, hash. Nil where `hash` is not the `expected` one.
  package func report(hash: String, expected: String? = nil) -> String? {
    guard expected == nil || expected == hash else { return nil }
    let report: JSONValue = [
      "benchmark": .string(name), "size": size == .smoke ? "smoke" : "real",
      "machine": Machine.description(folder: folder), "parameters": .object(parameters),
      "results": .object(results), "peakMemoryBytes": .integer(Machine.peakMemory),
      "hash": .string(hash),
    ]
    return report.text
  }

  private static func rounded(_ value: Double) -> JSONValue {
    .number(CanonicalWriter.ecmaScript((value * 1_000).rounded() / 1_000))
  }
}

/// What a figure depends on.
package enum Machine {
  /// Processor, cores, memory, kernel, file system, build.
  static func description(folder: String) -> JSONValue {
    var names = utsname()
    // Safe: uname fills in a local.
    unsafe uname(&names)
    let kernel = unsafe withUnsafeBytes(of: &names.release) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    return [
      "processor": .string(field("model name", of: "/proc/cpuinfo") ?? "unknown"),
      "cores": .integer(ProcessInfo.processInfo.activeProcessorCount),
      "memoryBytes": .integer(ProcessInfo.processInfo.physicalMemory),
      "kernel": .string(kernel), "fileSystem": .string(fileSystem(of: folder)),
      "swift": .string(swiftVersion), "build": .string(build), "loadAverage": .string(loadAverage),
    ]
  }

  /// Time that all threads of this process have run, in seconds.
  static var processorSeconds: Double {
    var time = timespec()
    // Safe: the call fills in a local.
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Most memory that this process has held, in bytes.
  package static var peakMemory: Int { memory("VmHWM") }

  /// Memory that this process holds now, in bytes.
  static var residentMemory: Int { memory("VmRSS") }

  private static func memory(_ name: String) -> Int {
    let kilobytes = field(name, of: "/proc/self/status")?.split(separator: " ").first
    return (kilobytes.flatMap { Int($0) } ?? 0) * 1_024
  }

  private static var build: String {
    #if DEBUG
      "debug"
    #else
      "release"
    #endif
  }

  /// Of the compiler that built this.
  private static var swiftVersion: String {
    #if compiler(>=6.4)
      "6.4 or later"
    #elseif compiler(>=6.3)
      "6.3"
    #else
      "6.2"
    #endif
  }

  private static var loadAverage: String {
    text(of: "/proc/loadavg").split(separator: " ").first.map(String.init) ?? ""
  }

  private static func field(_ name: String, of file: String) -> String? {
    text(of: file).split(separator: "\n").first { $0.hasPrefix(name) }?
      .split(separator: ":", maxSplits: 1).last
      .map { $0.trimmingCharacters(in: .whitespaces) }
  }

  /// Type and options of the mount that holds the folder: the longest one that its path begins with.
  private static func fileSystem(of folder: String) -> String {
    let mounts = text(of: "/proc/self/mounts").split(separator: "\n").map {
      $0.split(separator: " ")
    }
    let best = mounts.filter { mount in
      mount.count > 3 && (mount[1] == "/" || (folder + "/").hasPrefix(mount[1] + "/"))
    }
    .max { $0[1].count < $1[1].count }
    return best.map { "\($0[2]) \($0[3])" } ?? "unknown"
  }

  private static func text(of file: String) -> String {
    String(decoding: SharedData.bytes(ofFile: file), as: UTF8.self)
  }
}
