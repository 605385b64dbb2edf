// What became of each contact.

import GRDB
import JSONBytes
package import Projection
import Relationship

/// The tables `response` and `loose_outcome`. The key is the customer.
///
/// An outcome names its contact by the id of the event that sent it, or by the carrier's number; it may come first.
/// That a message was opened is not kept: mail programs open by themselves, and nothing may rest on it.
package struct MarketingResponses: Projector {
  package static let name = MarketingModel.name
  package static let version = MarketingModel.version
  private static let kinds: Set<EventKind> = [
    .contactSent, .contactDelivered, .contactBounced, .contactResponded, .contactComplained,
    .optoutRecorded, .complaintOpened,
  ]
  package static let isOfCustomers = true
  package static let eventTypes: Set<String>? = kinds.names

  package init() {}

  /// A complaint counts where it names what caused it.
  package func key(of event: DecodedEvent) -> String? {
    guard let kind = event.kind, Self.kinds.contains(kind) else { return nil }
    return kind == .complaintOpened && event.causationid == nil ? nil : event.subject
  }

  package func fresh(_ key: String) -> MarketingResponseState { MarketingResponseState(key) }

  package func load(
    _ key: String, for events: [DecodedEvent], from tables: Tables
  ) throws -> MarketingResponseState {
    try MarketingResponseState(key, for: events, from: tables)
  }

  package func fold(_ event: DecodedEvent, into state: inout MarketingResponseState) -> String? {
    state.take(event)
    return nil
  }

  package func store(_ state: MarketingResponseState, of key: String, in tables: Tables) throws {
    try state.store(in: tables)
  }
}

/// The contacts with one customer that events touch.
package struct MarketingResponseState: Sendable {
  private let customer: String
  /// In log order.
  private var contacts: [ResponseRow] = []
  /// As they were loaded.
  private var loaded: [ResponseRow] = []
  /// The latest contact of each name, by its index.
  private var latest: [Outcome.Name: Int] = [:]
  private var loose = WaitingRows<LooseOutcomeRow>()

  init(_ customer: String) { self.customer = customer }

  /// Loads the contacts that outcomes among the events name, and the outcomes that wait for a contact among them.
  init(_ customer: String, for events: [DecodedEvent], from tables: Tables) throws {
    self.init(customer)
    var named: Set<Outcome.Name> = []
    var sent: Set<Outcome.Name> = []
    for event in events {
      let names = Outcome.Reference(event).names
      if event.kind == .contactSent { sent.formUnion(names) } else { named.formUnion(names) }
    }
    // Of a name that several contacts have, the latest is meant.
    try tables.rows(
      """
      SELECT * FROM response WHERE customer_id = ? AND position IN (
        SELECT (SELECT max(position) FROM response WHERE customer_id = ? AND event_id = value)
          FROM json_each(?)
        UNION SELECT (SELECT max(position) FROM response
            WHERE customer_id = ? AND message_id = value)
          FROM json_each(?))
        ORDER BY position
      """, [customer, customer, Outcome.Name.events(named), customer, Outcome.Name.messages(named)]
    ) { loaded.append(ResponseRow(reading: $0)) }
    for contact in loaded { add(contact) }
    let list = "IN (SELECT value FROM json_each(?))"
    try loose.load(
      where: "customer_id = ? AND (send_event_id \(list) OR message_id \(list))",
      [customer, Outcome.Name.events(sent), Outcome.Name.messages(sent)], from: tables)
  }

  private mutating func add(_ contact: ResponseRow) {
    for name in contact.names { latest[name] = contacts.count }
    contacts.append(contact)
  }

  mutating func take(_ event: DecodedEvent) {
    let reference = Outcome.Reference(event)
    if event.kind == .contactSent {
      var contact = ResponseRow(customer, event)
      for waiting in loose.take(contact.names) { contact.take(waiting.outcome) }
      add(contact)
      return
    }
    for kind in Outcome.kinds(of: event) {
      let outcome = Outcome(kind, event.moment, reference)
      if let index = index(of: reference) {
        contacts[index].take(outcome)
      } else if event.kind != .complaintOpened {
        // A complaint has mostly another cause; and a cause stands in the ledger before its effect.
        loose.put(LooseOutcomeRow(customer, outcome))
      }
    }
  }

  /// The contact that is meant: the latest before it in the ledger, by the event's id, else by the carrier's number.
  private func index(of reference: Outcome.Reference) -> Int? {
    reference.names.lazy.compactMap { latest[$0] }.first
  }

  func store(in tables: Tables) throws {
    let known = Dictionary(uniqueKeysWithValues: loaded.map { ($0.position, $0) })
    let writer = try tables.writer(ResponseRow.table)
    for row in contacts where known[row.position] != row {
      row.write(to: writer)
      try writer.insert()
    }
    try loose.store(in: tables)
  }
}

/// What a customer, or her mailbox, did with a contact.
struct Outcome: Hashable, Sendable {
  /// In the order of the columns of `response`.
  enum Kind: String, Hashable, CaseIterable, Sendable {
    case delivered, bounced, hardBounced, clicked, replied, called, visited, bought, declined
    case complained, optedOut, openedComplaint
  }

  /// What a contact is known by.
  enum Name: Hashable, Sendable {
    /// The id of the event that sent it.
    case event(ByteText)
    /// The carrier's number.
    case message(ByteText)

    /// Those of this sort, as ``SQLList`` gives them.
    static func events(_ names: Set<Name>) -> String {
      SQLList.of(names.compactMap { if case .event(let id) = $0 { id } else { nil } })
    }

    /// Those of this sort, as ``SQLList`` gives them.
    static func messages(_ names: Set<Name>) -> String {
      SQLList.of(names.compactMap { if case .message(let number) = $0 { number } else { nil } })
    }
  }

  /// How the contact is named.
  struct Reference: Hashable, Sendable {
    var send: ByteText?
    var message: ByteText?

    init(send: ByteText?, message: ByteText?) {
      self.send = send
      self.message = message
    }

    /// What an outcome names, or what a contact is named by.
    init(_ event: DecodedEvent) {
      let fields = event.fields
      switch event.kind {
      case .contactSent?: send = ByteText(event.id)
      case .complaintOpened?: send = event.causationid.map(ByteText.init)
      default: send = fields.bytes("sendEventId")
      }
      message = fields.bytes("messageId")
    }

    /// The event's id first.
    var names: [Name] { [send.map(Name.event), message.map(Name.message)].compactMap { $0 } }
  }

  let kind: Kind
  let moment: Moment
  let reference: Reference

  init(_ kind: Kind, _ moment: Moment, _ reference: Reference) {
    self.kind = kind
    self.moment = moment
    self.reference = reference
  }

  /// What the event says of a contact; nothing where it names none.
  static func kinds(of event: DecodedEvent) -> [Kind] {
    let fields = event.fields
    switch event.kind {
    case .contactDelivered?: return [.delivered]
    case .contactBounced?:
      return fields.word("bounce") == "hard" ? [.bounced, .hardBounced] : [.bounced]
    case .contactResponded?:
      switch fields.word("response") {
      case "clicked": return [.clicked]
      case "replied": return [.replied]
      case "called": return [.called]
      case "visited": return [.visited]
      case "bought": return [.bought]
      case "declined": return [.declined]
      default: return []
      }
    case .contactComplained?: return [.complained]
    case .optoutRecorded?: return fields.has("sendEventId") ? [.optedOut] : []
    case .complaintOpened?: return [.openedComplaint]
    default: return []
    }
  }
}
