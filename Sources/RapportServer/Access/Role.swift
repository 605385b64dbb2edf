// Who comes in through a door: eleven roles, and what each is bound to.

/// What a token, or a session, makes of its holder. Each has one role; what it may do stands in ``RoleMatrix``.
enum Role: String, CaseIterable, Sendable {
  /// A till, a web shop, a mail provider: tells what happened and reads nothing.
  case source
  /// Somebody of a department.
  case staff
  /// Somebody of a department who stands before the customer.
  case counter
  /// A program that follows what its department may see.
  case subscriber
  /// The customer herself.
  case customer
  case auditor
  case privacyOfficer
  case approver
  case engineer
  case `operator`
  case witness

  /// What else its token must say, and what it must not say: nothing more is believed of a role than it is bound to.
  var bindings: Set<Binding> {
    switch self {
    case .source: [.source]
    case .staff, .subscriber: [.department, .purposes]
    case .counter: [.source, .department, .purposes]
    case .customer: [.customer]
    case .auditor, .privacyOfficer, .approver, .engineer, .operator, .witness: []
    }
  }

  /// What holds a role to a part of the ledger.
  enum Binding: String, CaseIterable, Sendable {
    case source, department, purposes, customer
  }

  /// What the actor is in the events that come in with this role: the attribute `authtype`, set by the door and never
  /// believed. Nil for roles that append nothing.
  var authtype: String? {
    switch self {
    case .source, .subscriber: "service_account"
    case .customer: "app_user"
    case .staff, .counter, .privacyOfficer, .approver, .operator: "user"
    case .auditor, .engineer, .witness: nil
    }
  }
}
