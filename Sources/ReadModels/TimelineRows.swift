// The timeline's new rows while they wait to be written: packed, because there is one for every event.

import JSONBytes
import Projection

/// Rows of the table `timeline`: their numbers in one run, their texts in another.
///
///     numbers of a row  position, time, recorded, the sizes of type, channel, line and id, those of source and saidBy
///     texts of a row    type channel line id source saidBy, one behind the other
///
/// A size takes 16 bits, the first one the lowest; 65,535 stands for a text that is not there.
struct TimelineRows: Sendable {
  private var numbers: [UInt64] = []
  private var texts: [UInt8] = []

  private static let none = UInt64(UInt16.max)

  /// Adds the row of `event`. Of a text longer than 65,534 bytes the rest is cut off; the envelope allows none.
  mutating func append(_ event: DecodedEvent, channel: String?, line: String) {
    numbers.append(event.place)
    numbers.append(UInt64(bitPattern: event.time.microseconds))
    numbers.append(UInt64(bitPattern: event.recorded.microseconds))
    let sizes =
      append(event.type) | append(channel) << 16 | append(line) << 32 | append(event.id) << 48
    numbers.append(sizes)
    numbers.append(append(event.source) | append(event.authtype) << 16)
  }

  private mutating func append(_ text: String?) -> UInt64 {
    guard let text else { return Self.none }
    let before = texts.count
    if text.utf8.count < Self.none {
      texts.append(contentsOf: text.utf8)
    } else {
      texts.append(contentsOf: text.utf8.prefix(Int(Self.none) - 1))
    }
    return UInt64(texts.count - before)
  }

  /// Writes every row.
  func write(_ customer: String, to row: RowWriter) throws {
    var offset = 0
    for start in stride(from: 0, to: numbers.count, by: 5) {
      row.text(customer)
      for index in start..<start + 3 { row.integer(Int64(bitPattern: numbers[index])) }
      for text in 0..<6 {
        let size = numbers[start + 3 + text / 4] >> UInt64(text % 4 * 16) & Self.none
        if size == Self.none {
          row.text(nil)
        } else {
          row.text(utf8: texts[offset..<offset + Int(size)])
          offset += Int(size)
        }
      }
      try row.insert()
    }
  }
}
