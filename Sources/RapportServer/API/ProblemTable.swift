// Every stable code, and the status it has over HTTP. The one file of the server in which statuses are chosen.

/// What a code means over HTTP.
enum ProblemTable {
  struct Meaning: Hashable, Sendable {
    var status: Int
    var title: String
  }

  /// Of a code without a row: a bug of ours, which a test finds; nothing of it is told.
  static let unknown = Meaning(status: 500, title: "Something went wrong here")

  static func meaning(of code: String) -> Meaning {
    if let exact = rows[code] { return exact }
    // `usage.time`, `bug.root`: the family says it.
    let family = code.prefix { $0 != "." }
    return families[String(family)] ?? unknown
  }

  /// Whether a code has a row of its own, or a family.
  static func knows(_ code: String) -> Bool {
    meaning(of: code) != unknown || code.hasPrefix("bug.")
  }

  private static let families: [String: Meaning] = [
    "usage": Meaning(status: 400, title: "The request cannot be understood"),
    "event": Meaning(status: 400, title: "This is no event as the ledger takes it"),
    "lookup": Meaning(status: 400, title: "This cannot be looked up"),
    "permit": Meaning(status: 422, title: "This permission cannot be recorded"),
    "token": Meaning(status: 422, title: "The decision cannot be used"),
    "import": Meaning(status: 422, title: "An import cannot bring this"),
    "offer": Meaning(status: 422, title: "This is not to be offered"),
    "question": Meaning(status: 409, title: "The question is not to be asked"),
    "plan": Meaning(status: 422, title: "The plan cannot be used"),
    "policy": Meaning(status: 422, title: "The policy cannot be used"),
    "mapping": Meaning(status: 422, title: "The mapping cannot be used"),
    "registry": Meaning(status: 422, title: "The list cannot be taken"),
    "schema": Meaning(status: 422, title: "The schema cannot be used"),
    "upcast": Meaning(status: 422, title: "The step between two versions cannot be used"),
    "receipt": Meaning(status: 422, title: "There is no receipt of this"),
  ]

