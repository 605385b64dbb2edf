// What a rebuild did, for people.

import JSONBytes
import Ledger
import struct LogEngine.Position
import Projection

enum RebuildText {
  static func show(_ rebuild: ViewRebuild, withRows: Bool) {
    let report = rebuild.report
    let seconds = max(rebuild.took / .seconds(1), 0.001)
    let rate = UInt64(Double(rebuild.position) / seconds)
    Terminal.out(
      "\(Terminal.styled(rebuild.view, .bold))  "
        + "\(Numbers.counted(rebuild.position, "event", "events")), "
        + "\(Numbers.counted(rebuild.rows, "row", "rows")) in \(Numbers.tenths(seconds)) s "
        + "(\(Numbers.grouped(rate)) events/s)")
    if let before = rebuild.digestBefore { Terminal.out("  digest before  \(before)") }
    Terminal.out("  digest now     \(rebuild.digest)")
    switch rebuild.isUnchanged {
    case true?:
      Terminal.out("  " + Terminal.styled("equal", .green) + ": the rebuilt view is the live one")
    case false?:
      Terminal.out(
        "  " + Terminal.styled("different", .yellow) + ": the live view holds other rows")
    case nil: Terminal.out("  not compared: there was none, or it was too far behind or unreadable")
    }
    for table in report.difference?.tables ?? [] { show(table, withRows: withRows) }
    if let stop = report.notInForce { show(stop, rebuild.view) }
  }

  private static func show(_ table: TableDifference, withRows: Bool) {
    let counts = [(table.added, "added"), (table.removed, "removed"), (table.changed, "changed")]
      .filter { $0.0 > 0 }.map { "\(Numbers.counted($0.0, "row", "rows")) \($0.1)" }
    var parts = counts
    if !table.columnsAdded.isEmpty {
      parts.append("new: \(table.columnsAdded.joined(separator: ", "))")
    }
    if !table.columnsRemoved.isEmpty {
      parts.append("gone: \(table.columnsRemoved.joined(separator: ", "))")
    }
    Terminal.out("  table \(Terminal.styled(table.table, .bold)): \(parts.joined(separator: "; "))")
    for (column, count) in table.columns.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      Terminal.out("    \(column): other in \(Numbers.counted(count, "row", "rows"))")
    }
    guard withRows else { return }
    for sample in table.samples { show(sample) }
    let rest = table.added + table.removed + table.changed - table.samples.count
    if rest > 0 { Terminal.out("    and \(Numbers.counted(rest, "row", "rows")) more") }
  }

  private static func show(_ row: RowDifference) {
    let key = row.key.map { text($0.after ?? $0.before) }.joined(separator: " · ")
    let mark =
      switch row.kind {
      case .added: Terminal.styled("+", .green)
      case .removed: Terminal.styled("-", .red)
      case .changed: Terminal.styled("~", .yellow)
      }
    Terminal.out("    \(mark) \(key)")
    for cell in row.cells {
      switch row.kind {
      case .added: Terminal.out("        \(cell.column): \(text(cell.after))")
      case .removed: Terminal.out("        \(cell.column): \(text(cell.before))")
      case .changed:
        Terminal.out("        \(cell.column): \(text(cell.before)) -> \(text(cell.after))")
      }
    }
    guard let events = row.events, row.eventCount > 0 else { return }
    let shown = events.prefix(8).map { "\($0.value)" }.joined(separator: ", ")
    let more = row.eventCount > 8 ? ", …" : ""
    Terminal.out(
      "        from \(Numbers.counted(row.eventCount, "event", "events")), at \(shown)\(more)")
  }

  private static func text(_ value: SQLValue?) -> String {
    switch value {
    case nil, .null?: "nothing"
    case .integer(let number)?: String(number)
    case .text(let text)?: "\"\(Terminal.printable(String(text.prefix(80))))\""
    case .real?, .blob?: "?"
    }
  }

  private static func show(_ stop: RebuildStop, _ view: String) {
    switch stop {
    case .dryRun: Terminal.out("  Nothing was put in force.")
    case .changed:
      Terminal.out("  " + Terminal.styled("Not put in force", .yellow) + ": rows change.")
    case .notCompared:
      Terminal.out(
        "  " + Terminal.styled("Not put in force", .yellow)
          + ": the live view could not be compared, so nobody knows that no row changes.")
    case .holes(let holes, let count):
      Terminal.out(
        "  " + Terminal.styled("Not put in force", .yellow) + ": the rows lack "
          + "\(Numbers.counted(count, "event", "events")).")
      for hole in holes { Terminal.out("    " + Terminal.printable(hole.sentence)) }
      let positions =
        count > holes.count ? "all" : holes.map { "\($0.position.value)" }.joined(separator: ",")
      Terminal.out("  Mend the cause, or: rapport rebuild \(view) --accept-holes \(positions)")
    }
  }
}
