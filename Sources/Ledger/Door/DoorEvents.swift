// What the door knows of a customer when an event of hers arrives: what is recorded, and what is on its way.

import JSONBytes
import LogEngine
import Projection
import ReadModels
import Relationship
import Transparency

/// How far a subject's events were known when the door said yes.
struct DoorCondition: Sendable {
  var subject: String
  /// Its revision in the log.
  var recorded: UInt32
  /// How many events more were on their way.
  var coming: UInt32

  /// That nobody has said anything since.
  var expectation: Expectation {
    Expectation(customer: subject, revision: .exactly(recorded))
  }
}

/// What must hold so that an event may go in as the door saw it.
struct DoorConditions: Sendable {
  /// How far each subject was known.
  var subjects: [DoorCondition]
  /// The end of the log when it was read which subjects are one customer.
  var groupsAsOf: Position

  /// Whether the answer rests on events that are on their way. The log may still refuse them: then another writer's event
  /// could stand where they were expected, and the conditions would hold all the same.
  var restOnOthers: Bool { subjects.contains { $0.coming > 0 } }
}

/// What must hold for several events of one append: it finds the customers as they are before any event of it.
struct JointConditions {
  private var revisions: [String: UInt32] = [:]
  /// As of ``DoorConditions/groupsAsOf``; nil: nobody asks.
  private(set) var groupsAsOf: Position?

  /// Takes in what must hold for one of them. What came in between two looks was not there for the first: the earlier one
  /// must hold.
  mutating func add(_ conditions: DoorConditions) {
    for condition in conditions.subjects {
      let recorded = condition.recorded
      revisions[condition.subject] = min(revisions[condition.subject] ?? recorded, recorded)
    }
    groupsAsOf = min(groupsAsOf ?? conditions.groupsAsOf, conditions.groupsAsOf)
  }

  /// By subject.
  var expectations: [Expectation] {
    revisions.sorted { $0.key < $1.key }
      .map { Expectation(customer: $0.key, revision: .exactly($0.value)) }
  }
}

/// Prepared events that will be recorded before the one at the door.
struct OnTheWay: Sendable {
  private let batches: [ArraySlice<NewEvent>]

  init(_ batches: [ArraySlice<NewEvent>] = []) { self.batches = batches }

  /// Those of a subject, in order.
  func events(of subject: Hash128) -> [NewEvent] {
    var found: [NewEvent] = []
    for batch in batches {
      for index in batch.indices where batch[index].customer == subject {
        found.append(batch[index])
      }
    }
    return found
  }
}

/// The events of all subjects of a customer, as far as the door can know them.
struct DoorEvents {
  /// By subject, in log order; behind them what is on its way. Events that cannot be read are left out.
  private(set) var bySubject: [String: [DecodedEvent]] = [:]
  /// What must hold so that nobody can have said anything meanwhile: one for each subject, by name.
  private(set) var conditions: [DoorCondition] = []
  /// The end of the log before it was read whose events these are.
  let groupsAsOf: Position

  var all: [DecodedEvent] {
    bySubject.values.flatMap { $0 }.sorted { $0.position < $1.position }
  }

  /// Facts of each subject, as permission has them. Behind a `gate` a hash stands in the place of each address, as in
  /// the model `permission`; without one they may be compared among themselves only.
  func facts(behind gate: AddressGate? = nil) -> [CustomerFacts] {
    bySubject.map { subject, events in
      var facts = CustomerFacts(subject)
      for event in gate?.hashed(events) ?? events { facts.take(event.permissionEvent) { $0 } }
      return facts
    }
  }

  /// Whether an event with this source and id is among them.
  func holds(_ event: DecodedEvent) -> Bool {
    bySubject[event.subject ?? ""]?.contains {
      $0.id.utf8.elementsEqual(event.id.utf8) && $0.source.utf8.elementsEqual(event.source.utf8)
    } ?? false
  }

  /// Reads the events of everybody who is one customer with the subject of `event`, and of the subjects in `besides`.
  init(
    around event: DecodedEvent, besides: some Sequence<String> = [], onTheWay: OnTheWay,
    in ledger: Ledger
  ) throws {
    let end = ledger.log.end
    var subjects = try event.subject.map { try ledger.mapper.customers(before: end).group(of: $0) }
    subjects?.formUnion(besides)
    try self.init(of: subjects ?? [], groupsAsOf: end, onTheWay: onTheWay, in: ledger)
  }

  /// Reads `subjects` from the log. Of `onTheWay` only their events are looked at. `groupsAsOf`: the end of the log when it
  /// was read that they are one customer.
  /// Cost: the histories, through the log's postings; nothing of a subject that has none.
  init(
    of subjects: Set<String>, groupsAsOf: Position, onTheWay: OnTheWay = OnTheWay(),
    in ledger: Ledger
  ) throws {
    let mapper = ledger.mapper
    self.groupsAsOf = groupsAsOf
    for subject in subjects.sorted() {
      let hash = Hash128.of(subject: Array(subject.utf8)[...])
      let coming = onTheWay.events(of: hash)
      var events = ledger.log.revision(of: subject) == 0 ? [] : try mapper.events(of: subject)
      let recorded = events.last?.revision ?? 0
      var revision = recorded
      if !coming.isEmpty {
        var known = Set(events.map(Self.key))
        for event in coming where known.insert(event.key).inserted {
          revision += 1
          events.append(
            try mapper.decoded(
              event, at: Position(ComingEvent.firstPlace + UInt64(revision)),
              recorded: ledger.clock()))
        }
      }
      bySubject[subject] = events.filter { $0.defect == nil }
      conditions.append(
        DoorCondition(subject: subject, recorded: recorded, coming: revision - recorded))
    }
  }

  private static func key(_ event: DecodedEvent) -> Hash128 {
    Hash128.of(source: Array(event.source.utf8)[...], id: Array(event.id.utf8)[...])
  }
}

extension EventMapper {
  /// A prepared event as it will be read: its place and the time of its recording are guesses, later than all that is
  /// recorded.
  func decoded(
    _ event: NewEvent, at position: Position, recorded: Timestamp
  ) throws -> DecodedEvent {
    var entry: [UInt8] = []
    entry.reserveCapacity(event.bytes.count + 64)
    entry += event.bytes[..<event.recordedCut]
    entry += "\"recordedtime\":\"\(recorded.text)\",".utf8
    entry += event.bytes[event.recordedCut...]
    return try decode(entry[...], at: position)
  }
}
