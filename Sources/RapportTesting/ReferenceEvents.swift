// The reference data of the benchmarks: simple events, the same bytes for the same seed.

import JSONBytes
import Ledger

/// One event of the reference data.
package struct ReferenceEvent: Hashable, Sendable {
  package var position: Int
  /// Milliseconds since 1970.
  package var recorded: Int64
  /// The customer is `C` and this number with eight digits.
  package var customer: Int
  /// Place in ``ReferenceEvents/types``.
  package var type: Int
  /// 0 email, 1 voice, 2 web, 3 store, 4 sms.
  package var channel: Int
  package var amountCents: Int
  /// The product is `SKU` and this number.
  package var sku: Int
  package var quantity: Int
  /// The two halves of a random UUID.
  package var high: UInt64
  package var low: UInt64
}

/// The reference data of the benchmarks: *N* events of *N*/10 customers from one seed.
///
///     var events = ReferenceEvents(count: 1_000_000)
///     while events.appendLine(to: &ndjson) {}     // CloudEvents for Rapport
///     var rows = ReferenceEvents(count: 1_000_000)
///     while rows.appendRow(to: &flat) {}          // the same events as rows for a rival
///
/// The order of draws from ``SplitMix64`` is part of the format, for every event anew: recorded,
/// customer, type, channel, amount_cents, sku, qty, and two for the id. *u* is the upper 53 bits of
/// a draw times 2^-53; `round` goes to the nearest integer, halves away from zero; the powers are
/// `u * sqrt(u)` and `u * u`, multiplied by the scale last. All of it is exact in IEEE 754, so
/// other programs can make the same data.
package struct ReferenceEvents: Sendable {
  package let count: Int
  /// *C*: customers have the numbers 0 to *C*.
  package let customers: Int
  /// Position of the next event.
  package private(set) var position = 0
  private var random: SplitMix64

  package static let types = [
    "order.completed", "contact.sent", "preference.stated", "complaint.opened", "optout.recorded",
  ]

  /// `count` events; of a tenth as many customers, unless told otherwise.
  package init(count: Int, seed: UInt64 = 1, customers: Int? = nil) {
    precondition(count >= 0, "there are no fewer than no events")
    self.count = count
    self.customers = customers ?? count / 10
    random = SplitMix64(seed: seed)
  }

  /// The next event; nil after ``count``.
  package mutating func next() -> ReferenceEvent? {
    guard position < count else { return nil }
    defer { position += 1 }
    let recorded =
      1_600_000_000_000 + 15 * Int64(position) + Int64((1000 * random.unit()).rounded())
    let skewed = random.unit()
    let customer = Int((Double(customers) * (skewed * skewed.squareRoot())).rounded())
    let kind = random.unit()
    let type = kind < 0.6 ? 0 : kind < 0.8 ? 1 : kind < 0.9 ? 2 : kind < 0.97 ? 3 : 4
    let channel = Int((4 * random.unit()).rounded())
    let amount = Int((20_000 * random.unit()).rounded())
    let popular = random.unit()
    let sku = Int((50_000 * (popular * popular)).rounded())
    let quantity = 1 + Int((4 * random.unit()).rounded())
    return ReferenceEvent(
      position: position, recorded: recorded, customer: customer, type: type, channel: channel,
      amountCents: amount, sku: sku, quantity: quantity, high: random.next(), low: random.next())
  }

  /// Appends the next event as a line of CloudEvents; false, and nothing appended, after ``count``.
  package mutating func appendLine(to output: inout [UInt8]) -> Bool {
    guard let event = next() else { return false }
    event.appendLine(to: &output)
    return true
  }

  /// Appends the next event as a flat row; false, and nothing appended, after ``count``.
  package mutating func appendRow(to output: inout [UInt8]) -> Bool {
    guard let event = next() else { return false }
    event.appendRow(to: &output)
    return true
  }
}

