// rapport views, rapport repair and rapport query: the read models.

import ArgumentParser
import JSONBytes
import Ledger
import struct LogEngine.Position
import Projection

struct Views: LedgerCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the views with position, lag and digest.",
    discussion: """
      Changes nothing: a view that lags is brought up to date by the next command that reads it.

      Example:
        rapport views
      """)

  @OptionGroup var options: LedgerOptions

  func execute() async throws -> ExitStatus {
    try await withLedger(for: .reading) { ledger in
      let all = try ledger.views.map { try $0.status() }
      if options.json {
        Terminal.out(.array(all.map(\.json)))
        return .good
      }
      if all.isEmpty { Terminal.out("This ledger keeps no views.") }
      for status in all {
        Terminal.out(Terminal.styled(status.view, .bold) + "  version \(status.version)")
        if let position = status.position {
          let seconds = status.lagSeconds.map { $0 > 0 ? ", \(Numbers.grouped($0)) s" : "" } ?? ""
          Terminal.out(
            "  position  \(Numbers.grouped(position)), \(Numbers.grouped(status.lag)) behind\(seconds)"
          )
        }
        if let digest = status.digest, let rows = status.rows {
          Terminal.out("  digest    \(digest)")
          Terminal.out("  rows      \(Numbers.grouped(rows))")
        }
        if status.holeCount > 0 { showHoles(status) }
        if let finding = status.finding {
          Terminal.out("  The next use builds it anew: \(finding).")
        }
      }
      return .good
    }
  }

  private func showHoles(_ status: ViewStatus) {
    let events = Numbers.counted(status.holeCount, "event", "events")
    if status.isStopped {
      Terminal.out(
        "  " + Terminal.styled("stopped", .yellow) + " before an event it cannot take in")
    } else {
      let position = Numbers.grouped(status.position ?? 0)
      Terminal.out("  holes     complete to \(position) except \(events)")
    }
    for hole in status.holes { Terminal.out("    " + Terminal.printable(hole.sentence)) }
    Terminal.out("  Once the cause is mended: rapport repair \(status.view)")
  }
}

struct Repair: LedgerCommand {
  static let configuration = CommandConfiguration(
    abstract: "Take in the events that a view could not, once the cause is mended.",
    discussion: """
      Only the rows of the customers concerned are made again, from their events; the result is that of \
      a rebuild. A view whose rows are not one customer's is built anew.

      Example:
        rapport repair customer
      """)

  @OptionGroup var options: LedgerOptions

  @Argument(help: "Names of views.")
  var names: [String]

  func execute() async throws -> ExitStatus {
    try await withLedger(for: .reading) { ledger in
      var reports: [ViewRepair] = []
      for view in try names.map({ try ledger.view($0) }) {
        let bar = ProgressBar("repair \(view.name)", unit: "events")
        let repair = try view.repair { bar.update($0, of: $1) }
        bar.finish()
        reports.append(repair)
        if !options.json { show(repair) }
      }
      if options.json { Terminal.out(.array(reports.map(\.json))) }
      return reports.allSatisfy { $0.report.holes.isEmpty } ? .good : .badData
    }
  }

  private func show(_ repair: ViewRepair) {
    let report = repair.report
    let how =
      report.rebuilt == nil
      ? "made the rows of \(Numbers.counted(report.customers, "customer", "customers")) again"
      : "built anew"
    Terminal.out("\(Terminal.styled(repair.view, .bold))  \(how)")
    if report.holes.isEmpty {
      Terminal.out("  complete to \(Numbers.grouped(report.position.value))")
    } else {
      let left = Numbers.counted(report.holes.count, "event", "events")
      Terminal.out("  still complete except \(left):")
      for hole in report.holes.prefix(5) {
        Terminal.out("    " + Terminal.printable(hole.sentence))
      }
    }
  }
}

struct Query: LedgerCommand {
  static let configuration = CommandConfiguration(
    abstract: "Ask a view with one read-only SQL statement.",
    discussion: """
      The view is brought up to date first. Tables and columns explain themselves: \
      SELECT sql FROM sqlite_schema. With --json the answer is one array, an object a row.

      Example:
        rapport query customer "SELECT count(*) AS customers, sum(orders) AS orders FROM customer"
        rapport query customer --as-of 2026-03-31 "SELECT count(*) FROM promise WHERE state = 'open'"
      """)

