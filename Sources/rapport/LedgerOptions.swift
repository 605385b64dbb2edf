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

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The folder of keys, apart from the ledger and its backups.",
      discussion: "Otherwise RAPPORT_KEYS, otherwise the ledger's folder with .keys behind it.",
      valueName: "dir"),
    completion: .directory)
  var keys: String?

  @Flag(help: "Print JSON on standard output, and nothing else there.")
  var json = false

  func validate() throws {
    for (name, folder) in [("ledger", ledger), ("keys", keys)] where folder == "" {
      throw ValidationError("--\(name) names a folder; it is empty here")
    }
  }

  /// The folder that is meant.
  var directory: String { Self.folder(ledger, otherwise: "RAPPORT_LEDGER") ?? "ledger" }

  /// The folder of keys that is meant; nil: the one beside the ledger.
  var keyDirectory: String? { Self.folder(keys, otherwise: "RAPPORT_KEYS") }

  private static func folder(_ named: String?, otherwise variable: String) -> String? {
    if let named { return trimmed(named) }
    // Safe: the string is copied at once, and nothing here changes the environment.
    guard let value = unsafe getenv(variable) else { return nil }
    let text = unsafe String(cString: value)
    return text.isEmpty ? nil : trimmed(text)
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
    let ledger = try Ledger.open(
      options.directory, for: access, keys: options.keyDirectory)
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
