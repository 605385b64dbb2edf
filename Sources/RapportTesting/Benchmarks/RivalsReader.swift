// How the sides' questions are asked of a ledger.

import JSONBytes
import Ledger
import LogEngine

/// Answers the questions that are put to every side of a comparison, from a ledger of reference events.
protocol ReferenceReader: Sendable {
  /// How many threads read.
  var threads: Int { get }
  /// Reads every value of every event.
  func sums() throws -> ReferenceSums
  /// Reads the events of the type ``OptOutSums/type``.
  func optOuts() throws -> OptOutSums
  /// Reads the events of one customer.
  func history(of customer: Int) throws -> HistorySums
}

/// Reads whole entries in order, and looks into each.
struct EntryReader: ReferenceReader {
  let log: EventLog
  let threads = 1

  func sums() throws -> ReferenceSums {
    var sums = ReferenceSums()
    try each(.all) { sums.add(try ReferenceEvent($0)) }
    return sums
  }

  func optOuts() throws -> OptOutSums {
    var sums = OptOutSums()
    try each(Selection(types: [OptOutSums.type])) { entry in
      let data = entry["data"]
      sums.add(
        amountCents: data?["amount_cents"]?.integer ?? 0, quantity: data?["qty"]?.integer ?? 0,
        time: Self.microseconds(entry))
    }
    return sums
  }

  func history(of customer: Int) throws -> HistorySums {
    var sums = HistorySums()
    try each(Selection(customer: ReferenceAnswers.name(of: customer))) { entry in
      sums.add(
        amountCents: entry["data"]?["amount_cents"]?.integer ?? 0, time: Self.microseconds(entry))
    }
    return sums
  }

  private func each(_ selection: Selection, _ body: (JSONView) throws -> Void) throws {
    var next = Position.zero
    while next < log.end {
      let batch = try log.read(selection, from: next)
      for row in batch.rows { try body(batch.entry(row)) }
      next = batch.next
    }
  }

  private static func microseconds(_ entry: JSONView) -> Int64 {
    entry["time"]?.text.flatMap { Timestamp($0) }?.microseconds ?? 0
  }
}

extension ReferenceEvent {
  /// The event of an entry. Throws where it is no reference event.
  fileprivate init(_ entry: JSONView) throws {
    guard let id = entry["id"]?.text.flatMap(Self.halves),
      let time = entry["time"]?.text.flatMap({ Timestamp($0) }),
      let customer = entry["subject"]?.text.flatMap({ Self.number($0.dropFirst(1)) }),
      let kind = entry["type"],
      let type = ReferenceEvents.types.firstIndex(where: { kind.equals($0) }),
      let data = entry["data"], let amount = data["amount_cents"]?.integer,
      let channel = data["channel"]?.integer, let quantity = data["qty"]?.integer,
      let sku = data["sku"]?.text.flatMap({ Self.number($0.dropFirst(3)) })
    else {
      throw LedgerError("bench.event", "the ledger holds an event that is no reference event")
    }
    self.init(
      position: 0, recorded: time.microseconds / 1_000, customer: customer, type: type,
      channel: Int(channel), amountCents: Int(amount), sku: sku, quantity: Int(quantity),
      high: id.high, low: id.low)
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
    var number = 0
    for digit in digits {
      guard (0x30...0x39).contains(digit), number < 1 << 40 else { return nil }
      number = number * 10 + Int(digit - 0x30)
    }
    return digits.isEmpty ? nil : number
  }

  /// The two halves of a UUID as it is written, 36 characters.
  private static func halves(_ text: ArraySlice<UInt8>) -> (high: UInt64, low: UInt64)? {
    var value: (high: UInt64, low: UInt64) = (0, 0)
    var count = 0
    for byte in text where byte != UInt8(ascii: "-") {
      let nibble: UInt8
      switch byte {
      case 0x30...0x39: nibble = byte - 0x30
      case 0x61...0x66: nibble = byte - 0x57
      default: return nil
      }
      value = (value.high << 4 | value.low >> 60, value.low << 4 | UInt64(nibble))
      count += 1
    }
    return count == 32 ? value : nil
  }
}
