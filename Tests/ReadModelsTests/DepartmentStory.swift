// The parts of the read models of departments, and the rows that events give.

import GRDB
import JSONBytes
import Projection
import RapportTesting
import ReadModels
import Testing

/// The read models of departments.
let departmentModels: [any DepartmentModel.Type] = [
  ServiceModel.self, ProductModel.self, MarketingModel.self,
]

/// A part, by its place: tests are run for each.
struct Part: CustomTestStringConvertible, Sendable {
  let model: any DepartmentModel.Type
  let projector: any Projector.Type

  var testDescription: String { "\(projector)" }

  static let all: [Part] = departmentModels.flatMap { model in
    model.parts.map { Part(model: model, projector: $0) }
  }

  /// Every row of the part's tables after these events.
  func dump(_ events: [DecodedEvent]) throws -> TableDump { try dump(projector, events) }

  private func dump<P: Projector>(_ part: P.Type, _ events: [DecodedEvent]) throws -> TableDump {
    try ModelFile.withFolded(P.self, events, TableDump.init)
  }
}

extension History {
  /// The rows of a query on the tables of a part, as text, a blank between the columns; NULL is `-`.
  func rows<P: Projector>(of part: P.Type, _ sql: String) throws -> [String] {
    try ModelFile.withFolded(P.self, events) { tables in
      try Row.fetchAll(tables.db, sql: sql).map { row in
        row.databaseValues.map(shown).joined(separator: " ")
      }
    }
  }
}

private func shown(_ value: DatabaseValue) -> String {
  switch value.storage {
  case .string(let text): text
  case .int64(let number): String(number)
  default: "-"
  }
}

/// Microseconds of a day or instant, as rows have it.
func micros(_ instant: String) -> String { String(History.instant(instant).microseconds) }
