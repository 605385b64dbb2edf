// rapport rebuild: views made again from the events, compared, and put in force or not.

import ArgumentParser
import JSONBytes
import Ledger
import struct LogEngine.Position
import Projection

struct Rebuild: LedgerCommand {
  static let configuration = CommandConfiguration(
    abstract: "Build views anew from the events, show what changes, and put them in force.",
    discussion: """
      The file in force keeps serving, and being fed, until the new one is complete; a killed rebuild \
      leaves it as it was. The file before is kept, and --rollback puts it back. An event that a view \
      cannot take in stops the new file from coming into force, unless --accept-holes names it.

      Examples:
        rapport rebuild customer --diff
        rapport rebuild --all --dry-run --json
        rapport rebuild customer --expect-unchanged
        rapport rebuild customer --rollback
      """)

  @OptionGroup var options: LedgerOptions

  @Argument(help: "Names of views.")
  var names: [String] = []

  @Flag(help: "All views.")
  var all = false

  @Flag(help: "Show what changes: tables, columns, and rows with the events behind them.")
  var diff = false

  @Flag(help: "Build and compare, and put nothing in force.")
  var dryRun = false

  @Flag(help: "Put nothing in force where any row changes, and end with status 65.")
  var expectUnchanged = false

  @Option(
    help: ArgumentHelp(
      "Events that may be missing in the rows.",
      discussion: "Their positions, with commas between them, or: all.", valueName: "positions"))
  var acceptHoles: String?

  @Flag(
    help:
      "Put the file before the one in force back in force, of a view in SQL with its definition; build nothing."
  )
  var rollback = false

  func validate() throws {
    guard all != !names.isEmpty else {
      throw ValidationError("Name the views to rebuild, or give --all.")
    }
    if rollback, diff || dryRun || expectUnchanged || acceptHoles != nil {
      throw ValidationError("--rollback builds nothing, so it goes with no option about building.")
    }
    _ = try accepted()
  }

  /// The holes that are accepted; nil for all.
  private func accepted() throws -> Set<Position>? {
    guard let acceptHoles else { return [] }
    if acceptHoles == "all" { return nil }
    let numbers = acceptHoles.split(separator: ",").map {
      UInt64($0.trimmingBlanks)
    }
    guard !numbers.isEmpty, numbers.allSatisfy({ $0 != nil }) else {
      throw ValidationError("--accept-holes takes positions with commas between them, or: all.")
    }
    return Set(numbers.compactMap { $0.map { Position($0) } })
  }

  func execute() async throws -> ExitStatus {
    let status = try await withLedger(for: .reading) { ledger in
      let views = all ? ledger.views : try names.map { try ledger.view($0) }
      return rollback ? try rollBack(views) : try rebuild(views)
    }
    try await Ledger.recordNotes(in: options.directory)
    return status
  }

  private func rebuild(_ views: [any View]) throws -> ExitStatus {
    var wanted = RebuildOptions()
    // Whoever asks for a rebuild is told whether it changes anything; rows are compared only where digests differ.
    wanted.compares = true
    wanted.isDry = dryRun
    wanted.expectsUnchanged = expectUnchanged
    wanted.acceptedHoles = try accepted()
    var reports: [ViewRebuild] = []
    for view in views {
      let bar = ProgressBar("rebuild \(view.name)", unit: "events")
      let report = try view.rebuild(wanted) { bar.update($0, of: $1) }
      bar.finish()
      reports.append(report)
      if !options.json { RebuildText.show(report, withRows: diff) }
    }
    if options.json { Terminal.out(.array(reports.map(\.json))) }
    let isStopped = reports.contains {
      $0.report.notInForce.map { $0 != .dryRun } ?? false
    }
    let isChanged = expectUnchanged && reports.contains { $0.isUnchanged == false }
    return isStopped || isChanged ? .badData : .good
  }

  private func rollBack(_ views: [any View]) throws -> ExitStatus {
    var done: [ViewProgress] = []
    for view in views {
      let progress = try view.rollBack()
      Summaries.note([progress])
      done.append(progress)
      if !options.json {
        Terminal.out(
          "\(Terminal.styled(progress.view, .bold))  the file before is in force again, at "
            + Numbers.counted(progress.position, "event", "events")
            + (progress.definition.map { ", and version \($0) of the definition" } ?? ""))
      }
    }
    if options.json {
      Terminal.out(
        .array(
          done.map {
            [
              "view": .string($0.view), "position": .integer($0.position),
              "definition": $0.definition.map { .integer($0) } ?? .null,
            ]
          }))
    }
    return .good
  }
}

extension Substring {
  fileprivate var trimmingBlanks: Substring {
    drop { $0 == " " }
  }
}
