// A customer's timeline, a page at a time: by both clocks.

package import JSONBytes
package import LogEngine
import Projection
import ReadModels
package import Relationship

/// A part of a customer's timeline, the newest event first.
package struct TimelinePage: Sendable {
  package var events: [ToldEvent]
  /// Where the next page ends: what to ask for as `before`; nil behind the oldest event.
  package var next: Position?
}

extension Ledger {
  /// The events of a customer before a position, at most `countMax`, the newest first: those that were known by `known`
  /// and had happened by `instant`, and of the subjects that were one customer then. Nil where there are none of her at
  /// all.
  ///
  /// Cost: her history, through the log's postings.
  package func timelinePage(
    of id: String, before end: Position? = nil, trueAt instant: Timestamp? = nil,
    known: KnownAt = .end, countMax: Int
  ) throws -> TimelinePage? {
    precondition(countMax > 0, "a page holds one event at least")
    let now = log.end
    let group = try desk.merges(before: now, of: self)
      .group(of: id, at: instant ?? clock(), knownAt: known)
    let all = try mapper.history(of: Set(group.subjects), before: now)
    if all.isEmpty { return nil }
    let shown = all.filter { event in
      event.position < end ?? now && known.includes(event.permissionEvent.stamp)
        && instant.map { event.time <= $0 } ?? true
    }
    let page = shown.suffix(countMax)
    return TimelinePage(
      events: page.reversed().map { told($0) },
      next: page.count < shown.count ? page.first?.position : nil)
  }
}
