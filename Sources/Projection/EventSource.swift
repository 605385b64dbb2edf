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

  /// The events from `start` on, at most `countMax` positions of them, those of other types than `types` left out
  /// (nil: none is left out). Empty, with `next == start`, at the end only.
  func events(
    from start: Position, countMax: Int, ofTypes types: Set<String>?
  ) throws -> DecodedBatch

  /// The root of the ledger's tree over the events before `end`, in hexadecimal.
  func root(at end: Position) throws -> String
}
