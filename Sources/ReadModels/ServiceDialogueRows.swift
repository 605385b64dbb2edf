// The rows of what we asked, said and heard, and their tables.

import GRDB
import JSONBytes
import Projection
import Relationship

/// A row of `dialogue`.
struct DialogueRow: KeyedRow {
  static let table = "dialogue"

  let customer: String
  /// The campaign; empty for what belongs to none.
  let id: ByteText
  var inquiries: Int64 = 0
  var complaints: Int64 = 0
  var asked: Int64 = 0
  var answered: Int64 = 0
  var declined: Int64 = 0
  var conversations: Int64 = 0
  var learned: Int64 = 0
  var sent: Int64 = 0
  var span = TimeSpan()

  init(_ customer: String, _ campaign: ByteText) {
    self.customer = customer
    id = campaign
  }

  init(reading row: RowReader) {
    customer = row.text()
    id = row.bytes()
    inquiries = row.integer()
    complaints = row.integer()
    asked = row.integer()
    answered = row.integer()
    declined = row.integer()
    conversations = row.integer()
    learned = row.integer()
    sent = row.integer()
    span = TimeSpan(reading: row)
  }

  func write(to row: RowWriter) {
    row.text(customer)
    row.text(id)
    row.integer(inquiries)
    row.integer(complaints)
    row.integer(asked)
    row.integer(answered)
    row.integer(declined)
    row.integer(conversations)
    row.integer(learned)
    row.integer(sent)
    row.span(span)
  }
}

/// A row of `asking`: a question was asked, and what became of it.
struct AskingRow: Hashable, Sendable {
  static let table = "asking"

  let customer: String
  let number: ByteText
  var question: Question
  let campaign: ByteText

  /// The order of the table.
  var order: (ByteText, UInt64) { (number, question.mark.moment.place) }

  init(_ customer: String, _ number: ByteText, _ event: DecodedEvent, _ campaign: ByteText) {
    self.customer = customer
    self.number = number
    self.campaign = campaign
    let fields = event.fields
    question = Question(
      event.mark, id: number.text, topic: fields.word("topic"), channel: fields.word("channel"),
      sensitivity: fields.word("sensitivity"))
  }

  init(reading row: RowReader) {
    customer = row.text()
    number = row.bytes()
    let place = row.optionalPlace() ?? 0
    let time = Timestamp(microseconds: row.integer())
    let event = row.text()
    let author = Author(authtype: row.text())
    let topic = row.text()
    let channel = row.text()
    let sensitivity = row.text()
    campaign = row.bytes()
    let kind = Question.Outcome.Kind(rawValue: row.text())
    let settled = row.moment()
    let again = row.optionalTime()
    let outcome: Question.Outcome? =
      if let kind, let settled {
        Question.Outcome(settled, kind, askAgain: again)
      } else { nil }
    question = Question(
      EventMark(event, at: Moment(time, place: place), by: author), id: number.text, topic: topic,
      channel: channel, sensitivity: sensitivity, outcome: outcome)
  }

  func write(to row: RowWriter) {
    let mark = question.mark
    row.text(customer)
    row.text(number)
    row.place(mark.moment.place)
    row.time(mark.moment.time)
    row.text(mark.id)
    row.text(mark.author.rawValue)
    row.word(ByteText(question.topic))
    row.word(ByteText(question.channel))
    row.word(ByteText(question.sensitivity))
    row.text(campaign)
    row.text(question.state)
    row.moment(question.outcome?.moment)
    row.time(question.outcome?.askAgain)
  }
}

extension ServiceDialogueState {
  /// In log order, the askings that the events answer or decline, and for each of these, and of those that the events are,
  /// the asking of the same question before and the one after: by their times, which is the order that ``AskedTwiceRow``
  /// goes by. Costs three look-ups an event, however often a question was asked.
  static func askings(
    of customer: String, touchedBy events: [DecodedEvent], in tables: Tables
  ) throws -> [AskingRow] {
    var found: [UInt64: AskingRow] = [:]
    func find(_ condition: String, _ arguments: StatementArguments) throws {
      try tables.rows(
        "SELECT * FROM asking WHERE customer_id = ? AND \(condition) LIMIT 1",
        [customer] + arguments
      ) { row in
        let asking = AskingRow(reading: row)
        found[asking.question.mark.moment.place] = asking
      }
    }
    for target in Set(events.compactMap { $0.fields.bytes("questionEventId") }) {
      try find("event_id = ? ORDER BY position DESC", [target.text])
    }
    var changed = found.values.map { ($0.number, $0.question.mark.moment) }
    for event in events where event.kind == .questionAsked {
      if let number = event.fields.bytes("questionId") { changed.append((number, event.moment)) }
    }
    for (number, moment) in changed {
      let here: StatementArguments = [
        number.text, moment.time.microseconds, Int64(bitPattern: moment.place),
      ]
      try find(
        "question_id = ? AND (time, position) < (?, ?) ORDER BY time DESC, position DESC", here)
      try find("question_id = ? AND (time, position) > (?, ?) ORDER BY time, position", here)
    }
    return found.values.sorted { $0.question.mark.moment.place < $1.question.mark.moment.place }
  }
}

