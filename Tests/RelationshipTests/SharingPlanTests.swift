// What a grant opens, and what a change of a plan opens and closes.

import JSONBytes
import Relationship
import Testing

@Suite struct SharingPlanTests {
  private func grant(
    _ fields: [String], purposes: [String] = ["analysis"], totals k: Int? = nil
  ) -> DepartmentGrant {
    DepartmentGrant(
      department: "d", purposes: purposes, fields: fields, aggregateOnly: k != nil, k: k)
  }

  @Test func aGroupCoversWhatLiesBelowItButNothingPersonal() {
    let grant = grant(["order.completed.lines", "complaint.opened", "need.stated.text"])
    #expect(grant.sees("lines.sku", of: "order.completed", isPersonal: false))
    #expect(!grant.sees("lines.note", of: "order.completed", isPersonal: true))
    #expect(!grant.sees("linesTotal", of: "order.completed", isPersonal: false))
    #expect(!grant.sees("total", of: "order.completed", isPersonal: false))
    #expect(grant.sees("topic", of: "complaint.opened", isPersonal: false))
    #expect(!grant.sees("text", of: "complaint.opened", isPersonal: true))
    #expect(grant.sees("text", of: "need.stated", isPersonal: true))
  }

  /// `order` is no type: whoever writes it opens nothing.
  @Test func nothingAboveATypeIsAGrant() {
    #expect(!grant(["order"]).sees("total", of: "order.completed", isPersonal: false))
  }

  @Test func withoutAPurposeNothingIsSeen() {
    let grant = grant(["order.completed.total"], purposes: [])
    #expect(grant.isNothing)
    #expect(!grant.sees("total", of: "order.completed", isPersonal: false))
  }

  @Test func aPurposeServesThoseBelowIt() {
    let grant = grant([], purposes: ["service", "marketing.newsletter"])
    #expect(grant.serves("service.receipt") && grant.serves("marketing.newsletter"))
    #expect(!grant.serves("marketing") && !grant.serves("services"))
    #expect(!self.grant([], purposes: ["*"]).serves("marketing"))
  }

  @Test func theOrderOfWordsChangesNoText() throws {
    let one = grant(["b.c.d", "a.b.c", "b.c.d"], purposes: ["y", "x"], totals: 10)
    let other = grant(["a.b.c", "b.c.d"], purposes: ["x", "y"], totals: 10)
    #expect(one == other && one.canonicalText == other.canonicalText)
    let text = one.canonicalText
    #expect(
      String(decoding: text, as: UTF8.self)
        == #"{"aggregateOnly":true,"department":"d","fields":["a.b.c","b.c.d"],"k":10,"purposes":["x","y"]}"#
    )
    #expect(DepartmentGrant(try JSONDocument(scanning: text).root) == one)
  }

  @Test func aChangeSaysWhatItOpensAndWhatItCloses() {
    let old = SharingPlan([grant(["a.b.one", "a.b.two"], purposes: ["x"])])
    let new = SharingPlan([grant(["a.b.two", "a.b.three"], purposes: ["y"])])
    let change = new.changes(since: old)[0]
    #expect(change.purposesOpened == ["y"] && change.purposesClosed == ["x"])
    #expect(change.fieldsOpened == ["a.b.three"] && change.fieldsClosed == ["a.b.one"])
    #expect(change.opens && change.closes)
    #expect(new.changes(since: new).isEmpty)
  }

  @Test func takingTheLastPurposeClosesEveryField() {
    let old = SharingPlan([grant(["a.b.one"])])
    let new = SharingPlan([.nothing(for: "d")])
    #expect(new.changes(since: old)[0].fieldsClosed == ["a.b.one"])
    #expect(new.changes(since: SharingPlan()).isEmpty, "nothing is nothing")
    #expect(SharingPlan().changes(since: old)[0].fieldsClosed == ["a.b.one"])
  }

  @Test func totalsAndSmallestGroupsCountAsChanges() {
    func change(_ before: Int?, _ after: Int?) -> SharingChange {
      SharingChange(from: grant(["a.b.c"], totals: before), to: grant(["a.b.c"], totals: after))
    }
    #expect(change(10, nil).opensCustomers && !change(10, nil).closes)
    #expect(change(nil, 10).closesCustomers && !change(nil, 10).opens)
    #expect(change(10, 5).opensGroups && !change(10, 5).closes)
    #expect(change(5, 10).closesGroups && !change(5, 10).opens)
    #expect(change(10, 10).isEmpty)
  }

  @Test func ofTwoGrantsTheLaterCounts() {
    let plan = SharingPlan([grant(["a.b.c"]), grant(["a.b.d"])])
    #expect(plan["d"].fields == ["a.b.d"] && plan["nobody"].isNothing)
  }
}
