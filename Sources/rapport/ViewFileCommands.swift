// rapport view: views of a department's own, defined in SQL.

import ArgumentParser
import JSONBytes
import Ledger
import Projection

struct ViewCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "view",
    abstract: "Try, add, list and remove views of your own, written in SQL.",
    discussion: """
      A file holds a header, tables, and statements that run over each batch of events. It is rebuilt, \
      compared and queried like the views that ship; docs/sql-views.md says how to write one.

      Example:
        rapport view test weeklysales.sql
        rapport view add weeklysales.sql
      """,
    subcommands: [ViewAdd.self, ViewTest.self, ViewRemove.self, ViewList.self])
}

struct ViewAdd: LedgerCommand {
  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Add a view in SQL to the ledger, or its next version, and build it.",
    discussion: """
      The view is tried first, as by rapport view test; one that is wrong is not added. The ledger \
      keeps a copy of the file. A next version replaces the one that is there, and \
      rapport rebuild NAME --rollback takes it back.

      Examples:
        rapport view add weeklysales.sql
        rapport view add weeklysales.2.sql --diff
        rapport query weeklysales "SELECT * FROM weekly_sales"
      """)

  @OptionGroup var options: LedgerOptions

  @Flag(help: "Show what a next version changes, as rapport rebuild --diff does.")
  var diff = false

  @Argument(help: "The view's file.", completion: .file(extensions: ["sql"]))
  var file: String

  func execute() async throws -> ExitStatus {
    let status = try await withLedger(for: .reading) { ledger in
      let model = try ledger.sqlModel(file)
      let bar = ProgressBar("view \(model.name)", unit: "events")
      let stopped: String?
      if diff {
        let rebuild = try ledger.addViewComparing(model) { bar.update($0, of: $1) }
        bar.finish()
        show(model, at: rebuild.position, rebuild)
        stopped = rebuild.report.stopped?.sentence
      } else {
        let done = try ledger.addView(model) { bar.update($0, of: $1) }
        bar.finish()
        show(model, at: done.position, nil)
        stopped = done.stopped
      }
      if let stopped { Terminal.note("the view \(model.name) stopped before \(stopped)") }
      return stopped == nil ? .good : ExitStatus.badData
    }
    if diff { try await Ledger.recordNotes(in: options.directory) }
    return status
  }

  private func show(_ model: SQLReadModel, at position: UInt64, _ rebuild: ViewRebuild?) {
    if options.json {
      var members: [JSONMember] = [
        JSONMember("view", .string(model.name)), JSONMember("version", .integer(model.version)),
        JSONMember("position", .integer(position)),
      ]
      if let rebuild { members.append(JSONMember("rebuild", rebuild.json)) }
      Terminal.out(.object(members))
      return
    }
    Terminal.out(
      "Added the view \(model.name), version \(model.version): it stands on "
        + Numbers.counted(position, "event", "events") + ".")
    if let rebuild { RebuildText.show(rebuild, withRows: true) }
  }
}

struct ViewTest: LedgerCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Run a view in SQL at several batch sizes, and compare the rows.",
    discussion: """
      Runs in memory and keeps nothing. Rows that depend on how events were batched, 1, 7 or 1,000 at a \
      time, are wrong: the command ends with 65 and shows a row that differs.

      Example:
        rapport view test weeklysales.sql
      """)

  @OptionGroup var options: LedgerOptions

  @Option(
    help: ArgumentHelp(
      "How many events to try it on.",
      discussion: "Half of them are the first of the ledger, half the last.", valueName: "count"))
  var events: UInt64 = Ledger.viewTestEventsMax

  @Argument(help: "The view's file.", completion: .file(extensions: ["sql"]))
  var file: String

  func execute() async throws -> ExitStatus {
    try await withLedger(for: .reading) { ledger in
      let result = try ledger.test(try ledger.sqlModel(file), eventsMax: events)
      if options.json { Terminal.out(result.json) } else { show(result) }
      return result.test.isGood ? .good : .badData
    }
  }

  private func show(_ result: SQLViewTest) {
    let test = result.test
    let rows = Numbers.counted(test.digest.rows, "row", "rows")
    Terminal.out(
      "\(Terminal.styled(result.view.name, .bold))  version \(result.view.version), "
        + "\(Numbers.counted(Int(test.events), "event", "events")) at batch sizes 1, 7 and 1,000")
    if test.holes > 0 {
      let events = Numbers.counted(test.holes, "event", "events")
      Terminal.out("  holes     \(events) could not be taken in")
    }
    guard let finding = result.finding else {
      Terminal.out("  digest    \(test.digest.digest)")
      Terminal.out("  The same \(rows) each time.")
      return
    }
    Terminal.out(Terminal.styled("wrong", .red) + "  \(finding) [view.batchDependent]")
    for difference in test.differences {
      for (size, row) in zip(difference.sizes, difference.rows) {
        Terminal.out(
          "  \(difference.table) at \(Numbers.grouped(size)): "
            + (row.map { Terminal.printable($0) } ?? "no such row"))
      }
    }
  }
}

struct ViewRemove: LedgerCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove",
    abstract: "Remove a view in SQL and its files.",
    discussion: """
      No event is touched: added again, the view is as before. Views that ship cannot be removed.

      Example:
        rapport view remove weeklysales
      """)

  @OptionGroup var options: LedgerOptions

  @Argument(help: "Name of the view.")
  var name: String

  func execute() async throws -> ExitStatus {
    try await withLedger(for: .reading) { ledger in
      try ledger.removeView(name)
      if options.json {
        Terminal.out(.object(["removed": .string(name)]))
      } else {
        Terminal.out("Removed the view \(name).")
      }
      return .good
    }
  }
}

struct ViewList: LedgerCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the views in SQL that the ledger keeps.",
    discussion: """
      Example:
        rapport view list
      """)

  @OptionGroup var options: LedgerOptions

  func execute() async throws -> ExitStatus {
    try await withLedger(for: .reading) { ledger in
      let all = ledger.sqlViews
      if options.json {
        Terminal.out(.array(all.map(\.json)))
        return .good
      }
      if all.isEmpty { Terminal.out("This ledger keeps no views in SQL.") }
      for view in all {
        Terminal.out(
          Terminal.styled(view.name, .bold) + "  version \(view.version)"
            + (view.department.map { ", for \($0)" } ?? ""))
        Terminal.out("  reads     \(view.reads.joined(separator: ", "))")
        Terminal.out("  tables    \(view.tables.joined(separator: ", "))")
      }
      return .good
    }
  }
}
