// The options that every command shares, and how a command ends.

import ArgumentParser
import Glibc
import Ledger

struct LedgerOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The ledger's folder.",
      discussion: "Otherwise RAPPORT_LEDGER, otherwise ./ledger.", valueName: "dir"),
    completion: .directory)
  var ledger: String?

  @Flag(help: "Print JSON on standard output, and nothing else there.")
  var json = false

  func validate() throws {
    if ledger == "" { throw ValidationError("--ledger names a folder; it is empty here") }
  }

  /// The folder that is meant.
  var directory: String {
    if let ledger { return Self.trimmed(ledger) }
    // Safe: the string is copied at once, and nothing here changes the environment.
    if let named = unsafe getenv("RAPPORT_LEDGER") {
      let text = unsafe String(cString: named)
      if !text.isEmpty { return Self.trimmed(text) }
    }
    return "ledger"
  }

  private static func trimmed(_ path: String) -> String {
    path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }
}

/// A command whose errors end as one sentence on standard error and an exit status.
protocol LedgerCommand: AsyncParsableCommand {
  var options: LedgerOptions { get }

  /// Does the work. What it throws is told and turned into the exit status.
  func execute() async throws -> ExitStatus
}

extension LedgerCommand {
  func run() async throws {
    // What is made here holds people's data: views of SQLite included, nobody else reads it.
    umask(0o077)
    let status: ExitStatus
    do {
      status = try await execute()
    } catch let error as ValidationError {
      throw error
    } catch {
      let failure = LedgerError(any: error)
      Terminal.complain(failure)
      throw ExitCode(failure.status.rawValue)
    }
    guard Terminal.finish() else {
      Terminal.complain(.outputFailed)
      throw ExitCode(ExitStatus.disk.rawValue)
    }
    if status != .good { throw ExitCode(status.rawValue) }
  }

  /// Opens the ledger, and closes it whatever `body` does; an error of `body` counts more than one of closing.
  func withLedger<Result>(
    for access: Ledger.Opening, _ body: (Ledger) async throws -> Result
  ) async throws -> Result {
    let ledger = try Ledger.open(options.directory, for: access)
    for remark in ledger.remarks { Terminal.note(remark) }
    let result: Result
    do {
      result = try await body(ledger)
    } catch {
      // The first error is the one to tell; what closing adds to it helps nobody.
      try? await ledger.close()
      throw error
    }
    try await ledger.close()
    return result
  }
}

extension LedgerError {
  static let noThreads = LedgerError(
    "system.threads",
    "the system does not give this program the threads that it needs; allow it more processes or more memory (ulimit -u, ulimit -v)",
    .busy)
  static let outputFailed = LedgerError(
    "output.failed",
    "standard output did not take everything: a full disk, or closed; what was recorded stays recorded",
    .disk)
}
