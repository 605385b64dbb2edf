// What commands read from an open ledger: events one by one, customers, and whether all is well.

import Disk
import EventCatalog
import Foundation
package import JSONBytes
import LogEngine
package import Projection
package import ReadModels

/// A recorded event, for people.
package struct ReplayedEvent: Sendable {
  package var position: UInt64
  package var time: Timestamp
  package var type: String
  package var customer: String?
  /// One short line without personal fields.
  package var line: String
}

/// What reading everything found.
package struct LedgerVerification: Sendable {
  package struct Finding: Sendable {
    /// File, byte offset, positions, and what is wrong.
    package var sentence: String
    package var json: JSONValue
  }

  package var events: UInt64
  package var frames: Int
  package var journals: Int
  package var segments: Int
  package var customers: Int
  /// Customers whom the damage touches, as far as postings and gaps in revisions tell.
  package var customersTouched: [String]
  package var isDeep: Bool
  package var entryBytes: UInt64
  /// 64 hexadecimal digits; nil where damage left a gap.
  package var root: String?
  package var findings: [Finding]
  package var views: [ViewCheck]

  package var isGood: Bool { findings.isEmpty && views.allSatisfy(\.isEqual) }
}

extension Ledger {
  /// Whether the catalogue has this event type.
  package func knowsType(_ name: String) -> Bool { catalog.type(named: name) != nil }

  /// The number of acknowledged events.
  package var size: UInt64 { log.end.value }

  /// Hands the exact bytes of each selected entry to `body`, in log order, with a reader for people where `described`.
  package func replay(
    from: UInt64 = 0, to: UInt64? = nil, types: Set<String>? = nil, customer: String? = nil,
    described: Bool, _ body: (ArraySlice<UInt8>, ReplayedEvent?) throws -> Void
  ) throws {
    let end = min(to ?? log.end.value, log.end.value)
    let mapper = mapper
    var next = Position(from)
    while next.value < end {
      let batch = try log.read(
        Selection(customer: customer, types: types, parsed: described), from: next)
      for row in batch.rows where row.position.value < end {
        let event =
          described
          ? try Self.described(mapper.decode(batch.entry(row), at: row.position)) : nil
        try body(batch.bytes(row), event)
      }
      next = batch.next
    }
  }

  /// The same for the last `count` of the selected events, found from the end backward. Memory: those entries.
  package func replay(
    last count: Int, from: UInt64 = 0, to: UInt64? = nil, types: Set<String>? = nil,
    customer: String? = nil, described: Bool,
    _ body: (ArraySlice<UInt8>, ReplayedEvent?) throws -> Void
  ) throws {
    let mapper = mapper
    var found: [(entry: [UInt8], event: ReplayedEvent?)] = []
    var end = Position(min(to ?? log.end.value, log.end.value))
    let selection = Selection(customer: customer, types: types, parsed: described)
    while end.value > from, found.count < count {
      let batch = try log.read(selection, before: end)
      for row in batch.rows.prefix(count - found.count) where row.position.value >= from {
        let event =
          described
          ? try Self.described(mapper.decode(batch.entry(row), at: row.position)) : nil
        found.append((Array(batch.bytes(row)), event))
      }
      end = batch.next
    }
    for (entry, event) in found.reversed() { try body(entry[...], event) }
  }

  /// Hands every entry of a customer to `body`, in log order: of all subjects that merges in force join with `id`. Cost:
  /// their histories, through the log's postings.
  package func timeline(
    of id: String, described: Bool, _ body: (ArraySlice<UInt8>, ReplayedEvent?) throws -> Void
  ) throws {
    var entries: [(position: Position, entry: ArraySlice<UInt8>)] = []
    for subject in try mapper.customers(before: log.end).group(of: id) {
      let run = try log.history(of: subject)
      for (position, range) in zip(run.positions, run.ranges) {
        entries.append((position, run.bytes[range]))
      }
    }
    for (position, entry) in entries.sorted(by: { $0.position < $1.position }) {
      let event = described ? Self.described(try mapper.decode(entry, at: position)) : nil
      try body(entry, event)
    }
  }

  private static func described(_ event: DecodedEvent) -> ReplayedEvent {
    ReplayedEvent(
      position: event.position.value, time: event.time, type: event.type, customer: event.subject,
      line: SummaryLine.text(of: event))
  }

  /// The 360-degree view of a customer: as the view `customer` holds it now, or as of an instant, by the time things
  /// happened. Nil when there is no event of that customer (until then). Also what bringing the view up to date did.
  /// Throws `customer.incomplete` where there are events of her, and none of them could be taken in.
  ///
  /// Subjects that were merged are one customer, whichever of them is named. Now: one look at the view. As of: her
  /// history, through the log's postings.
  package func customer(
    _ id: String, asOf instant: Timestamp? = nil
  ) throws -> (view: CustomerView?, caughtUp: ViewProgress?) {
    let (view, progress) = try readCustomer(id, asOf: instant) { customer, subjects, at, tables in
      try Customer360.view(of: customer, subjects, at: at, in: tables)
    }
    return (view, progress)
  }

