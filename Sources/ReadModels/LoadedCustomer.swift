// The rows of one customer as the tables hold them.

import GRDB
import JSONBytes
import Projection
import Relationship

/// Rows of one customer as they were loaded. A class, so that the many fresh states of a rebuild hold no more than a
/// reference to none.
final class LoadedCustomer: Sendable {
  let row: CustomerRow
  let spend: [Spend]
  let facts: [FactRow]
  let occasions: [Occasion]
  let cues: [CueRow]
  /// Which cues are here; nil: all.
  let cueScope: CueScope?
  let promises: [Promise]
  let complaints: [Complaint]
  let questions: [QuestionRow]
  let benefits: [Benefit]
  let relationships: [RelationshipStep]
  let links: [IdentityLink]

  /// Everything but what waits; nil if the tables do not know the customer.
  init?(_ id: String, from tables: Tables) throws {
    guard let row = try CustomerRow(id, from: tables) else { return nil }
    self.row = row
    spend = try Spend.load(id, from: tables)
    facts = try FactRow.load(id, from: tables)
    occasions = try Occasion.load(id, from: tables)
    cues = try CueRow.load(id, from: tables)
    cueScope = nil
    promises = try Promise.load(id, from: tables)
    complaints = try Complaint.load(id, from: tables)
    questions = try QuestionRow.load(id, from: tables)
    benefits = try Benefit.load(id, from: tables)
    relationships = try RelationshipStep.load(id, from: tables)
    links = try IdentityLink.load(id, from: tables)
  }

  /// What events touch. Cost: SQLite passes over her rows in the tables concerned; few of them are read.
  init(_ row: CustomerRow, _ touch: CustomerTouch, of id: String, from tables: Tables) throws {
    self.row = row
    func load<Row: TableRow>(
      _ part: CustomerParts, where column: String, in list: some Collection<ByteText>
    ) throws -> [Row] {
      var chosen = RowChoice()
      if touch.parts.contains(part) { chosen.add(column, in: list) }
      return try chosen.load(id, from: tables)
    }
    spend = touch.parts.contains(.spend) ? try Spend.load(id, from: tables) : []
    promises = try load(.promises, where: "promise_id", in: touch.promises)
    complaints = try load(.complaints, where: "complaint_id", in: touch.complaints)
    benefits = try load(.benefits, where: "benefit_id", in: touch.benefits)
    relationships = try load(.relationships, where: "event_id", in: touch.events)
    links = try load(.links, where: "event_id", in: touch.events)
    let answered: [QuestionRow] = try load(.questions, where: "event_id", in: touch.events)
    questions = try Self.neighbours(of: answered, touch, id, tables)
    guard touch.parts.contains(.facts) else {
      facts = []
      occasions = []
      cues = []
      cueScope = CueScope(wishes: [], occasions: [])
      return
    }
    facts = try Self.facts(touch, answered, id, tables)
    let scope = Self.scope(touch, facts)
    cueScope = scope
    guard touch.parts.contains(.wishes) else {
      occasions = []
      cues = []
      return
    }
    let wishes = facts.lazy.map(\.fact).filter { scope.wishes.contains($0.group) }
    var chosen = RowChoice()
    chosen.add("wish_position", in: wishes.map { Int64(bitPattern: $0.mark.moment.place) })
    chosen.add(Occasion.nameSQL, in: scope.occasions)
    cues = try chosen.load(id, from: tables)
    // A standing wish waits at what comes after it; a proof names what it is about.
    chosen = RowChoice()
    chosen.add(
      Occasion.nameSQL,
      in: scope.occasions.union(cues.map { ByteText("\($0.context) \($0.reference)") }))
    let standing = wishes.filter(\.isStandingWish) + touch.standingWishes
    if let since = standing.map(\.mark.moment.time).min() {
      chosen.add("time >= ?", [since.microseconds])
    }
    occasions = try chosen.load(id, from: tables)
  }

