// What follows by itself, through the commands: proposals, rests, perks apart from wishes, and the share of wishes honoured.

import Foundation
import JSONBytes
import Ledger
import RapportTesting
import Testing

@Suite struct ReactionCommandTests {
  private let folder = TemporaryFolder()
  private var program: Program { Program(directory: folder.path) }

  private static func time(_ days: Int64) -> String {
    Timestamp(microseconds: Ledger.now().microseconds + days * 86_400_000_000).text
  }

  private func wish(_ id: String, _ topic: String = "travel.hotel.room") -> DeskLine {
    DeskLine(
      id, "preference.stated", at: Self.time(-9),
      #"{"topic":"\#(topic)","value":"quiet","standing":true,"strength":"prefer"}"#)
  }

  private func booking(_ id: String, starts days: Int64 = 30) -> DeskLine {
    DeskLine(
      id, "booking.created", at: Self.time(-2),
      #"{"bookingId":"B-\#(id)","topic":"travel.hotel","slots":[{"slot":"room","startsAt":"\#(Self.time(days))"}]}"#
    )
  }

  private func applied(_ id: String, _ wish: String, _ booking: String) -> DeskLine {
    DeskLine(
      id, "preference.applied", at: Self.time(-1), by: "user",
      #"{"preferenceEventId":"\#(wish)","context":"booking","reference":"B-\#(booking)","department":"service"}"#
    )
  }

  private func rows(_ sql: String) throws -> JSONView {
    try program.run("query", "customer", sql, "--json").json()
  }

  // MARK: A standing wish books itself (N3)

  @Test func appendingABookingBringsTheProposalAndTheCounterSeesIt() throws {
    try program.makeLedger()
    try program.append(wish("w"))
    let outcome = try program.run("append", "--json", input: booking("b").text)
    #expect(outcome.status == 0)
    #expect(try outcome.json()["appended"]?.integer == 1, "what follows is told apart")
    #expect(outcome.error.contains("followed by itself: 1 action.proposed"))
    let line = try program.run("replay", "--json", "--type", "action.proposed").lines
    #expect(line.count == 1)
    #expect(
      line[0].contains(#""causationid":"b""#) && line[0].contains(#""preferenceEventId":"w""#))
    let view = try program.run("customer", "c1", "--context", "booking", "--json").json()
    #expect(
      view["wishes"]?.elements.map { $0["bookings"]?.elements.map { $0.string } ?? [] } == [["B-b"]]
    )
    // Confirmed: the proof stands in the table, and the counter waits for that booking no more.
    try program.append(applied("a", "w", "b"))
    #expect(
      try rows("SELECT state FROM cue WHERE context = 'booking'").elements
        .map { $0["state"]?.string } == ["honoured"])
  }

  @Test func anImportReactsToo() throws {
    try program.makeLedger()
    try program.write(wish("w").text + booking("b").text, to: "events.ndjson")
    let imported = try program.run("import", "--mapping", "cloudevents", "events.ndjson")
    #expect(imported.status == 0, "\(imported.error)")
    #expect(imported.error.contains("followed by itself: 1 action.proposed"))
    let again = try program.run("import", "--mapping", "cloudevents", "events.ndjson")
    #expect(!again.error.contains("followed by itself"))
  }

  @Test func aCommandThatWasKilledBeforeItIsMadeGoodByTheNext() async throws {
    try program.makeLedger()
    let ledger = try Ledger.open("\(folder.path)/ledger", for: .writing)
    try program.write(wish("w").text + booking("b").text, to: "events.ndjson")
    _ = try await ledger.appendLines(try InputFile("\(folder.path)/events.ndjson"))
    try await ledger.close()
    #expect(try program.run("replay", "--json", "--type", "action.proposed").lines.isEmpty)
    let next = try program.run("append", input: "")
    #expect(next.error.contains("followed by itself: 1 action.proposed"))
    #expect(try program.run("verify").status == 0)
  }

  // MARK: A declined invitation pauses by itself (N20)

