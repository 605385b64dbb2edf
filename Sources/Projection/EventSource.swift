// What read models are folded from: events in log order, a batch at a time.

package import JSONBytes
package import LogEngine

/// A run of events in log order, and where the next run begins.
package struct DecodedBatch: Sendable {
  /// In log order. Events that the projector does not read may be left out.
  package var events: [DecodedEvent]
  /// The position behind the last event looked at, whether it is in ``events`` or was left out.
  package var next: Position
  /// The recorded time of the event before ``next``; nil for a batch that looked at nothing.
  package var recorded: Timestamp?

  /// Joins the parts.
  package init(events: [DecodedEvent], next: Position, recorded: Timestamp?) {
    self.events = events
    self.next = next
    self.recorded = recorded
  }
}

/// A ledger as the projection sees it. The facade implements it over the log; tests over an array.
package protocol EventSource: Sendable {
  /// The position the next event will have. It never goes back.
  var end: Position { get }

  /// Takes in what was appended since, where another process appends. Then ``end`` is the log's.
  func refresh() throws

  /// The events from `start` on, at most `countMax` positions of them, those of other types than `types` left out
  /// (nil: none is left out). Empty, with `next == start`, at the end only.
  func events(
    from start: Position, countMax: Int, ofTypes types: Set<String>?
  ) throws -> DecodedBatch

  /// The root of the ledger's tree over the events before `end`, in hexadecimal.
  func root(at end: Position) throws -> String

  /// Whether `root` is that root. False as well where `end` lies where no root is known: then it is of another ledger.
  func isRoot(_ root: String, at end: Position) throws -> Bool

  /// Which subjects are one customer, by the merges in force among the events before `end`. Asked for once a batch: where
  /// nothing has changed, the same object.
  func customers(before end: Position) throws -> CustomerMap

  /// The same as of an earlier point: only merges that had happened, or were recorded, by then.
  func customers(before end: Position, asOf point: AsOf) throws -> CustomerMap

  /// All events before `end` whose subject is one of these, in log order.
  func history(of subjects: Set<String>, before end: Position) throws -> [DecodedEvent]

  /// The log behind the source, for a rebuild on several threads; nil where events can only be had one after the other.
  var stored: (any StoredEvents)? { get }
}

/// Events as a log keeps them, and what a projector sees of each.
package protocol StoredEvents: Sendable {
  var log: EventLog { get }

  /// The event types that can be had; nil means all.
  var types: Set<String>? { get }

  /// The newest version of a type: events of it are as ``lifted(_:)`` would give them, where every customer in them is
  /// named in Normalization Form C. Nil for a type that is not known.
  func newestVersion(of type: String) -> Int?

  /// The event by the newest version of its type; it comes as it was stored.
  func lifted(_ event: DecodedEvent) -> DecodedEvent

  /// The event that a whole entry is, by the newest version of its type: for what the log does not keep in columns.
  func decoded(entry: JSONView, at position: Position) throws -> DecodedEvent

  /// What of these events a model may see.
  func shared(_ events: [DecodedEvent]) -> [DecodedEvent]

  /// Hears how many events were read, from any thread.
  func hear(_ done: UInt64, of all: UInt64)
}

extension EventSource {
  /// Asks for the root.
  package func isRoot(_ root: String, at end: Position) throws -> Bool {
    try self.root(at: end) == root
  }

  /// As `events(from:countMax:ofTypes:)`, and nothing at or behind `limit`: a source may hand out more than it was asked
  /// for. What goes by position (which merges hold, where a file stands) then goes by the same one.
  package func events(
    from start: Position, before limit: Position, countMax: Int, ofTypes types: Set<String>?
  ) throws -> DecodedBatch {
    guard start < limit else { return DecodedBatch(events: [], next: start, recorded: nil) }
    let count = Int(min(limit.value - start.value, UInt64(countMax)))
    var batch = try events(from: start, countMax: count, ofTypes: types)
    guard batch.next > limit else { return batch }
    batch.events.removeAll { $0.position >= limit }
    batch.next = limit
    batch.recorded =
      try stored.map { try $0.log.read(.bytes, before: limit).recorded }
      ?? events(from: Position(limit.value - 1), countMax: 1, ofTypes: nil).events.first?.recorded
    return batch
  }

  /// None: events come one after the other.
  package var stored: (any StoredEvents)? { nil }

  /// Nobody else appends.
  package func refresh() throws {}

  /// Nobody is merged with anybody.
  package func customers(before end: Position) throws -> CustomerMap { .none }

  /// Nobody is merged with anybody.
  package func customers(before end: Position, asOf point: AsOf) throws -> CustomerMap { .none }

  /// Looks at every event.
  package func history(
    of subjects: Set<String>, before end: Position
  ) throws -> [DecodedEvent] {
    // By bytes, as a log's postings go.
    let names = Set(subjects.map { ByteKey($0) })
    var events: [DecodedEvent] = []
    var next = Position.zero
    while next < end {
      let batch = try self.events(from: next, countMax: 8_192, ofTypes: nil)
      guard batch.next > next else { break }
      events += batch.events.filter {
        $0.position < end && ($0.subject.map { names.contains(ByteKey($0)) } ?? false)
      }
      next = batch.next
    }
    return events
  }
}
