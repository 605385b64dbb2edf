// Views in SQL: tried, added, removed.

import Disk
import EventCatalog
package import JSONBytes
import LogEngine
package import Projection
import ReadModels
import Relationship

/// A view in SQL that a ledger keeps, as commands tell of it.
package struct SQLViewReport: Sendable {
  package var name: String
  package var version: Int
  package var department: String?
  package var reads: [String]
  package var tables: [String]

  init(_ model: SQLReadModel) {
    name = model.name
    version = model.version
    department = model.department
    reads = (model.eventTypes ?? []).sorted()
    tables = model.tableNames
  }

  package var json: JSONValue {
    .object([
      "view": .string(name), "version": .integer(version),
      "department": department.map { .string($0) } ?? .null,
      "reads": .array(reads.map { .string($0) }), "tables": .array(tables.map { .string($0) }),
    ])
  }
}

/// What trying a view at several batch sizes gave.
package struct SQLViewTest: Sendable {
  package var view: SQLViewReport
  package var test: SQLBatchTest

  /// For people, without any value of a row; nil where all is well.
  package var finding: String? {
    if let first = test.differences.first {
      let tables = test.differences.map(\.table).joined(separator: ", ")
      let columns =
        first.columns.isEmpty ? "whole rows" : "column \(first.columns.joined(separator: ", "))"
      return
        "the view \(view.name) depends on how events were batched: at batch sizes "
        + "\(first.sizes[0]) and \(first.sizes[1]) the rows differ in \(tables) (\(first.table): "
        + "\(columns)); let each event add to what stands in the table"
    }
    return test.holesDiffer
      ? "the view \(view.name) depends on how events were batched: at another batch size other "
        + "events cannot be taken in" : nil
  }

  package var json: JSONValue {
    .object([
      "view": .string(view.name), "version": .integer(view.version), "good": .bool(test.isGood),
      "events": .integer(test.events), "holes": .integer(test.holes),
      "digest": .string(test.digest.digest), "rows": .integer(test.digest.rows),
      "code": test.isGood ? .null : "view.batchDependent",
      "differences": .array(
        test.differences.map { difference in
          .object([
            "table": .string(difference.table),
            "batchSizes": .array(difference.sizes.map { .integer($0) }),
            "columns": .array(difference.columns.map { .string($0) }),
            "rows": .array(difference.rows.map { $0.map { .string($0) } ?? .null }),
          ])
        }),
    ])
  }
}

extension Ledger {
  /// Names that views in SQL may not take: those of the models that ship, or will.
  private static let reservedNames: Set = [
    "customer", "permission", "marketing", "sales", "service", "product", "pricing", "sites",
    "compliance", "results",
  ]

  /// Events that a view is tried on unless somebody asks for more: half of them the first, half the last.
  package static let viewTestEventsMax: UInt64 = 100_000

  func view(of model: SQLReadModel) -> LedgerView {
    switch log.description.catalogue {
    case .shipped: LedgerView(self, model, of: model.department)
    // No sharing plan speaks of types that do not ship.
    case .own: LedgerView(self, model)
    }
  }

  /// What a department's view is made of. No view holds totals alone yet, with what few customers did left out; so for a
  /// department that sees totals only it is made of nothing, from the moment on at which the plan says so.
  func viewGate(for department: String) throws -> SharingGate {
    let gate = try sharingGate(for: department)
    guard gate.grant.aggregateOnly else { return gate }
    return SharingGate(.nothing(for: department), catalog: catalog)
  }

  /// The views in SQL, by name.
  package var sqlViews: [SQLViewReport] { sqlModels.map { SQLViewReport($0) } }

