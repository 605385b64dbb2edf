// rapport views, rapport rebuild and rapport query: the read models.

import ArgumentParser
import JSONBytes
import Ledger

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
          Terminal.out(
            "  position  \(Numbers.grouped(position)), \(Numbers.grouped(status.lag)) behind")
        }
        if let digest = status.digest, let rows = status.rows {
          Terminal.out("  digest    \(digest)")
          Terminal.out("  rows      \(Numbers.grouped(rows))")
        }
        if status.holes > 0 {
          Terminal.out(
            "  holes     complete except \(Numbers.counted(status.holes, "event", "events"))")
        }
        if let finding = status.finding {
          Terminal.out("  The next use builds it anew: \(finding).")
        }
      }
      return .good
    }
  }
}

struct Rebuild: LedgerCommand {
  static let configuration = CommandConfiguration(
    abstract: "Build views anew from the events, and put them in force.",
    discussion: """
      The file in force keeps serving until the new one is complete; a killed rebuild leaves it as it was.

      Example:
        rapport rebuild customer
      """)

  @OptionGroup var options: LedgerOptions

  @Argument(help: "Names of views.")
  var names: [String]

  func execute() async throws -> ExitStatus {
    try await withLedger(for: .reading) { ledger in
      let views = try names.map { try ledger.view($0) }
      var reports: [ViewRebuild] = []
      for view in views {
        let start = ContinuousClock.now
        let bar = ProgressBar("rebuild \(view.name)", unit: "events")
        let report = try view.rebuild { bar.update($0, of: $1) }
        bar.finish()
        reports.append(report)
        if !options.json { show(report, took: ContinuousClock.now - start) }
      }
      if options.json { Terminal.out(.array(reports.map(\.json))) }
      return .good
    }
  }

  private func show(_ report: ViewRebuild, took: Duration) {
    let seconds = max(took / .seconds(1), 0.001)
    let rate = UInt64(Double(report.position) / seconds)
    Terminal.out(
      "\(Terminal.styled(report.view, .bold))  \(Numbers.counted(report.position, "event", "events")), "
        + "\(Numbers.counted(report.rows, "row", "rows")) in \(Numbers.tenths(seconds)) s "
        + "(\(Numbers.grouped(rate)) events/s)")
    if let before = report.digestBefore { Terminal.out("  digest before  \(before)") }
    Terminal.out("  digest now     \(report.digest)")
    switch report.isUnchanged {
    case true?:
      Terminal.out("  " + Terminal.styled("equal", .green) + ": the rebuilt view is the live one")
    case false?:
      Terminal.out(
        "  " + Terminal.styled("different", .yellow)
          + ": the live view held other rows than the events give")
    case nil where report.digestBefore != nil:
      Terminal.out("  not compared: the live view stood on another number of events")
    case nil: Terminal.out("  not compared: there was no view before")
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
      """)

  @OptionGroup var options: LedgerOptions

  @Argument(help: "Name of the view.")
  var name: String

  @Argument(help: "One SELECT statement of SQLite.")
  var sql: String

  func execute() async throws -> ExitStatus {
    try await withLedger(for: .reading) { ledger in
      let view = try ledger.view(name)
      let bar = ProgressBar("view \(view.name)", unit: "events")
      Summaries.note([try view.catchUp { bar.update($0, of: $1) }])
      bar.finish()
      var printer: any RowPrinter = options.json ? JSONRows() : TableRows()
      try view.query(sql, columns: { printer.begin($0) }, row: { printer.add($0) })
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
