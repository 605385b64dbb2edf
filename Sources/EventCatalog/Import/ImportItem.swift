// What comes out of an import: events, and rows that did not become any.

/// One event made from a row: a CloudEvents envelope in JSON without the attributes that only the ledger sets.
package struct ImportedEvent: Hashable, Sendable {
  /// Line of the row (the first one of a group), from 1.
  package var line: Int
  /// JSON text, valid UTF-8, one object. Scan it with `JSONScanner`; it is not in canonical order.
  package var json: [UInt8]
}

/// One row that did not fit. The caller writes it to the reject file and goes on.
package struct ImportReject: Hashable, Sendable {
  /// Of the row's first physical line, from 1.
  package var line: Int
  /// Stable, begins with `import.`; docs/imports.md lists them.
  package var code: String
  /// Names columns and rules, never a value of the row.
  package var reason: String
  /// As it stood, without the line break at its end; of a row that is too long, its beginning.
  package var row: [UInt8]
}

/// What a run gives back, in the order of the file (grouped events at its end).
package enum ImportItem: Hashable, Sendable {
  case event(ImportedEvent)
  case reject(ImportReject)
}

/// Rows that a mapping leaves out on purpose, counted so that none is lost in silence.
package struct ImportSkipped: Hashable, Sendable {
  /// As the mapping's `because` says.
  package var reason: String
  package var rows: Int
}
