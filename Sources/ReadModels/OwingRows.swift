// The rows of what we owe, gave and asked, in the column order of Customer360Tables.

import JSONBytes
import Projection
import Relationship

extension Promise: TableRow {
  static let table = "promise"
  static let order = "promise_id"

  /// As the table has it: expiry moves with the clock, and is in the SQL view beside it.
  private var storedState: State { grant == nil ? .unknown : redemption == nil ? .open : .redeemed }

  init(reading row: RowReader) {
    let id = row.text()
    _ = row.text()
    let owed = row.money()
    let reason = row.optionalText()
    let place = row.optionalText()
    let validUntil = row.optionalTime()
    let mark = row.mark()
    let amount = row.money()
    let redeemed = row.mark()
    let store = row.optionalText()
    let conflicts = row.text().split(separator: " ").compactMap { UInt64($0) }
    let grant: Grant? =
      if let mark, let owed {
        Grant(
          mark, owed: owed, reason: reason, redeemWhere: place ?? "*", validUntil: validUntil)
      } else { nil }
    let redemption: Redemption? =
      if let redeemed, let amount {
        Redemption(redeemed, amount: amount, storeId: store)
      } else { nil }
    self.init(id, grant: grant, redemption: redemption, conflicts: conflicts)
  }

  func write(to row: RowWriter) {
    row.text(id)
    row.text(storedState.rawValue)
    row.integer(grant?.owed.micros)
    row.text(grant?.owed.currency)
    row.text(grant?.reason)
    row.text(grant?.redeemWhere)
    row.time(grant?.validUntil)
    row.mark(grant?.mark)
    row.integer(redemption?.amount.micros)
    row.text(redemption?.amount.currency)
    row.mark(redemption?.mark)
    row.text(redemption?.storeId)
    row.text(conflicts.isEmpty ? nil : conflicts.map(String.init).joined(separator: " "))
  }
}

extension Complaint: TableRow {
  static let table = "complaint"
  static let order = "complaint_id"

  init(reading row: RowReader) {
    let id = row.text()
    _ = row.text()
    let topic = row.optionalText()
    let channel = row.optionalText()
    let severity = row.optionalText()
    let orderId = row.optionalText()
    let product = row.optionalText()
    let issue = row.optionalText()
    let wanted = row.optionalText()
    let opening = row.mark().map { mark in
      Opening(
        mark, channel: channel ?? "", topic: topic ?? "", severity: severity, orderId: orderId,
        product: product, issue: issue, wantedRemedy: wanted)
    }
    let reopened = row.moment()
    let remedy = row.optionalText()
    let agrees = row.optionalBool()
    let resolution = row.moment().map {
      Resolution($0, remedy: remedy ?? "", customerAgrees: agrees)
    }
    self.init(id, opening: opening, reopened: reopened, resolution: resolution)
  }

  func write(to row: RowWriter) {
    row.text(id)
    row.text(state.rawValue)
    row.text(opening?.topic)
    row.text(opening?.channel)
    row.text(opening?.severity)
    row.text(opening?.orderId)
    row.text(opening?.product)
    row.text(opening?.issue)
    row.text(opening?.wantedRemedy)
    row.mark(opening?.mark)
    row.moment(reopened)
    row.text(resolution?.remedy)
    row.bool(resolution?.customerAgrees)
    row.moment(resolution?.moment)
  }
}

extension Benefit: TableRow {
  static let table = "benefit"
  static let order = "benefit_id"

  init(reading row: RowReader) {
    let id = row.text()
    let name = row.optionalText()
    let tier = row.optionalText()
    let validUntil = row.optionalTime()
    let grant = row.mark().map { Grant($0, name: name ?? "", tier: tier, validUntil: validUntil) }
    let used = Int(row.integer())
    self.init(id, grant: grant, usedCount: used, lastUsed: row.moment())
  }

  func write(to row: RowWriter) {
    row.text(id)
    row.text(grant?.name)
    row.text(grant?.tier)
    row.time(grant?.validUntil)
    row.mark(grant?.mark)
    row.integer(Int64(usedCount))
    row.moment(lastUsed)
  }
}

struct QuestionRow: TableRow {
  static let table = "question"
  static let order = "position"

  var question: Question
  /// Asked although it should not have been.
  var isRepeated: Bool

  init(_ question: Question, _ isRepeated: Bool) {
    self.question = question
    self.isRepeated = isRepeated
  }

  init(reading row: RowReader) {
    let place = row.optionalPlace() ?? 0
    let id = row.text()
    let topic = row.text()
    let channel = row.text()
    let sensitivity = row.text()
    let kind = Question.Outcome.Kind(rawValue: row.text())
    let time = Timestamp(microseconds: row.integer())
    let event = row.text()
    let author = Author(authtype: row.text())
    let answer = row.optionalText()
    let settled = row.moment()
    let again = row.optionalTime()
    isRepeated = row.bool()
    let outcome: Question.Outcome? =
      if let kind, let settled {
        Question.Outcome(settled, kind, answer: answer, askAgain: again)
      } else { nil }
    question = Question(
      EventMark(event, at: Moment(time, place: place), by: author), id: id, topic: topic,
      channel: channel, sensitivity: sensitivity, outcome: outcome)
  }

  func write(to row: RowWriter) {
    row.place(question.mark.moment.place)
    row.text(question.id)
    row.text(question.topic)
    row.text(question.channel)
    row.text(question.sensitivity)
    row.text(question.state)
    row.time(question.mark.moment.time)
    row.text(question.mark.id)
    row.text(question.mark.author.rawValue)
    row.text(question.outcome?.answer)
    row.moment(question.outcome?.moment)
    row.time(question.outcome?.askAgain)
    row.bool(isRepeated)
  }
}

extension RelationshipStep: TableRow {
  static let table = "relationship"
  static let order = "position"

  init(reading row: RowReader) {
    let place = row.optionalPlace() ?? 0
    let kind = Kind(rawValue: row.text()) ?? .declared
    let type = row.optionalText()
    let topic = row.text()
    let declaredBy = row.optionalText()
    let channel = row.optionalText()
    let offer = row.optionalText()
    let time = Timestamp(microseconds: row.integer())
    let id = row.text()
    let author = Author(authtype: row.text())
    let word = row.optionalText()
    let outcome = row.moment().flatMap { moment in word.map { Outcome(moment, $0) } }
    self.init(
      EventMark(id, at: Moment(time, place: place), by: author), kind, type: type, topic: topic,
      declaredBy: declaredBy, channel: channel, offer: offer, outcome: outcome)
  }

  func write(to row: RowWriter) {
    row.place(mark.moment.place)
    row.text(kind.rawValue)
    row.text(type)
    row.text(topic)
    row.text(declaredBy)
    row.text(channel)
    row.text(offer)
    row.time(mark.moment.time)
    row.text(mark.id)
    row.text(mark.author.rawValue)
    row.text(outcome?.word)
    row.moment(outcome?.moment)
    row.bool(isStanding)
  }
}
