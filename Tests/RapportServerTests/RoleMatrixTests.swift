import RapportTesting
import Testing

@testable import RapportServer

/// Every operation, every role: the table is walked whole.
@Suite struct RoleMatrixTests {
  /// Read by people: a right that changes changes a line of this page.
  @Test func theTableIsAsItWasReviewed() throws {
    let roles = Role.allCases
    var text = ""
    for operation in RoleMatrix.operations {
      let who: [String] =
        switch operation.access {
        case .open: ["everybody"]
        case .link: ["whoever holds the link"]
        case .roles(let reach):
          roles.compactMap { role in reach[role].map { "\(role.rawValue) \($0.rawValue)" } }
        }
      text += "\(operation.method.rawValue) \(operation.path)\n"
      text += "  \(operation.name): \(who.joined(separator: ", "))\n"
    }
    try expectSnapshot(text, named: "role-matrix")
  }

  @Test func namesAndPlacesAreTakenOnce() {
    let operations = RoleMatrix.operations
    #expect(Set(operations.map(\.name)).count == operations.count)
    #expect(Set(operations.map { "\($0.method.rawValue) \($0.path)" }).count == operations.count)
    for operation in operations {
      #expect(RoleMatrix.operation(named: operation.name) == operation)
      #expect(operation.path.hasPrefix("/"))
    }
  }

  /// Whoever is nobody gets nothing, but what is open; and an operation that the table does not have is nobody's.
  @Test func theDefaultIsNo() {
    for operation in RoleMatrix.operations {
      let isOpen = operation.access == .open || operation.access == .link
      #expect((RoleMatrix.reach(of: nil, in: operation.name) != nil) == isOpen, "\(operation.name)")
    }
    for role in Role.allCases {
      let principal = Principal(role: role, actor: "a")
      #expect(RoleMatrix.reach(of: principal, in: "readEverything") == nil)
      #expect(RoleMatrix.reach(of: principal, in: "") == nil)
    }
  }

  private func operations(of role: Role) -> Set<String> {
    let principal = Principal(role: role, actor: "a")
    let own = RoleMatrix.operations.filter { operation in
      operation.access != .open && operation.access != .link
        && RoleMatrix.reach(of: principal, in: operation.name) != nil
    }
    return Set(own.map(\.name)).subtracting(["renewToken", "leave"])
  }

  private static let aboutPeople: Set<String> = [
    "readCustomer", "readTimeline", "explainCustomer", "readPermissions", "readPromises",
    "readReceipt", "explainEvent", "lookUp", "counterPage", "counterLookUp", "counterCustomerPage",
    "counterTimelinePage", "counterWhyPage", "ownPage", "ownTimelinePage", "ownWhyPage",
    "ownReceiptPage", "auditPage", "auditCustomerPage", "auditWhyPage",
  ]

  private static let changing: Set<String> = [
    "appendEvents", "counterRegister", "counterRecord", "counterRedeem", "counterHonour", "choose",
    "pauseAll", "resumeAll", "stopAll", "undo", "strikeOut", "react", "answer", "request",
  ]

  /// The column "may never" of the threat model's roles.
  @Test func whatARoleMayNeverItMayNot() {
    #expect(operations(of: .source) == ["appendEvents", "listSchemas", "readSchema"])
    #expect(operations(of: .witness).isEmpty)
    #expect(operations(of: .approver).isEmpty)
    for role in [Role.staff, .subscriber, .engineer, .operator] {
      #expect(operations(of: role).isDisjoint(with: Self.aboutPeople), "\(role)")
    }
    for role in [Role.auditor, .engineer, .operator, .witness, .approver] {
      #expect(operations(of: role).isDisjoint(with: Self.changing), "\(role)")
    }
    #expect(!operations(of: .engineer).contains("issueToken"))
    #expect(
      operations(of: .customer).allSatisfy {
        RoleMatrix.reach(of: Principal(role: .customer, actor: "a"), in: $0) == .own
      })
  }

  /// An auditor and an engineer read nothing that is about a person in clear.
  @Test func whoMayNotDecryptReadsHidden() {
    for role in [Role.auditor, .engineer] {
      let principal = Principal(role: role, actor: "a")
      for name in operations(of: role).intersection(Self.aboutPeople)
      where name != "readPermissions" {
        #expect(RoleMatrix.reach(of: principal, in: name) == .hidden, "\(role) \(name)")
      }
    }
    for name in ["rebuildModel", "readRebuild", "checkSchemas", "engineRebuildPage"] {
      #expect(RoleMatrix.reach(of: Principal(role: .engineer, actor: "a"), in: name) == .hidden)
    }
  }

  /// A department sees of customers what it was granted, and never everything.
  @Test func aDepartmentSeesWhatItWasGranted() {
    for role in [Role.counter, .staff] {
      let principal = Principal(role: role, actor: "a", department: "service")
      for name in operations(of: role).intersection(Self.aboutPeople)
      where name != "readPermissions" {
        #expect(RoleMatrix.reach(of: principal, in: name) == .granted, "\(role) \(name)")
      }
    }
    let subscriber = Principal(role: .subscriber, actor: "a", department: "service")
    #expect(RoleMatrix.reach(of: subscriber, in: "follow") == .granted)
    #expect(RoleMatrix.reach(of: subscriber, in: "fetch") == .granted)
  }

  /// Nothing that changes anything is done by GET: a mail scanner, a prefetch or a link on another page follows it.
  @Test func readingChangesNothing() {
    for operation in RoleMatrix.operations where Self.changing.contains(operation.name) {
      #expect(operation.method != .get, "\(operation.name)")
    }
    for (page, act) in [("stopPage", "stop"), ("enterPage", "enter")] {
      #expect(RoleMatrix.operation(named: page)?.method == .get)
      #expect(RoleMatrix.operation(named: act)?.method == .post)
      #expect(RoleMatrix.operation(named: page)?.path == RoleMatrix.operation(named: act)?.path)
    }
  }
}
