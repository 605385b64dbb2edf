// Progress with rate and time left, on standard error when that is a terminal, and silent otherwise.

import Ledger
import Synchronization

final class ProgressBar: Sendable {
  private let title: String
  private let unit: String
  private let start = ContinuousClock.now
  private let last = Mutex(ContinuousClock.now)
  private let isShown: Bool

  init(_ title: String, unit: String) {
    self.title = title
    self.unit = unit
    isShown = Terminal.isErrorTerminal
  }

  /// Shows how far it is; at most ten times a second. `total` is nil where it is not known.
  func update(_ done: UInt64, of total: UInt64?) {
    guard isShown else { return }
    let now = ContinuousClock.now
    let isDue = last.withLock { last in
      guard now - last > .milliseconds(100) else { return false }
      last = now
      return true
    }
    if isDue { Terminal.error("\r\u{1B}[K" + line(done, of: total, after: now - start)) }
  }

  /// Clears the line.
  func finish() {
    if isShown { Terminal.error("\r\u{1B}[K") }
  }

  func line(_ done: UInt64, of total: UInt64?, after elapsed: Duration) -> String {
    let seconds = max(elapsed / .seconds(1), 0.001)
    let rate = Double(done) / seconds
    var text = "\(title): \(Numbers.grouped(done)) \(unit), \(Numbers.grouped(UInt64(rate)))/s"
    guard let total, total > 0, done <= total else { return text }
    let share = Double(done) / Double(total)
    let filled = Int(share * 20)
    text =
      "[\(String(repeating: "#", count: filled))\(String(repeating: ".", count: 20 - filled))] "
      + "\(Int(share * 100)) % \(text)"
    if rate > 0 { text += ", \(Int(Double(total - done) / rate + 0.5)) s left" }
    return text
  }
}

enum Numbers {
  /// `1,234,567`.
  static func grouped(_ value: some BinaryInteger) -> String {
    let digits = String(value.magnitude)
    var text = ""
    for (place, digit) in digits.enumerated() {
      if place > 0, (digits.count - place) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return value < 0 ? "-" + text : text
  }

  /// One place behind the point.
  static func tenths(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(grouped(tenths / 10)).\(tenths % 10)"
  }

  static func counted(_ value: some BinaryInteger, _ one: String, _ many: String) -> String {
    "\(grouped(value)) \(value == 1 ? one : many)"
  }
}
