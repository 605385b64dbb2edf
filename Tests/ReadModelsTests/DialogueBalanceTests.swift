// Two figures of dialogue that the needs ask for: how much we listen (N25), and what a conversation teaches us (N44).

import JSONBytes
import RapportTesting
import ReadModels
import Testing

@Suite struct DialogueBalanceTests {
  private func talk(_ learned: [String], cause: String? = nil, _ history: inout History) {
    history.add(
      "conversation.held", at: "2026-01-07", by: "user", cause: cause,
      [
        "channel": "voice.live", "duration": "PT9M",
        "learnedEventIds": .array(learned.map { .string($0) }),
      ])
  }

  private func send(_ campaign: String?, _ history: inout History) -> String {
    history.add(
      "contact.sent", at: "2026-01-01", by: "user",
      .object([
        "department": "marketing", "purpose": "marketing", "topic": "shoes", "channel": "email",
        "contactPoint": "cp1", "class": "marketing", "campaignId": campaign.map { .string($0) },
      ]))
  }

  private func ask(_ id: String, answered: Bool, _ history: inout History) {
    let asked = history.add(
      "question.asked", at: "2026-01-02", by: "user",
      [
        "questionId": .string(id), "topic": "shoes", "channel": "inperson", "sensitivity": "normal",
      ])
    guard answered else { return }
    history.add(
      "question.answered", at: "2026-01-03", ["questionEventId": .string(asked), "answer": "blue"])
  }

  /// Contacts begun by the customer and answered questions, for a hundred contacts that we began.
  @Test func listeningIsWhatSheBeganAndAnsweredForWhatWeSent() throws {
    let balance = "SELECT heard, sent, heard_per_100 FROM dialogue_balance"
    var history = History()
    ask("Q1", answered: true, &history)
    #expect(
      try history.rows(of: ServiceDialogue.self, balance) == ["1 0 -"], "nothing to divide by")
    for _ in 0..<4 { _ = send(nil, &history) }
    ask("Q2", answered: false, &history)
    #expect(
      try history.rows(of: ServiceDialogue.self, balance) == ["1 4 25"],
      "a question without an answer is talking")
    history.add(
      "inquiry.received", at: "2026-01-04",
      ["inquiryId": "I", "channel": "email", "topic": "shoes"])
    history.add(
      "complaint.opened", at: "2026-01-05",
      ["complaintId": "X", "channel": "email", "topic": "shoes"])
    #expect(try history.rows(of: ServiceDialogue.self, balance) == ["3 4 75"])
  }

  @Test func aConversationIsWorthTheFactsItTaughtUs() throws {
    let learned = """
      SELECT campaign_id, conversations, learned, learned_per_100 FROM campaign_dialogue
      ORDER BY campaign_id
      """
    var history = History()
    _ = send(nil, &history)
    #expect(try history.rows(of: ServiceDialogue.self, learned) == [" 0 0 -"])
    talk(["e7", "e8", "e9"], &history)
    talk([], &history)
    #expect(try history.rows(of: ServiceDialogue.self, learned) == [" 2 3 150"])
    let contact = send("spring", &history)
    talk(["e10"], cause: contact, &history)
    #expect(
      try history.rows(of: ServiceDialogue.self, learned) == [" 2 3 150", "spring 1 1 100"],
      "what a campaign's contact began belongs to the campaign")
    #expect(
      try history.rows(
        of: ServiceDialogue.self,
        "SELECT sum(conversations), sum(learned) FROM dialogue WHERE customer_id = 'c1'")
        == ["3 4"], "of one customer")
  }
}
