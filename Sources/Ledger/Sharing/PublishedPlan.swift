// The sharing plan as the log has it: what was published, when, and by whom.

package import JSONBytes
import LogEngine
import Projection
import ReadModels
package import Relationship
import Synchronization

/// Up to where the log is read for a plan.
package enum PlanMoment: Hashable, Sendable {
  case now
  /// After so many events.
  case events(UInt64)
  /// By when the ledger took the events: what was enforced at that instant.
  case recorded(Timestamp)

  fileprivate var instant: Timestamp? {
    if case .recorded(let instant) = self { instant } else { nil }
  }
}

/// The event that published a part of the plan.
package struct Publication: Hashable, Sendable {
  package var id: String
  package var position: UInt64
  package var recorded: Timestamp
  package var authtype: String
  /// A pseudonym.
  package var authid: String?

  init(_ event: DecodedEvent) {
    id = event.id
    position = event.place
    recorded = event.recorded
    authtype = event.authtype
    authid = event.authid
  }

  /// For programs.
  package var json: JSONValue {
    .object([
      "id": .string(id), "position": .integer(position), "recorded": .string(recorded.text),
      "authtype": .string(authtype), "authid": authid.map { .string($0) },
    ])
  }
}

/// A purpose or topic as it was last registered.
package struct Registration: Hashable, Sendable {
  /// The data of the event, canonical.
  package var data: [UInt8]
  package var label: String
  package var publication: Publication
  /// A purpose that is no longer used.
  package var isRetired = false
}

/// What is in force of the sharing plan, and the events that say so.
package struct PublishedPlan: Sendable {
  /// What of the plan, or of the permission policy, was published last.
  package struct Version: Hashable, Sendable {
    package var name: String
    package var contentHash: String
    /// The `policy` of the event.
    package var content: JSONValue
    package var publication: Publication
  }

  /// The grants in force; those that were taken back are there, and empty.
  package var plan = SharingPlan()
  /// By department.
  package var publications: [String: Publication] = [:]
  package var version: Version?
  /// The permission policy.
  package var permission: Version?
  /// Digests of all permission policies that there were, by version.
  var policyHashes: [String: String] = [:]
  /// By path.
  package var purposes: [String: Registration] = [:]
  /// By path.
  package var topics: [String: Registration] = [:]
  /// The number of events that were looked at.
  package var events: UInt64 = 0

  static let types: Set<String> = [
    "department.granted", "policy.published", "purpose.registered", "purpose.retired",
    "topic.registered",
  ]

  fileprivate init() {}

  /// Nothing of the plan can come from an import, as for ``Relationship/HouseFacts``.
  fileprivate mutating func take(_ event: DecodedEvent, _ grants: inout [DepartmentGrant]) {
    guard !event.permissionEvent.stamp.isImport else { return }
    let data = event.data
    let publication = Publication(event)
    func registration() -> Registration {
      Registration(
        data: Array(data.source), label: data["label"]?.string ?? "", publication: publication)
    }
    switch event.type {
    case "department.granted":
      guard let grant = DepartmentGrant(data) else { return }
      grants.append(grant)
      publications[grant.department] = publication
    case "policy.published":
      let published = Version(
        name: data["policyVersion"]?.string ?? "", contentHash: data["contentHash"]?.string ?? "",
        content: data["policy"]?.value ?? [:], publication: publication)
      if data["part"]?.equals("sharingPlan") == true { version = published }
      guard data["part"]?.equals("permission") == true else { return }
      permission = published
      policyHashes[published.name] = published.contentHash
    case "purpose.registered":
      if let purpose = data["purpose"]?.string { purposes[purpose] = registration() }
    case "purpose.retired":
      if let purpose = data["purpose"]?.string { purposes[purpose]?.isRetired = true }
    case "topic.registered":
      if let topic = data["topic"]?.string { topics[topic] = registration() }
    default: break
    }
  }
}

/// A plan as far as the log was read.
struct PlanReading {
  private(set) var found = PublishedPlan()
  private var grants: [DepartmentGrant] = []
  private var next = Position.zero

  mutating func read(
    _ ledger: Ledger, upTo end: Position, recordedBy instant: Timestamp?
  ) throws {
    guard next < end || found.events != end.value else { return }
    let mapper = ledger.mapper
    while next < end {
      let batch = try ledger.log.read(Selection(types: PublishedPlan.types), from: next)
      for row in batch.rows where row.position < end {
        let event = try mapper.decode(batch.entry(row), at: row.position)
        if let instant, event.recorded > instant { continue }
        found.take(event, &grants)
      }
      next = min(batch.next, end)
    }
    found.plan = SharingPlan(grants)
    found.events = end.value
  }
}

extension Ledger {
  /// The plan in force at a moment: of each department, purpose and topic the latest event in the log counts.
  ///
  /// Throws ``LedgerError`` `usage.position` for a moment beyond the end. Cost: a scan that steps over blocks without
  /// events of the plan.
  package func publishedPlan(at moment: PlanMoment = .now) throws -> PublishedPlan {
    var end = log.end
    if case .events(let count) = moment {
      guard count <= end.value else {
        throw LedgerError(
          "usage.position", "the ledger has \(end) events; name a number up to that", .usage)
      }
      end = Position(count)
    }
    guard case .now = moment else {
      var reading = PlanReading()
      try reading.read(self, upTo: end, recordedBy: moment.instant)
      return reading.found
    }
    // Every view of a department asks, several times a command: only what is new is read again.
    return try planRead.withLock { reading in
      try reading.read(self, upTo: end, recordedBy: nil)
      return reading.found
    }
  }
}