extension ReferenceEvent {
  /// Appends one line of CloudEvents: canonical JSON, about 354 bytes with the line feed. It fits
  /// ``ReferenceEvents/schemas``, not the types that ship.
  package func appendLine(to output: inout [UInt8]) {
    let form = ReferenceForms.lines[type]
    output += form.amount
    output.appendDecimal(UInt64(amountCents))
    output += form.middle
    let middle = output.count
    output.appendDecimal(UInt64(sku))
    let end = output.count
    output += form.end
    var bytes = output.mutableSpan
    bytes[middle - form.channelBack] = 0x30 + UInt8(channel)
    bytes[middle - form.quantityBack] = 0x30 + UInt8(quantity)
    putUUID(at: end + form.id, in: &bytes)
    putDecimal(UInt64(customer), width: 8, at: end + form.customer, in: &bytes)
    putTime(at: end + form.time, in: &bytes)
  }

  /// Appends one flat row, about 190 bytes with the line feed.
  package func appendRow(to output: inout [UInt8]) {
    let form = ReferenceForms.rows[type]
    output += form.position
    output.appendDecimal(UInt64(position))
    let start = output.count
    output += form.middle
    let middle = output.count
    output.appendDecimal(UInt64(amountCents))
    output += form.sku
    output.appendDecimal(UInt64(sku))
    output += form.end
    let end = output.count
    var bytes = output.mutableSpan
    putUUID(at: start + form.id, in: &bytes)
    putDecimal(UInt64(recorded), width: 13, at: start + form.recorded, in: &bytes)
    putDecimal(UInt64(customer), width: 8, at: start + form.customer, in: &bytes)
    bytes[middle - form.channelBack] = 0x30 + UInt8(channel)
    bytes[end - form.quantityBack] = 0x30 + UInt8(quantity)
  }