  private static let rows: [String: Meaning] = [
    // Requests.
    "http.not-found": Meaning(status: 404, title: "There is nothing here"),
    "http.method": Meaning(status: 405, title: "This cannot be done here"),
    "http.timeout": Meaning(status: 408, title: "The request took too long"),
    "http.gone": Meaning(status: 410, title: "This was used before"),
    "http.precondition": Meaning(status: 400, title: "The condition cannot be understood"),
    "http.body-size": Meaning(status: 413, title: "The request is too large"),
    "http.media-type": Meaning(status: 415, title: "This form of content is not taken"),
    "http.content-encoding": Meaning(status: 415, title: "Packed content is not taken"),
    "http.too-many-requests": Meaning(status: 429, title: "Too many requests"),
    "http.head-size": Meaning(status: 431, title: "The head of the request is too large"),
    "http.binary-header": Meaning(status: 400, title: "An attribute in a header cannot be read"),
    "http.batch": Meaning(status: 400, title: "This is no batch of events"),
    "http.cursor": Meaning(status: 400, title: "This place was not handed out here"),
    "http.cross-site": Meaning(status: 403, title: "This was sent from another site"),
    "http.position-ahead": Meaning(status: 503, title: "The answer is not that far yet"),
    // Who asks.
    "access.token": Meaning(status: 401, title: "Nobody is let in without a token that holds"),
    "access.expired": Meaning(status: 401, title: "The token has ended"),
    "access.role": Meaning(status: 403, title: "This role records nothing"),
    "access.type": Meaning(status: 403, title: "These events are for others to bring"),
    "access.source": Meaning(status: 403, title: "This place is another one's"),
    "access.subject": Meaning(status: 403, title: "This customer is another one"),
    "access.webhook-address": Meaning(status: 422, title: "Nothing is sent to this address"),
    // Appending.
    "append.revision-conflict": Meaning(status: 412, title: "Somebody wrote first"),
    "append.id-reused": Meaning(status: 422, title: "This name was given to another event"),
    "append.invalid": Meaning(status: 400, title: "The event cannot be recorded"),
    "append.too-large": Meaning(status: 413, title: "This is too much at once"),
    "append.too-many-subjects": Meaning(status: 422, title: "Too many are one customer"),
    "append.busy": Meaning(status: 503, title: "Too much waits for the disk"),
    "append.outcome-unknown": Meaning(
      status: 503, title: "It is not known whether it was recorded"),
    "ledger.halted": Meaning(status: 503, title: "The ledger has stopped"),
    "ledger.closed": Meaning(status: 503, title: "The ledger is being closed"),
    "disk.full": Meaning(status: 507, title: "There is no space left"),
    "disk.failed": Meaning(status: 503, title: "The disk does not answer"),
    "disk.forbidden": Meaning(status: 500, title: "A file may not be used"),
    // Rules that find somebody was first, or that it is over.
    "credit.redeemed": Meaning(status: 409, title: "The promise was kept before"),
    "credit.expired": Meaning(status: 409, title: "The promise has ended"),
    "credit.unknown": Meaning(status: 422, title: "Nothing was promised under this number"),
    "token.used": Meaning(status: 409, title: "The decision was used before"),
    "token.stale": Meaning(status: 409, title: "The decision is too old"),
    "token.overtaken": Meaning(status: 409, title: "Something was said since the decision"),
    "choice.author": Meaning(status: 422, title: "Only the customer can choose this"),
    "question.unknown": Meaning(status: 422, title: "There is no such question"),
    // Answers about customers and events.
    "customer.missing": Meaning(status: 404, title: "There is nothing here"),
    "customer.incomplete": Meaning(status: 503, title: "This customer's events cannot be read"),
    "event.missing": Meaning(status: 404, title: "There is nothing here"),
    "event.other-customer": Meaning(status: 404, title: "There is nothing here"),
    "event.several": Meaning(status: 409, title: "Several events have this name"),
    "permission.busy": Meaning(status: 503, title: "Too much comes in to answer"),
    "permission.incomplete": Meaning(status: 503, title: "An event of hers cannot be read"),
    "policy.none": Meaning(status: 503, title: "No policy is in force"),
    // Models.
    "view.unknown": Meaning(status: 404, title: "There is nothing here"),
    "view.missing": Meaning(status: 503, title: "The model is not there yet"),
    "view.behind": Meaning(status: 503, title: "The answer is not that far yet"),
    "view.busy": Meaning(status: 503, title: "The model is being written"),
    "view.rebuildRunning": Meaning(status: 409, title: "A rebuild is running"),
    "view.damaged": Meaning(status: 503, title: "The model cannot be read"),
    "view.noPrevious": Meaning(status: 409, title: "There is nothing to go back to"),
    "view.cannotRollBack": Meaning(status: 409, title: "It cannot be gone back to"),
    "view.refusedQuery": Meaning(status: 400, title: "This is no query"),
    "view.undigestible": Meaning(status: 500, title: "Something went wrong here"),
    "view.tooManySteps": Meaning(status: 422, title: "The statement takes too long"),
    "view.disk": Meaning(status: 503, title: "The disk does not answer"),
    "view.changed": Meaning(status: 409, title: "The definition was changed meanwhile"),
    "view.aggregateOnly": Meaning(status: 422, title: "The definition cannot be used"),
    "view.batchDependent": Meaning(status: 422, title: "The definition cannot be used"),
    "view.definition": Meaning(status: 422, title: "The definition cannot be used"),
    "view.department": Meaning(status: 422, title: "The definition cannot be used"),
    "view.forbidden": Meaning(status: 422, title: "The definition cannot be used"),
    "view.notGranted": Meaning(status: 422, title: "The definition cannot be used"),
    "view.published": Meaning(status: 422, title: "The definition cannot be used"),
    "view.reserved": Meaning(status: 422, title: "The definition cannot be used"),
    "view.sqlite": Meaning(status: 422, title: "The definition cannot be used"),
    "view.type": Meaning(status: 422, title: "The definition cannot be used"),
    // Subscriptions.
    "subscription.missing": Meaning(status: 404, title: "There is nothing here"),
    "subscription.busy": Meaning(
      status: 409, title: "Somebody else has taken up this subscription"),
    "subscription.differs": Meaning(status: 409, title: "There is a subscription that differs"),
    "subscription.ahead": Meaning(status: 409, title: "The subscription is of another copy"),
    "subscription.acknowledgement": Meaning(status: 400, title: "This cannot be acknowledged"),
    "subscription.department": Meaning(status: 422, title: "The plan knows no such department"),
    "subscription.not-shared": Meaning(status: 404, title: "There is nothing here"),
    "subscription.totals-only": Meaning(status: 422, title: "This department sees totals only"),
    "subscription.view": Meaning(status: 422, title: "This cannot be followed"),
    "subscription.damaged": Meaning(status: 503, title: "The subscriptions cannot be read"),
    "subscription.format": Meaning(status: 503, title: "The subscriptions cannot be read"),
    // The ledger itself.
    "ledger.busy": Meaning(status: 503, title: "Another process writes the ledger"),
    "ledger.missing": Meaning(status: 503, title: "There is no ledger"),
    "ledger.exists": Meaning(status: 409, title: "There is a ledger already"),
    "ledger.unreadable": Meaning(status: 503, title: "The ledger cannot be read"),
    "ledger.format": Meaning(status: 503, title: "The ledger cannot be read"),
    "ledger.foreign-file": Meaning(status: 503, title: "The ledger cannot be read"),
    "ledger.corrupt": Meaning(status: 500, title: "Recorded events are damaged"),
    "ledger.rolled-back": Meaning(status: 503, title: "Recorded events are missing"),
    "ledger.beyond-end": Meaning(status: 400, title: "The ledger does not go so far"),
    "keys.unreadable": Meaning(status: 503, title: "A secret cannot be read"),
    "input.missing": Meaning(status: 500, title: "Something went wrong here"),
    "output.failed": Meaning(status: 500, title: "Something went wrong here"),
    "system.threads": Meaning(status: 503, title: "The system gives too few threads"),
    "cancelled": Meaning(status: 503, title: "It was stopped before the end"),
  ]
}
