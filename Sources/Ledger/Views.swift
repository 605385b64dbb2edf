// The read models of a ledger, by name: kept up to date, built anew, asked, checked.

import Disk
import EventCatalog
package import JSONBytes
import LogEngine
package import Projection
import ReadModels
import Synchronization
import Transparency

/// A read model as commands see it. What a user calls a view.
package protocol View: Sendable {
  /// Hears how far the work is: events done, all events.
  typealias Hear = @Sendable (UInt64, UInt64) -> Void

  var name: String { get }
  /// The event types that its rows are made from; nil means all.
  var eventTypes: Set<String>? { get }
  /// Takes in what the log holds and the model does not.
  /// `hear` is told of events done and of all events.
  func catchUp(_ hear: @escaping Hear) throws -> ViewProgress
  /// Builds the model anew beside the one in force, and puts it in force unless `options` stop it.
  func rebuild(_ options: RebuildOptions, _ hear: @escaping Hear) throws -> ViewRebuild
  /// Makes the rows again that holes, or changed schemas, concern.
  func repair(_ hear: @escaping Hear) throws -> ViewRepair
  /// Puts the file before the one in force back in force, with the definition it was made by, and brings it up to date.
  func rollBack(at step: (RollbackStep) throws -> Void) throws -> ViewProgress
  /// Runs one read-only SQL statement: hands the names of its columns to `columns`, no two of them alike, then each row
  /// to `row`. Memory does not grow with the rows. `point`: of the model as it was then, which is built for it; nil for
  /// the one in force.
  func query(
    _ sql: String, asOf point: AsOf?, _ hear: @escaping Hear, columns: ([String]) throws -> Void,
    row: ([JSONValue]) throws -> Void
  ) throws
  /// How the model stands; brings nothing up to date. Costs a look at a few rows, and with `digest` a reading of all.
  func status(digest: Bool) throws -> ViewStatus
  /// Compares the model with one folded anew from the events.
  func check() throws -> ViewCheck
}

extension View {
  /// Without anybody who hears how far it is.
  package func catchUp() throws -> ViewProgress { try catchUp { _, _ in } }

  /// With the digest of its rows.
  package func status() throws -> ViewStatus { try status(digest: true) }

  /// Without anybody who hears of its steps.
  package func rollBack() throws -> ViewProgress { try rollBack { _ in } }

  /// Compared with the one in force, and put in force whatever comes of it.
  package func rebuild() throws -> ViewRebuild {
    var options = RebuildOptions()
    options.compares = true
    return try rebuild(options) { _, _ in }
  }
}

/// Events as another source gives them, and somebody who hears how far they were read.
private struct WatchedSource: EventSource {
  let base: any EventSource
  let hear: View.Hear

  var end: Position { base.end }

  func refresh() throws { try base.refresh() }

  func events(
    from start: Position, countMax: Int, ofTypes types: Set<String>?
  ) throws -> DecodedBatch {
    let batch = try base.events(from: start, countMax: countMax, ofTypes: types)
    hear(batch.next.value, base.end.value)
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
    try base.history(of: subjects, before: end)
  }

  var stored: (any StoredEvents)? { base.stored.map { WatchedStored(base: $0, hear: hear) } }
}

/// The log behind a source, and somebody who hears how far it was read.
private struct WatchedStored: StoredEvents {
  let base: any StoredEvents
  let hear: View.Hear

  var log: EventLog { base.log }
  var types: Set<String>? { base.types }

  func newestVersion(of type: String) -> Int? { base.newestVersion(of: type) }

  func lifted(_ event: DecodedEvent) -> DecodedEvent { base.lifted(event) }

  func decoded(entry: JSONView, at position: Position) throws -> DecodedEvent {
    try base.decoded(entry: entry, at: position)
  }

  func shared(_ events: [DecodedEvent]) -> [DecodedEvent] { base.shared(events) }

  func hear(_ done: UInt64, of all: UInt64) { hear(done, all) }
}

/// A read model of an open ledger.
struct LedgerView: View {
  let ledger: Ledger
  let model: any ModelDefinition
  /// Whose model it is: it is made of what that department may see. Nil for models of no single department.
  let department: String?
  /// Whether addresses come as keyed hashes.
  let hidesAddresses: Bool
  /// Where the ledger's events are read, where others read the same; nil: by its mapper.
  var reading: SharedReading?

  init(
    _ ledger: Ledger, _ model: any ModelDefinition, of department: String? = nil,
    hidesAddresses: Bool = false
  ) {
    self.ledger = ledger
    self.model = model
    self.department = department
    self.hidesAddresses = hidesAddresses
  }

  var name: String { model.name }
  var eventTypes: Set<String>? { model.eventTypes }

