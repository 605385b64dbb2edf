// Somebody who was let in: a role, and what it is bound to.

/// Who asks. Made of a token that was checked, or of a session; nothing of it comes from the request itself.
struct Principal: Hashable, Sendable {
  var role: Role
  /// Pseudonym of who acts: the attribute `authid` of what comes in.
  var actor: String
  /// Where facts enter: what comes in must name this place, or one below it, as its `source`.
  var source: String?
  var department: String?
  /// For which the department asks; a purpose stands for those below it.
  var purposes: Set<String> = []
  /// Whom it is all about, for the customer herself.
  var customer: String?
  /// Of a source: the types of events that it may bring.
  var types: Set<String> = []
  /// Of a source: it authenticates customers itself, so that its word is believed when it says that one of them acts.
  var vouches = false

  /// Whether this is about what the principal is bound to: her own customer.
  func isOwn(customer id: String) -> Bool {
    customer.map { $0.utf8.elementsEqual(id.utf8) } ?? false
  }
}
