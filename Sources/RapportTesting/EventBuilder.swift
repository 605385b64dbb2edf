// Events for tests in one line each, and a ledger that holds nothing but them.

package import JSONBytes
import Ledger
package import LogEngine
package import Projection
import Synchronization

/// A history of events as a projector sees them, made one after the other.
///
///     var history = History()
///     let wish = history.add("preference.stated", at: "2026-03-01", ["topic": "food", …])
///     history.add("preference.retracted", at: "2026-03-02", ["preferenceEventId": .string(wish)])
package struct History: Sendable {
  package private(set) var events: [DecodedEvent] = []
  private var revisions: [String: UInt32] = [:]

  package init() {}

  /// Adds an event; returns its id, `e` and its position if none is given.
  ///
  /// `time` is a day or an RFC 3339 instant; `recorded` is the same, or that of the event before where that is
  /// later. `by` is the `authtype`, `cause` the id of the event that caused it. A nil subject is an event about the
  /// whole ledger.
  @discardableResult
  package mutating func add(
    _ type: String, of subject: String? = "c1", at time: String = "2026-01-01",
    id: String? = nil, by authtype: String = "app_user", source: String = "/test",
    recorded: String? = nil, cause: String? = nil, _ data: JSONValue = [:]
  ) -> String {
    let when = Self.instant(time)
    let taken = recorded.map(Self.instant) ?? max(when, events.last?.recorded ?? when)
    return add(
      type, of: subject, at: when, recorded: taken, id: id, by: authtype, source: source,
      cause: cause, data)
  }

  /// As above, with instants.
  @discardableResult
  package mutating func add(
    _ type: String, of subject: String?, at time: Timestamp, recorded: Timestamp, id: String?,
    by authtype: String, source: String, cause: String? = nil, _ data: JSONValue
  ) -> String {
    let position = Position(UInt64(events.count))
    let id = id ?? "e\(position)"
    let revision = subject.map { (revisions[$0] ?? 0) + 1 }
    if let subject { revisions[subject] = revision }
    events.append(
      DecodedEvent(
        position: position, id: id, source: source, type: type, schemaVersion: 1,
        subject: subject, revision: revision, time: time, recorded: recorded,
        authtype: authtype, authid: nil, causationid: cause, correlationid: nil,
        data: Self.view(data)))
    return id
  }

  /// The same events appended in another order: positions and revisions are given anew, all else stays.
  package func reordered(by order: [Int]) -> History {
    var history = History()
    for index in order {
      let event = events[index]
      history.add(
        event.type, of: event.subject, at: event.time, recorded: event.recorded, id: event.id,
        by: event.authtype, source: event.source, cause: event.causationid, event.data.value)
    }
    return history
  }

  /// A day or an RFC 3339 instant. Traps on anything else: a test's own mistake.
  package static func instant(_ text: String) -> Timestamp {
    if let day = CivilDate(text.utf8) { return Timestamp(day) }
    guard let instant = Timestamp(text) else { preconditionFailure("\(text) is no instant") }
    return instant
  }

  /// A value as scanned JSON.
  package static func view(_ value: JSONValue) -> JSONView {
    do {
      return try JSONDocument(scanning: Array(value.text.utf8)).root
    } catch {
      preconditionFailure("a test's data is no JSON: \(error.sentence)")
    }
  }
}

/// A ledger in memory, for projections. Events may be appended while it is read.
package final class ArraySource: EventSource {
  private let stored: Mutex<[DecodedEvent]>
  private let identities = Identities()

  package init(_ events: some Sequence<DecodedEvent> = []) { stored = Mutex(Array(events)) }

  /// Adds events at the end, for whoever reads on.
  package func append(_ events: some Sequence<DecodedEvent>) {
    stored.withLock { $0.append(contentsOf: events) }
  }

  package var end: Position { stored.withLock { Position(UInt64($0.count)) } }

  package func events(
    from start: Position, countMax: Int, ofTypes types: Set<String>?
  ) throws -> DecodedBatch {
    stored.withLock { all in
      let run = all[Int(start.value)...].prefix(countMax)
      let wanted = types.map { types in run.filter { types.contains($0.type) } } ?? Array(run)
      return DecodedBatch(
        events: wanted, next: start.advanced(by: run.count), recorded: run.last?.recorded)
    }
  }

  package func customers(before end: Position) throws -> CustomerMap {
    try identities.map(before: end, from: self)
  }

  package func customers(before end: Position, asOf point: AsOf) throws -> CustomerMap {
    try identities.map(before: end, asOf: point, from: self)
  }

  /// No Merkle tree, but as particular: a hash over ids and data of the events before `end`.
  package func root(at end: Position) throws -> String {
    stored.withLock { all in
      var hash: UInt64 = 0xcbf2_9ce4_8422_2325
      for event in all[..<Int(end.value)] {
        for byte in event.id.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        for byte in event.data.source { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      }
      return String(hash, radix: 16)
    }
  }
}
