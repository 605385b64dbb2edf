// Standard output and standard error: what goes where, in which colours, and safe from what others wrote.

import Glibc
import JSONBytes
import Ledger

enum Terminal {
  static let isOutputTerminal = isatty(STDOUT_FILENO) == 1
  static let isErrorTerminal = isatty(STDERR_FILENO) == 1

  /// Colour only on a terminal, and only where NO_COLOR (no-color.org) is unset or empty.
  static let usesColour: Bool = {
    // Safe: the variable is looked at once; nothing here changes the environment.
    let isRefused = unsafe getenv("NO_COLOR").map { unsafe $0.pointee != 0 } ?? false
    return isOutputTerminal && !isRefused
  }()

  enum Style: String {
    case bold = "1"
    case faint = "2"
    case green = "32"
    case yellow = "33"
    case red = "31"
  }

  static func styled(_ text: String, _ style: Style) -> String {
    usesColour ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }

  /// Text that somebody else wrote, with what a terminal would obey made visible: C0, C1, DEL, and marks that turn the
  /// direction of writing.
  static func printable(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
    var safe = ""
    for scalar in text.unicodeScalars {
      if isUnsafe(scalar) {
        safe += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        safe.unicodeScalars.append(scalar)
      }
    }
    return safe
  }

  private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

  static func out(_ line: String = "") { write(line + "\n", to: STDOUT_FILENO) }

  /// One JSON document, on one line.
  static func out(_ value: JSONValue) { out(value.text) }

  static func out(_ bytes: ArraySlice<UInt8>) {
    OutputBuffer.shared.append(bytes)
  }

  /// Something worth knowing that stops nothing.
  static func note(_ sentence: String) {
    write("\(cleared)rapport: \(printable(sentence))\n", to: STDERR_FILENO)
  }

  /// Why the command ends.
  static func complain(_ error: LedgerError) {
    write("\(cleared)rapport: \(printable(error.sentence)) [\(error.code)]\n", to: STDERR_FILENO)
  }

  /// Takes away a progress bar that stands in the line.
  private static var cleared: String { isErrorTerminal ? "\r\u{1B}[K" : "" }

  static func error(_ text: String) { write(text, to: STDERR_FILENO) }

  /// Empties the buffer; false when standard output took not everything (a full disk, a closed pipe).
  static func finish() -> Bool { OutputBuffer.shared.flush() }

  private static func write(_ text: String, to descriptor: Int32) {
    if descriptor == STDOUT_FILENO {
      OutputBuffer.shared.append(Array(text.utf8)[...])
    } else {
      _ = OutputBuffer.shared.flush()
      _ = OutputBuffer.writeAll(Array(text.utf8), to: descriptor)
    }
  }
}

/// Gathers standard output, so that a replay of a million events is not a million writes.
private final class OutputBuffer: @unchecked Sendable {
  // Unchecked: commands print from one task at a time; nothing prints from a thread of its own.
  static let shared = OutputBuffer()

  private var bytes: [UInt8] = []
  private var failed = false

  func append(_ more: ArraySlice<UInt8>) {
    bytes += more
    if bytes.count >= 1 << 16 { _ = flush() }
  }

  func flush() -> Bool {
    if !bytes.isEmpty {
      if !Self.writeAll(bytes, to: STDOUT_FILENO) { failed = true }
      bytes.removeAll(keepingCapacity: true)
    }
    return !failed
  }

  static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var done = 0
    // Safe: write(2) reads within the buffer; `done` grows by what it took.
    return unsafe bytes.withUnsafeBytes { buffer in
      while done < buffer.count, let base = buffer.baseAddress {
        let put = unsafe Glibc.write(descriptor, base + done, buffer.count - done)
        if put < 0, errno == EINTR { continue }
        if put <= 0 { return false }
        done += put
      }
      return true
    }
  }
}
