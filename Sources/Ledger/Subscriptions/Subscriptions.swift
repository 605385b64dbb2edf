// The subscriptions of a ledger: who may follow what, and taking one up.

import Disk
import EventCatalog
import JSONBytes
import LogEngine
import Projection
import Relationship

/// Where a new subscription begins.
package enum SubscriptionStart: Hashable, Sendable {
  case origin, now
  case position(UInt64)

  /// Reads `origin`, `now` or a position.
  package static func read(_ text: String) throws -> SubscriptionStart {
    switch text {
    case "origin": return .origin
    case "now": return .now
    default:
      guard let position = UInt64(text) else {
        throw LedgerError("usage.from", "--from takes origin, now or a position", .usage)
      }
      return .position(position)
    }
  }
}

/// What is asked of a subscription. Of one that exists, what is given must be so already.
package struct SubscriptionRequest: Hashable, Sendable {
  package var name: String
  package var follows: Followed?
  package var department: String?
  package var start: SubscriptionStart?

  package init(
    name: String, follows: Followed? = nil, department: String? = nil,
    start: SubscriptionStart? = nil
  ) {
    self.name = name
    self.follows = follows
    self.department = department
    self.start = start
  }
}

extension Ledger {
  /// Takes up a subscription, and makes it where there is none. The ledger may be open for reading.
  ///
  /// A new one leaves a note for the log (`projection.subscribed`); see ``recordNotes(in:)``. Throws
  /// ``LedgerError`` where another process has taken up the name, where the request and the subscription differ, or
  /// where the sharing plan does not allow it.
  package func subscriber(_ request: SubscriptionRequest) throws -> Subscriber {
    guard SubscriptionRecord.isName(request.name) else { throw LedgerError.subscriptionName }
    let lock = try lock(subscription: request.name)
    do {
      let store = try SubscriptionStore(inLedger: directory)
      if let found = try store.record(request.name) {
        try requireSame(found, request)
        return try Subscriber(found, self, store, lock)
      }
      let made = try new(request)
      let subscriber = try Subscriber(made, self, store, lock)
      try noteSubscribed(made)
      try store.write(made)
      return subscriber
    } catch {
      lock.release()
      throw error
    }
  }

  /// Takes up a name. Throws `subscription.busy` where another process has it, or a hub has them all.
  private func lock(subscription name: String) throws -> WriterLock {
    let lock = try nameLock(name)
    do {
      // Who has a name sees the hub, or the hub, which looks afterwards, sees the name.
      try requireNoHub()
      return lock
    } catch {
      lock.release()
      throw error
    }
  }

  /// The lock of one name, whatever a hub has.
  func nameLock(_ name: String) throws -> WriterLock {
    try subscriptionLock(name) {
      "another process has taken up the subscription \(name); stop it first"
    }
  }

  /// Takes the lock of whoever hands out all subscriptions of this ledger. Throws `subscription.busy` where another
  /// process has it. ``releaseHub(_:)`` gives it back.
  func lockHub() throws -> WriterLock {
    while true {
      let lock = try subscriptionLock(Self.hub) { Self.hubIsBusy }
      // Somebody may have taken the file away that a killed process had left.
      if lock.isIntact(on: LinuxFileSystem()) { return lock }
      lock.release()
    }
  }

  /// Takes the file of the lock away, too: then nobody has to try it.
  func releaseHub(_ lock: WriterLock) throws {
    defer { lock.release() }
    try LinuxFileSystem().remove(hubPath)
  }

  private func requireNoHub() throws {
    guard try LinuxFileSystem().exists(hubPath) else { return }
    // Nobody holds it: a process that was killed has left it.
    try releaseHub(try subscriptionLock(Self.hub) { Self.hubIsBusy })
  }

  private var hubPath: String {
    "\(directory)/\(NoteKind.subscribed.folder)/\(Self.hub).lock"
  }
  /// No subscription is called so: names have no capitals.
  private static let hub = "HUB"
  private static let hubIsBusy =
    "another process serves the subscriptions of this ledger; follow them there, or stop it first"

  private func subscriptionLock(
    _ name: String, orThrow busy: () -> String
  ) throws -> WriterLock {
    let files = LinuxFileSystem()
    let folder = "\(directory)/\(NoteKind.subscribed.folder)"
    if try !files.exists(folder) {
      try files.makeDirectory(folder)
      try files.syncDirectory(directory)
    }
    do throws(DiskError) {
      return try WriterLock("\(folder)/\(name).lock", on: files)
    } catch {
      guard error.isBusy else { throw error }
      throw LedgerError("subscription.busy", busy(), .busy)
    }
  }

  func requireSame(_ found: SubscriptionRecord, _ request: SubscriptionRequest) throws {
    let name = found.name
    func refuse(_ what: String) -> LedgerError {
      LedgerError(
        "subscription.differs",
        "the subscription \(name) exists and \(what); leave the option out, name another subscription, or remove it with: rapport subscriptions remove \(name)",
        .usage)
    }
    if let follows = request.follows, follows != found.follows {
      throw refuse("follows \(found.follows.text), perhaps of other types")
    }
    if let department = request.department, department != found.department {
      throw refuse("belongs to \(found.department ?? "no department")")
    }
    if request.start != nil { throw refuse("goes on where it was") }
  }

