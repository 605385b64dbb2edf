// The timeline's new rows while they wait to be written: packed, because there is one for every event.

import JSONBytes
import Projection

/// Rows of the table `timeline`, one behind the other in one run of bytes.
///
///     row  := position(8) time(8) recorded(8) text type, channel, line, id, source, saidBy
///     text := count(2) bytes(count)        count 65,535: there is none
struct TimelineRows: Sendable {
  private var bytes: [UInt8] = []

  private static let none = UInt16.max

  /// Adds the row of `event`. Of a text longer than 65,534 bytes the rest is cut off; the envelope allows none.
  mutating func append(_ event: DecodedEvent, channel: String?, line: String) {
    append(event.place)
    append(UInt64(bitPattern: event.time.microseconds))
    append(UInt64(bitPattern: event.recorded.microseconds))
    append(event.type)
    append(channel)
    append(line)
    append(event.id)
    append(event.source)
    append(event.authtype)
  }

  private mutating func append(_ value: UInt64) {
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  private mutating func append(_ text: String?) {
    guard let text else {
      bytes += [0xFF, 0xFF]
      return
    }
    let utf8 = text.utf8.prefix(Int(Self.none) - 1)
    let count = UInt16(utf8.count)
    bytes.append(UInt8(truncatingIfNeeded: count))
    bytes.append(UInt8(truncatingIfNeeded: count >> 8))
    bytes.append(contentsOf: utf8)
  }

  /// Writes every row.
  func write(_ customer: String, to row: RowWriter) throws {
    var offset = 0
    while offset < bytes.count {
      row.text(customer)
      for _ in 0..<3 { row.integer(Int64(bitPattern: number(at: &offset))) }
      for _ in 0..<6 { text(at: &offset, to: row) }
      try row.insert()
    }
  }

  private func number(at offset: inout Int) -> UInt64 {
    defer { offset += 8 }
    return (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
  }

  private func text(at offset: inout Int, to row: RowWriter) {
    let count = UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8
    offset += 2
    if count == Self.none {
      row.text(nil)
      return
    }
    row.text(utf8: bytes[offset..<offset + Int(count)])
    offset += Int(count)
  }
}
