// The facade: composes the rooms below into what commands and, later, doors need.

package import Disk
package import EventCatalog
import Foundation
package import JSONBytes
package import LogEngine
import Projection
import Synchronization
package import Vault

/// An open ledger.
///
///     try Ledger.create("ledger", name: "example.com")
///     let ledger = try Ledger.open("ledger", for: .writing)
///     let summary = try await ledger.appendLines(try InputFile("events.ndjson"))
///     try await ledger.close()
package final class Ledger: Sendable {
  package enum Opening: Sendable { case writing, reading }

  package let directory: String
  package let log: EventLog
  package let catalog: Catalog
  package let intake: Intake
  /// What opening found, one sentence each; empty when all is well.
  package let remarks: [String]
  package let opening: Opening
  /// The views in SQL that were there when it was opened.
  let sqlModels: [SQLReadModel]
  private let identities = Identities()
  /// The sharing plan as far as it was read, and the digest of the catalogue: asked for again and again.
  let planRead = Mutex(PlanReading())
  let catalogueRead = Mutex<CatalogueDigest?>(nil)
  let gates = Mutex<[String: SharingGate]>([:])
  /// What answers about permission keep between questions.
  let desk = PermissionDesk()
  /// What the door knows of the house.
  let house = Mutex(HouseReading())
  /// What stamps `recordedtime`.
  let clock: @Sendable () -> Timestamp
  /// Secrets, in a folder apart from the log and its copies.
  let keys: KeyFolder
  private let addressKey = Mutex<KeyedHash?>(nil)
  /// Waiting notes that were appended, and go when they are durable.
  private let notes: [(name: String, ticket: AppendTicket)]
  private let files: any FileSystem

  private init(
    directory: String, log: EventLog, catalog: Catalog, sqlModels: [SQLReadModel],
    remarks: [String], opening: Opening, notes: [(name: String, ticket: AppendTicket)],
    keys: KeyFolder, files: any FileSystem, clock: @escaping @Sendable () -> Timestamp
  ) {
    self.clock = clock
    self.keys = keys
    self.sqlModels = sqlModels
    self.notes = notes
    self.files = files
    self.directory = directory
    self.log = log
    self.catalog = catalog
    intake = Intake(catalog: catalog, isShipped: log.description.catalogue == .shipped)
    self.remarks = remarks
    self.opening = opening
  }

  /// Now, by the system's clock. The one clock of the facade.
  package static func now() -> Timestamp {
    var time = timespec()
    // Safe: the call fills in a local.
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(
      microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
  }

  // MARK: Making

  /// Makes an empty ledger.
  ///
  /// `name` is the organisation's domain in the origin. `schemas` are event types of its own, and `upcasts` how their
  /// older versions are read; both are checked and kept with the ledger: added to those that ship, or in place of them
  /// (`catalogue: .own`).
  package static func create(
    _ directory: String, name: String = "localhost", schemas: [Catalog.File] = [],
    upcasts: [Catalog.File] = [], catalogue: LedgerDescription.Catalogue = .shipped,
    on files: any FileSystem = LinuxFileSystem()
  ) throws -> (id: String, origin: String) {
    guard LedgerDescription.isName(name) else {
      throw LedgerError(
        "usage.name",
        "a name is a domain of letters, digits, dots and hyphens, such as example.com",
        .usage)
    }
    let own = SchemaFiles(events: schemas, upcasts: upcasts)
    _ = try own.catalog(catalogue)
    let description = LedgerDescription(id: .random(), name: name, catalogue: catalogue)
    do throws(DiskError) {
      try files.makeDirectory(directory)
      guard try !files.exists("\(directory)/ledger.json") else {
        throw DiskError(.create, "\(directory)/ledger.json", number: Errno.exists)
      }
      try own.keep(inLedger: directory, on: files)
      try EventLog.create(directory, description, on: files)
    } catch {
      if error.alreadyExists {
        throw LedgerError(
          "ledger.exists",
          "there is a ledger, or a log of one, in \(directory) already; use it, "
            + "or name another folder", .usage)
      }
      if error.isBusy { throw LedgerError(OpenError.busy) }
      throw error
    }
    return (description.id.description, description.origin)
  }

  // MARK: Opening and closing

  /// Whether the system gives so many threads. A ledger and Swift's pool need about eight; without them Swift's pool
  /// waits for ever and says nothing: a program asks before it begins. Cost: eight take a fifth of a millisecond.
  package static func hasThreads(_ count: Int) -> Bool { DedicatedThread.canStart(count) }

  /// Opens the ledger in `directory`. For writing it takes the lock; reading never waits for a writer.
  ///
  /// `keys` is the folder of secrets, which need not be there yet; nil means `directory` with `.keys` behind it.
  package static func open(
    _ directory: String, for opening: Opening, keys: String? = nil,
    on files: any FileSystem = LinuxFileSystem(), options: LogOptions = .standard,
    clock: @escaping @Sendable () -> Timestamp = Ledger.now
  ) throws -> Ledger {
    let access: Access = opening == .writing ? .writing(.normal) : .readingOnly
    let (log, report) = try EventLog.open(
      directory, for: access, on: files, options: options, clock: clock)
    let own = try SchemaFiles.ofLedger(directory, on: files)
    let catalog = try own.catalog(log.description.catalogue)
    var remarks = report.remarks
    for name in report.quarantined {
      remarks.append("bytes that were never acknowledged were set aside in \(name)")
    }
    for damage in report.damage { remarks.append("damage: \(damage.sentence)") }
    let found = try SQLModelFolder(directory, files).load(log.description.catalogue)
    remarks += found.remarks
    let waiting = opening == .writing ? try waitingNotes(in: directory, on: files) : []
    let read = try events(ofNotes: waiting, in: directory, Intake(catalog: catalog), on: files)
    remarks += read.remarks
    var notes: [(name: String, ticket: AppendTicket)] = []
    for note in read.notes { notes.append((note.name, try log.submit(note.events))) }
    let ledger = Ledger(
      directory: directory, log: log, catalog: catalog, sqlModels: found.models, remarks: remarks,
      opening: opening, notes: notes,
      keys: KeyFolder(keys ?? "\(directory).keys", on: files), files: files, clock: clock)
    if opening == .writing, !report.quarantined.isEmpty { try ledger.recordRecovery(report) }
    return ledger
  }

  /// Whether the ledger may tell of itself in events of its own: a catalogue that an organisation brings may have types of
  /// the same names that mean something else.
  var tellsOfItself: Bool { log.description.catalogue == .shipped }

  /// Appends `ledger.recovered`, where the catalogue has it: what was set aside is part of the history. It is durable
  /// with the first append, or at close.
  private func recordRecovery(_ report: OpenReport) throws {
    guard tellsOfItself else { return }
    let event: JSONValue = [
      "specversion": "1.0", "id": .string("recovered-\(log.end)-\(Self.now().microseconds)"),
      "source": .string("/\(log.description.origin)"), "type": "ledger.recovered",
      "time": .string(Self.now().text), "dataschema": "ledger.recovered/1", "authtype": "system",
      "authid": "rapport",
      "data": [
        "position": .integer(log.end.value),
        "finding":
          "files held bytes that were never acknowledged, or a damaged segment whose journal was there",
        "quarantined": .array(report.quarantined.map { .string($0) }),
      ],
    ]
    _ = try log.submit(try own(event))
  }

  /// Finishes what was taken, and lets the next writer in.
  package func close() async throws {
    for note in notes { _ = try await note.ticket.receipt() }
    try Self.removeNotes(notes.map(\.name), in: directory, on: files)
    try await log.close()
  }

  /// The hash under which addresses and numbers are looked up, compared and kept; its secret is made at the first call
  /// and lies in the folder of keys. Throws `keys.unreadable`, or what the disk says.
  package func addressHash() throws(LedgerError) -> KeyedHash {
    if let known = addressKey.withLock({ $0 }) { return known }
    do throws(KeyError) {
      let hash = try keys.hash("addresses")
      addressKey.withLock { $0 = hash }
      return hash
    } catch {
      throw LedgerError(error)
    }
  }

  package var mapper: EventMapper {
    EventMapper(log: log, catalog: catalog, identities: identities)
  }

  // MARK: Appending

  /// Appends CloudEvents, one JSON text a line. Lines that are no events are rejected one by one; the rest goes in.
  ///
  /// `progress` hears of the bytes read so far. Throws what stops the whole input, such as a full disk: what was
  /// acknowledged before stays recorded, and doing it again adds nothing twice.
  package func appendLines(
    _ input: InputFile, progress: @Sendable (UInt64) -> Void = { _ in }
  ) async throws -> AppendSummary {
    var pipeline = AppendPipeline(self)
    var splitter = LineSplitter(sizeMax: 4 * Limits.entrySizeMax)
    var line = 0
    var done: UInt64 = 0
    while true {
      let piece = try input.read(countMax: 1 << 18)
      let block = piece.isEmpty ? splitter.finish() : splitter.split(piece)
      for texts in Self.batches(of: block, firstLine: &line) { try await pipeline.append(texts) }
      if piece.isEmpty { break }
      done += UInt64(piece.count)
      progress(done)
    }
    return try await pipeline.finish()
  }

  /// Cuts a block into batches, blank lines left out.
  static func batches(of block: LineSplitter.Block, firstLine line: inout Int) -> [EventTexts] {
    var batches: [EventTexts] = []
    var items: [EventTexts.Item] = []
    var size = 0
    func flush() {
      guard let first = items.first, let last = items.last else { return }
      let start = first.range.lowerBound
      batches.append(
        EventTexts(
          bytes: Array(block.bytes[start..<last.range.upperBound]),
          items: items.map {
            EventTexts.Item(
              range: $0.range.lowerBound - start..<$0.range.upperBound - start, line: $0.line)
          }))
      items.removeAll(keepingCapacity: true)
      size = 0
    }
    for range in block.lines {
      line += 1
      if block.bytes[range].allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { continue }
      if items.count == AppendPipeline.batchEventsMax
        || size + range.count > AppendPipeline.batchSizeMax
      {
        flush()
      }
      items.append(EventTexts.Item(range: range, line: line))
      size += range.count
    }
    flush()
    return batches
  }

  /// Reads `CUSTOMER=any`, `=none`, `=exists` or `=NUMBER`.
  private static func expectation(_ text: String) throws -> Expectation {
    let mark = text.lastIndex(of: "=")
    let customer = mark.map { String(text[..<$0]) } ?? ""
    let word = mark.map { String(text[text.index(after: $0)...]) } ?? ""
    let revision: ExpectedRevision? =
      switch word {
      case "any": .any
      case "none": .noStream
      case "exists": .streamExists
      default: UInt32(word).map { .exactly($0) }
      }
    guard let revision, (1...128).contains(customer.utf8.count) else {
      throw LedgerError(
        "usage.expect",
        "--expect takes CUSTOMER=any, CUSTOMER=none, CUSTOMER=exists or CUSTOMER=NUMBER", .usage)
    }
    return Expectation(customer: customer, revision: revision)
  }

  /// Appends all lines of an input as one append, all or none, if every expectation holds. An expectation is
  /// `CUSTOMER=` and any, none, exists or a number.
  ///
  /// A line that is no event, or an expectation that does not hold, records nothing.
  package func appendTogether(
    _ input: InputFile, expecting texts: [String]
  ) async throws -> AppendSummary {
    let expectations = try texts.map(Self.expectation)
    guard expectations.count <= Limits.expectationsMax else {
      throw LedgerError(
        "usage.expectations", "at most \(Limits.expectationsMax) expectations go with an append",
        .usage)
    }
    var splitter = LineSplitter(sizeMax: Limits.appendSizeMax)
    var together = AppendTogether(self, expecting: expectations)
    var line = 0
    while true {
      let piece = try input.read(countMax: 1 << 18)
      let block = piece.isEmpty ? splitter.finish() : splitter.split(piece)
      for texts in Self.batches(of: block, firstLine: &line) {
        try together.add(intake.prepare(texts))
      }
      if piece.isEmpty { break }
    }
    return try await together.append()
  }

  /// Appends events made by the program itself, in order.
  package func append(
    _ texts: [EventTexts], progress: @Sendable (UInt64) -> Void = { _ in }
  ) async throws -> AppendSummary {
    var pipeline = AppendPipeline(self)
    var done: UInt64 = 0
    for part in texts {
      try await pipeline.append(part)
      done += UInt64(part.items.count)
      progress(done)
    }
    return try await pipeline.finish()
  }
}

extension Ledger {
  /// Appends one event of the ledger itself. One that the catalogue refuses is our bug. Throws what the door refuses.
  func appendOwn(_ event: JSONValue) async throws {
    var together = AppendTogether(self)
    try together.add(own(event))
    let summary = try await together.append()
    if let refused = summary.rejections.first {
      throw LedgerError(refused.code, refused.sentence)
    }
  }

  /// An event of the ledger itself, ready for the log.
  func own(_ event: JSONValue) throws -> [NewEvent] { try own(event).events }

  /// The same, with what the door asks of it.
  private func own(_ event: JSONValue) throws -> AppendPipeline.Prepared {
    var bytes: [UInt8] = []
    event.write(to: &bytes)
    return try prepared(text: bytes)
  }

  /// The same, written as JSON.
  func own(text bytes: [UInt8]) throws -> [NewEvent] { try prepared(text: bytes).events }

  private func prepared(text bytes: [UInt8]) throws -> AppendPipeline.Prepared {
    let prepared = intake.prepare(
      EventTexts(bytes: bytes, items: [EventTexts.Item(range: 0..<bytes.count, line: 1)]))
    guard prepared.rejections.isEmpty else {
      throw LedgerError(
        "bug.own-event",
        "an event of the ledger itself was refused: \(prepared.rejections[0].sentence)", .bug)
    }
    return prepared
  }
}