  private static func scope(_ touch: CustomerTouch, _ facts: [FactRow]) -> CueScope {
    let named = facts.lazy.map(\.fact).filter {
      touch.facts.contains(ByteText("\($0.kind.rawValue) \($0.mark.id)"))
    }
    return CueScope(
      wishes: touch.groups.union(named.map(\.group)), occasions: touch.occasions)
  }

  /// The facts of every group that is touched, whole: which of them hold is decided within a group.
  private static func facts(
    _ touch: CustomerTouch, _ answered: [QuestionRow], _ id: String, _ tables: Tables
  ) throws -> [FactRow] {
    var named = RowChoice()
    named.add("kind || ' ' || event_id", in: touch.facts)
    if touch.restricts { named.add("kind = 'restriction'", []) }
    if !touch.occasions.isEmpty {
      named.add("kind = 'preference' AND standing = 1 AND in_force = 1", [])
      named.add(
        """
        position IN (SELECT wish_position FROM cue WHERE customer_id = ?
          AND \(Occasion.nameSQL) IN (SELECT value FROM json_each(?)))
        """, [id, SQLList.of(touch.occasions)])
    }
    var groups = touch.groups.union(answered.map { Fact.group(.answer, $0.question.id) })
    if let condition = named.condition {
      try tables.rows(
        "SELECT DISTINCT \(Fact.groupSQL) FROM fact WHERE customer_id = ? AND \(condition)",
        [id] + named.arguments
      ) { groups.insert($0.bytes()) }
    }
    var chosen = RowChoice()
    chosen.add(Fact.groupSQL, in: groups)
    return try chosen.load(id, from: tables)
  }

  /// With the questions that are answered, and beside those that are asked: the asking of the same question before and
  /// after by time. Whether one was asked twice is decided between neighbours.
  private static func neighbours(
    of answered: [QuestionRow], _ touch: CustomerTouch, _ id: String, _ tables: Tables
  ) throws -> [QuestionRow] {
    guard touch.parts.contains(.questions) else { return [] }
    var found: [UInt64: QuestionRow] = [:]
    for row in answered { found[row.question.mark.moment.place] = row }
    for question in answered.map(\.question) + touch.asked {
      let moment = question.mark.moment
      for (side, order) in [("<", "DESC"), (">", "ASC")] {
        try tables.rows(
          """
          SELECT * FROM question WHERE customer_id = ? AND question_id = ?
            AND (time, position) \(side) (?, ?) ORDER BY time \(order), position \(order) LIMIT 1
          """,
          [id, question.id, moment.time.microseconds, Int64(bitPattern: moment.place)]
        ) { row in
          _ = row.text()
          let neighbour = QuestionRow(reading: row)
          found[neighbour.question.mark.moment.place] = neighbour
        }
      }
    }
    return found.values.sorted { $0.question.mark.moment.place < $1.question.mark.moment.place }
  }
}

/// Which rows of a customer are wanted: those for which one of several conditions holds; none where there is no condition.
private struct RowChoice {
  private var conditions: [String] = []
  private(set) var arguments = StatementArguments()

  mutating func add(_ condition: String, _ arguments: StatementArguments) {
    conditions.append("(\(condition))")
    self.arguments += arguments
  }

  mutating func add(_ column: String, in list: some Collection<ByteText>) {
    if !list.isEmpty { add("\(column) IN (SELECT value FROM json_each(?))", [SQLList.of(list)]) }
  }

  mutating func add(_ column: String, in list: some Collection<Int64>) {
    if !list.isEmpty { add("\(column) IN (SELECT value FROM json_each(?))", [SQLList.of(list)]) }
  }

  var condition: String? {
    conditions.isEmpty ? nil : "(\(conditions.joined(separator: " OR ")))"
  }

  func load<Row: TableRow>(_ customer: String, from tables: Tables) throws -> [Row] {
    guard let condition else { return [] }
    return try Row.load(customer, where: condition, arguments, from: tables)
  }
}
