// Short names for instants and events, so that a test reads as given, when, then.

import JSONBytes
import Relationship

/// The start of day `number` of 2026, from 0.
func day(_ number: Int) -> Timestamp {
  Timestamp(CivilDate(daysSince1970: 20_454 + number))
}

/// An event on a day; its place in the ledger is the day too, unless one is given.
func moment(_ number: Int, place: UInt64? = nil) -> Moment {
  Moment(day(number), place: place ?? UInt64(number))
}

func event(
  _ id: String, on number: Int, place: UInt64? = nil, by author: Author = .customer
) -> EventMark {
  EventMark(id, at: moment(number, place: place), by: author)
}

func euros(_ amount: Int64) -> Money { Money(micros: amount * 1_000_000, currency: "EUR") }

/// Every order of some elements: all small inputs before some large ones.
func permutations<Element>(_ elements: [Element]) -> [[Element]] {
  guard elements.count > 1 else { return [elements] }
  return elements.indices.flatMap { index -> [[Element]] in
    var rest = elements
    let first = rest.remove(at: index)
    return permutations(rest).map { [first] + $0 }
  }
}
