// A ledger at work for a door: its views live, their files open for reading.

import Disk
package import JSONBytes
package import LogEngine
import Projection
package import ReadModels
import Relationship
import Synchronization

/// What answers requests out of the views as they stand: nothing is brought up to date by asking, and no file is opened
/// or locked for a question. Any number of tasks ask at once; each question takes one connection for its time.
///
///     let served = ledger.serve()
///     let answers = try await served.ledger.append(texts)
///     try await served.live.wait(for: position, in: ["customer"], until: deadline)
///     let customer = try served.customer("c1")
///     await served.stop()
package final class ServedLedger: Sendable {
  package let ledger: Ledger
  package let live: LiveViews
  let customers: ModelReader
  let permissions: ModelReader
  private let relay: Relay

  /// Who hands out subscriptions, once somebody follows one and until this stops.
  fileprivate final class Relay: Sendable {
    struct State: Sendable {
      var hub: SubscriptionHub?
      var isStopped = false
    }

    let state = Mutex(State())
  }

  fileprivate init(_ ledger: Ledger, _ live: LiveViews, _ relay: Relay) {
    self.ledger = ledger
    self.live = live
    self.relay = relay
    let folder = "\(ledger.directory)/views"
    customers = ModelReader(Customer360.name, folder: folder)
    permissions = ModelReader(PermissionModel.name, folder: folder)
  }

  /// Hands out the subscriptions of this ledger; from the first call on no other process does. Throws
  /// `subscription.busy` where another one serves them, and `ledger.closed` after ``stop()``.
  package func subscriptions() throws -> SubscriptionHub {
    try relay.state.withLock { state in
      guard !state.isStopped else { throw LedgerError(AppendError.closed) }
      if let hub = state.hub { return hub }
      let made = try SubscriptionHub(ledger, live)
      state.hub = made
      return made
    }
  }

  /// Ends subscriptions, finishes what is recorded in the views, and closes their files. The ledger itself stays open.
  /// Throws what kept acknowledgements from being kept; the rest is done all the same.
  package func stop() async throws {
    let ended = await endSubscriptions()
    // Who reads keeps the files from being left as they should be.
    customers.close()
    permissions.close()
    ledger.desk.close()
    await live.stop()
    try ended.get()
  }

  private func endSubscriptions() async -> Result<Void, any Error> {
    let hub = relay.state.withLock { state in
      defer { state = Relay.State(hub: nil, isStopped: true) }
      return state.hub
    }
    guard let hub else { return .success(()) }
    return await withCheckedContinuation { continuation in
      DedicatedThread.start(named: "rapport-stop") {
        continuation.resume(returning: Result { try hub.stop() })
      }
    }
  }
}

extension Ledger {
  /// Puts this ledger to work for a door; ``ServedLedger/stop()`` ends that. Traps on one that is open for reading; see
  /// ``keepLive(_:)`` for `hear`.
  package func serve(_ hear: @escaping LiveViews.Hear = { _, _ in }) -> ServedLedger {
    let relay = ServedLedger.Relay()
    let live = keepLive { view, position in
      hear(view, position)
      relay.state.withLock { $0.hub }?.moved(view)
    }
    return ServedLedger(self, live, relay)
  }
}

// MARK: - A customer

/// The view of a customer as it stands, and how far it goes.
package struct ServedCustomer: Sendable {
  package let view: CustomerView
  /// Every event before it is in the view.
  package let position: Position
  /// How many events of each of her subjects are in the view, by the names of these: what a caller may expect of them
  /// in an append that follows.
  package let revisions: [SubjectRevision]

  package var json: JSONValue { view.json }

  /// Appends the view as JSON.
  package func write(to output: inout [UInt8]) { json.write(to: &output) }
}

extension ServedLedger {
  /// The view of a customer as things stand now; nil where nobody has said anything of her. Subjects that were merged
  /// are one customer, whichever of them is named.
  ///
  /// Cost: a dozen look-ups in an open file. Throws `customer.incomplete` where there are events of her and none of
  /// them could be taken in, and ``ProjectionError/missing(model:)`` while the view is built for the first time.
  package func customer(_ id: String) throws -> ServedCustomer? {
    try ledger.requirePermission()
    return try customers.read { tables in
      let state = try tables.state()
      let map = try ledger.mapper.customers(before: state.end)
      let (customer, group) = (map.customer(of: id), map.group(of: id))
      guard
        let view = try Customer360.view(of: customer, group, at: ledger.clock(), in: tables)
      else {
        try ledger.requireNoHoles(state.holes == 0 ? 0 : tables.holeCount(of: group))
        return nil
      }
      return ServedCustomer(
        view: view, position: state.end,
        revisions: try revisions(of: group, in: view, before: state.end))
    }
  }

  /// How many events of each subject the view holds.
  private func revisions(
    of group: Set<String>, in view: CustomerView, before end: Position
  ) throws -> [SubjectRevision] {
    let now = group.sorted().map {
      SubjectRevision(subject: $0, revision: ledger.log.revision(of: $0))
    }
    let held = UInt64(view.who.events) + UInt64(view.lacking)
    if now.reduce(0, { $0 + UInt64($1.revision) }) == held { return now }
    // Something of hers is on its way that the view does not hold: her history tells how far it goes.
    return try now.map { known in
      let positions = try ledger.log.history(of: known.subject).positions
      return SubjectRevision(
        subject: known.subject, revision: UInt32(positions.prefix { $0 < end }.count))
    }
  }
}

// MARK: - Permission

extension ServedLedger {
  /// What the model `permission` answers to each question, in order: by everything that is recorded when it is asked. A
  /// question that cannot be answered has its error. One reading of the file for all.
  ///
  /// Cost: tens of microseconds each where the view is up to date; where it is not, the events that it lacks are taken
  /// in first. Throws `permission.busy` where that takes until `deadline`.
  package func decide(
    _ questions: [ContactQuestion], until deadline: ContinuousClock.Instant
  ) async throws -> [Result<ContactAnswer, LedgerError>] {
    try ledger.requirePermission()
    let end = ledger.log.end
    if let answers = try answers(questions, knowing: end) { return answers }
    do {
      try await live.wait(for: end, in: [PermissionModel.name], until: deadline)
    } catch let error as LedgerError where error.code == LedgerError.viewBehind.code {
      throw Ledger.busy
    }
    guard let answers = try answers(questions, knowing: end) else { throw Ledger.busy }
    return answers
  }

  /// Nil where the file does not hold every event before `end`.
  private func answers(
    _ questions: [ContactQuestion], knowing end: Position
  ) throws -> [Result<ContactAnswer, LedgerError>]? {
    try permissions.read { tables in
      let state = try tables.state()
      guard state.end >= end else { return nil }
      return try questions.map { question in
        do {
          var asked = try Asked(question, ledger, tables, state)
          return .success(try asked.answer(try asked.knownFromModel()))
        } catch let error as LedgerError {
          return .failure(error)
        }
      }
    }
  }
}

// MARK: - Expectations

extension Ledger {
  /// How many events of each subject that is one customer with `id` are recorded or about to be, by the names of the
  /// subjects. Only while writing. Costs a look-up each.
  package func revisions(ofCustomer id: String) throws -> [SubjectRevision] {
    try mapper.customers(before: log.end).group(of: id).sorted().map {
      SubjectRevision(subject: $0, revision: log.revision(of: $0))
    }
  }
}
