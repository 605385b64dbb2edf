import JSONBytes
import Relationship
import Testing

@Suite struct PreferenceTests {
  private func wish(
    _ id: String = "wish", on number: Int = 1, topic: String = "travel.hotel",
    standing: Bool = true, until: Int? = nil
  ) -> Fact {
    Fact(
      event(id, on: number), .preference, .stated, topic: topic, value: "quiet room",
      standing: standing, validUntil: until.map { day($0) })
  }

  private func booking(
    _ reference: String = "B1", on number: Int = 5, starts: Int = 20, slots: [String] = ["room"]
  ) -> Occasion {
    Occasion(
      moment(number), .booking, reference: reference, topic: "travel.hotel", slots: slots,
      startsAt: day(starts))
  }

  private func honouring(
    on number: Int = 20, context: String = "booking", _ reference: String = "B1"
  ) -> Honouring {
    Honouring(
      moment(number), wish: 1, context: context, reference: reference, department: "service")
  }

  private func cues(
    _ wishes: [Fact], _ occasions: [Occasion] = [], _ honoured: [Honouring] = []
  ) -> [Cue] {
    var state = Wishes()
    for occasion in occasions { state.add(occasion) }
    for proof in honoured { state.add(proof) }
    return state.cues(for: Facts(wishes))
  }

  private func open(_ cues: [Cue]) -> [String] { cues.filter(\.isOpen).map(\.reference) }

  @Test func aWishWaitsForTheNextVisit() {
    let cues = cues([wish()])
    #expect(cues.map(\.context) == [""])
    #expect(cues.allSatisfy { $0.isOpen })
  }

  @Test func aStandingWishMeetsTheBookingThatComesAfterIt() {
    #expect(open(cues([wish()], [booking()])) == ["", "B1"])
  }

  @Test func aWishThatDoesNotStandWaitsForNoBooking() {
    #expect(open(cues([wish(standing: false)], [booking()])) == [""])
  }

  @Test func aBookingMadeBeforeTheWishIsNotMet() {
    #expect(open(cues([wish(on: 6)], [booking(on: 5)])) == [""])
  }

  @Test func aWishThatEndsBeforeTheBookingBeginsIsNotMet() {
    #expect(open(cues([wish(until: 19)], [booking(starts: 20)])) == [""])
    #expect(open(cues([wish(until: 21)], [booking(starts: 20)])) == ["", "B1"])
  }

  @Test func aRetractedWishIsNotMet() {
    var facts = Facts([wish()])
    let ended1 = facts.end("wish", .preference, Fact.End(moment(9), .retracted))
    #expect(ended1)
    #expect(Wishes(occasions: [booking()]).cues(for: facts).isEmpty)
  }

  @Test func anHonouredBookingIsDoneAndTheStandingWishWaitsOn() {
    let cues = cues([wish()], [booking()], [honouring()])
    #expect(open(cues) == [""])
    #expect(cues.last?.honoured?.department == "service")
    #expect(cues.first?.honoured != nil, "the next visit knows when it was honoured last")
  }

  @Test func aWishForOneTimeIsDoneOnceItWasHonoured() {
    let cues = cues([wish(standing: false)], [], [honouring(context: "visit", "V1")])
    #expect(open(cues).isEmpty)
  }

  @Test func proofStaysThoughTheWishWasRetracted() {
    var facts = Facts([wish()])
    let ended2 = facts.end("wish", .preference, Fact.End(moment(25), .retracted))
    #expect(ended2)
    let cues = Wishes(occasions: [booking()], honoured: [honouring()]).cues(for: facts)
    #expect(cues.map(\.reference) == ["B1"])
    #expect(!cues[0].isOpen)
  }

  @Test(arguments: [
    ("travel", true), ("travel.hotel", true), ("travel.hotel.room", true),
    ("travel.hotel.room.bed", true), ("room", true), ("room.bed", true),
    ("travel.hotel.parking", false), ("travel.hot", false), ("food", false),
  ])
  func aWishFitsABookingAboveItsTopicOrAtOneOfItsSlots(topic: String, fits: Bool) {
    #expect(booking().fits(topic) == fits)
  }

  @Test func anOrderIsMetByTheTopicsOfItsLines() {
    let order = Occasion(moment(5), .order, reference: "O1", slots: ["shoes.running"])
    #expect(open(cues([wish(topic: "shoes")], [order])) == ["", "O1"])
    #expect(open(cues([wish(topic: "hats")], [order])) == [""])
  }

  @Test func theOrderOfArrivalChangesNothing() {
    enum Step {
      case occasion(Occasion)
      case honoured(Honouring)
    }
    let steps: [Step] = [
      .occasion(booking("B1", on: 5)), .occasion(booking("B1", on: 6, starts: 30)),
      .occasion(booking("B2", on: 7)), .honoured(honouring(on: 20, "B1")),
      .honoured(honouring(on: 21, "B1")),
    ]
    func cues(_ steps: [Step]) -> [Cue] {
      var wishes = Wishes()
      for step in steps {
        switch step {
        case .occasion(let occasion): wishes.add(occasion)
        case .honoured(let proof): wishes.add(proof)
        }
      }
      return wishes.cues(for: Facts([wish()]))
    }
    for order in permutations(steps) { #expect(cues(order) == cues(steps)) }
    #expect(cues(steps).first { $0.reference == "B1" }?.occasion?.startsAt == day(30))
  }
}
