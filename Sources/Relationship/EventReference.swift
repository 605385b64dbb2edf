// How an event finds the one it names (the field type `eventId` of docs/schemas.md).

/// Looking for the event that another event names by its `id`.
package enum EventReference {
  /// Of the events that have the `id`, the one that is meant when it is said at `moment`; nil if there is none.
  ///
  /// Where several fit (other sources may use the same id), the latest before the reference in the ledger; if all
  /// stand behind it, the first. `places` are theirs, ascending.
  package static func place(before moment: Moment, in places: [UInt64]) -> UInt64? {
    places.last { $0 < moment.place } ?? places.first
  }
}
