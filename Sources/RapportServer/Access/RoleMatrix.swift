// Every operation of the doors, and who may ask for it. Whoever is not named in a row is refused, and cannot tell the
// refusal from something that is not there.

/// What of an answer somebody may see.
enum Reach: String, Hashable, Sendable {
  /// What the answer says: nothing of it is about a person, or everything is for this role to see.
  case whole
  /// What concerns the holder's own customer, department, subscription or token, and of that everything.
  case own
  /// The fields made from what the sharing plan grants to the holder's department; others are not there.
  case granted
  /// Everything but what is about a person: that reads as ``AnswerMask/hidden``.
  case hidden
}

/// An operation of the API or of the pages.
struct Operation: Hashable, Sendable {
  enum Method: String, Hashable, Sendable {
    case get = "GET", post = "POST", put = "PUT", delete = "DELETE"
  }

  enum Access: Hashable, Sendable {
    /// Without a token: it says nothing of anybody.
    case open
    /// The address itself is what lets in: a link that a customer holds.
    case link
    case roles([Role: Reach])
  }

  /// Its `operationId`, and the name of its handler.
  var name: String
  var method: Method
  /// As OpenAPI writes it: `/v1/customers/{id}`.
  var path: String
  var access: Access

  /// What of the answer a role may see; nil: it is refused.
  func reach(of role: Role) -> Reach? {
    switch access {
    case .open, .link: .whole
    case .roles(let roles): roles[role]
    }
  }

  /// Whether it is one of the pages for people, which a session lets in, and not of the API.
  var isPage: Bool { !path.hasPrefix("/v1/") && !Self.machines.contains(path) }

  private static let machines: Set<String> = ["/health", "/ready", "/metrics", "/openapi.json"]
}

/// The one table of rights. A handler asks it by its own name; a name that is not here lets nobody in.
enum RoleMatrix {
  static let operations: [Operation] =
    open + events + customers + decisions + models + following
    + keys + pages + counterPages + otherPages

