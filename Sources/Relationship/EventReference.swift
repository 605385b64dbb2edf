// How an event finds the one it names (the field type `eventId` of docs/schemas.md).

/// Looking for the event that another event names by its `id`.
package enum EventReference {
  /// The index of the mark that `id` means when it is said at `moment`; nil if there is none.
  ///
  /// Where several fit (other sources may use the same id), the latest before the reference in the ledger; if all
  /// stand behind it, the first.
  package static func index(of id: String, before moment: Moment, in marks: [EventMark]) -> Int? {
    var best: Int?
    for (index, mark) in marks.enumerated() where mark.id.utf8.elementsEqual(id.utf8) {
      guard let old = best.map({ marks[$0].moment.place }) else {
        best = index
        continue
      }
      let place = mark.moment.place
      let isBetter =
        if place < moment.place { old > moment.place || place > old } else { place < old }
      if isBetter { best = index }
    }
    return best
  }
}
