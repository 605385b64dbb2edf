// What comes out of an import: events, and rows that did not become any.

/// One event made from a row: a CloudEvents envelope in JSON without the attributes that only the ledger sets.
package struct ImportedEvent: Hashable, Sendable {
  /// Line of the row (the first one of a group), from 1.
  package var line: Int
  /// JSON text, valid UTF-8, one object. Scan it with `JSONScanner`; it is not in canonical order.
  package var json: [UInt8]
  /// Its event type.
  package var type: String
  /// The row it was made from; nil where the mapping makes nothing that an import could be refused.
  package var row: ImportedRow?
  /// Where the event is about whoever has an address: it has no `subject`, and ``ImportedAddress/pointWord`` stands
  /// where the id of that contact point belongs.
  package var address: ImportedAddress?
}

/// A row as it stood, for whoever sets it aside. All its events share one.
package struct ImportedRow: Hashable, Sendable {
  package struct Piece: Hashable, Sendable {
    package var line: Int
    package var bytes: [UInt8]
  }

  /// `FILE:LINE`, or what the mapping calls it: the same when the file is imported again.
  package var name: String
  /// The row; of a group all its rows.
  package var pieces: [Piece]
}

/// An address by which a row names somebody.
package struct ImportedAddress: Hashable, Sendable {
  /// `email` or `phone`: kinds of contact points.
  package var kind: String
  /// In the form in which it is stored and compared.
  package var value: String
  /// What a contact point of it serves, where one must be made.
  package var channels: [String]

  /// No Id can be this.
  package static let pointWord = "@contactPoint"
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