  /// By name; two of one name are our bug, which a test finds.
  private static let byName = Dictionary(
    operations.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

  static func operation(named name: String) -> Operation? { byName[name] }

  /// What `principal` may see of an operation's answer; nil: refuse it as if it were not there. Nobody has no
  /// principal.
  static func reach(of principal: Principal?, in name: String) -> Reach? {
    guard let operation = byName[name] else { return nil }
    switch operation.access {
    case .open, .link: return .whole
    case .roles(let roles): return principal.flatMap { roles[$0.role] }
    }
  }

  // MARK: The table

  private static func row(
    _ name: String, _ method: Operation.Method, _ path: String, _ roles: [Role: Reach]
  ) -> Operation {
    Operation(name: name, method: method, path: path, access: .roles(roles))
  }

  private static func open(
    _ name: String, _ method: Operation.Method, _ path: String, _ access: Operation.Access = .open
  ) -> Operation {
    Operation(name: name, method: method, path: path, access: access)
  }

  private static let open = [
    open("health", .get, "/health"),
    open("ready", .get, "/ready"),
    open("description", .get, "/openapi.json"),
    row("metrics", .get, "/metrics", [.engineer: .whole, .operator: .whole]),
  ]

  private static let events = [
    row(
      "appendEvents", .post, "/v1/events",
      [
        .source: .own, .staff: .own, .counter: .own, .subscriber: .own, .customer: .own,
        .privacyOfficer: .own,
      ])
  ]

  private static let customers = [
    row("readCustomer", .get, "/v1/customers/{id}", [.counter: .granted, .customer: .own]),
    row(
      "readTimeline", .get, "/v1/customers/{id}/timeline",
      [.counter: .granted, .customer: .own, .auditor: .hidden]),
    row(
      "explainCustomer", .get, "/v1/customers/{id}/why",
      [.counter: .granted, .customer: .own, .auditor: .hidden]),
    row(
      "readPermissions", .get, "/v1/customers/{id}/permissions",
      [.counter: .whole, .customer: .own, .auditor: .whole]),
    row(
      "readPromises", .get, "/v1/customers/{id}/promises",
      [.counter: .granted, .customer: .own, .auditor: .hidden]),
    row(
      "readReceipt", .get, "/v1/customers/{id}/receipts/{event}",
      [.customer: .own, .auditor: .hidden, .privacyOfficer: .whole]),
    row(
      "explainEvent", .get, "/v1/events/{event}/why",
      [.counter: .granted, .customer: .own, .auditor: .hidden]),
    row("lookUp", .post, "/v1/lookups", [.counter: .granted]),
  ]

  private static let decisions = [
    row(
      "decide", .post, "/v1/decisions",
      [.staff: .whole, .counter: .whole, .auditor: .whole]),
    row("decideMany", .post, "/v1/decisions/batch", [.staff: .whole, .counter: .whole]),
    row("countAudience", .post, "/v1/audiences", [.staff: .granted]),
  ]

  private static let models = [
    row(
      "listModels", .get, "/v1/models",
      [.staff: .own, .counter: .own, .engineer: .whole, .operator: .whole]),
    row(
      "readModel", .get, "/v1/models/{model}",
      [.staff: .own, .counter: .own, .engineer: .whole, .operator: .whole]),
    row("askModel", .post, "/v1/models/{model}/query", [.staff: .own, .counter: .own]),
    row("rebuildModel", .post, "/v1/models/{model}/rebuilds", [.engineer: .hidden]),
    row("readRebuild", .get, "/v1/rebuilds/{rebuild}", [.engineer: .hidden]),
    row("rollBackModel", .post, "/v1/models/{model}/rollback", [.engineer: .whole]),
    row(
      "listSchemas", .get, "/v1/schemas",
      [.source: .whole, .staff: .whole, .counter: .whole, .subscriber: .whole, .engineer: .whole]),
    row(
      "readSchema", .get, "/v1/schemas/{type}/{version}",
      [.source: .whole, .staff: .whole, .counter: .whole, .subscriber: .whole, .engineer: .whole]),
    row("checkSchemas", .post, "/v1/schemas/checks", [.engineer: .hidden]),
  ]

  private static let following = [
    row(
      "listSubscriptions", .get, "/v1/subscriptions",
      [.subscriber: .own, .staff: .own, .engineer: .whole, .operator: .whole]),
    row("subscribe", .put, "/v1/subscriptions/{subscription}", [.subscriber: .own]),
    row(
      "unsubscribe", .delete, "/v1/subscriptions/{subscription}",
      [.subscriber: .own, .operator: .whole]),
    row("follow", .get, "/v1/subscriptions/{subscription}/stream", [.subscriber: .granted]),
    row("fetch", .get, "/v1/subscriptions/{subscription}/items", [.subscriber: .granted]),
    row(
      "acknowledge", .post, "/v1/subscriptions/{subscription}/acknowledgements",
      [.subscriber: .own]),
    row("setWebhook", .put, "/v1/subscriptions/{subscription}/webhook", [.subscriber: .own]),
    row(
      "removeWebhook", .delete, "/v1/subscriptions/{subscription}/webhook",
      [.subscriber: .own, .operator: .whole]),
    row(
      "listDeadLetters", .get, "/v1/subscriptions/{subscription}/dead-letters",
      [.subscriber: .own, .operator: .whole]),
    row(
      "replayDeadLetters", .post, "/v1/subscriptions/{subscription}/dead-letters/replay",
      [.subscriber: .own, .operator: .whole]),
  ]

  private static let keys = [
    row(
      "renewToken", .post, "/v1/tokens/renewal",
      Dictionary(uniqueKeysWithValues: Role.allCases.map { ($0, .own) })),
    row("issueToken", .post, "/v1/tokens", [.operator: .whole]),
    row("revokeToken", .delete, "/v1/tokens/{family}", [.operator: .whole]),
    row("issueLink", .post, "/v1/links", [.operator: .whole]),
    open("stopPage", .get, "/stop/{link}", .link),
    open("stop", .post, "/stop/{link}", .link),
    open("enterPage", .get, "/enter/{link}", .link),
    open("enter", .post, "/enter/{link}", .link),
    open("askForLinkPage", .get, "/enter"),
    open("askForLink", .post, "/enter"),
  ]

  /// Whoever has a session may end it.
  private static let anybody: [Role: Reach] = [
    .customer: .own, .staff: .own, .counter: .own, .auditor: .own, .engineer: .own, .operator: .own,
  ]

  private static let pages = [
    open("frontPage", .get, "/"),
    open("asset", .get, "/assets/{name}"),
    row("leave", .post, "/leave", anybody),
    row("ownPage", .get, "/me", [.customer: .own]),
    row("ownTimelinePage", .get, "/me/timeline", [.customer: .own]),
    row("ownWhyPage", .get, "/me/why/{event}", [.customer: .own]),
    row("ownReceiptPage", .get, "/me/receipts/{event}", [.customer: .own]),
    row("choose", .post, "/me/choices", [.customer: .own]),
    row("pauseAll", .post, "/me/pause", [.customer: .own]),
    row("resumeAll", .post, "/me/resume", [.customer: .own]),
    row("stopAll", .post, "/me/stop", [.customer: .own]),
    row("undo", .post, "/me/undo", [.customer: .own]),
    row("strikeOut", .post, "/me/guesses", [.customer: .own]),
    row("react", .post, "/me/reactions", [.customer: .own]),
    row("answer", .post, "/me/answers", [.customer: .own]),
    row("request", .post, "/me/requests", [.customer: .own]),
  ]

  private static let counterPages = [
    row("counterPage", .get, "/counter", [.counter: .granted]),
    row("counterLookUp", .post, "/counter/lookups", [.counter: .granted]),
    row("counterCustomerPage", .get, "/counter/customers/{id}", [.counter: .granted]),
    row("counterTimelinePage", .get, "/counter/customers/{id}/timeline", [.counter: .granted]),
    row("counterWhyPage", .get, "/counter/why/{event}", [.counter: .granted]),
    row("counterRegister", .post, "/counter/customers", [.counter: .own]),
    row("counterRecord", .post, "/counter/customers/{id}/events", [.counter: .own]),
    row("counterRedeem", .post, "/counter/customers/{id}/redemptions", [.counter: .own]),
    row("counterHonour", .post, "/counter/customers/{id}/wishes", [.counter: .own]),
  ]

  private static let otherPages = [
    row("auditPage", .get, "/audit", [.auditor: .hidden]),
    row("auditCustomerPage", .get, "/audit/customers/{id}", [.auditor: .hidden]),
    row("auditWhyPage", .get, "/audit/why/{event}", [.auditor: .hidden]),
    row("boardPage", .get, "/board", [.staff: .own, .counter: .own]),
    row("boardStream", .get, "/board/stream", [.staff: .own, .counter: .own]),
    row("enginePage", .get, "/engine", [.engineer: .hidden]),
    row("engineModelPage", .get, "/engine/models/{model}", [.engineer: .hidden]),
    row("engineRebuild", .post, "/engine/models/{model}/rebuilds", [.engineer: .hidden]),
    row("engineRebuildPage", .get, "/engine/rebuilds/{rebuild}", [.engineer: .hidden]),
    row("engineRollBack", .post, "/engine/models/{model}/rollback", [.engineer: .hidden]),
    row("engineSchemasPage", .get, "/engine/schemas", [.engineer: .hidden]),
    row("engineCheckSchemas", .post, "/engine/schemas/checks", [.engineer: .hidden]),
  ]
}
