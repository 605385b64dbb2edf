package import JSONBytes

/// Acknowledged events that lie together, in order, or backward where they were read so: one document, and a row for each
/// event that was selected.
package struct EventBatch: Sendable {
  package struct Row: Sendable {
    package var position: Position
    /// Bytes of the entry in ``EventBatch/document``.
    package var entry: Range<Int>
    /// Node of the entry in ``EventBatch/document``; nil where the selection did not ask for parsed entries.
    var node: Int?
  }

  package var document: JSONDocument
  package var rows: [Row]
  /// Where to go on: forward the position after the last event looked at, selected or not; backward that of the first.
  package var next: Position
  /// The frame's recorded time.
  package var recorded: Timestamp

  /// The entry of a row, as JSON. Traps where the selection did not ask for parsed entries.
  package func entry(_ row: Row) -> JSONView {
    guard let node = row.node else { preconditionFailure("the selection asked for bytes only") }
    return JSONView(document: document, index: node)
  }

  /// The exact bytes of a row's entry.
  package func bytes(_ row: Row) -> ArraySlice<UInt8> { document.bytes[row.entry] }
}

/// Which events a read gives.
package struct Selection: Sendable {
  /// Only events of this customer.
  package var customer: String?
  /// Only events of these types.
  package var types: Set<String>?
  /// Whether entries are scanned; a selection by customer or type scans them anyway.
  package var parsed: Bool

  package init(customer: String? = nil, types: Set<String>? = nil, parsed: Bool = true) {
    self.customer = customer
    self.types = types
    self.parsed = parsed
  }

  package static let all = Selection()
  /// All events, as bytes only.
  package static let bytes = Selection(parsed: false)

  func takes(_ entry: JSONView) -> Bool {
    if let customer, entry["subject"]?.equals(customer) != true { return false }
    if let types {
      guard let type = entry["type"]?.string else { return false }
      return types.contains(type)
    }
    return true
  }
}
