// Why an event is there: what it says, who said it and when, what led to it and what it led to.

import EventCatalog
package import JSONBytes
import LogEngine
import Projection
import ReadModels
package import Relationship

/// An event in words.
package struct ToldEvent: Sendable {
  package var position: UInt64
  package var id: String
  package var type: String
  /// What sort of event it is, in two or three words.
  package var title: String?
  /// One short line without personal fields.
  package var line: String
  /// The customer; nil for events about the whole ledger.
  package var customer: String?
  /// When it happened, as the source says.
  package var time: Timestamp
  /// When the ledger took it.
  package var recorded: Timestamp
  package var source: String
  package var saidBy: Author
  package var authid: String?
  package var isImport: Bool
  /// What the customer said in her own words, where the event keeps them; personal.
  package var words: String?

  /// Of a decoded event.
  init(_ event: DecodedEvent, _ catalog: Catalog) {
    position = event.place
    id = event.id
    type = event.type
    title = catalog.type(named: event.type)?.newest.title
    line = SummaryLine.text(of: event)
    customer = event.subject
    time = event.time
    recorded = event.recorded
    source = event.source
    saidBy = Author(authtype: event.authtype)
    authid = event.authid
    isImport = event.permissionEvent.stamp.isImport
    words = Self.words(event.data)
  }

  private static func words(_ data: JSONView) -> String? {
    for name in ["words", "text", "answer"] {
      if let words = data[name]?.string, !words.isEmpty { return words }
    }
    return nil
  }

  /// Stable names, for programs.
  package var json: JSONValue {
    .object([
      "position": .integer(position), "id": .string(id), "type": .string(type),
      "title": title.map { .string($0) }, "line": .string(line),
      "customer": customer.map { .string($0) },
      "time": .string(time.text), "recorded": .string(recorded.text), "source": .string(source),
      "saidBy": .string(saidBy.rawValue), "authid": authid.map { .string($0) },
      "isImport": .bool(isImport), "words": words.map { .string($0) },
    ])
  }
}

/// An event, and the events around it.
package struct WhyEvent: Sendable {
  /// An event that followed, and through how many others.
  package struct Effect: Sendable {
    package var event: ToldEvent
    /// 1: caused by the event itself.
    package var depth: Int
  }

  package var event: ToldEvent
  /// The fields of the event, as they are read today; personal.
  package var data: JSONValue
  /// What caused it, the nearest first.
  package var causes: [ToldEvent]
  /// The cause that it names and that is not among the customer's events or those of the house.
  package var missingCause: String?
  /// What it caused, in the order of the log.
  package var effects: [Effect]
  /// Other events that it names, each with the field that does.
  package var named: [(field: String, event: ToldEvent)]
  /// Of a decision or a message: what was asked and answered, then and with what is known by now.
  package var contact: WhyContact?

  /// Stable names, for programs.
  package var json: JSONValue {
    .object([
      "asked": "event", "event": event.json, "data": data,
      "causes": .array(causes.map(\.json)), "missingCause": missingCause.map { .string($0) },
      "effects": .array(
        effects.map { ["depth": .integer($0.depth), "event": $0.event.json] }),
      "named": .array(
        named.map { ["field": .string($0.field), "event": $0.event.json] }),
      "contact": contact?.json,
    ])
  }
}

extension Ledger {
  /// Why an event is there. `reference` is its position or its id.
  ///
  /// Throws `event.missing`, `event.several`. Cost: the history of its customer; of a decision or a message also what a
  /// question costs, twice.
  package func why(event reference: String) throws -> WhyEvent {
    let found = try event(reference)
    let history = try found.subject.map { try events(ofCustomer: $0) } ?? []
    let chain = EventChain(history)
    let (causes, missing) = try chain.causes(of: found) {
      try house(id: $0, before: found.position)
    }
    return WhyEvent(
      event: told(found), data: found.data.value, causes: causes.map(told),
      missingCause: missing,
      effects: chain.effects(of: found).map {
        WhyEvent.Effect(event: told($0.event), depth: $0.depth)
      },
      named: chain.named(by: found).map { ($0.field, told($0.event)) },
      contact: try contact(found, chain))
  }

  /// An event in words.
  func told(_ event: DecodedEvent) -> ToldEvent { ToldEvent(event, catalog) }

  /// The latest event of the house before a position that has an id: a policy, a purpose, a campaign.
  private func house(id: String, before end: Position) throws -> DecodedEvent? {
    var found: DecodedEvent?
    let mapper = mapper
    var next = Position.zero
    while next < end {
      let batch = try log.read(Selection(types: Self.houseTypes(catalog)), from: next)
      for row in batch.rows where row.position < end {
        let entry = batch.entry(row)
        guard entry["id"]?.equals(id) == true else { continue }
        found = try mapper.decode(entry, at: row.position)
      }
      next = batch.next
    }
    return found
  }

  /// Types without a customer.
  private static func houseTypes(_ catalog: Catalog) -> Set<String> {
    Set(catalog.types.filter { !$0.hasSubject }.map(\.name))
  }
}

/// How the events of one customer lead to each other.
struct EventChain {
  /// In log order.
  let history: [DecodedEvent]
  /// Of each id the places in `history`, ascending.
  private let places: [ByteText: [Int]]
  /// Longer chains than that are a loop.
  private static let depthMax = 32

  init(_ history: [DecodedEvent]) {
    self.history = history
    places = Dictionary(grouping: history.indices) { ByteText(history[$0].id) }
  }

  /// The event that a reference from `event` means: the latest before it of that id, else the first.
  func meant(_ id: String, from event: DecodedEvent) -> DecodedEvent? {
    let all = (places[ByteText(id)] ?? []).map { history[$0] }
      .filter { $0.position != event.position }
    return all.last { $0.position < event.position } ?? all.first
  }

  /// The causes of an event, the nearest first; and the id of one that is not there.
  func causes(
    of event: DecodedEvent, elsewhere: (String) throws -> DecodedEvent?
  ) throws -> (events: [DecodedEvent], missing: String?) {
    var causes: [DecodedEvent] = []
    var last = event
    while let id = last.causationid, causes.count < Self.depthMax {
      guard let cause = try meant(id, from: last) ?? elsewhere(id) else { return (causes, id) }
      guard !causes.contains(where: { $0.position == cause.position }),
        cause.position != event.position
      else { break }
      causes.append(cause)
      last = cause
    }
    return (causes, nil)
  }

  /// What an event caused, and what that caused, in the order of the log.
  func effects(of event: DecodedEvent) -> [(event: DecodedEvent, depth: Int)] {
    var depths: [Position: Int] = [event.position: 0]
    var found: [(event: DecodedEvent, depth: Int)] = []
    // An effect comes after its cause, so that one pass finds all.
    for other in history where other.position > event.position {
      guard let id = other.causationid,
        let cause = id.utf8.elementsEqual(event.id.utf8) ? event : meant(id, from: other),
        let depth = depths[cause.position], depth < Self.depthMax
      else { continue }
      depths[other.position] = depth + 1
      found.append((other, depth + 1))
    }
    return found
  }

  /// The events that the fields of an event name: `noticeEventId`, `learnedEventIds`.
  func named(by event: DecodedEvent) -> [(field: String, event: DecodedEvent)] {
    event.data.members.flatMap { name, value -> [(field: String, event: DecodedEvent)] in
      let ids =
        name.hasSuffix("EventId")
        ? [value.string].compactMap { $0 }
        : name.hasSuffix("EventIds") ? value.elements.compactMap(\.string) : []
      return ids.compactMap { id in meant(id, from: event).map { (name, $0) } }
    }
  }
}