  func new(_ request: SubscriptionRequest) throws -> SubscriptionRecord {
    _ = try log.refresh()
    let follows = request.follows ?? .events(types: nil)
    if let department = request.department {
      let plan = try publishedPlan().plan
      guard plan.grants.contains(where: { $0.department == department }) else {
        throw LedgerError(
          "subscription.department",
          "the sharing plan in force names no department of that name; see rapport plan", .usage)
      }
    }
    if case .events(let types?) = follows {
      for type in types where !knowsType(type) {
        throw LedgerError(
          "usage.type", "there is no event type of the name given in this ledger", .usage)
      }
    }
    var record = SubscriptionRecord(
      name: request.name, department: request.department, follows: follows,
      acknowledged: .origin, feed: 0, created: Self.now(), lastError: nil)
    switch follows {
    case .events: record.acknowledged = FeedCursor(try first(request.start ?? .origin))
    case .changes(let name):
      let engine = try followable(name, by: request.department).upToDate().engine
      let feed = try engine.startFeed(now: Self.now())
      switch request.start ?? .origin {
      case .origin: break
      case .now: (record.acknowledged, record.feed) = (feed.end, feed.id)
      case .position:
        let place = FeedCursor(try first(request.start ?? .origin))
        record.acknowledged = place
        // From further back than changes are kept, the rows come first.
        if place >= feed.since, place <= feed.end { record.feed = feed.id }
      }
    }
    return record
  }

  private func first(_ start: SubscriptionStart) throws -> Position {
    switch start {
    case .origin: return .zero
    case .now: return log.end
    case .position(let value):
      guard value <= log.end.value else {
        throw LedgerError(
          "usage.position",
          "the ledger has \(log.end) events; begin at a position up to that, or at now", .usage)
      }
      return Position(value)
    }
  }

  /// The view that a department, or the operator (nil), may follow.
  func followable(_ name: String, by department: String?) throws -> LedgerView {
    guard let view = try view(name) as? LedgerView else {
      throw LedgerError(
        "subscription.view", "the view \(name) cannot be followed; it is made anew each time")
    }
    guard let department, department != view.department else { return view }
    // Which of its columns are made from granted fields is not known yet, so none is shown.
    throw LedgerError(
      "subscription.not-shared",
      view.department == nil
        ? "the view \(name) is of no single department, so \(department) may not follow it; subscribe to the view \(department), or to events"
        : "the view \(name) is of another department, so \(department) may not follow it; subscribe to the view \(department), or to events",
      .usage)
  }

  /// Leaves the event that says who follows what.
  func noteSubscribed(_ record: SubscriptionRecord) throws {
    guard tellsOfItself else { return }
    let followed: String =
      switch record.follows {
      case .events: "events"
      case .changes(let view): view
      }
    let event: JSONValue = [
      "specversion": "1.0",
      "id": .string("subscribed-\(record.name)-\(record.created.microseconds)"),
      "source": .string("/\(log.description.origin)"), "type": "projection.subscribed",
      "time": .string(record.created.text), "dataschema": "projection.subscribed/1",
      "authtype": "system", "authid": "rapport",
      "data": [
        "projection": .string(followed), "subscriber": .string(record.department ?? record.name),
        "fromPosition": .integer(record.acknowledged.next.value),
      ],
    ]
    try leaveNote(.subscribed, named: record.name, event)
  }

  // MARK: Listing and removing

  /// All subscriptions by name, and how far behind each is.
  package func subscriptions() throws -> [SubscriptionStatus] {
    let end = log.end
    let last = try recorded(before: end)
    return try SubscriptionStore.records(inLedger: directory).map { record in
      let state = SubscriptionState(acknowledged: record.acknowledged, feed: record.feed)
      let place = record.acknowledged.next
      // One at the very beginning is as old as the first event that it lacks.
      let recorded =
        place == .zero && end > .zero
        ? try log.read(.bytes, from: .zero).recorded : try recorded(before: min(place, end))
      return SubscriptionStatus(
        record: record, lag: state.lag(end: end, last: last, recorded: recorded))
    }
  }

  private func recorded(before end: Position) throws -> Timestamp? {
    end == .zero ? nil : try log.read(.bytes, before: end).recorded
  }

  /// Removes a subscription. Where nobody else follows its view, changes are kept no more.
  package func removeSubscription(_ name: String) throws {
    let missing = LedgerError(
      "subscription.missing", "there is no subscription of that name; see rapport subscriptions",
      .missingInput)
    let records = try SubscriptionStore.records(inLedger: directory)
    guard let record = records.first(where: { $0.name == name }) else { throw missing }
    let lock = try lock(subscription: name)
    defer { lock.release() }
    let store = try SubscriptionStore(inLedger: directory)
    guard try store.remove(name) else { throw missing }
    try store.close()
    guard case .changes(let view) = record.follows,
      !records.contains(where: { $0.name != name && $0.follows == record.follows }),
      let followed = views.first(where: { $0.name == view }) as? LedgerView
    else { return }
    try followed.opened().engine.endFeed()
  }
}

extension LedgerView {
  /// Brings the model up to date, and gives its engine.
  fileprivate func upToDate() throws -> (engine: ProjectionEngine, source: any EventSource) {
    _ = try catchUp()
    return try opened()
  }
}