  @OptionGroup var options: LedgerOptions

  @Argument(help: "Name of the view.")
  var name: String

  @Argument(help: "One SELECT statement of SQLite.")
  var sql: String

  @Option(
    help: ArgumentHelp(
      "The view as it was: by the time things happened, or by position.",
      discussion:
        "A date (to its end, UTC), RFC 3339, or the number of events recorded by then. It is built for "
        + "the question, and kept a while.", valueName: "time|position"))
  var asOf: String?

  func execute() async throws -> ExitStatus {
    try await withLedger(for: .reading) { ledger in
      let view = try ledger.view(name)
      let point = try asOf.map { try Ledger.point($0) }
      let bar = ProgressBar("view \(view.name)", unit: "events")
      if point == nil { Summaries.note([try view.catchUp { bar.update($0, of: $1) }]) }
      var printer: any RowPrinter = options.json ? JSONRows() : TableRows()
      try view.query(
        sql, asOf: point, { bar.update($0, of: $1) },
        columns: {
          bar.finish()
          printer.begin($0)
        }, row: { printer.add($0) })
      printer.finish()
      return .good
    }
  }
}

/// Prints rows as they come.
private protocol RowPrinter {
  mutating func begin(_ columns: [String])
  mutating func add(_ row: [JSONValue])
  mutating func finish()
}

/// One array, an object a row.
private struct JSONRows: RowPrinter {
  private var columns: [String] = []
  private var isFirst = true

  mutating func begin(_ columns: [String]) { self.columns = columns }

  mutating func add(_ row: [JSONValue]) {
    var bytes = Array((isFirst ? "[" : ",").utf8)
    isFirst = false
    JSONValue.object(zip(columns, row).map { JSONMember($0, $1) }).write(to: &bytes)
    Terminal.out(bytes[...])
  }

  mutating func finish() { Terminal.out(isFirst ? "[]" : "]") }
}

/// A table for people: columns as wide as the content of the first rows, numbers to the right.
private struct TableRows: RowPrinter {
  private static let widthMax = 60
  /// Rows that are looked at for the widths before the first is printed.
  private static let measuredMax = 1_000

  private var columns: [String] = []
  private var widths: [Int] = []
  private var waiting: [[JSONValue]] = []
  private var isBegun = false
  private var count = 0

  mutating func begin(_ columns: [String]) { self.columns = columns.map(Terminal.printable) }

  mutating func add(_ row: [JSONValue]) {
    count += 1
    if isBegun { return show(row) }
    waiting.append(row)
    if waiting.count == Self.measuredMax { showWaiting() }
  }

  mutating func finish() {
    if !isBegun { showWaiting() }
    Terminal.out(Terminal.styled(Numbers.counted(count, "row", "rows"), .faint))
  }

  private mutating func showWaiting() {
    isBegun = true
    widths = columns.indices.map { column in
      let cells = waiting.map { Self.cell($0[column]).text.count }
      return min(Self.widthMax, ([columns[column].count] + cells).max() ?? 0)
    }
    let header = columns.indices.map { fit(columns[$0], widths[$0], right: false) }
    Terminal.out(Terminal.styled(header.joined(separator: "  "), .bold))
    for row in waiting { show(row) }
    waiting = []
  }

  private func show(_ row: [JSONValue]) {
    let cells = row.map(Self.cell)
    let line = cells.indices.map { fit(cells[$0].text, widths[$0], right: cells[$0].isNumber) }
    Terminal.out(line.joined(separator: "  "))
  }

  private static func cell(_ value: JSONValue) -> (text: String, isNumber: Bool) {
    switch value {
    case .null: ("", false)
    case .string(let text): (Terminal.printable(text), false)
    case .number(let text): (text, true)
    default: (value.text, false)
    }
  }

  private func fit(_ text: String, _ width: Int, right: Bool) -> String {
    if text.count > width { return text.prefix(width - 1) + "…" }
    let blanks = String(repeating: " ", count: width - text.count)
    return right ? blanks + text : text + blanks
  }
}