  /// Reads the definition in a file of the user's, and checks all that can be checked without running it.
  ///
  /// Throws ``SQLModelError`` for what is wrong inside the file, and a ``LedgerError`` where this ledger does not have what
  /// it asks for, or the sharing plan does not allow it.
  package func sqlModel(_ path: String) throws -> SQLReadModel {
    let bytes = try LinuxFileSystem().contents(of: path, sizeMax: SQLReadModel.sizeMax)
    let file = path.split(separator: "/").last.map(String.init) ?? path
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw SQLModelError(
        code: "view.definition", file: file, line: 1, sentence: "the file is no UTF-8 text")
    }
    let model = try SQLReadModel(text, file: file)
    guard !Self.reservedNames.contains(model.name) else {
      throw LedgerError(
        "view.reserved", "\(model.name) is the name of a view that ships; give yours another name")
    }
    for type in (model.eventTypes ?? []).sorted() where catalog.type(named: type) == nil {
      throw LedgerError(
        "view.type",
        "the view \(model.name) reads \(type), and this ledger has no event type of that name; see "
          + "rapport schema list")
    }
    if log.description.catalogue == .shipped { try checkSharing(of: model) }
    return model
  }

  private func checkSharing(of model: SQLReadModel) throws {
    guard let department = model.department else {
      throw LedgerError(
        "view.department",
        "the header of \(model.name) names no department; it says whose fields the view may read: "
          + "-- department: sales")
    }
    let gate = try sharingGate(for: department)
    if gate.grant.isNothing {
      throw LedgerError(
        "view.department",
        "the sharing plan in force grants nothing to a department called \(department); see "
          + "rapport plan")
    }
    if gate.grant.aggregateOnly {
      throw LedgerError(
        "view.aggregateOnly",
        "the department \(department) sees totals only, and rows of a view in SQL could hold single "
          + "customers; such a department has the views that ship for it")
    }
    for type in (model.eventTypes ?? []).sorted() where !gate.types.contains(type) {
      throw LedgerError(
        "view.notGranted",
        "the view \(model.name) reads \(type), of which the sharing plan in force grants nothing to "
          + "\(department)")
    }
  }

  /// Runs a view in memory at batch sizes 1, 7 and 1,000, over at most `eventsMax` positions of the ledger: half of them the
  /// first, half the last. Changes nothing.
  package func test(
    _ model: SQLReadModel, eventsMax: UInt64 = viewTestEventsMax
  ) throws -> SQLViewTest {
    let (_, source) = try view(of: model).opened()
    let end = source.end.value
    var positions = [Position.zero..<source.end]
    if end > eventsMax {
      let half = eventsMax / 2
      positions = [Position.zero..<Position(half), Position(end - (eventsMax - half))..<source.end]
    }
    return SQLViewTest(
      view: SQLViewReport(model), test: try SQLBatchTest(model, from: source, at: positions))
  }

  /// Adds a view, or puts a newer version in place of the one that is there, and builds it. It is among ``views`` from the
  /// next opening on.
  ///
  /// Throws `view.batchDependent` where its rows depend on how events were batched, and `view.published` for another text
  /// under the version that is there, or a lower one; then nothing was kept.
  package func addView(
    _ model: SQLReadModel, _ hear: @escaping View.Hear = { _, _ in }
  ) throws -> ViewProgress {
    try keep(model)
    return try view(of: model).catchUp(hear)
  }

  /// As ``addView(_:_:)``, and compares the rows with those of the file in force; builds the view anew in any case.
  package func addViewComparing(
    _ model: SQLReadModel, _ hear: @escaping View.Hear = { _, _ in }
  ) throws -> ViewRebuild {
    try keep(model)
    var options = RebuildOptions()
    options.compares = true
    return try view(of: model).rebuild(options, hear)
  }

  /// Tries a view, and keeps its definition.
  private func keep(_ model: SQLReadModel) throws {
    let test = try test(model)
    if let finding = test.finding {
      throw LedgerError("view.batchDependent", finding)
    }
    let folder = SQLModelFolder(directory, LinuxFileSystem())
    try folder.changing {
      if let known = try folder.text(model.name), known != model.text {
        // One that was altered until it cannot be read is replaced whatever its version was.
        if let old = try? SQLReadModel(known, file: model.name), old.version >= model.version {
          throw LedgerError(
            "view.published",
            "the ledger has the view \(model.name) in version \(old.version) with another text; give "
              + "yours version \(old.version + 1)")
        }
      }
      try folder.keep(model)
    }
  }

  /// Removes a view in SQL: its definition, then its files. It is gone for everybody who opens the ledger from now on.
  package func removeView(_ name: String) throws {
    let shipped = ["customer"] + Self.departmentModels.map { $0.name }
    if log.description.catalogue == .shipped, shipped.contains(name) {
      throw LedgerError("view.reserved", "\(name) is a view that ships; it cannot be removed")
    }
    let folder = SQLModelFolder(directory, LinuxFileSystem())
    try folder.changing {
      guard try folder.names().contains(name) else {
        throw LedgerError("view.unknown", "there is no view in SQL of that name", .missingInput)
      }
      try folder.remove(name)
    }
    try SQLModelFiles.remove(model: name, in: "\(directory)/views")
  }
}
