// What is said about addresses, all of it: an audience asks of each address whether anybody else said something.

import Projection
import ReadModels
import Relationship

/// The addresses about which opt-outs or erasures say something, with what they say. Few beside all addresses.
struct SharedAddresses: Sendable {
  /// What one address is known by, with all that is known.
  private struct Words: Sendable {
    var speakers: Set<String>
    var erasures: [EventStamp]
    /// By who said them.
    var optOuts: [(speaker: String, optOuts: [Forbid])]
  }

  private var words: [String: Words] = [:]

  /// Reads them all. Cost: the facts of every customer who opted out of one address or was erased.
  init(_ sight: inout PermissionSight) throws {
    let hasStrays = try sight.hasStrayWords()
    var rows: [String: Set<String>] = [:]
    func add(_ sql: String) throws {
      try sight.tables.rows(sql) { row in
        let address = row.text()
        rows[address, default: []].insert(row.text())
      }
    }
    try add("SELECT address, customer_id FROM address_word")
    try add("SELECT address, customer_id FROM suppressed")
    if hasStrays {
      try add(
        """
        SELECT p.address, s.customer_id FROM stray_word AS s
          JOIN contact_point AS p ON p.contact_point = s.contact_point WHERE p.address IS NOT NULL
        """)
    }
    for (address, rows) in rows {
      let found = try sight.words(about: address, in: rows, hasStrays: hasStrays)
      guard !found.speakers.isEmpty else { continue }
      var words = Words(speakers: found.speakers, erasures: [], optOuts: [])
      for speaker in found.speakers.sorted() {
        // Who else speaks is left out: what they say is theirs.
        let notes = found.notes(
          about: address, besides: found.speakers.filter { $0 != speaker }, knownAt: .end)
        words.erasures = notes.erasures
        if !notes.optOuts.isEmpty { words.optOuts.append((speaker, notes.optOuts)) }
      }
      self.words[address] = words
    }
  }

  /// What others say about an address; nothing where it cannot be read. Costs a look-up.
  func notes(on address: String?, besides group: [String]) -> AddressNotes {
    guard let address, let words = words[address], !words.speakers.isSubset(of: group) else {
      return AddressNotes()
    }
    return AddressNotes(
      erasures: words.erasures,
      optOuts: words.optOuts.filter { !group.contains($0.speaker) }.flatMap(\.optOuts))
  }
}