  /// The engine, and the events as the model may see them, by the sharing plan in force now. Who only looks makes no
  /// key: without one the events are as they were.
  func opened(makesKey: Bool = true) throws -> (engine: ProjectionEngine, source: any EventSource) {
    var catalogue = ledger.catalogueDigest
    var source: any EventSource = reading ?? ledger.mapper
    if let department {
      let gate = try ledger.viewGate(for: department)
      catalogue = catalogue.under(gate.digest)
      source = gate.source(over: source)
    }
    if hidesAddresses {
      guard try makesKey || ledger.hasAddressKey() else {
        return (engine(under: catalogue.under(AddressGate.none)), source)
      }
      let gate = try ledger.addressGate()
      catalogue = catalogue.under(gate.digest)
      source = gate.source(over: source)
    }
    return (engine(under: catalogue), source)
  }

  private func engine(under catalogue: CatalogueDigest) -> ProjectionEngine {
    var engine = ProjectionEngine(
      model, folder: "\(ledger.directory)/views", catalogue: catalogue)
    if let model = model as? SQLReadModel {
      let folder = SQLModelFolder(ledger.directory, LinuxFileSystem())
      engine.confirm = { try folder.expect(model) }
    }
    return engine
  }

  func catchUp(_ hear: @escaping Hear) throws -> ViewProgress {
    let (engine, events) = try opened()
    let source = WatchedSource(base: events, hear: hear)
    let done = try engine.catchUp(with: source, now: Ledger.now())
    return ViewProgress(
      view: name, position: done.position.value, rebuiltBecause: done.rebuilt?.reason.sentence,
      stopped: done.stopped?.sentence, wentBack: done.wentBack)
  }

  func rebuild(_ options: RebuildOptions, _ hear: @escaping Hear) throws -> ViewRebuild {
    try rebuild(options, hear) { _ in }
  }

  /// The same; `step` hears of the moments of the rebuild, and stops it where it throws.
  func rebuild(
    _ options: RebuildOptions, _ hear: @escaping Hear, at step: (RebuildStep) throws -> Void
  ) throws -> ViewRebuild {
    let (engine, events) = try opened()
    let source = WatchedSource(base: events, hear: hear)
    let start = ContinuousClock.now
    if options.compares || options.expectsUnchanged { try feed(engine, source) }
    let report = try engine.rebuild(from: source, now: Ledger.now(), options, at: step)
    let made = ViewRebuild(view: name, report: report, took: ContinuousClock.now - start)
    if report.notInForce == nil { try ledger.noteRebuild(made) }
    return made
  }

  /// Brings the file in force up to date, where that does not take a rebuild, so that both can be compared at the end.
  private func feed(_ engine: ProjectionEngine, _ source: WatchedSource) throws {
    guard try engine.status(end: source.end).finding == nil else { return }
    _ = try engine.catchUp(with: source, now: Ledger.now())
  }

  func repair(_ hear: @escaping Hear) throws -> ViewRepair {
    let (engine, events) = try opened()
    let source = WatchedSource(base: events, hear: hear)
    let start = ContinuousClock.now
    let report = try engine.repair(from: source, now: Ledger.now())
    if let rebuilt = report.rebuilt {
      let took = ContinuousClock.now - start
      try ledger.noteRebuild(ViewRebuild(view: name, report: rebuilt, took: took))
    }
    return ViewRepair(view: name, report: report)
  }

  func rollBack(at step: (RollbackStep) throws -> Void) throws -> ViewProgress {
    if let model = model as? SQLReadModel { return try rollBack(from: model, at: step) }
    _ = try opened().engine.rollBack(at: step)
    return try catchUp()
  }

  func query(
    _ sql: String, asOf point: AsOf?, _ hear: @escaping Hear, columns: ([String]) throws -> Void,
    row: ([JSONValue]) throws -> Void
  ) throws {
    func head(_ names: [String]) throws { try columns(QueryResult.memberNames(names)) }
    func add(_ values: [SQLValue]) throws { try row(values.map(\.json)) }
    let (engine, events) = try opened()
    if let point {
      let source = WatchedSource(base: events, hear: hear)
      try engine.query(
        sql, asOf: point, from: source, now: Ledger.now(), columns: head, row: add)
    } else {
      try engine.query(sql, columns: head, row: add)
    }
  }

  func status(digest wantsDigest: Bool) throws -> ViewStatus {
    let end = ledger.log.end
    let engine = try opened(makesKey: false).engine
    let status = try engine.status(end: end)
    var digest: ContentDigest?
    // A file that cannot be read has no digest; the finding says why.
    if wantsDigest, status.progress != nil { digest = try? engine.contentDigest() }
    let holes = status.progress?.holes ?? 0
    let first = holes > 0 ? try engine.holes(countMax: 5) : []
    var lagSeconds: Int64?
    if let recorded = status.progress?.recorded, end > .zero {
      let last = try ledger.log.read(.bytes, before: end).recorded
      lagSeconds = status.lag == 0 ? 0 : (last.microseconds - recorded.microseconds) / 1_000_000
    }
    let position = status.progress?.position
    return ViewStatus(
      view: name, version: status.version, position: position?.value, lag: status.lag,
      lagSeconds: lagSeconds, digest: digest?.digest, rows: digest?.rows, holes: first,
      holeCount: holes,
      isStopped: engine.model.onError == .stop
        && first.contains { $0.position >= position ?? .zero },
      finding: status.finding?.sentence)
  }

