// What every side of a comparison must answer about the reference events, computed from the generator alone.

import JSONBytes
import Ledger

/// The answer of a full scan: how many events, and of every value the sum modulo 2^64. A UUID counts as two numbers of
/// 64 bits, big-endian; a time in microseconds; a type by its place in ``ReferenceEvents/types``; a customer and a
/// product by the digits of their names.
struct ReferenceSums: Hashable, Sendable {
  var events: UInt64 = 0
  var amounts: UInt64 = 0
  var channels: UInt64 = 0
  var quantities: UInt64 = 0
  var skus: UInt64 = 0
  var times: UInt64 = 0
  var customers: UInt64 = 0
  var types: UInt64 = 0
  var highs: UInt64 = 0
  var lows: UInt64 = 0

  mutating func add(_ event: ReferenceEvent) {
    events += 1
    amounts &+= UInt64(event.amountCents)
    channels &+= UInt64(event.channel)
    quantities &+= UInt64(event.quantity)
    skus &+= UInt64(event.sku)
    times &+= UInt64(event.recorded) &* 1_000
    customers &+= UInt64(event.customer)
    types &+= UInt64(event.type)
    // As the UUID is written: version 4, variant 2.
    highs &+= event.high & ~0xF000 | 0x4000
    lows &+= event.low & ~(0xC0 << 56) | 0x80 << 56
  }

  /// The sums of both: of the parts of a scan.
  static func + (one: ReferenceSums, other: ReferenceSums) -> ReferenceSums {
    ReferenceSums(
      events: one.events + other.events, amounts: one.amounts &+ other.amounts,
      channels: one.channels &+ other.channels, quantities: one.quantities &+ other.quantities,
      skus: one.skus &+ other.skus, times: one.times &+ other.times,
      customers: one.customers &+ other.customers, types: one.types &+ other.types,
      highs: one.highs &+ other.highs, lows: one.lows &+ other.lows)
  }

  /// The form in which sides are compared.
  var text: String {
    "events=\(events) amount_cents=\(amounts) channel=\(channels) qty=\(quantities) sku=\(skus) "
      + "time=\(times) customer=\(customers) type=\(types) id_high=\(highs) id_low=\(lows)"
  }
}

/// The answer of a full scan that looks at the length of the texts only: what others need not read as numbers.
struct ReferenceLengths: Hashable, Sendable {
  var events: UInt64 = 0
  var numbers: UInt64 = 0
  var texts: UInt64 = 0

  /// Adds the numbers `amount_cents`, `channel`, `qty`, the time in microseconds and the two halves of the id; and the
  /// bytes of the customer, the product and the type.
  mutating func add(_ event: ReferenceEvent) {
    var sums = ReferenceSums()
    sums.add(event)
    events += 1
    numbers &+= sums.amounts &+ sums.channels &+ sums.quantities
    numbers &+= sums.times &+ sums.highs &+ sums.lows
    let type = ReferenceEvents.types[event.type]
    texts += UInt64(9 + Self.digits(event.sku) + 3 + type.utf8.count)
  }

  private static func digits(_ number: Int) -> Int {
    var count = 1
    var rest = number / 10
    while rest > 0 {
      count += 1
      rest /= 10
    }
    return count
  }

  var text: String { "events=\(events) numbers=\(numbers) bytes=\(texts)" }
}

/// The answer of a scan of one type, `optout.recorded`, which 3 % of the events have.
struct OptOutSums: Hashable, Sendable {
  static let type = "optout.recorded"

  var events: UInt64 = 0
  var worth: UInt64 = 0
  var last: Int64 = 0

  mutating func add(amountCents: Int64, quantity: Int64, time: Int64) {
    events += 1
    worth &+= UInt64(bitPattern: amountCents &* quantity)
    last = max(last, time)
  }

  var text: String { "events=\(events) worth=\(worth) last=\(last)" }
}

/// The answer about one customer's history.
struct HistorySums: Hashable, Sendable {
  var events = 0
  var amounts: Int64 = 0
  var last: Int64 = 0

  mutating func add(amountCents: Int64, time: Int64) {
    events += 1
    amounts &+= amountCents
    last = max(last, time)
  }

  /// One line, for the answers about many customers.
  func text(of customer: Int) -> String {
    "\(ReferenceAnswers.name(of: customer)) \(events) \(amounts) \(last)"
  }
}

/// All answers about one set of reference events.
struct ReferenceAnswers: Sendable {
  /// Drawn at random, each once, from those that may have events; some have none.
  let customers: [Int]
  private(set) var sums = ReferenceSums()
  private(set) var lengths = ReferenceLengths()
  private(set) var optOuts = OptOutSums()
  private var histories: [Int: HistorySums]

  /// Answers about the customers that `seed` picks, `picks` of them or all that there are.
  init(about set: ReferenceSet, picks: Int) {
    var random = SplitMix64(seed: set.seed ^ 0x686973746F7279)
    var customers: [Int] = []
    var histories: [Int: HistorySums] = [:]
    while customers.count < min(picks, set.customers) {
      let customer = random.below(set.customers + 1)
      guard histories.updateValue(HistorySums(), forKey: customer) == nil else { continue }
      customers.append(customer)
    }
    self.customers = customers
    self.histories = histories
  }

  mutating func add(_ event: ReferenceEvent) {
    sums.add(event)
    lengths.add(event)
    let time = event.recorded * 1_000
    if ReferenceEvents.types[event.type] == OptOutSums.type {
      optOuts.add(
        amountCents: Int64(event.amountCents), quantity: Int64(event.quantity), time: time)
    }
    histories[event.customer]?.add(amountCents: Int64(event.amountCents), time: time)
  }

  /// One line for each of ``customers``, in their order.
  var historyText: String {
    customers.map { (histories[$0] ?? HistorySums()).text(of: $0) }.joined(separator: "\n")
  }

  /// Events of all ``customers`` together.
  var historyEvents: Int { histories.values.reduce(0) { $0 + $1.events } }

  /// `C` and eight digits.
  static func name(of customer: Int) -> String {
    let digits = String(customer)
    return "C" + String(repeating: "0", count: max(0, 8 - digits.utf8.count)) + digits
  }
}
