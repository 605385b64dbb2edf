// Values of one customer, each made by an event, and how another event finds the one it names.

/// A value that one event made.
package protocol EventMade: Hashable, Sendable {
  /// The event.
  var mark: EventMark { get }
}

/// Values in the order of the ledger. The one that an event names by its id (``EventReference``) costs one look-up,
/// however many there are; the first such look-up costs a pass over all.
package struct EventList<Element: EventMade>: Sendable {
  /// By place in the ledger; those of one event in the order in which they were added.
  package private(set) var all: [Element]
  /// Places by the id of the event. Made when first asked for, and only of many: most lists are short, or only added to.
  private var index: PlaceIndex<ByteText>?

  /// The values as they were stored, in the order of the ledger.
  package init(_ elements: [Element] = []) { all = elements }

  /// Takes in a value.
  package mutating func add(_ element: Element) {
    let place = element.mark.moment.place
    all.insert(element, at: all.insertionIndex { $0.mark.moment.place <= place })
    index?.add(ByteText(element.mark.id), place)
  }

  /// Changes the value at `position`; the event that made it stays the same.
  package mutating func change(_ position: Int, _ body: (inout Element) -> Void) {
    let mark = all[position].mark
    body(&all[position])
    precondition(all[position].mark == mark, "a value keeps the event that made it")
  }

  /// Where the values stand that the event made which `id` means when it is said at `moment`, among those with a value for
  /// which `condition` holds; nil if there is none. See ``EventReference``.
  package mutating func indexes(
    of id: String, before moment: Moment, where condition: (Element) -> Bool = { _ in true }
  ) -> Range<Int>? {
    let places = places(of: id).filter { indexes(at: $0).contains { condition(all[$0]) } }
    return EventReference.place(before: moment, in: places).map { indexes(at: $0) }
  }

  /// Values that are compared one by one sooner than looked up.
  static var fewMax: Int { 12 }

  private mutating func places(of id: String) -> [UInt64] {
    if all.count <= Self.fewMax {
      return places { $0.mark.id.utf8.elementsEqual(id.utf8) }
    }
    let made =
      index
      ?? all.reduce(into: PlaceIndex()) {
        $0.add(ByteText($1.mark.id), $1.mark.moment.place)
      }
    index = made
    return made[ByteText(id)]
  }

  /// Places of the events that made a value for which `condition` holds, ascending, each once. Costs a look at every value.
  func places(where condition: (Element) -> Bool) -> [UInt64] {
    var places: [UInt64] = []
    for element in all where condition(element) {
      let place = element.mark.moment.place
      if places.last != place { places.append(place) }
    }
    return places
  }

  /// Where the values of the event at `place` stand.
  package func indexes(at place: UInt64) -> Range<Int> {
    let first = all.insertionIndex { $0.mark.moment.place < place }
    let end = all[first...].firstIndex { $0.mark.moment.place != place } ?? all.endIndex
    return first..<end
  }
}
