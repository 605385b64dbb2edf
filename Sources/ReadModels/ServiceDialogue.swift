// How much we listen and how much we talk, and the questions that should not have been asked.

import GRDB
import JSONBytes
package import Projection
import Relationship

/// The tables `dialogue`, `asked_twice`, `asking`, `loose_answer` and `campaign_contact`. The key is the customer.
///
/// What a customer does belongs to a campaign where the event names, as its cause, a contact of that campaign; an
/// answer belongs where its question does.
package struct ServiceDialogue: Projector {
  package static let name = ServiceModel.name
  package static let version = ServiceModel.version
  private static let kinds: Set<EventKind> = [
    .questionAsked, .questionAnswered, .questionDeclined, .inquiryReceived, .complaintOpened,
    .conversationHeld, .contactSent,
  ]
  package static let isOfCustomers = true
  package static let eventTypes: Set<String>? = kinds.names

  package init() {}

  package func key(of event: DecodedEvent) -> String? {
    event.kind.map(Self.kinds.contains) == true ? event.subject : nil
  }

  package func fresh(_ key: String) -> ServiceDialogueState { ServiceDialogueState(key) }

  package func load(
    _ key: String, for events: [DecodedEvent], from tables: Tables
  ) throws -> ServiceDialogueState {
    try ServiceDialogueState(key, for: events, from: tables)
  }

  package func fold(_ event: DecodedEvent, into state: inout ServiceDialogueState) -> String? {
    state.take(event)
    return nil
  }

  package func store(_ state: ServiceDialogueState, of key: String, in tables: Tables) throws {
    try state.store(in: tables)
  }
}

