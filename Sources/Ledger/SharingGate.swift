// The one place where the sharing plan is enforced: what a department may not see is taken out of its events.

package import EventCatalog
import JSONBytes
import LogEngine
package import Projection
package import Relationship
import Synchronization
import Transparency

/// What one department sees of events.
///
/// Of the envelope it always sees what no reader can do without: position, id, source, type, schema version, customer,
/// revision, both times, kind of actor, cause and business case. Who acted (`authid`) is granted like a personal field.
/// Of `data` it sees the fields granted. A type of which nothing is granted never comes.
///
/// Whoever builds a department's model reads through ``source(over:)``; whoever hands events to a department sends what
/// ``delivered(_:)`` returns. The customer of an event that an aggregate-only department's model folds is there to be
/// counted: no row may hold it.
package struct SharingGate: Sendable {
  package let grant: DepartmentGrant
  /// SHA-256 of the grant, as `sha256:…`: whatever was made under another one is made anew.
  package let digest: String
  /// The types of which something is granted.
  package let types: Set<String>
  private let shares: [String: Share]

  /// What is kept of the events of one type.
  private struct Share: Sendable {
    var showsActor = false
    /// By schema version; a version without a mask keeps nothing of `data`.
    var masks: [Int: JSONMask] = [:]
  }

  /// Compiles a grant for the schemas of a catalogue. Costs one walk over all schemas.
  package init(_ grant: DepartmentGrant, catalog: Catalog) {
    self.grant = grant
    digest = Self.digest(of: grant)
    let grantable = GrantableFields(catalog)
    var shares: [String: Share] = [:]
    for type in catalog.types {
      let granted = Set(grantable.fields(of: type.name, in: grant).map(\.name))
      guard !granted.isEmpty else { continue }
      var share = Share()
      for schema in type.schemas {
        let root = schema.schema.fields
        let isOfData = root.members.contains { $0.name == GrantableFields.actor }
        if !isOfData, granted.contains(GrantableFields.actor) { share.showsActor = true }
        share.masks[schema.version] = Self.mask(of: root, "", granted)
      }
      shares[type.name] = share
    }
    self.shares = shares
    types = Set(shares.keys)
  }

  /// Nil where nothing of a field is granted.
  private static func mask(
    of field: SchemaField, _ name: String, _ granted: Set<String>
  ) -> JSONMask? {
    if field.members.isEmpty { return granted.contains(name) ? .whole : nil }
    var kept: [String: JSONMask] = [:]
    for member in field.members where !member.name.contains(".") {
      kept[member.name] = mask(
        of: member, name.isEmpty ? member.name : "\(name).\(member.name)", granted)
    }
    if kept.isEmpty { return nil }
    // Members that no schema names were granted by nobody.
    let isWhole = !field.isOpen && kept.count == field.members.count
    return isWhole && kept.values.allSatisfy { $0 == .whole } ? .whole : .members(named: kept)
  }

  /// SHA-256 of a grant's canonical text, as `sha256:…`.
  package static func digest(of grant: DepartmentGrant) -> String {
    var hasher = ContentHasher()
    hasher.update(grant.canonicalText)
    return "sha256:" + hasher.hex()
  }

  // MARK: Reading through it

  /// The events of another source as this department's model may fold them.
  package func source(over base: any EventSource) -> some EventSource {
    SharedSource(base: base, gate: self)
  }

  /// The event as this department may have it; nil where it may not, and always for one that sees totals only.
  package func delivered(_ event: DecodedEvent) -> DecodedEvent? {
    grant.aggregateOnly ? nil : shared([event]).first
  }

  /// The events of which something is granted, without what is not. What is granted whole is passed on as it is; the
  /// rest of a batch is copied into one document.
  func shared(_ events: [DecodedEvent]) -> [DecodedEvent] {
    var kept: [DecodedEvent] = []
    kept.reserveCapacity(events.count)
    var pruner = JSONPruner()
    var pruned: [(event: Int, node: Int)] = []
    for event in events {
      guard let share = shares[event.type] else { continue }
      var copy = event
      if !share.showsActor { copy.authid = nil }
      let mask = share.masks[event.schemaVersion] ?? .members([])
      if mask != .whole {
        pruned.append((kept.count, pruner.append(event.data, keeping: mask)))
      }
      kept.append(copy)
    }
    if pruned.isEmpty { return kept }
    let document = pruner.finish()
    for (event, node) in pruned { kept[event].data = JSONView(document: document, index: node) }
    return kept
  }
}

/// A ledger as one department sees it.
private struct SharedSource: EventSource {
  let base: any EventSource
  let gate: SharingGate

  var end: Position { base.end }

  func refresh() throws { try base.refresh() }

  func events(
    from start: Position, countMax: Int, ofTypes types: Set<String>?
  ) throws -> DecodedBatch {
    var batch = try base.events(
      from: start, countMax: countMax, ofTypes: types?.intersection(gate.types) ?? gate.types)
    batch.events = gate.shared(batch.events)
    return batch
  }

  func root(at end: Position) throws -> String { try base.root(at: end) }

  func isRoot(_ root: String, at end: Position) throws -> Bool {
    try base.isRoot(root, at: end)
  }

  func customers(before end: Position) throws -> CustomerMap { try base.customers(before: end) }

  func customers(before end: Position, asOf point: AsOf) throws -> CustomerMap {
    try base.customers(before: end, asOf: point)
  }

  func history(of subjects: Set<String>, before end: Position) throws -> [DecodedEvent] {
    gate.shared(try base.history(of: subjects, before: end))
  }

  var stored: (any StoredEvents)? { base.stored.map { SharedStored(base: $0, gate: gate) } }
}

/// A ledger's log as one department sees it.
private struct SharedStored: StoredEvents {
  let base: any StoredEvents
  let gate: SharingGate

  var log: EventLog { base.log }
  var types: Set<String>? { gate.types }

  func newestVersion(of type: String) -> Int? { base.newestVersion(of: type) }

  func lifted(_ event: DecodedEvent) -> DecodedEvent { base.lifted(event) }

  func decoded(entry: JSONView, at position: Position) throws -> DecodedEvent {
    try base.decoded(entry: entry, at: position)
  }

  func shared(_ events: [DecodedEvent]) -> [DecodedEvent] { gate.shared(events) }

  func hear(_ done: UInt64, of all: UInt64) { base.hear(done, of: all) }
}

extension Ledger {
  /// What `department` may see by the plan in force; nothing where none was published. Costs a scan of what was not read yet of
  /// the log, which steps over blocks without events of the plan; a grant is compiled once.
  package func sharingGate(for department: String) throws -> SharingGate {
    let grant = try publishedPlan().plan[department]
    return gates.withLock { gates in
      if let gate = gates[department], gate.grant == grant { return gate }
      let gate = SharingGate(grant, catalog: catalog)
      gates[department] = gate
      return gate
    }
  }
}