  private func putDecimal(
    _ value: UInt64, width: Int, at start: Int, in bytes: inout MutableSpan<UInt8>
  ) {
    var rest = value
    for place in (start..<start + width).reversed() {
      bytes[place] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
  }

  private func putHex(
    _ value: UInt64, width: Int, at start: Int, in bytes: inout MutableSpan<UInt8>
  ) {
    var rest = value
    for place in (start..<start + width).reversed() {
      let nibble = UInt8(truncatingIfNeeded: rest & 15)
      bytes[place] = nibble < 10 ? 0x30 + nibble : 0x57 + nibble
      rest >>= 4
    }
  }

  /// A version 4 UUID of 36 bytes (RFC 9562). The hyphens stand there already.
  private func putUUID(at start: Int, in bytes: inout MutableSpan<UInt8>) {
    putHex(high >> 32, width: 8, at: start, in: &bytes)
    putHex(high >> 16, width: 4, at: start + 9, in: &bytes)
    putHex(high & 0x0FFF | 0x4000, width: 4, at: start + 14, in: &bytes)
    putHex(low >> 48 & 0x3FFF | 0x8000, width: 4, at: start + 19, in: &bytes)
    putHex(low, width: 12, at: start + 24, in: &bytes)
  }

  /// The time as entries write it, 27 bytes. What does not change stands there already.
  private func putTime(at start: Int, in bytes: inout MutableSpan<UInt8>) {
    let (days, rest) = recorded.quotientAndRemainder(dividingBy: 86_400_000)
    let date = CivilDate(daysSince1970: Int(days))
    let second = UInt64(rest / 1000)
    putDecimal(UInt64(date.year), width: 4, at: start, in: &bytes)
    putDecimal(UInt64(date.month), width: 2, at: start + 5, in: &bytes)
    putDecimal(UInt64(date.day), width: 2, at: start + 8, in: &bytes)
    putDecimal(second / 3600, width: 2, at: start + 11, in: &bytes)
    putDecimal(second / 60 % 60, width: 2, at: start + 14, in: &bytes)
    putDecimal(second % 60, width: 2, at: start + 17, in: &bytes)
    putDecimal(UInt64(rest % 1000), width: 3, at: start + 20, in: &bytes)
  }
}

/// Lines and rows with blanks in the place of values: a line is a few copies, then the values are
/// put into their places. Only what has no fixed width is appended between.
private enum ReferenceForms {
  struct Line {
    let amount = Array(
      #"{"authid":"benchmark","authtype":"service_account","data":{"amount_cents":"#.utf8)
    let middle = Array(#","channel":_,"qty":_,"sku":"SKU"#.utf8)
    let end: [UInt8]
    // Places of the values, counted back from the end of `middle` or on from the start of `end`.
    let channelBack: Int
    let quantityBack: Int
    let id: Int
    let customer: Int
    let time: Int

    init(_ type: String) {
      let toID = #""},"dataclassification":"internal","dataschema":"\#(type)/1","id":""#
      let toCustomer =
        toID + blankID + #"","source":"/bench/shops","specversion":"1.0","subject":"C"#
      let toTime = toCustomer + "________" + #"","time":""#
      end = Array((toTime + blankTime + "\",\"type\":\"\(type)\"}\n").utf8)
      id = toID.utf8.count
      customer = toCustomer.utf8.count
      time = toTime.utf8.count
      quantityBack = #"_,"sku":"SKU"#.utf8.count
      channelBack = #"_,"qty":_,"sku":"SKU"#.utf8.count
    }
  }

  struct Row {
    let position = Array(#"{"pos":"#.utf8)
    let middle: [UInt8]
    let sku = Array(#","sku":"SKU"#.utf8)
    let end = Array("\",\"qty\":_}\n".utf8)
    let id: Int
    let recorded: Int
    let customer: Int
    let channelBack: Int
    let quantityBack = 3

    init(_ type: String) {
      let toID = #","id":""#
      let toRecorded = toID + blankID + #"","recorded":"#
      let toCustomer = toRecorded + "_____________" + #","customer":"C"#
      middle = Array(
        (toCustomer + "________" + #"","type":"\#(type)","channel":_,"amount_cents":"#).utf8)
      id = toID.utf8.count
      recorded = toRecorded.utf8.count
      customer = toCustomer.utf8.count
      channelBack = #"_,"amount_cents":"#.utf8.count
    }
  }

  static let blankID = "________-____-____-____-____________"
  static let blankTime = "____-__-__T__:__:__.___000Z"
  static let lines = ReferenceEvents.types.map { Line($0) }
  static let rows = ReferenceEvents.types.map { Row($0) }
}

extension ReferenceEvents {
  /// The event types of the reference data, `(file name, text)`: a ledger made for benchmarks has
  /// these in place of those that ship, which have the same names and other fields.
  package static let schemas: [(name: String, text: String)] = types.map { type in
    ("\(type).v1.json", schema(type))
  }

  private static func schema(_ type: String) -> String {
    """
    {
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "$id": "\(type)/1",
      "title": "\(type), reference data",
      "description": "A simple event for benchmarks; never part of a real ledger.",
      "x-subject": "customer",
      "x-dataclassification": "internal",
      "x-datacategory": "standard",
      "type": "object",
      "properties": {
        "amount_cents": {
          "x-label": "Amount",
          "description": "An amount in hundredths of the currency unit.",
          "type": "integer",
          "minimum": 0,
          "maximum": 20000
        },
        "channel": {
          "x-label": "Channel",
          "description": "0 email, 1 voice, 2 web, 3 store, 4 sms.",
          "type": "integer",
          "minimum": 0,
          "maximum": 4
        },
        "qty": {
          "x-label": "Quantity",
          "description": "How many.",
          "type": "integer",
          "minimum": 1,
          "maximum": 5
        },
        "sku": {
          "x-label": "Product",
          "description": "Number of the product.",
          "type": "string",
          "x-format": "id"
        }
      },
      "required": ["amount_cents", "channel", "qty", "sku"],
      "additionalProperties": false,
      "examples": [{ "amount_cents": 1250, "channel": 2, "qty": 1, "sku": "SKU4711" }]
    }

    """
  }
}
