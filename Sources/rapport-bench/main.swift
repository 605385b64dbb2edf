// rapport-bench: the benchmarks, by name.
//
//   rapport-bench NAME [--smoke] [--folder DIR] [--data DIR] [PARAMETER=NUMBER …]
//
// `--folder` is where it writes and clears away again; `--data` holds what stays: the files of `reference-files`, and the
// ledger of `reference-ledger`.
//
// Prints one JSON document with machine, parameters, results, and a hash of what was computed.

import Foundation
import RapportTesting

let usage = """
  usage: rapport-bench NAME [--smoke] [--folder DIR] [--data DIR] [PARAMETER=NUMBER ...]
  benchmarks: \(Benchmarks.all.map(\.name).joined(separator: ", "))

  """

func fail(_ text: String) -> Never {
  FileHandle.standardError.write(Data(text.utf8))
  exit(64)
}

var arguments = Array(CommandLine.arguments.dropFirst())
guard let name = arguments.first, let chosen = Benchmarks.all.first(where: { $0.name == name })
else { fail(usage) }
arguments.removeFirst()
var size = Bench.Size.real
var parent = FileManager.default.temporaryDirectory.path
var data: String?
var overrides: [String: Int] = [:]
while !arguments.isEmpty {
  let argument = arguments.removeFirst()
  let parts = argument.split(separator: "=", maxSplits: 1)
  if argument == "--smoke" {
    size = .smoke
  } else if argument == "--folder", !arguments.isEmpty {
    parent = arguments.removeFirst()
  } else if argument == "--data", !arguments.isEmpty {
    data = arguments.removeFirst()
  } else if parts.count == 2, let value = Int(parts[1]) {
    overrides[String(parts[0])] = value
  } else {
    fail(usage)
  }
}
if let data, !FileManager.default.fileExists(atPath: data) {
  fail("rapport-bench: there is no folder \(data); make it, or name another with --data\n")
}
let folder = "\(parent)/rapport-bench-\(ProcessInfo.processInfo.processIdentifier)"
try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
defer {
  // What cannot be removed is litter in a folder for litter, and says nothing about the figures.
  try? FileManager.default.removeItem(atPath: folder)
}
let bench = Bench(name, size: size, folder: folder, data: data, overrides: overrides)
guard let report = try await chosen.run(bench) else {
  fail("\(name): the result is not what it must be, so no time is printed\n")
}
print(report)