/// A row of `asked_twice`: a question was asked that should not have been.
struct AskedTwiceRow: VanishingRow {
  static let table = "asked_twice"
  static let keyColumns = ["customer_id", "question_id", "position"]

  struct ID: Hashable, Comparable, Sendable {
    var number: ByteText
    var place: UInt64

    static func < (one: ID, other: ID) -> Bool {
      (one.number, one.place) < (other.number, other.place)
    }
  }

  let asking: AskingRow
  /// The asking before, which stands in the way, with its answer as far as it was given by then.
  let earlier: AskingRow
  let outcome: Question.Outcome?

  var id: ID { ID(number: asking.number, place: asking.question.mark.moment.place) }
  var keyValues: [DatabaseValue] {
    [
      asking.customer.databaseValue, asking.number.text.databaseValue,
      Int64(bitPattern: id.place).databaseValue,
    ]
  }

  /// Among askings those that should not have been. Costs one sorting. Where askings between two of one question are
  /// left out, the later of the two is judged by the wrong one: the same, as long as nothing of both changes.
  static func all(in askings: [AskingRow]) -> [AskedTwiceRow] {
    let sorted = askings.sorted {
      $0.number != $1.number ? $0.number < $1.number : $0.question.mark < $1.question.mark
    }
    return zip(sorted, sorted.dropFirst()).compactMap { earlier, asking in
      let moment = asking.question.mark.moment
      guard earlier.number == asking.number,
        Dialogue.mayAsk(after: earlier.question, at: moment) != .yes
      else { return nil }
      return AskedTwiceRow(
        asking: asking, earlier: earlier,
        outcome: earlier.question.outcome.flatMap { $0.moment < moment ? $0 : nil })
    }
  }

  private init(asking: AskingRow, earlier: AskingRow, outcome: Question.Outcome?) {
    self.asking = asking
    self.earlier = earlier
    self.outcome = outcome
  }

  init(reading row: RowReader) { preconditionFailure("made of the askings, and never read") }

  func write(to row: RowWriter) {
    let mark = asking.question.mark
    row.text(asking.customer)
    row.text(asking.number)
    row.place(mark.moment.place)
    row.time(mark.moment.time)
    row.text(mark.id)
    row.text(mark.author.rawValue)
    row.word(ByteText(asking.question.topic))
    row.word(ByteText(asking.question.channel))
    row.moment(earlier.question.mark.moment)
    row.text(outcome?.kind.rawValue ?? "asked")
    row.moment(outcome?.moment)
    row.time(outcome?.askAgain)
  }
}

/// A row of `loose_answer`.
struct LooseAnswerRow: WaitingRow {
  static let table = "loose_answer"
  static let keyColumns = ["customer_id", "position"]

  let customer: String
  let target: ByteText
  let outcome: Question.Outcome

  var id: UInt64 { outcome.moment.place }
  var keyValues: [DatabaseValue] {
    [customer.databaseValue, Int64(bitPattern: id).databaseValue]
  }

  var awaited: [ByteText] { [target] }

  init(_ customer: String, _ target: ByteText, _ outcome: Question.Outcome) {
    self.customer = customer
    self.target = target
    self.outcome = outcome
  }

  init(reading row: RowReader) {
    customer = row.text()
    let place = row.optionalPlace() ?? 0
    let time = Timestamp(microseconds: row.integer())
    target = row.bytes()
    let kind = Question.Outcome.Kind(rawValue: row.text()) ?? .answered
    outcome = Question.Outcome(Moment(time, place: place), kind, askAgain: row.optionalTime())
  }

  func write(to row: RowWriter) {
    row.text(customer)
    row.place(id)
    row.time(outcome.moment.time)
    row.text(target)
    row.text(outcome.kind.rawValue)
    row.time(outcome.askAgain)
  }
}

/// A row of `campaign_contact`.
struct CampaignContactRow: KeyedRow {
  static let table = "campaign_contact"

  let customer: String
  /// The event that says it was sent.
  let id: ByteText
  let campaign: ByteText

  init(_ customer: String, _ event: ByteText, _ campaign: ByteText) {
    self.customer = customer
    id = event
    self.campaign = campaign
  }

  init(reading row: RowReader) {
    customer = row.text()
    id = row.bytes()
    campaign = row.bytes()
  }

  func write(to row: RowWriter) {
    row.text(customer)
    row.text(id)
    row.text(campaign)
  }
}
