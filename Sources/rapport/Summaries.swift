// What commands print of appends: counts, and rejected lines without their content.

import JSONBytes
import Ledger
import struct LogEngine.Position

enum Summaries {
  private static let rejectionsShownMax = 20

  static func show(_ summary: AppendSummary, json: Bool, isOneAppend: Bool) {
    complain(summary.rejections, total: summary.rejected)
    if json {
      Terminal.out(
        .object([
          "appended": .integer(summary.appended), "duplicates": .integer(summary.duplicates),
          "rejected": .integer(summary.rejected), "first": position(summary.first),
          "last": position(summary.last),
        ]))
      return
    }
    if isOneAppend, summary.rejected > 0 {
      Terminal.out("Nothing was appended: an input with --expect goes in whole or not at all.")
      return
    }
    Terminal.out(line(summary))
  }

  static func line(_ summary: AppendSummary) -> String {
    var text =
      "Appended \(Numbers.grouped(summary.appended)), duplicates "
      + "\(Numbers.grouped(summary.duplicates)), rejected \(Numbers.grouped(summary.rejected))"
    if let first = summary.first, let last = summary.last {
      text += "; positions \(first) to \(last)"
    }
    return text + "."
  }

  /// Brings the views up to date, with a bar where it takes long, and says which were built anew, and which could not be
  /// brought there: that is no failure of a command which is about something else.
  static func catchUpViews(of ledger: Ledger) {
    let bar = ProgressBar("views", unit: "events")
    let done = ledger.catchUpViews { bar.update($0, of: $1) }
    bar.finish()
    note(done)
  }

  /// Says which views were built anew, and why: never silently. One that did not exist yet is no news.
  static func note(_ views: [ViewProgress]) {
    for view in views {
      if let failure = view.failure {
        Terminal.note("the view \(view.view) lags: \(failure.sentence) [\(failure.code)]")
      }
      if let stopped = view.stopped {
        Terminal.note("the view \(view.view) stopped before \(stopped)")
      }
      if view.wentBack {
        Terminal.note(
          "a rollback of the view \(view.view) had been broken off; the file before is in force now"
        )
      }
      guard let reason = view.rebuiltBecause, reason != ViewProgress.firstBuild else { continue }
      Terminal.note("the view \(view.view) was built anew: \(reason)")
    }
  }

  static func position(_ position: Position?) -> JSONValue {
    position.map { .integer($0.value) } ?? .null
  }

  /// Tells the first rejected lines on standard error.
  static func complain(_ rejections: [Rejection], total: Int, file: String? = nil) {
    let prefix = file.map { "\(Terminal.printable($0)), " } ?? ""
    for rejection in rejections.prefix(rejectionsShownMax) {
      Terminal.note("\(prefix)line \(rejection.line): \(rejection.sentence) [\(rejection.code)]")
    }
    if total > rejectionsShownMax {
      Terminal.note("\(prefix)\(Numbers.grouped(total - rejectionsShownMax)) more rejected")
    }
  }
}