/// The dialogue with one customer, as far as events touch it.
package struct ServiceDialogueState: Sendable {
  private let customer: String
  private var dialogue = KeyedRows<DialogueRow>()
  /// In log order.
  private var askings: [AskingRow] = []
  /// The askings as they were loaded.
  private var loaded: [AskingRow] = []
  /// The latest asking of each event id, by its index.
  private var latest: [ByteText: Int] = [:]
  private var loose = WaitingRows<LooseAnswerRow>()
  private var contacts = KeyedRows<CampaignContactRow>()

  private static let noCampaign = ByteText("")

  init(_ customer: String) { self.customer = customer }

  /// Loads the askings that the events answer or decline, those next to what the events change, and the figures they
  /// change.
  init(_ customer: String, for events: [DecodedEvent], from tables: Tables) throws {
    self.init(customer)
    loaded = try Self.askings(of: customer, touchedBy: events, in: tables)
    for asking in loaded { add(asking) }
    let asked = events.filter { $0.kind == .questionAsked }
    try loose.load(
      where: "customer_id = ? AND question_event_id IN (SELECT value FROM json_each(?))",
      [customer, SQLList.of(asked.map { ByteText($0.id) })], from: tables)
    let causes = Set(events.compactMap { $0.causationid.map(ByteText.init) })
    try contacts.load(
      where: "customer_id = ? AND event_id IN (SELECT value FROM json_each(?))",
      [customer, SQLList.of(causes)], from: tables)
    var campaigns = Set(askings.map(\.campaign))
    campaigns.formUnion(contacts.stored.map(\.campaign))
    campaigns.formUnion(events.compactMap { $0.fields.bytes("campaignId") })
    campaigns.insert(Self.noCampaign)
    try dialogue.load(
      where: "customer_id = ? AND campaign_id IN (SELECT value FROM json_each(?))",
      [customer, SQLList.of(campaigns)], from: tables)
  }

  private mutating func add(_ asking: AskingRow) {
    latest[ByteText(asking.question.mark.id)] = askings.count
    askings.append(asking)
  }

  mutating func take(_ event: DecodedEvent) {
    let fields = event.fields
    switch event.kind {
    case .contactSent?:
      let campaign = fields.key("campaignId")
      if campaign != Self.noCampaign {
        contacts.put(CampaignContactRow(customer, ByteText(event.id), campaign))
      }
      count(event, in: campaign) { $0.sent += 1 }
    case .inquiryReceived?: count(event, in: campaign(ofCauseOf: event)) { $0.inquiries += 1 }
    case .complaintOpened?: count(event, in: campaign(ofCauseOf: event)) { $0.complaints += 1 }
    case .conversationHeld?:
      let learned = fields.data["learnedEventIds"]?.count ?? 0
      count(event, in: campaign(ofCauseOf: event)) { row in
        row.conversations += 1
        row.learned += Int64(learned)
      }
    case .questionAsked?: takeAsking(event)
    case .questionAnswered?:
      settle(event, Question.Outcome(event.moment, .answered, askAgain: fields.day("reviewBy")))
    case .questionDeclined?:
      settle(
        event, Question.Outcome(event.moment, .declined, askAgain: fields.instant("askAgainAt")))
    default: break
    }
  }

  private func campaign(ofCauseOf event: DecodedEvent) -> ByteText {
    event.causationid.flatMap { contacts[ByteText($0)]?.campaign } ?? Self.noCampaign
  }

  private mutating func count(
    _ event: DecodedEvent, in campaign: ByteText, _ body: (inout DialogueRow) -> Void
  ) {
    dialogue.change(campaign, or: DialogueRow(customer, campaign)) { row in
      row.span.add(event.time)
      body(&row)
    }
  }

  private mutating func takeAsking(_ event: DecodedEvent) {
    let campaign = campaign(ofCauseOf: event)
    count(event, in: campaign) { $0.asked += 1 }
    // Of a question without a number nobody can say whether it was asked before.
    guard let question = event.fields.bytes("questionId") else { return }
    let index = askings.count
    add(AskingRow(customer, question, event, campaign))
    for answer in loose.take([ByteText(event.id)]) {
      count(answer.outcome.kind, -1, in: Self.noCampaign)
      settle(index, answer.outcome)
    }
  }

  /// Takes in an answer or refusal. The question it names is the latest of that id before it in the ledger; where there
  /// is none it waits.
  private mutating func settle(_ event: DecodedEvent, _ outcome: Question.Outcome) {
    let target = event.fields.key("questionEventId")
    if let index = latest[target] {
      count(event, in: askings[index].campaign) { _ in }
      settle(index, outcome)
    } else {
      count(event, in: Self.noCampaign) { _ in }
      count(outcome.kind, 1, in: Self.noCampaign)
      if !target.text.isEmpty { loose.put(LooseAnswerRow(customer, target, outcome)) }
    }
  }

  private mutating func settle(_ index: Int, _ outcome: Question.Outcome) {
    let campaign = askings[index].campaign
    if let old = askings[index].question.outcome { count(old.kind, -1, in: campaign) }
    askings[index].question.settle(outcome)
    if let new = askings[index].question.outcome { count(new.kind, 1, in: campaign) }
  }

  private mutating func count(
    _ kind: Question.Outcome.Kind, _ change: Int64, in campaign: ByteText
  ) {
    dialogue.change(campaign, or: DialogueRow(customer, campaign)) { row in
      switch kind {
      case .answered: row.answered += change
      case .declined: row.declined += change
      }
    }
  }

  func store(in tables: Tables) throws {
    try dialogue.store(in: tables)
    try contacts.store(in: tables)
    try loose.store(in: tables)
    let known = Dictionary(uniqueKeysWithValues: loaded.map { ($0.question.mark.moment.place, $0) })
    let writer = try tables.writer(AskingRow.table)
    for row in askings.sorted(by: { $0.order < $1.order })
    where known[row.question.mark.moment.place] != row {
      row.write(to: writer)
      try writer.insert()
    }
    try KeyedRows(AskedTwiceRow.all(in: askings), inPlaceOf: AskedTwiceRow.all(in: loaded))
      .store(in: tables)
  }
}
