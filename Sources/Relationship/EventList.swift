// Values of one customer, each made by an event, and how another event finds the one it names.

/// A value that one event made.
package protocol EventMade: Hashable, Sendable {
  /// The event.
  var mark: EventMark { get }
}

/// Values in the order of the ledger. The one that an event names by its id (``EventReference``) costs one look-up,
/// however many there are; the first such look-up costs a pass over all.
package struct EventList<Element: EventMade>: RandomAccessCollection, Hashable, Sendable {
  /// By place in the ledger; those of one event in the order in which they were added.
  private var elements: [Element]
  /// Places by the id of the event. Made when first asked for: most lists are only added to.
  private var index: PlaceIndex<ByteText>?

  /// The values as they were stored, in the order of the ledger.
  package init(_ elements: [Element] = []) { self.elements = elements }

  package var startIndex: Int { 0 }
  package var endIndex: Int { elements.count }

  package subscript(position: Int) -> Element { elements[position] }

  package static func == (one: Self, other: Self) -> Bool { one.elements == other.elements }

  package func hash(into hasher: inout Hasher) { hasher.combine(elements) }

  /// Takes in a value.
  package mutating func add(_ element: Element) {
    let place = element.mark.moment.place
    elements.insert(element, at: elements.insertionIndex { $0.mark.moment.place <= place })
    index?.add(ByteText(element.mark.id), place)
  }

  /// Changes the value at `position`; the event that made it stays the same.
  package mutating func change(_ position: Int, _ body: (inout Element) -> Void) {
    let mark = elements[position].mark
    body(&elements[position])
    precondition(elements[position].mark == mark, "a value keeps the event that made it")
  }

  /// Where the values stand that the event made which `id` means when it is said at `moment`, among those with a value for
  /// which `condition` holds; nil if there is none. See ``EventReference``.
  package mutating func indexes(
    of id: String, before moment: Moment, where condition: (Element) -> Bool = { _ in true }
  ) -> Range<Int>? {
    let places = places(of: id).filter { indexes(at: $0).contains { condition(elements[$0]) } }
    return EventReference.place(before: moment, in: places).map { indexes(at: $0) }
  }

  private mutating func places(of id: String) -> [UInt64] {
    let made =
      index
      ?? elements.reduce(into: PlaceIndex()) {
        $0.add(ByteText($1.mark.id), $1.mark.moment.place)
      }
    index = made
    return made[ByteText(id)]
  }

  /// Where the values of the event at `place` stand.
  package func indexes(at place: UInt64) -> Range<Int> {
    let first = elements.insertionIndex { $0.mark.moment.place < place }
    let end = elements[first...].firstIndex { $0.mark.moment.place != place } ?? elements.endIndex
    return first..<end
  }
}
