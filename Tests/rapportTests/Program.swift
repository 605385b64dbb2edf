// Runs the built `rapport` as a process of its own, as a user does.

import Foundation
import JSONBytes
import Ledger
import RapportTesting

/// The program under test.
struct Program {
  /// The binary that lies beside the tests: the package builds it with them.
  static let path: String = {
    let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    return tests.deletingLastPathComponent().appendingPathComponent("rapport").path
  }()

  struct Outcome {
    var status: Int32
    var output: String
    var error: String

    /// The one JSON document on standard output.
    func json() throws -> JSONView { try JSONDocument(scanning: Array(output.utf8)).root }

    var lines: [String] { output.split(separator: "\n").map(String.init) }
  }

  var directory: String
  /// Variables on top of an environment without RAPPORT_LEDGER and with NO_COLOR unset.
  var environment: [String: String] = [:]
  /// A program with arguments that starts `rapport`, such as setpriv.
  var launcher: [String] = []

  /// A process that was started and not yet waited for.
  func start(_ arguments: [String], input: Pipe? = nil, output: Pipe? = nil) throws -> Process {
    let process = Process()
    let command = launcher + [Self.path] + arguments
    process.executableURL = URL(fileURLWithPath: command[0])
    process.arguments = Array(command.dropFirst())
    process.currentDirectoryURL = URL(fileURLWithPath: directory)
    var variables = ProcessInfo.processInfo.environment
    variables["RAPPORT_LEDGER"] = nil
    variables.merge(environment) { $1 }
    process.environment = variables
    process.standardInput = input ?? FileHandle.nullDevice
    process.standardOutput = output ?? FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    return process
  }

  /// Runs a command to its end.
  func run(_ arguments: [String], input: String? = nil) throws -> Outcome {
    let process = try start(arguments)
    let output = Pipe()
    let error = Pipe()
    process.standardOutput = output
    process.standardError = error
    let inputPipe = Pipe()
    if input != nil { process.standardInput = inputPipe }
    try process.run()
    if let input {
      try inputPipe.fileHandleForWriting.write(contentsOf: Data(input.utf8))
      try inputPipe.fileHandleForWriting.close()
    }
    // Both pipes are emptied at once, so that neither can fill up and stop the process.
    let errorReader = ReadToEnd(error.fileHandleForReading)
    let outputBytes = ReadToEnd.bytes(of: output.fileHandleForReading.fileDescriptor)
    let errorBytes = errorReader.wait()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus, output: String(decoding: outputBytes, as: UTF8.self),
      error: String(decoding: errorBytes, as: UTF8.self))
  }

  func run(_ arguments: String..., input: String? = nil) throws -> Outcome {
    try run(arguments, input: input)
  }

  /// Makes an empty ledger, without the sharing plan that `init` publishes: positions count from the test's own events.
  func makeLedger() throws { _ = try Ledger.create("\(directory)/ledger") }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(directory)/\(name)"))
  }
}

/// Reads a handle to its end, on another thread where asked. (Foundation's own reading traps when a signal interrupts it.)
private final class ReadToEnd: @unchecked Sendable {
  // Unchecked: `bytes` is written by the thread before the semaphore is signalled, and read after it was waited for.
  private var bytes: [UInt8] = []
  private let done = DispatchSemaphore(value: 0)

  init(_ handle: FileHandle) {
    let descriptor = handle.fileDescriptor
    Thread.detachNewThread { [self] in
      bytes = Self.bytes(of: descriptor)
      done.signal()
    }
  }

  func wait() -> [UInt8] {
    done.wait()
    return bytes
  }

  static func bytes(of descriptor: Int32) -> [UInt8] {
    var all: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      // Safe: read(2) writes at most the buffer's size.
      let got = unsafe piece.withUnsafeMutableBytes { buffer in
        unsafe read(descriptor, buffer.baseAddress, buffer.count)
      }
      if got < 0, errno == EINTR { continue }
      if got <= 0 { return all }
      all += piece[..<got]
    }
  }
}

/// CloudEvents lines for tests.
enum Lines {
  /// An order of one line, 12.50 EUR.
  static func order(
    _ id: String, customer: String = "c1", time: String = "2026-03-01T09:00:00Z",
    amount: String = "12.50"
  ) -> String {
    """
    {"specversion":"1.0","id":"\(id)","source":"/stores/berlin-3/till","type":"order.completed",\
    "subject":"\(customer)","time":"\(time)","dataschema":"order.completed/1","authtype":"service_account",\
    "authid":"till-1","data":{"orderId":"o-\(id)","lines":[{"sku":"tent-2","quantity":1}],\
    "total":{"amount":"\(amount)","currency":"EUR"}}}

    """
  }
}
