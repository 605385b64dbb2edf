package import EventCatalog
package import JSONBytes
package import LogEngine
package import Projection

/// Turns stored entries into what projectors read. The one place where events are lifted to the newest version of their
/// type and where, later, personal fields are decrypted or marked as erased.
package struct EventMapper: EventSource {
  package let log: EventLog
  package let catalog: Catalog
  private let identities: Identities

  /// Reads `log` by the schemas of `catalog`. `identities` remembers merges between questions.
  package init(log: EventLog, catalog: Catalog, identities: Identities = Identities()) {
    self.log = log
    self.catalog = catalog
    self.identities = identities
  }

  package var end: Position { log.end }

  package func refresh() throws { _ = try log.refresh() }

  /// Whole frames from `start` on, as many as hold about `countMax` positions and at least one: progress then rests
  /// where the tree root is known.
  package func events(
    from start: Position, countMax: Int, ofTypes types: Set<String>?
  ) throws -> DecodedBatch {
    var batch = DecodedBatch(events: [], next: start, recorded: nil)
    let end = log.end
    while batch.next < end, Int(batch.next.value - start.value) < countMax {
      let part = try log.read(Selection(types: types), from: batch.next)
      for row in part.rows {
        batch.events.append(try decode(part.entry(row), at: row.position))
      }
      batch.next = part.next
      batch.recorded = part.recorded
    }
    return batch
  }

  package func root(at end: Position) throws -> String {
    guard let root = try log.root(at: end) else {
      throw LedgerError(
        "bug.root", "progress rests inside a frame, where no root is known; please report it", .bug)
    }
    return root
  }

  package func isRoot(_ root: String, at end: Position) throws -> Bool {
    try log.root(at: end) == root
  }

  package func customers(before end: Position) throws -> CustomerMap {
    try identities.map(before: end, from: self)
  }

  /// Merges before `end`, and what took them back, from the one at `first` on. They are read once for this and for
  /// ``customers(before:)``.
  func identityEvents(from first: Int, before end: Position) throws -> ArraySlice<DecodedEvent> {
    try identities.events(from: first, before: end, from: self)
  }

  package func customers(before end: Position, asOf point: AsOf) throws -> CustomerMap {
    try identities.map(before: end, asOf: point, from: self)
  }

  /// Cost: the history of each subject, through the log's postings.
  package func history(
    of subjects: Set<String>, before end: Position
  ) throws -> [DecodedEvent] {
    var events: [DecodedEvent] = []
    for subject in subjects {
      events += try self.events(of: subject, before: end)
    }
    return events.sorted { $0.position < $1.position }
  }

  package var stored: (any StoredEvents)? { self }

  /// All events of one subject, in log order. Cost: its history, through the log's postings.
  ///
  /// `passingOver`: as of ``EventLog/history(of:passingOver:)``.
  package func events(
    of subject: String, before end: Position? = nil, passingOver types: Set<String> = []
  ) throws -> [DecodedEvent] {
    let run = try log.history(of: subject, passingOver: types)
    let count = end.map { end in run.positions.firstIndex { $0 >= end } ?? run.positions.count }
    return try run.ranges.indices.prefix(count ?? .max).map { index in
      try decode(run.bytes[run.ranges[index]], at: run.positions[index])
    }
  }

  /// Reads a stored entry.
  func decode(_ entry: ArraySlice<UInt8>, at position: Position) throws -> DecodedEvent {
    try decode(try Self.document(entry, position).root, at: position)
  }

  private static func document(
    _ entry: ArraySlice<UInt8>, _ position: Position
  ) throws(ReadError) -> JSONDocument {
    do throws(JSONError) {
      return try JSONDocument(scanning: Array(entry))
    } catch {
      throw .corrupt(
        Corruption(
          .entry, file: "log", offset: 0, positions: position..<position.advanced(by: 1),
          detail: "it is no JSON"))
    }
  }

  /// Reads the envelope of a stored entry, and lifts its data. What was checked at intake is not doubted here, but a file
  /// can be forged: an entry without what every entry has is damage.
  package func decode(
    _ entry: JSONView, at position: Position
  ) throws -> DecodedEvent {
    var id: String?
    var source: String?
    var type: JSONView?
    var schema: JSONView?
    var subject: String?
    var revision: Int64?
    var time: Timestamp?
    var recorded: Timestamp?
    var authtype: String?
    var authid: String?
    var causationid: String?
    var correlationid: String?
    var data: JSONView?
    for (name, value) in entry.members {
      switch name {
      case "id": id = value.string
      case "source": source = value.string
      case "type": type = value
      case "dataschema": schema = value
      case "subject": subject = value.string
      case "revision": revision = value.integer
      case "time": time = value.text.flatMap { Timestamp($0) }
      case "recordedtime": recorded = value.text.flatMap { Timestamp($0) }
      case "authtype": authtype = value.string
      case "authid": authid = value.string
      case "causationid": causationid = value.string
      case "correlationid": correlationid = value.string
      case "data": data = value
      default: break
      }
    }
    guard let id, let source, let type, type.kind == .string, let time, let recorded, let data
    else {
      throw ReadError.corrupt(
        Corruption(
          .entry, file: "log", offset: 0, positions: position..<position.advanced(by: 1),
          detail: "it lacks an attribute that every entry has"))
    }
    let known = catalog.type(type)
    var event = DecodedEvent(
      position: position, id: id, source: source, type: known?.name ?? type.string ?? "",
      schemaVersion: schema?.text.map { SchemaVersion.number($0) } ?? 0, subject: subject,
      revision: revision.flatMap { UInt32(exactly: $0) }, time: time, recorded: recorded,
      authtype: authtype ?? "unknown", authid: authid, causationid: causationid,
      correlationid: correlationid, data: data)
    lift(&event, known)
    return event
  }

  /// What follows the newest version, as nearly every event does, costs one comparison.
  private func lift(_ event: inout DecodedEvent, _ type: EventType?) {
    event.defect = event.faultOfNames
    if event.defect != nil { return }
    guard let type else {
      event.defect = "the catalogue has no event type of its name"
      return
    }
    if event.schemaVersion == type.newest.version { return }
    switch type.reading(ofVersion: event.schemaVersion) {
    case nil:
      event.defect = "the catalogue has no version \(event.schemaVersion) of \(type.name)"
    case .unreadable(let reason)?: event.defect = reason
    case .newest?, .asItIs?: event.schemaVersion = type.newest.version
    case .lifted(let upcaster)?:
      do throws(UpcastFailure) {
        event.data = try upcaster.lift(event.data)
        event.schemaVersion = type.newest.version
      } catch {
        event.defect = error.sentence
      }
    }
  }
}

extension Catalog {
  /// The type that the string `view` names; nil for one that is not known. Makes no String in the common case.
  func type(_ view: JSONView) -> EventType? {
    let node = view.node
    if node.isEscaped { return view.string.flatMap { type(named: $0) } }
    let bytes = view.document.bytes
    return type(bytes.span, in: Int(node.start)..<Int(node.end))
  }
}

extension EventMapper: StoredEvents {
  package var types: Set<String>? { nil }

  package func newestVersion(of type: String) -> Int? { catalog.type(named: type)?.newest.version }

  package func lifted(_ event: DecodedEvent) -> DecodedEvent {
    var event = event
    lift(&event, catalog.type(named: event.type))
    return event
  }

  package func decoded(entry: JSONView, at position: Position) throws -> DecodedEvent {
    try decode(entry, at: position)
  }

  package func shared(_ events: [DecodedEvent]) -> [DecodedEvent] { events }

  package func hear(_ done: UInt64, of all: UInt64) {}
}
