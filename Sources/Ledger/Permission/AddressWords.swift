// What others say about an address, found by its hash: opt-outs that bind everyone who shares it, and erasures.

import GRDB
import JSONBytes
import Projection
import ReadModels
import Relationship

/// What is said about one address, by whom.
struct AddressWords: Sendable {
  /// The facts of who says something about it, and contact points of others that they name.
  private(set) var facts: [CustomerFacts] = []
  /// Who says something: subjects.
  private(set) var speakers: Set<String> = []

  /// What others than `group` say, as far as it was known.
  func notes(
    about address: String, besides group: [String], knownAt known: KnownAt
  ) -> AddressNotes {
    if speakers.isSubset(of: group) { return AddressNotes() }
    return AddressNotes(about: address, besides: group, in: facts, knownAt: known)
  }
}

/// What a customer's answer needs of other customers.
struct WordsElsewhere: Sendable {
  /// By address; those of which nobody else says anything are left out.
  var notes: [String: AddressNotes] = [:]
  /// By id, contact points that a no of hers names and that she had not added before.
  var points: [String: [PointAdded]] = [:]
}

extension CustomerPermission {
  /// A customer with what others say, as ``PermissionSight/notes(on:besides:knownAt:)`` found it.
  convenience init(
    _ group: SubjectGroup, facts: [CustomerFacts], knownAt known: KnownAt, readUpTo: UInt64?,
    notes elsewhere: WordsElsewhere
  ) {
    self.init(
      group, facts: facts, knownAt: known, readUpTo: readUpTo,
      notes: { $0.value.flatMap { elsewhere.notes[$0] } ?? AddressNotes() },
      pointsElsewhere: { elsewhere.points[$0] ?? [] })
  }
}

extension PermissionSight {
  /// What others say about the addresses of these facts, and whose contact points their noes name. Costs a few look-ups
  /// an address, and the facts of who says something.
  mutating func notes(
    on facts: [CustomerFacts], besides group: [String], knownAt known: KnownAt
  ) throws -> WordsElsewhere {
    var notes: [String: AddressNotes] = [:]
    let hasStrays = try hasStrayWords()
    for address in Set(facts.flatMap(\.points).compactMap(\.value)) {
      let rows = try rows(thatSpeakAbout: address, hasStrays: hasStrays)
      guard !rows.isEmpty else { continue }
      let words = try words(about: address, in: rows, hasStrays: hasStrays)
      notes[address] = words.notes(about: address, besides: group, knownAt: known)
    }
    return WordsElsewhere(notes: notes, points: try pointsElsewhere(for: facts))
  }

  private static let speakers = """
    SELECT customer_id FROM address_word WHERE address = ?1
      UNION ALL SELECT customer_id FROM suppressed WHERE address = ?1
    """
  private static let speakersAndStrays = """
    \(speakers)
      UNION ALL SELECT s.customer_id FROM contact_point AS p
        JOIN stray_word AS s ON s.contact_point = p.contact_point WHERE p.address = ?1
    """

  /// The rows in which something may be said about an address.
  private func rows(thatSpeakAbout address: String, hasStrays: Bool) throws -> Set<String> {
    var rows: Set<String> = []
    try tables.rows(hasStrays ? Self.speakersAndStrays : Self.speakers, [address]) {
      rows.insert($0.text())
    }
    return rows
  }

