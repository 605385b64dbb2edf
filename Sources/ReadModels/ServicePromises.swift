// What we owe customers, and what we owed and gave.

import GRDB
import JSONBytes
package import Projection
import Relationship

/// The tables `open_promise` and `kept_promise`. The key is the customer.
///
/// A promise is kept once: of several redemptions the earliest counts, and so does the earliest of several grants. A
/// promise that is kept leaves one table for the other.
package struct ServicePromises: Projector {
  package static let name = ServiceModel.name
  package static let version = ServiceModel.version
  private static let kinds: Set<EventKind> = [
    .creditGranted, .creditRedeemed, .inquiryReceived, .complaintOpened,
  ]
  package static let isOfCustomers = true
  package static let eventTypes: Set<String>? = kinds.names

  package init() {}

  /// An inquiry or complaint counts where it names what caused it: it may ask for a promise again.
  package func key(of event: DecodedEvent) -> String? {
    switch event.kind {
    case .creditGranted?, .creditRedeemed?: event.subject
    case .inquiryReceived?, .complaintOpened?: event.causationid == nil ? nil : event.subject
    default: nil
    }
  }

  package func fresh(_ key: String) -> ServicePromisesState { ServicePromisesState(key) }

  package func load(
    _ key: String, for events: [DecodedEvent], from tables: Tables
  ) throws -> ServicePromisesState {
    try ServicePromisesState(key, for: events, from: tables)
  }

  package func fold(_ event: DecodedEvent, into state: inout ServicePromisesState) -> String? {
    state.take(event)
  }

  package func store(_ state: ServicePromisesState, of key: String, in tables: Tables) throws {
    try state.store(in: tables)
  }
}

/// The promises to one customer that events touch.
package struct ServicePromisesState: Sendable {
  private let customer: String
  private var open = KeyedRows<OpenPromiseRow>()
  private var kept = KeyedRows<KeptPromiseRow>()
  /// Promises by the id of an event that made them: each that is open, and some that are kept by now.
  private var made: [ByteText: [ByteText]] = [:]

  init(_ customer: String) { self.customer = customer }

  init(_ customer: String, for events: [DecodedEvent], from tables: Tables) throws {
    self.init(customer)
    let named = SQLList.of(Set(events.compactMap { $0.fields.bytes("promiseId") }))
    let causes = SQLList.of(Set(events.compactMap { $0.causationid.map(ByteText.init) }))
    let condition = "customer_id = ? AND promise_id IN (SELECT value FROM json_each(?))"
    try open.load(
      where: "\(condition) OR customer_id = ? AND event_id IN (SELECT value FROM json_each(?))",
      [customer, named, customer, causes], from: tables)
    try kept.load(where: condition, [customer, named], from: tables)
    for row in open.stored {
      if let grant = row.promise.grant { made[ByteText(grant.mark.id), default: []].append(row.id) }
    }
  }

  mutating func take(_ event: DecodedEvent) -> String? {
    let fields = event.fields
    let isGrant = event.kind == .creditGranted
    guard isGrant || event.kind == .creditRedeemed else {
      askedAgain(event)
      return nil
    }
    guard let id = fields.bytes("promiseId") else { return nil }
    let sum = fields.sum("amount")
    var promise = open[id]?.promise ?? kept[id]?.promise ?? ServicePromise(customer, id)
    if isGrant {
      promise.granted(ServicePromise.Grant(event, sum))
      made[ByteText(event.id), default: []].append(id)
    } else {
      promise.redeemed(ServicePromise.Redemption(event, sum))
    }
    if promise.redemption == nil {
      open.put(OpenPromiseRow(promise))
    } else {
      open.remove(id)
      kept.put(KeptPromiseRow(promise))
    }
    return sum == .inexact ? EventFields.inexact("amount") : nil
  }

  /// An event that a promise caused, while it is open.
  private mutating func askedAgain(_ event: DecodedEvent) {
    guard let cause = event.causationid.map(ByteText.init) else { return }
    for id in Set(made[cause] ?? []) {
      guard var promise = open[id]?.promise, let grant = promise.grant,
        ByteText(grant.mark.id) == cause
      else { continue }
      promise.timesAskedAgain += 1
      promise.askedAgain = max(promise.askedAgain ?? event.time, event.time)
      open.put(OpenPromiseRow(promise))
    }
  }

  func store(in tables: Tables) throws {
    try open.store(in: tables)
    try kept.store(in: tables)
  }
}

/// A promise, of which some fields may not be seen. The rule is that of `Relationship.Promise`.
struct ServicePromise: Hashable, Sendable {
  struct Grant: Hashable, Sendable {
    var mark: EventMark
    var owed: Money?
    var reason: ByteText?
    var redeemWhere: ByteText?
    var validUntil: Timestamp?
  }

  struct Redemption: Hashable, Sendable {
    var mark: EventMark
    var amount: Money?
    var storeId: ByteText?
  }

  let customer: String
  let id: ByteText
  var grant: Grant?
  var redemption: Redemption?
  var timesAskedAgain: Int64 = 0
  var askedAgain: Timestamp?
  /// Events that said the same once more and count for nothing.
  var repeats: Int64 = 0

  init(_ customer: String, _ id: ByteText) {
    self.customer = customer
    self.id = id
  }

  mutating func granted(_ new: Grant) {
    if grant != nil { repeats += 1 }
    if let old = grant, old.mark < new.mark { return }
    grant = new
  }

  mutating func redeemed(_ new: Redemption) {
    if redemption != nil { repeats += 1 }
    if let old = redemption, old.mark < new.mark { return }
    redemption = new
  }
}

extension ServicePromise.Grant {
  init(_ event: DecodedEvent, _ sum: EventFields.Sum) {
    let fields = event.fields
    mark = event.mark
    if case .exact(let money) = sum { owed = money }
    reason = fields.personalBytes("reason")
    redeemWhere = fields.bytes("redeemWhere")
    validUntil = fields.instant("validUntil")
  }

  init?(reading row: RowReader) {
    let owed = row.money()
    let reason = row.optionalBytes()
    let redeemWhere = row.optionalBytes()
    let validUntil = row.optionalTime()
    guard let mark = row.mark() else { return nil }
    self.init(
      mark: mark, owed: owed, reason: reason, redeemWhere: redeemWhere, validUntil: validUntil)
  }
}

extension ServicePromise.Redemption {
  init(_ event: DecodedEvent, _ sum: EventFields.Sum) {
    mark = event.mark
    if case .exact(let money) = sum { amount = money }
    storeId = event.fields.bytes("storeId")
  }

  init?(reading row: RowReader) {
    let amount = row.money()
    let mark = row.mark()
    let storeId = row.optionalBytes()
    guard let mark else { return nil }
    self.init(mark: mark, amount: amount, storeId: storeId)
  }
}
