// What is said about addresses, all of it: an audience asks of each address whether anybody else said something.

import Projection
import ReadModels
import Relationship

/// The addresses about which opt-outs or erasures say something, with the facts of who says it. Few beside all
/// addresses.
struct SharedAddresses: Sendable {
  /// By address, places in ``facts``.
  private var speakers: [String: [Int]] = [:]
  /// The rows of those who say something.
  private var facts: [[CustomerFacts]] = []

  /// Reads them all. Cost: the facts of every customer who opted out of one address or was erased.
  init(_ sight: inout PermissionSight) throws {
    var places: [String: Int] = [:]
    var found: [(address: String, customer: String)] = []
    for table in ["address_word", "suppressed"] {
      try sight.tables.rows("SELECT address, customer_id FROM \(table)") { row in
        found.append((row.text(), row.text()))
      }
    }
    if try sight.hasStrayWords() {
      // The one who says it, and the one whose contact point is meant.
      for side in ["s", "p"] {
        try sight.tables.rows(
          """
          SELECT p.address, \(side).customer_id FROM contact_point AS p
            JOIN stray_word AS s ON s.contact_point = p.contact_point WHERE p.address IS NOT NULL
          """
        ) { row in found.append((row.text(), row.text())) }
      }
    }
    for (address, customer) in found {
      if places[customer] == nil {
        places[customer] = facts.count
        facts.append(try sight.facts(ofRow: customer) ?? [])
      }
      guard let place = places[customer], speakers[address]?.contains(place) != true else {
        continue
      }
      speakers[address, default: []].append(place)
    }
  }

  /// What others say about an address; nothing where it cannot be read. Costs a look-up.
  func notes(on address: String?, besides group: [String]) -> AddressNotes {
    guard let address, let places = speakers[address] else { return AddressNotes() }
    return AddressNotes(about: address, besides: group, in: places.flatMap { facts[$0] })
  }
}
