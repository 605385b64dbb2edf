import JSONBytes
import Relationship
import Testing

@Suite struct RelationshipKindTests {
  private func declared(_ id: String, on number: Int, by: String = "staff", topic: String = "shoes")
    -> RelationshipStep
  {
    .declared(event(id, on: number), type: "partner", topic: topic, by: by)
  }

  private func current(_ steps: RelationshipStep...) -> String? {
    RelationshipStep.current(of: "shoes", in: steps)?.mark.id
  }

  @Test func theLatestDeclarationHolds() {
    #expect(current(declared("a", on: 1), declared("b", on: 2)) == "b")
  }

  @Test func theCustomersWordOutranksOurs() {
    #expect(current(declared("hers", on: 1, by: "customer"), declared("ours", on: 9)) == "hers")
  }

  @Test func eachTopicHasItsOwn() {
    #expect(current(declared("a", on: 1), declared("b", on: 2, topic: "hats")) == "a")
  }

  @Test(arguments: [("same", true), ("changed", false), ("ended", false)])
  func aReviewEndsWhatItFindsChanged(outcome: String, stands: Bool) {
    var step = declared("a", on: 1)
    step.answered(RelationshipStep.Outcome(moment(2), outcome))
    #expect((current(step) == "a") == stands)
  }

  @Test func aDeclinedInvitationStandsNoMore() {
    var step = RelationshipStep.invited(
      event("a", on: 1), topic: "shoes", channel: "email", offer: "early sizes")
    #expect(step.isStanding)
    step.answered(RelationshipStep.Outcome(moment(3), "declined"))
    step.answered(RelationshipStep.Outcome(moment(2), "accepted"))
    #expect(!step.isStanding, "the latest answer counts")
  }
}

@Suite struct BenefitTests {
  @Test func whatWasGivenIsValidUntilItsEnd() {
    var benefit = Benefit("b1")
    #expect(!benefit.isValid(at: day(1)))
    benefit.granted(Benefit.Grant(event("e1", on: 1), name: "repair", validUntil: day(9)))
    #expect(benefit.isValid(at: day(8)))
    #expect(!benefit.isValid(at: day(9)))
  }

  @Test func everyUseIsCounted() {
    var benefit = Benefit("b1")
    benefit.used(at: moment(5))
    benefit.used(at: moment(3))
    #expect(benefit.usedCount == 2)
    #expect(benefit.lastUsed == moment(5))
  }

  @Test func theLatestGrantCounts() {
    var benefit = Benefit("b1")
    benefit.granted(Benefit.Grant(event("new", on: 5), name: "new"))
    benefit.granted(Benefit.Grant(event("old", on: 1), name: "old"))
    #expect(benefit.grant?.name == "new")
  }
}

@Suite struct IdentityTests {
  @Test func aMergeTakenBackHoldsNoMore() {
    var link = IdentityLink(event("e1", on: 1), absorbed: "c2", assurance: "verified")
    #expect(link.isInForce)
    link.unmerged(at: moment(5))
    link.unmerged(at: moment(3))
    #expect(!link.isInForce)
    #expect(link.undone == moment(3))
  }
}
