package import JSONBytes
package import LogEngine
package import Projection

/// Turns stored entries into what projectors read. The one place where, later, events are lifted to newer schema
/// versions and personal fields are decrypted or marked as erased.
package struct EventMapper: EventSource {
  package let log: EventLog
  private let identities: Identities

  init(log: EventLog, identities: Identities) {
    self.log = log
    self.identities = identities
  }

  package var end: Position { log.end }

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
        batch.events.append(try Self.decode(part.entry(row), at: row.position))
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

  package func customers(before end: Position) throws -> CustomerMap {
    try identities.map(before: end, from: self)
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
      events += try self.events(of: subject).filter { $0.position < end }
    }
    return events.sorted { $0.position < $1.position }
  }

  /// All events of one subject, in log order. Cost: its history, through the log's postings.
  package func events(of subject: String) throws -> [DecodedEvent] {
    let run = try log.history(of: subject)
    return try run.ranges.indices.map { index in
      let document = try Self.document(run.bytes[run.ranges[index]], run.positions[index])
      return try Self.decode(document.root, at: run.positions[index])
    }
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

  /// Reads the envelope of a stored entry. What was checked at intake is not doubted here, but a file can be forged:
  /// an entry without what every entry has is damage.
  package static func decode(
    _ entry: JSONView, at position: Position
  ) throws -> DecodedEvent {
    var id: String?
    var source: String?
    var type: String?
    var schema: String?
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
      case "type": type = value.string
      case "dataschema": schema = value.string
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
    guard let id, let source, let type, let time, let recorded, let data else {
      throw ReadError.corrupt(
        Corruption(
          .entry, file: "log", offset: 0, positions: position..<position.advanced(by: 1),
          detail: "it lacks an attribute that every entry has"))
    }
    return DecodedEvent(
      position: position, id: id, source: source, type: type,
      schemaVersion: version(of: schema), subject: subject,
      revision: revision.flatMap { UInt32(exactly: $0) }, time: time, recorded: recorded,
      authtype: authtype ?? "unknown", authid: authid, causationid: causationid,
      correlationid: correlationid, data: data)
  }

  /// The number behind the last slash of `order.completed/1`.
  private static func version(of schema: String?) -> Int {
    schema?.split(separator: "/").last.flatMap { Int($0) } ?? 0
  }
}