  /// What is said about an address in some rows, and by who speaks of a contact point of somebody there who was erased.
  mutating func words(
    about address: String, in rows: Set<String>, hasStrays: Bool
  ) throws -> AddressWords {
    var all: [CustomerFacts] = []
    for row in rows.sorted() { all += try facts(ofRow: row) ?? [] }
    let erased = all.filter { $0.erasures.contains { $0.suppressed.contains(address) } }
    // Which of their contact points had the address cannot be read any more.
    var names = Set(erased.flatMap(\.points).map(\.id))
    if hasStrays {
      var more: Set<String> = []
      for name in names {
        try tables.rows("SELECT customer_id FROM stray_word WHERE contact_point = ?", [name]) {
          more.insert($0.text())
        }
      }
      for row in more.subtracting(rows).sorted() { all += try facts(ofRow: row) ?? [] }
    }
    let named = all.map { Set($0.optOutPoints) }
    var holders: [CustomerFacts] = []
    for name in Set(named.joined()).sorted() {
      let found = try self.holders(of: name, address)
      if !found.isEmpty { names.insert(name) }
      holders += found
    }
    return AddressWords(
      all, erased: Set(erased.map(\.subject)),
      speakers: zip(all, named).filter { !$1.isDisjoint(with: names) }.map(\.0.subject), holders)
  }

  /// Who added a contact point of this id with this address: facts that hold nothing else.
  private func holders(of id: String, _ address: String) throws -> [CustomerFacts] {
    var found: [CustomerFacts] = []
    try tables.rows(
      "SELECT \(Self.pointColumns) FROM contact_point WHERE contact_point = ? AND address = ?",
      [id, address]
    ) { row in
      let (subject, point) = Self.point(id, row)
      var facts = CustomerFacts(subject)
      facts.points = [point]
      found.append(facts)
    }
    return found
  }

  /// Contact points, whoever added them, of the ids that a no of these facts names and that its subject had not added.
  func pointsElsewhere(for facts: [CustomerFacts]) throws -> [String: [PointAdded]] {
    var found: [String: [PointAdded]] = [:]
    for own in facts {
      for forbid in own.forbids {
        guard case .point(let id) = forbid.scope.point, found[id] == nil,
          !own.points.contains(where: { $0.id == id && $0.stamp.place < forbid.stamp.place })
        else { continue }
        var points: [PointAdded] = []
        try tables.rows(
          "SELECT \(Self.pointColumns) FROM contact_point WHERE contact_point = ?", [id]
        ) { row in points.append(Self.point(id, row).point) }
        found[id] = points
      }
    }
    return found
  }

  private static let pointColumns = "subject, position, added, recorded, address, brought"

  /// A contact point as far as others ask about it.
  private static func point(_ id: String, _ row: RowReader) -> (subject: String, point: PointAdded)
  {
    let subject = row.text()
    let place = UInt64(bitPattern: row.integer())
    let time = Timestamp(microseconds: row.integer())
    let recorded = Timestamp(microseconds: row.integer())
    let address = row.optionalText()
    let stamp = EventStamp(
      "", source: "", place: place, time: time, recorded: recorded, author: .unknown)
    return (
      subject,
      PointAdded(
        stamp: stamp, id: id, kind: "", channels: [], value: address, suppressionHash: address,
        timeZones: [], isShared: false, isBrought: row.bool())
    )
  }

  func hasStrayWords() throws -> Bool {
    var isThere = false
    try tables.rows("SELECT EXISTS (SELECT 1 FROM stray_word)") { isThere = $0.bool() }
    return isThere
  }
}

extension AddressWords {
  fileprivate init(
    _ all: [CustomerFacts], erased: Set<String>, speakers: [String], _ holders: [CustomerFacts]
  ) {
    self.speakers = erased.union(speakers)
    facts = all.filter { self.speakers.contains($0.subject) }
    // Each subject once.
    var others: [String: CustomerFacts] = [:]
    for holder in holders where !self.speakers.contains(holder.subject) {
      others[holder.subject, default: CustomerFacts(holder.subject)].append(holder)
    }
    facts += others.values
    facts.sort { $0.subject < $1.subject }
  }
}

extension CustomerFacts {
  /// The contact points that opt-outs name.
  fileprivate var optOutPoints: [String] {
    forbids.compactMap { forbid in
      guard forbid.kind == .optOut, case .point(let id) = forbid.scope.point else { return nil }
      return id
    }
  }
}
