// rapport offer-check: over a real ledger, with its exit status and the events behind each line.

import JSONBytes
import RapportTesting
import Testing

@Suite struct OfferCommandTests {
  private let folder = TemporaryFolder()
  private var program: Program { Program(directory: folder.path) }

  private static func order(_ id: String, _ time: String, _ sku: String, _ topic: String)
    -> DeskLine
  {
    DeskLine(
      id, "order.completed", at: time, by: "service_account",
      #"{"orderId":"o-\#(id)","lines":[{"sku":"\#(sku)","topic":"\#(topic)","quantity":1}],"total":{"amount":"9.00","currency":"EUR"}}"#
    )
  }

  private func makeLedger() throws {
    try program.makeLedger()
    try program.append(
      DeskLine("r", "customer.registered", #"{"kind":"person","name":"Practice Customer"}"#),
      DeskLine(
        "w", "preference.stated",
        #"{"topic":"wine","value":"Rioja","standing":true,"strength":"prefer"}"#),
      Self.order("o1", "2026-03-02T09:00:00Z", "BOOK-1", "books.travel"),
      Self.order("o2", "2026-03-03T09:00:00Z", "TENT-2", "outdoor.tents"),
      DeskLine(
        "b", "order.refunded", at: "2026-03-04T09:00:00Z", by: "user",
        #"{"refundId":"f","orderId":"o-o2","lines":[{"sku":"TENT-2","quantity":1}],"amount":{"amount":"9.00","currency":"EUR"}}"#
      ),
      DeskLine("n", "item.reacted", #"{"sku":"LAMP-3","reaction":"notInterested"}"#),
      DeskLine("i", "interest.stated", at: "2026-03-05T09:00:00Z", #"{"topic":"garden"}"#),
      DeskLine(
        "g", "inference.made", by: "service_account",
        #"{"model":"m","modelVersion":"1","inputEventIds":["o2"],"topic":"garden.tools","claim":"x","confidence":0.9,"validUntil":"2030-01-01T00:00:00Z"}"#
      ))
  }

  private func check(_ items: String...) throws -> Program.Outcome {
    try program.run(
      ["offer-check", "--customer", "c1", "--json"] + items.flatMap { ["--item", $0] })
  }

  private func items(_ view: JSONView?) -> [String] {
    view?.elements.map { $0["item"]?.string ?? "choice" } ?? []
  }

  @Test func ownedAndRefusedAreNeverOfferedAndHerChoiceComesFirst() throws {
    try makeLedger()
    let outcome = try check(
      "WINE-1=wine.red", "LAMP-3", "BOOK-1", "TENT-2", "SEED-1=garden.seeds", "RAKE-1=garden.tools",
      "PEN-1")
    #expect(outcome.status == 0)
    let answer = try outcome.json()
    #expect(answer["mayOffer"]?.bool == true)
    #expect(items(answer["offers"]) == ["choice", "RAKE-1", "SEED-1", "TENT-2", "PEN-1"])
    let offers = answer["offers"].map { Array($0.elements) } ?? []
    #expect(offers[0]["choice"]?["value"]?.string == "Rioja")
    #expect(offers[0]["events"]?.elements.map { $0["eventId"]?.string } == ["w"])
    #expect(offers[1]["basis"]?.string == "stated")
    #expect(offers[1]["events"]?.elements.map { $0["position"]?.integer } == [6, 7])
    #expect(offers[3]["basis"]?.string == "observed", "bought once, and returned")
    #expect(offers[3]["topic"]?.string == "outdoor.tents", "as her own order calls it")
    #expect(offers[4]["basis"]?.string == "none")
    let withheld = answer["withheld"].map { Array($0.elements) } ?? []
    #expect(
      withheld.map { $0["rule"]?.string } == ["offer.choiceStated", "offer.refused", "offer.owned"])
    #expect(
      withheld.map { $0["events"]?.elements.map { $0["eventId"]?.string } ?? [] }
        == [["w"], ["n"], ["o1"]])
  }

  @Test func whereNothingMayBeOfferedItEndsWithOne() throws {
    try makeLedger()
    let none = try check("LAMP-3", "BOOK-1")
    #expect(none.status == 1)
    #expect(try none.json()["mayOffer"]?.bool == false)
    let page = try program.run("offer-check", "--customer", "c1", "--item", "LAMP-3")
    #expect(page.status == 1)
    #expect(page.output.contains("Nothing of this may be offered."))
    #expect(page.output.contains("LAMP-3: the customer is not interested [offer.refused]"))
    #expect(page.output.contains("[event 5]"))
  }

  @Test func whoSaidNoToEverythingIsOfferedNothing() throws {
    try makeLedger()
    try program.append(
      DeskLine(
        "stop", "optout.recorded", at: "2026-03-06T09:00:00Z",
        #"{"purpose":"*","topic":"*","channel":"*","contactPoint":"*","route":"spoken"}"#))
    let outcome = try check("PEN-1")
    #expect(outcome.status == 1)
    #expect(try outcome.json()["rule"]?.string == "offer.stopped")
    let page = try program.run("offer-check", "--customer", "c1", "--item", "PEN-1")
    #expect(page.output.contains("said no to everything [offer.stopped, event 8]"))
  }

  @Test func wrongUsageAndUnknownCustomersAreNoAnswer() throws {
    try makeLedger()
    #expect(try program.run("offer-check", "--customer", "c1").status == 64)
    #expect(try check("=wine").status == 64)
    #expect(try check("PEN=").status == 64)
    #expect(
      try program.run("offer-check", "--customer", "nobody", "--item", "PEN").status == 66)
  }
}