  func check() throws -> ViewCheck {
    if hidesAddresses, try !ledger.hasAddressKey() {
      // Who checks a copy has no secrets, and makes none.
      return ViewCheck(
        view: name, isEqual: true, digest: nil, expected: nil,
        finding: "not compared: it is made under a key that is not here")
    }
    let (engine, events) = try opened()
    let found: ModelVerification
    do {
      found = try engine.verify(against: events)
    } catch ProjectionError.missing {
      // Derived, so disposable: a view that is not there is not wrong.
      return ViewCheck(
        view: name, isEqual: true, digest: nil, expected: nil, finding: "there is no file yet")
    }
    var finding = found.finding.map { "it must be built anew: \($0.sentence)" }
    if finding == nil, !found.isWhole {
      finding =
        "these tables differ from the events: \(found.tablesDiffering.joined(separator: ", "))"
    }
    return ViewCheck(
      view: name, isEqual: found.isWhole, digest: found.found?.digest,
      expected: found.expected?.digest, finding: finding)
  }
}

extension FoldedModel {
  /// The model of a department.
  fileprivate init(_ department: any DepartmentModel.Type) {
    self.init(department.name, version: department.version, department.parts)
  }
}

extension Ledger {
  /// Models that are made of what one department may see; each is called after its department.
  static let departmentModels: [any DepartmentModel.Type] = [
    ServiceModel.self, ProductModel.self, MarketingModel.self,
  ]

  /// The views that this ledger keeps: those that ship, where it has the event types that ship, and those in SQL.
  package var views: [any View] {
    switch log.description.catalogue {
    case .shipped:
      [LedgerView(self, FoldedModel(Customer360.self)), permissionView]
        + Self.departmentModels.map { LedgerView(self, FoldedModel($0), of: $0.name) }
        + sqlModels.map { view(of: $0) }
    case .own: sqlModels.map { view(of: $0) }
    }
  }

  /// The view from which questions about permission are answered.
  var permissionView: LedgerView {
    LedgerView(self, PermissionModel.folded, hidesAddresses: true)
  }

  /// The view called `name`.
  package func view(_ name: String) throws -> any View {
    guard let view = views.first(where: { $0.name == name }) else {
      let names = views.map(\.name).joined(separator: ", ")
      throw LedgerError(
        "view.unknown",
        names.isEmpty
          ? "this ledger keeps no views" : "there is no view of that name; there is \(names)",
        .missingInput)
    }
    return view
  }

  /// Brings every view up to date. Returns what was done; a view that fails keeps no other one from it, and says why.
  /// `hear` is told of events done and of all events.
  package func catchUpViews(
    _ hear: @escaping @Sendable (UInt64, UInt64) -> Void = { _, _ in }
  ) -> [ViewProgress] {
    let reading = SharedReading(mapper)
    return views.map { view in
      do {
        guard var own = view as? LedgerView else { return try view.catchUp(hear) }
        own.reading = reading
        return try own.catchUp(hear)
      } catch {
        return ViewProgress(view: view.name, position: 0, failure: LedgerError(any: error))
      }
    }
  }

  /// SHA-256 over the schemas and upcasts by which events are read, each in the order of their names: of all, and of
  /// each type.
  var catalogueDigest: CatalogueDigest {
    catalogueRead.withLock { known in
      let digest = known ?? Self.digest(of: catalog)
      known = digest
      return digest
    }
  }

  private static func digest(of catalog: Catalog) -> CatalogueDigest {
    var whole = ContentHasher()
    var types: [String: ContentHasher] = [:]
    for (name, text) in catalog.canonicalTexts + catalog.canonicalUpcasts {
      let head = Array("\(name)\n\(text.count)\n".utf8)
      whole.update(head)
      whole.update(text)
      // Files are called after the type and the versions: `order.completed.v1.json`, `order.completed.v1-v2.json`.
      let type = name.split(separator: ".").dropLast(2).joined(separator: ".")
      types[type, default: ContentHasher()].update(head)
      types[type, default: ContentHasher()].update(text)
    }
    return CatalogueDigest(whole: whole.hex(), types: types.mapValues { $0.hex() })
  }
}

extension ViewProgress {
  /// The reason of a view that is made for the first time.
  package static let firstBuild = RebuildReason.missing.sentence
}

extension Hole {
  /// For people: where, and why.
  package var sentence: String { "\(type) at position \(position.value): \(reason)" }
}
