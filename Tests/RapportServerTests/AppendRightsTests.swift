import EventCatalog
import Ledger
import Relationship
import Testing

@testable import RapportServer

/// Who may bring which events.
@Suite struct AppendRightsTests {
  private func event(
    _ type: String, at source: String, of subject: String? = "c1"
  ) -> EventAtDoor {
    EventAtDoor(type: type, source: source, subject: subject)
  }

  private let contributes: Set<String> = ["credit.granted", "complaint.opened"]

  @Test func aSourceBringsItsTypesFromItsPlace() {
    let till = Principal(
      role: .source, actor: "till-7", source: "/stores/berlin-3", types: ["order.completed"])
    func denial(_ type: String, _ source: String) -> AppendDenial? {
      AppendRights.denial(of: event(type, at: source), by: till, contributes: contributes)
    }
    #expect(denial("order.completed", "/stores/berlin-3") == nil)
    #expect(denial("order.completed", "/stores/berlin-3/till") == nil)
    #expect(denial("order.completed", "/stores/berlin-33") == .source)
    #expect(denial("order.completed", "/stores") == .source)
    #expect(denial("order.completed", "") == .source)
    #expect(denial("order.refunded", "/stores/berlin-3") == .type)
    #expect(denial("credit.granted", "/stores/berlin-3") == .type, "the plan is for departments")
    #expect(denial("policy.published", "/stores/berlin-3") == .type)
  }

  @Test func aCustomerSpeaksForHerselfAlone() {
    let customer = Principal(role: .customer, actor: "c1", customer: "c1")
    func denial(_ type: String, of subject: String?, at source: String = "/door/customer")
      -> AppendDenial?
    {
      AppendRights.denial(of: event(type, at: source, of: subject), by: customer, contributes: [])
    }
    #expect(denial("consent.withdrawn", of: "c1") == nil)
    #expect(denial("consent.withdrawn", of: "c2") == .subject)
    #expect(denial("consent.withdrawn", of: nil) == .subject)
    #expect(denial("consent.withdrawn", of: "c1", at: "/import/x") == .source)
    #expect(denial("credit.granted", of: "c1") == .type)
    #expect(denial("profile.merged", of: "c1") == .type)
    #expect(denial("inference.made", of: "c1") == .type)
  }

  /// What the plan says a department contributes, and any no of a customer that somebody heard.
  @Test(arguments: [Role.staff, .counter])
  func aDepartmentContributesWhatThePlanSays(role: Role) {
    let staff = Principal(
      role: role, actor: "s1", source: role == .counter ? "/stores/1" : nil,
      department: "service", purposes: ["service"])
    let place = role == .counter ? "/stores/1" : "/door/staff"
    func denial(_ type: String) -> AppendDenial? {
      AppendRights.denial(of: event(type, at: place), by: staff, contributes: contributes)
    }
    #expect(denial("credit.granted") == nil)
    #expect(denial("optout.recorded") == nil)
    #expect(denial("objection.raised") == nil)
    #expect(denial("consent.given") == .type)
    #expect(denial("department.granted") == .type)
    #expect(denial("customer.registered") == (role == .counter ? nil : .type))
  }

  @Test(arguments: [Role.auditor, .approver, .engineer, .operator, .witness])
  func whoAppendsNothingAppendsNothing(role: Role) {
    let principal = Principal(role: role, actor: "a")
    for type in ["optout.recorded", "order.completed"] {
      let event = event(type, at: "/door/\(role.rawValue)")
      #expect(AppendRights.denial(of: event, by: principal, contributes: [type]) == .role)
    }
    #expect(role.authtype == nil || role == .operator || role == .approver)
  }

  /// A name that is misspelt here would be a right that nobody has.
  @Test func everyTypeIsOfTheCatalogue() throws {
    let catalog = try Catalog.shipped()
    for type in AppendRights.customerTypes.union(AppendRights.privacyTypes)
      .union(AppendRights.noes).union(AppendRights.firstSight).union(AppendRights.followerTypes)
    {
      #expect(catalog.type(named: type) != nil, "\(type)")
    }
    #expect(AppendRights.noes.isSubset(of: AppendRights.customerTypes))
  }

  /// What loosens is for the customer herself, and for staff with evidence where the plan has them contribute it; no
  /// department that ships does.
  @Test func noDepartmentThatShipsLoosens() throws {
    let files = try SharingFiles.shipped(for: try Catalog.shipped())
    for file in files.departments {
      let loosening = Set(file.contributes).intersection([
        "consent.given", "consent.confirmed", "contact.resumed", "channel.chosen",
        "guardian.consented",
      ])
      #expect(loosening.isEmpty, "\(file.grant.department)")
    }
  }
}
