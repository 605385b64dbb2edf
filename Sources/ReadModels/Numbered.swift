// Values of one customer that carry a number of their own: a promise, a complaint, a benefit.

package import Relationship

/// Values found by their number with one look-up, in the order in which they first came.
package struct Numbered<Element: Identifiable & Sendable>: RandomAccessCollection, Sendable
where Element.ID == String {
  private var elements: [Element]
  private var indexes: [ByteText: Int]

  /// Values of different numbers.
  package init(_ elements: [Element] = []) {
    self.elements = elements
    indexes = Dictionary(
      uniqueKeysWithValues: elements.enumerated().map { (ByteText($1.id), $0) })
  }

  package var startIndex: Int { 0 }
  package var endIndex: Int { elements.count }

  package subscript(position: Int) -> Element { elements[position] }

  /// Changes the value of this number, which it keeps; makes it first if there is none.
  package mutating func change(
    _ id: String, or make: (String) -> Element, _ body: (inout Element) -> Void
  ) {
    let index = indexes[ByteText(id)] ?? elements.count
    if index == elements.count {
      indexes[ByteText(id)] = index
      elements.append(make(id))
    }
    body(&elements[index])
  }
}

extension Promise: Identifiable {}
extension Complaint: Identifiable {}
extension Benefit: Identifiable {}