  /// What `body` finds of a customer in the tables of the view `customer`: as they are now, or as they follow from what
  /// had happened by an instant. It is handed the subject under which she is read, all subjects that are her, and the
  /// instant. See ``customer(_:asOf:)``.
  func readCustomer<Found>(
    _ id: String, asOf instant: Timestamp?,
    _ body: (_ customer: String, _ subjects: Set<String>, Timestamp, Tables) throws -> Found?
  ) throws -> (found: Found?, caughtUp: ViewProgress?) {
    guard log.description.catalogue == .shipped else {
      throw LedgerError("view.unknown", "this ledger keeps no views", .missingInput)
    }
    if let instant {
      let map = try mapper.customers(before: log.end, asOf: .time(instant))
      let events = try mapper.history(of: map.group(of: id), before: log.end)
        .filter { $0.time <= instant }
      let customer = map.customer(of: id)
      let found = try ModelFile.withFolded(Customer360.self, events, customers: map) {
        try body(customer, map.group(of: customer), instant, $0)
      }
      if found == nil { try requireNoHoles(events.count { $0.defect != nil }) }
      return (found, nil)
    }
    let view = LedgerView(self, FoldedModel(Customer360.self))
    let progress = try view.catchUp()
    let map = try mapper.customers(before: log.end)
    let found = try view.opened().engine.read { tables in
      let group = map.group(of: id)
      let found = try body(map.customer(of: id), group, Self.now(), tables)
      if found == nil { try requireNoHoles(tables.holeCount(of: group)) }
      return found
    }
    return (found, progress)
  }

  func requireNoHoles(_ count: Int) throws(LedgerError) {
    guard count > 0 else { return }
    throw LedgerError(
      "customer.incomplete",
      """
      that customer has events, but none of them could be taken in: \(count); rapport views says why; once the cause is \
      mended: \(Customer360.repairCommand)
      """)
  }

  /// Reads an instant as a person writes it: RFC 3339, or a plain date, which means to its end in UTC.
  package static func instant(_ text: String) throws -> Timestamp {
    if let instant = Timestamp(text) { return instant }
    if let date = CivilDate(text.utf8), (1900...2199).contains(date.year) {
      return Timestamp(microseconds: Timestamp(date).microseconds + 86_400_000_000 - 1)
    }
    throw LedgerError(
      "usage.time",
      "a time is a date such as 2026-03-01, or RFC 3339 such as 2026-03-01T09:00:00Z", .usage)
  }

  /// Reads a point of the past: an instant as ``instant(_:)`` does, or the number of events recorded by then.
  package static func point(_ text: String) throws -> AsOf {
    if let position = UInt64(text) { return .position(Position(position)) }
    return .time(try instant(text))
  }

  /// Reads everything and checks it; changes nothing. `progress` hears of events done and of all events.
  ///
  /// Deep: also that no id is recorded twice, that entries are canonical and valid under their schemas, and that the
  /// derived indexes hold what the log gives.
  package func verify(
    deep: Bool = false, _ progress: (UInt64, UInt64) -> Void = { _, _ in }
  ) throws -> LedgerVerification {
    let catalog = catalog
    let report =
      deep
      ? log.verifyDeep(entry: { DeepCheck.problem($0, catalog) }, progress) : log.verify(progress)
    let findings = report.findings.map { found in
      LedgerVerification.Finding(
        sentence: found.sentence, json: Self.json(found, found.positions))
    }
    var views: [ViewCheck] = []
    // Where the log itself is damaged, no view can be folded anew.
    if findings.isEmpty {
      for view in self.views { views.append(try view.check()) }
    }
    return LedgerVerification(
      events: report.events, frames: report.frames, journals: report.journals,
      segments: report.segments, customers: report.customers,
      customersTouched: report.customersTouched, isDeep: deep, entryBytes: report.entryBytes,
      root: report.root,
      findings: findings, views: views)
  }

  /// Makes a ledger where there is none; true when it did.
  package static func createIfMissing(_ directory: String) throws -> Bool {
    guard try !LinuxFileSystem().exists("\(directory)/ledger.json") else { return false }
    _ = try create(directory)
    return true
  }

  /// Writes a file that only its owner reads (mode 0600), in place of an older one.
  ///
  /// Throws what ``requireReplaceable(_:keeping:)`` finds.
  package static func writePrivateFile(_ bytes: [UInt8], to path: String) throws {
    try requireReplaceable(path)
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { String(path[..<$0]) } ?? "."
    let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
    try DurableReplace.write(
      bytes, to: name, in: folder.isEmpty ? "/" : folder, on: LinuxFileSystem())
  }

  /// Throws where a file at `path` could not be replaced, or must not be: its folder is missing, it is a device, a
  /// link or a folder, or it is one of `inputs`.
  package static func requireReplaceable(_ path: String, keeping inputs: [String] = []) throws {
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { String(path[...$0]) } ?? "."
    var status = stat()
    // Safe: the calls fill in a local.
    guard unsafe stat(folder, &status) == 0 else {
      throw DiskError(.inspect, folder, number: errno)
    }
    guard unsafe lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw LedgerError(
        "usage.output", "\(path) is no plain file, so it is not replaced; name another file",
        .usage)
    }
    for input in inputs {
      var other = stat()
      if unsafe stat(input, &other) == 0, other.st_ino == status.st_ino,
        other.st_dev == status.st_dev
      {
        throw LedgerError(
          "usage.output", "\(path) is a file to import; name another file for rejected rows",
          .usage)
      }
    }
  }
}
