// The live way of working of an aggregation.

import JSONBytes

/// A read model of one table that is an ``Aggregation``: its fold, live and in bulk, follows from that.
package protocol AggregateProjector: Projector where State == AggregateState {
  static var aggregation: Aggregation { get }
}

/// A row of an aggregation.
package struct AggregateState: Sendable {
  /// A value of the row.
  enum Cell: Hashable, Sendable {
    case null
    case integer(Int64)
    case text(String)
  }

  var key: [Cell]
  var values: [Cell]
  /// Whether an event was taken in: a key whose only events are holes has no row.
  var isThere = false
  /// The magnitudes of all products that were added since the state was made, together; as much as fits.
  var magnitude: UInt64 = 0

  func integer(_ place: Int) -> Int64? {
    if case .integer(let value) = values[place] { value } else { nil }
  }
}

extension AggregateProjector {
  package static var eventTypes: Set<String>? { aggregation.types }
  package static var tables: String { aggregation.statement }
  package static var indexes: String { "" }

  package func key(of event: DecodedEvent) -> String? {
    let aggregation = Self.aggregation
    if let types = aggregation.types, !types.contains(event.type) { return nil }
    var text = ""
    for column in aggregation.key {
      guard let cell = Self.cell(column.part, of: event) else { return nil }
      switch cell {
      case .text(let part): text += "\(part.utf8.count):\(part)"
      case .integer(let part): text += "\(part);"
      case .null: return nil
      }
    }
    return text
  }

  private static func cell(
    _ part: Aggregation.Part, of event: DecodedEvent
  ) -> AggregateState.Cell? {
    switch part {
    case .subject: event.subject.map { .text($0) }
    case .text(let name): event.data[name]?.string.map { .text($0) }
    case .integer(let name): event.data[name]?.integer.map { .integer($0) }
    case .period(let length): .integer(Period.number(of: event.time.microseconds, length))
    }
  }

  package func fresh(_ key: String) -> AggregateState {
    let aggregation = Self.aggregation
    return AggregateState(
      key: Self.parts(of: key),
      values: aggregation.values.map { value in
        switch value.term {
        case .count, .sum: .integer(0)
        case .earliest, .latest, .lastInteger, .lastType: .null
        }
      })
  }

  /// The cells of a key as ``key(of:)`` writes it.
  private static func parts(of key: String) -> [AggregateState.Cell] {
    var rest = key.utf8[...]
    return aggregation.key.map { column in
      let mark = UInt8(ascii: column.part.isText ? ":" : ";")
      guard let end = rest.firstIndex(of: mark), let number = Int64(String(rest[..<end]) ?? "")
      else { preconditionFailure("the key was written by key(of:)") }
      rest = rest[rest.index(after: end)...]
      guard column.part.isText else { return .integer(number) }
      let text = rest.prefix(Int(number))
      rest = rest.dropFirst(Int(number))
      return .text(String(text) ?? "")
    }
  }

  package func load(
    _ key: String, for events: [DecodedEvent], from tables: Tables
  ) throws -> AggregateState {
    let aggregation = Self.aggregation
    var state = fresh(key)
    let columns = aggregation.values.map(\.column).joined(separator: ", ")
    let places = aggregation.key.map { "\($0.column) = ?" }.joined(separator: " AND ")
    try tables.rows(
      "SELECT \(columns) FROM \(aggregation.table) WHERE \(places)",
      AggregateRows.arguments(state.key)
    ) { row in
      state.isThere = true
      for (place, value) in aggregation.values.enumerated() {
        if value.term == .lastType {
          state.values[place] = row.optionalText().map { .text($0) } ?? .null
        } else {
          state.values[place] = row.optionalInteger().map { .integer($0) } ?? .null
        }
      }
    }
    return state
  }

  package func fold(_ event: DecodedEvent, into state: inout AggregateState) -> String? {
    let aggregation = Self.aggregation
    let time = event.time.microseconds
    // The sums first: where one does not fit, nothing of the event is taken in.
    var sums: [(place: Int, sum: Int64)] = []
    for (place, value) in aggregation.values.enumerated()
    where aggregation.takes(value, event.type) {
      guard case .sum(let names) = value.term else { continue }
      let factors = names.compactMap { event.data[$0]?.integer }
      guard factors.count == names.count else { continue }
      let product = ExactProduct.of(factors)
      let (sum, isOver) = (state.integer(place) ?? 0)
        .addingReportingOverflow(product.partialValue)
      if product.overflow || isOver {
        return "with it the sum \(aggregation.table).\(value.column) would leave 64 bits"
      }
      sums.append((place, sum))
      let (total, isMore) = state.magnitude
        .addingReportingOverflow(product.partialValue.magnitude)
      state.magnitude = isMore ? .max : total
    }
    for (place, sum) in sums { state.values[place] = .integer(sum) }
    // What is about the last event comes first: it looks at the time before this one.
    for (place, value) in aggregation.values.enumerated()
    where value.term.isOfLast && aggregation.takes(value, event.type) {
      // Events come in log order: of equal times the later one counts.
      if let last = state.integer(aggregation.timeOfLast(value)), last > time { continue }
      if case .lastInteger(let name) = value.term {
        state.values[place] = event.data[name]?.integer.map { .integer($0) } ?? .null
      } else {
        state.values[place] = .text(event.type)
      }
    }
    for (place, value) in aggregation.values.enumerated()
    where aggregation.takes(value, event.type) {
      let before = state.integer(place)
      switch value.term {
      case .count: state.values[place] = .integer((before ?? 0) + 1)
      case .earliest: state.values[place] = .integer(min(before ?? time, time))
      case .latest: state.values[place] = .integer(max(before ?? time, time))
      case .sum, .lastInteger, .lastType: break
      }
    }
    state.isThere = true
    return nil
  }

  package func store(_ state: AggregateState, of key: String, in tables: Tables) throws {
    guard state.isThere else { return }
    try state.write(to: try tables.writer(Self.aggregation.table))
  }
}

/// Whole periods since 1970.
enum Period {
  /// Rounds down, also before 1970.
  static func number(of time: Int64, _ length: Int64) -> Int64 {
    let quotient = time / length
    return time % length < 0 ? quotient - 1 : quotient
  }
}
