// Histories of one customer, and the rows they give.

import GRDB
import JSONBytes
import Projection
import RapportTesting
import ReadModels
import Relationship
import Testing

/// A sum as events write it.
func money(_ amount: String, _ currency: String = "EUR") -> JSONValue {
  ["amount": .string(amount), "currency": .string(currency)]
}

/// An order of one line.
func order(_ id: String, _ amount: String, _ currency: String = "EUR", topic: String? = nil)
  -> JSONValue
{
  let line: KeyValuePairs<String, JSONValue?> = [
    "sku": "SKU-1", "topic": topic.map { .string($0) }, "quantity": 1,
  ]
  return [
    "orderId": .string(id), "lines": [.object(line)], "total": money(amount, currency),
  ]
}

extension History {
  /// The first column of each row of a query on the model of these events.
  func column(_ sql: String) throws -> [String?] {
    try rows(sql).map { $0.first.flatMap { $0 } }
  }

  /// The rows of a query on the model of these events, as text.
  func rows(_ sql: String) throws -> [[String?]] {
    try ModelFile.withFolded(Customer360.self, events) { tables in
      try Row.fetchAll(tables.db, sql: sql).map { row in
        row.databaseValues.map(text)
      }
    }
  }

  /// One row as text, blanks between; NULL is `-`.
  func row(_ sql: String) throws -> String {
    try rows(sql).first?.map { $0 ?? "-" }.joined(separator: " ") ?? "none"
  }

  func view(of customer: String = "c1", at day: String = "2026-12-31") throws -> CustomerView {
    try #require(
      try Customer360.view(of: customer, at: History.instant(day), from: events))
  }
}

private func text(_ value: DatabaseValue) -> String? {
  switch value.storage {
  case .string(let text): text
  case .int64(let number): String(number)
  default: nil
  }
}

let wish: JSONValue = [
  "topic": "travel.hotel", "value": "quiet room", "standing": true, "strength": "prefer",
]
