// Read models that are aggregates: said once, folded event by event or column by column.

/// A table of aggregates over events, one row a key: what `SELECT key, aggregates FROM events GROUP BY key` gives.
///
/// It is folded in two ways from one definition, and both give the same rows: live, event by event, and in bulk from the
/// log's columns, by several threads. What a term needs is absent from an event as NULL is from a row in SQL: it adds
/// nothing.
package struct Aggregation: Sendable {
  /// A part of the key.
  package enum Part: Hashable, Sendable {
    /// The customer. Events of none have no row.
    case subject
    /// A member of `data` that is a string. Events without it have no row.
    case text(String)
    /// A member of `data` that is a whole number. Events without it have no row.
    case integer(String)
    /// The whole number of so many microseconds between 1970 and the event's time, rounded down: 86,400,000,000 for days.
    case period(Int64)
  }

  /// An aggregate.
  package enum Term: Hashable, Sendable {
    /// How many events.
    case count
    /// The sum of the product of members of `data` that are whole numbers; 0 where there is none. An event with which it
    /// would leave 64 bits, in log order, is a hole: nothing of it is taken in.
    case sum([String])
    /// The lowest time, microseconds; NULL where there is none.
    case earliest
    /// The highest time, microseconds; NULL where there is none.
    case latest
    /// A whole number that the last event has by time, then by position; NULL where it has none.
    case lastInteger(String)
    /// The type of the last event by time, then by position.
    case lastType
  }

  /// A column of the key.
  package struct Key: Sendable {
    package var column: String
    package var part: Part
    /// What an analyst reads.
    package var comment: String

    package init(_ column: String, _ part: Part, _ comment: String) {
      self.column = column
      self.part = part
      self.comment = comment
    }
  }

  /// A column with an aggregate.
  package struct Value: Sendable {
    package var column: String
    package var term: Term
    /// Only events of this type; nil for all that the table reads.
    package var type: String?
    package var comment: String

    package init(_ column: String, _ term: Term, ofType type: String? = nil, _ comment: String) {
      self.column = column
      self.term = term
      self.type = type
      self.comment = comment
    }
  }

  package var table: String
  package var comment: String
  /// The event types that are read; nil for all.
  package var types: Set<String>?
  /// The primary key, in order.
  package var key: [Key]
  package var values: [Value]

  /// Traps where there is no key, or where a term about the last event has no column beside it that holds the time of
  /// that event: one of `.latest` over the same type.
  package init(
    table: String, _ comment: String, types: Set<String>?, key: [Key], values: [Value]
  ) {
    precondition(!key.isEmpty, "a row has a key")
    precondition(
      values.allSatisfy { value in
        !value.term.isOfLast || values.contains { $0.term == .latest && $0.type == value.type }
      }, "the time of the last event stands beside what is kept of it")
    self.table = table
    self.comment = comment
    self.types = types
    self.key = key
    self.values = values
  }

  /// `CREATE TABLE`, with the comments.
  package var statement: String {
    var lines: [String] = []
    for column in key {
      let type = column.part.isText ? "TEXT" : "INTEGER"
      lines.append("\(column.column) \(type) NOT NULL, -- \(column.comment)")
    }
    for column in values {
      let type = column.term == .lastType ? "TEXT" : "INTEGER"
      let isNull = column.isNullable ? "" : " NOT NULL"
      lines.append("\(column.column) \(type)\(isNull), -- \(column.comment)")
    }
    let names = key.map(\.column).joined(separator: ", ")
    return """
      CREATE TABLE \(table) ( -- \(comment)
        \(lines.joined(separator: "\n  "))
        PRIMARY KEY (\(names))
      ) STRICT, WITHOUT ROWID;
      """
  }

  /// Where the time stands that goes with the last event of a value.
  func timeOfLast(_ value: Value) -> Int {
    guard let place = values.firstIndex(where: { $0.term == .latest && $0.type == value.type })
    else { preconditionFailure("seen to when the aggregation was made") }
    return place
  }

  /// Whether an event of this type counts for a value.
  func takes(_ value: Value, _ type: String) -> Bool { value.type.map { $0 == type } ?? true }
}

extension Aggregation.Value {
  /// Whether a row may hold NULL here. A row has one event at least.
  var isNullable: Bool {
    switch term {
    case .count, .sum: false
    case .earliest, .latest, .lastType: type != nil
    case .lastInteger: true
    }
  }
}

extension Aggregation.Part {
  var isText: Bool {
    switch self {
    case .subject, .text: true
    case .integer, .period: false
    }
  }
}

extension Aggregation.Term {
  /// Whether it is about the last event.
  var isOfLast: Bool {
    switch self {
    case .lastInteger, .lastType: true
    case .count, .sum, .earliest, .latest: false
    }
  }

  /// The members of `data` that it reads.
  var members: [String] {
    switch self {
    case .sum(let names): names
    case .lastInteger(let name): [name]
    case .count, .earliest, .latest, .lastType: []
    }
  }
}