  private func invitation() -> [DeskLine] {
    [
      DeskLine(
        "i", "relationship.invited", at: Self.time(-9), by: "user",
        #"{"topic":"products.shoes","channel":"email","offer":"early sizes","noticeEventId":"n"}"#),
      DeskLine("d", "relationship.declined", at: Self.time(-1), #"{"invitationEventId":"i"}"#),
    ]
  }

  @Test func aDeclinedInvitationPausesItsTopicAndTheNextQuestionRests() throws {
    #expect(try program.run("init").status == 0)
    for line in invitation() { try program.append(line) }
    let pauses = try program.run("replay", "--json", "--type", "contact.paused").lines
    #expect(pauses.count == 1)
    #expect(pauses[0].contains(#""causationid":"d""#))
    #expect(pauses[0].contains(#""topic":"products.shoes""#))
    #expect(
      try rows("SELECT kind, topic FROM fact WHERE kind = 'pause' AND in_force = 1").count == 1)
    let view = try program.run("customer", "c1", "--context", "phone", "--json").json()
    #expect(view["facts"]?.elements.contains { $0["sort"]?.string == "reach" } == true)
    try program.append(DeskLine("x", "interest.stated", #"{"topic":"tea"}"#))
    #expect(try program.run("replay", "--json", "--type", "contact.paused").lines.count == 1)
  }

  /// Nobody could say how long the rest is; who publishes a policy says it.
  @Test func aRefusalFromBeforeAnyPolicyPausesWhenOneIsPublished() throws {
    try program.makeLedger()
    for line in invitation() { try program.append(line) }
    #expect(try program.run("replay", "--json", "--type", "contact.paused").lines.isEmpty)
    let published = try program.run("plan", "publish")
    #expect(published.status == 0)
    #expect(published.error.contains("followed by itself: 1 contact.paused"))
    let pauses = try program.run("replay", "--json", "--type", "contact.paused").lines
    #expect(pauses.count == 1 && pauses[0].contains(#""causationid":"d""#))
    #expect(try !program.run("plan", "publish").error.contains("followed by itself"))
  }

  // MARK: Perks apart from wishes (N5)

  @Test func whatWeGaveStandsApartFromWhatSheAskedFor() throws {
    try program.makeLedger()
    try program.append(
      wish("w"),
      DeskLine(
        "g", "benefit.granted", at: Self.time(-3), by: "user",
        #"{"benefitId":"P-1","name":"Free sharpening"}"#))
    let page = try program.run("customer", "c1").output
    let given = try #require(page.firstRange(of: "Given by us"))
    let wishes = try #require(page.firstRange(of: "Wishes to honour"))
    #expect(page[given.upperBound...].contains("Free sharpening"))
    #expect(!page[wishes.upperBound..<given.lowerBound].contains("Free sharpening"))
    let counter = try program.run("customer", "c1", "--context", "booking").output
    #expect(counter.contains("quiet") && !counter.contains("Free sharpening"))
    #expect(try rows("SELECT 1 FROM fact WHERE value LIKE '%sharpening%'").count == 0)
    #expect(
      try program.run("offer-check", "--customer", "c1", "--item", "P-1", "--json").json()[
        "offers"]?.elements.map { $0["basis"]?.string } == ["none"], "a perk is nobody's wish")
  }

  // MARK: The share of wishes honoured (N1)

  /// The statements that docs/reactions.md gives.
  private func documented() throws -> [String] {
    let page = String(
      decoding: SharedData.bytes(ofFile: SharedData.repository + "/docs/reactions.md"),
      as: UTF8.self)
    return page.split(separator: "\n").compactMap { line in
      guard line.hasPrefix("rapport query customer \"") else { return nil }
      return String(line.dropFirst("rapport query customer \"".count).dropLast())
    }
  }

  @Test func theShareOfStatedWishesHonouredIsOneQuery() throws {
    try program.makeLedger()
    try program.append(
      wish("w1"), wish("w2", "receipts"), booking("b1"), booking("b2", starts: 31),
      booking("b3", starts: -1), applied("a1", "w1", "b1"), applied("a2", "w1", "b2"))
    let queries = try documented()
    try #require(queries.count == 2)
    let share = try #require(try rows(queries[0]).elements.first { _ in true })
    #expect(share["stated"]?.integer == 2)
    #expect(share["honoured"]?.integer == 1, "twice honoured is one wish")
    let chances = try #require(try rows(queries[1]).elements.first { _ in true })
    #expect(chances["chances"]?.integer == 3)
    #expect(chances["honoured"]?.integer == 2, "the one that began yesterday was missed")
  }
}
