// rapport customer --context: what matters at a point of contact, each with its event, and nothing else.

import JSONBytes
import RapportTesting
import Testing

@Suite struct CounterCommandTests {
  private let folder = TemporaryFolder()
  private var program: Program { Program(directory: folder.path) }

  private func makeLedger() throws {
    try program.makeLedger()
    try program.append(
      DeskLine("r", "customer.registered", #"{"kind":"person","name":"Practice Customer"}"#),
      DeskLine(
        "w1", "preference.stated", at: "2026-03-01T09:01:00Z",
        #"{"topic":"travel.hotel","value":"quiet room","standing":true,"strength":"nice"}"#),
      DeskLine(
        "w2", "preference.stated", at: "2026-03-01T09:02:00Z", by: "user",
        #"{"topic":"receipts","value":"on paper","standing":true,"strength":"must"}"#),
      DeskLine(
        "p1", "credit.granted", at: "2026-03-01T10:00:00Z", by: "user",
        #"{"promiseId":"P1","amount":{"amount":"20.00","currency":"EUR"},"reason":"late repair","redeemWhere":"*"}"#
      ),
      DeskLine(
        "p2", "credit.granted", at: "2026-03-01T11:00:00Z", by: "user",
        #"{"promiseId":"P2","amount":{"amount":"5.00","currency":"EUR"},"reason":"wrong size","redeemWhere":"*"}"#
      ),
      DeskLine(
        "p2r", "credit.redeemed", at: "2026-03-02T11:00:00Z", by: "user",
        #"{"promiseId":"P2","amount":{"amount":"5.00","currency":"EUR"}}"#),
      DeskLine("n", "need.stated", #"{"topic":"special.t01","text":"a chair"}"#),
      DeskLine("i", "interest.stated", #"{"topic":"garden"}"#),
      DeskLine("o", "item.reacted", #"{"sku":"SH-1","reaction":"own"}"#),
      DeskLine(
        "g", "inference.made", by: "service_account",
        #"{"model":"m","modelVersion":"1","inputEventIds":[],"topic":"wine","claim":"likes red","validUntil":"2030-01-01T00:00:00Z"}"#
      ),
      DeskLine(
        "b", "booking.created", at: "2026-03-02T09:00:00Z",
        #"{"bookingId":"B1","topic":"travel.hotel","slots":[{"slot":"room","startsAt":"2026-05-01T13:00:00Z"}]}"#
      ))
  }

  private func list(_ view: JSONView, _ name: String) -> [JSONView] {
    view[name].map { Array($0.elements) } ?? []
  }

  private func view(_ context: String, _ day: String = "2026-03-11") throws -> JSONView {
    let outcome = try program.run(
      "customer", "c1", "--context", context, "--as-of", day, "--json")
    #expect(outcome.status == 0, "\(outcome.error)")
    return try outcome.json()
  }

  @Test func aTillSeesWishesDebtsFactsAndAQuestionEachWithItsEvent() throws {
    try makeLedger()
    let till = try view("till")
    #expect(
      till["wishes"]?.elements.map { $0["wish"]?["source"]?["eventId"]?.string } == ["w2", "w1"],
      "what must be comes first")
    let owed = list(till, "owed")
    #expect(owed.map { $0["promise"]?["id"]?.string } == ["P1"], "what was redeemed is not owed")
    #expect(owed.first?["ageDays"]?.integer == 10)
    #expect(owed.first?["promise"]?["promised"]?["position"]?.integer == 3)
    let facts = list(till, "facts")
    #expect(facts.map { $0["sort"]?.string } == ["name", "liked", "owned"])
    #expect(facts.map { $0["source"]?["position"]?.integer } == [0, 7, 8])
    #expect(facts.allSatisfy { $0["origin"]?.string == "stated" })
    #expect(till["ask"]?["question"]?["questionId"]?.string == "q-channel")
    #expect(
      till.members.map(\.name).sorted()
        == ["ask", "at", "context", "facts", "id", "owed", "wishes"], "nothing else")
  }

  @Test func aBookingSeesTheBookingAheadTheNeedAndTheGuess() throws {
    try makeLedger()
    let booking = try view("booking")
    let wish = list(booking, "wishes").last
    #expect(wish?["bookings"]?.elements.map { $0.string } == ["B1"])
    #expect(
      booking["facts"]?.elements.map { $0["sort"]?.string } == ["name", "need", "liked", "guess"])
    let guess = list(booking, "facts").last
    #expect(guess?["origin"]?.string == "inferred")
    let store = try program.run(
      "customer", "c1", "--context", "store", "--as-of", "2026-03-11")
    #expect(!store.output.contains("chair") && !store.output.contains("guess"))
  }

  @Test func thePageSaysTheSameInWords() throws {
    try makeLedger()
    let page = try program.run(
      "customer", "c1", "--context", "till", "--as-of", "2026-03-11"
    ).output
    #expect(page.contains("c1, at the till"))
    #expect(
      page.contains(
        "[ ] receipts: on paper, every time, must  [stated by staff 2026-03-01, event 2]"))
    #expect(
      page.contains("20.00 EUR: late repair, owed for 10 days  [by staff 2026-03-01, event 3]"))
    #expect(page.contains("likes garden  [stated by the customer 2026-03-01, event 7]"))
    #expect(page.contains("has SH-1  [stated by the customer 2026-03-01, event 8]"))
    #expect(page.contains("Ask: By which channel do you like to hear from us?"))
    #expect(!page.contains("Last touches"))
  }

  @Test func everyPointOfContactShowsAtMostSevenFacts() throws {
    #expect(
      try program.run("practice", "--customers", "60", "--events", "3000", "--seed", "5").status
        == 0)
    let busiest = try program.run(
      "query", "customer", "SELECT customer_id FROM customer ORDER BY events DESC LIMIT 5", "--json"
    ).json().elements.compactMap { $0["customer_id"]?.string }
    #expect(busiest.count == 5)
    for customer in busiest {
      for context in ["booking", "till", "phone", "web", "store"] {
        let view = try program.run("customer", customer, "--context", context, "--json").json()
        let facts = list(view, "facts")
        #expect(facts.count <= 7)
        #expect(facts.allSatisfy { $0["source"]?["position"]?.integer != nil })
        #expect(facts.allSatisfy { $0["origin"]?.string != nil })
      }
    }
  }

  @Test func whoNobodyKnowsHasNoView() throws {
    try program.makeLedger()
    #expect(try program.run("customer", "c1", "--context", "till").status == 66)
  }
}
