// What the read models of departments have in common.

import JSONBytes
package import Projection
import Relationship

/// A read model of one department: one file, made of parts that each have a key and tables of their own.
///
/// The events come through the sharing plan, which takes out what the department may not see. So a part takes an
/// absent field for one that nobody stated: NULL in a row, and no hole.
package protocol DepartmentModel: Sendable {
  /// Name of the read model and of its file.
  static var name: String { get }
  /// Raised whenever the same events would give other rows in any of the parts.
  static var version: Int { get }
  /// Their tables have different names, and stand in one file.
  static var parts: [any Projector.Type] { get }
  /// What the parts read of `data`: by event type the fields, `lines.sku` for a member of a list's objects. Besides
  /// these they read the envelope alone.
  static var reads: [String: [String]] { get }
}

extension DecodedEvent {
  /// The type, where it is one that ships.
  var kind: EventKind? { EventKind.byName[type] }
}

extension Set<EventKind> {
  /// The names of the types, as a projector declares them.
  var names: Set<String> { Set<String>(map(\.rawValue)) }
}

extension EventFields {
  /// A sum of money in an event.
  enum Sum: Hashable {
    /// Nobody stated it, or a part of it may not be seen.
    case absent
    case exact(Money)
    /// It is there, and has more places or digits than a row can keep.
    case inexact
  }

  func sum(_ name: String) -> Sum {
    guard let view = data[name], view["amount"] != nil, view["currency"] != nil else {
      return .absent
    }
    return Money(view).map { .exact($0) } ?? .inexact
  }

  /// What is told of an event whose sum is ``Sum/inexact``.
  static func inexact(_ field: String) -> String {
    "\(field) is no sum of at most six places that fits 64 bits of millionths"
  }
}

extension Int64 {
  /// Adds; false, and nothing added, where the sum does not fit.
  mutating func add(_ value: Int64) -> Bool {
    let (sum, overflow) = addingReportingOverflow(value)
    if !overflow { self = sum }
    return !overflow
  }
}

/// The earliest and the latest of several instants.
struct TimeSpan: Hashable, Sendable {
  private(set) var first: Timestamp?
  private(set) var last: Timestamp?

  init() {}

  mutating func add(_ time: Timestamp) {
    first = min(first ?? time, time)
    last = max(last ?? time, time)
  }
}

extension TimeSpan {
  init(reading row: RowReader) {
    first = row.optionalTime()
    last = row.optionalTime()
  }
}

extension RowWriter {
  /// Two columns: first and last.
  func span(_ value: TimeSpan) {
    self.time(value.first)
    self.time(value.last)
  }
}
