// Puts a sharing plan in force: appends what the log does not say yet.

package import JSONBytes
import LogEngine
package import Relationship
import Transparency

/// What publishing a plan did, or would do.
package struct PlanPublishing: Sendable {
  /// Of the plan as a whole, the first twelve digits of its digest.
  package var version: String
  package var contentHash: String
  /// What the departments gained and lost.
  package var changes: [SharingChange] = []
  /// Paths that were registered, or registered anew.
  package var purposes: [String] = []
  package var topics: [String] = []
  /// The permission policy was published, or would be; nil where it is in force already.
  package var policy: String?
  /// Purposes of the plan that were retired; publishing leaves them so.
  package var retired: [String] = []
  /// How many events were appended; 0 where the plan is in force already.
  package var appended = 0
  /// Position of the first of them.
  package var first: UInt64?
}

extension Ledger {
  /// Publishes a plan: `files`, or what ships. Appends only what differs from what is in force, all or nothing:
  /// `purpose.registered`, `topic.registered`, `policy.published` with the permission policy and with the plan's digest,
  /// `department.granted`. A department that the plan does not name any more is granted nothing. Publishing the same
  /// again appends nothing.
  ///
  /// - Parameters:
  ///   - author: pseudonym of the member of staff who answers for it; nil: the program itself.
  ///   - time: when the plan begins, by `time`; nil: now.
  ///   - isTrial: append nothing, only say what would be.
  ///   - keepsPolicy: leave a permission policy that is in force as it is.
  ///
  /// Throws ``PlanFileError`` where what ships does not fit a ledger's own types, ``LedgerError`` `policy.version` for a
  /// permission policy that changed under the same version, and what an append throws.
  package func publishPlan(
    _ files: SharingFiles? = nil, by author: String? = nil, at time: Timestamp? = nil,
    isTrial: Bool = false, keepsPolicy: Bool = false
  ) async throws -> PlanPublishing {
    guard log.description.catalogue == .shipped else {
      throw LedgerError(
        "plan.catalogue", "this ledger has only event types of its own, and none for a plan")
    }
    let files = try files ?? SharingFiles.shipped(for: catalog)
    var work = PlanWork(
      ledger: self, inForce: try publishedPlan(), author: author, time: time ?? Self.now())
    try work.register(files.registry)
    if !keepsPolicy || work.inForce.permission == nil { try work.publish(files.policy) }
    try work.publish(files.content)
    try work.grant(files.plan)
    work.report.changes = work.grantable.expanded(files.plan)
      .changes(since: work.grantable.expanded(work.inForce.plan))
    guard !isTrial, !work.events.isEmpty else { return work.report }
    precondition(work.events.count <= Limits.appendEventsMax, "files are small")
    let positions = try await log.append(work.events)
    work.report.appended = positions.count
    work.report.first = positions.first?.value
    return work.report
  }
}

/// The events of one publishing.
private struct PlanWork {
  let ledger: Ledger
  let inForce: PublishedPlan
  let author: String?
  let time: Timestamp
  let grantable: GrantableFields
  var events: [NewEvent] = []
  var report = PlanPublishing(version: "", contentHash: "")

  init(ledger: Ledger, inForce: PublishedPlan, author: String?, time: Timestamp) {
    self.ledger = ledger
    self.inForce = inForce
    self.author = author
    self.time = time
    grantable = GrantableFields(ledger.catalog)
  }

  mutating func register(_ registry: RegistryFile) throws {
    for purpose in registry.purposes {
      let known = inForce.purposes[purpose.path]
      if known?.isRetired == true {
        report.retired.append(purpose.path)
      } else if known?.data != purpose.data {
        try add("purpose.registered", purpose.data, after: known?.publication)
        report.purposes.append(purpose.path)
      }
    }
    for topic in registry.topics where inForce.topics[topic.path]?.data != topic.data {
      try add("topic.registered", topic.data, after: inForce.topics[topic.path]?.publication)
      report.topics.append(topic.path)
    }
  }

  /// Two policies never have one name: an answer names the version by which it was given.
  mutating func publish(_ files: PolicyFiles) throws {
    let name = files.policy.version
    guard inForce.permission?.contentHash != files.contentHash else { return }
    if let other = inForce.policyHashes[name], other != files.contentHash {
      throw LedgerError(
        "policy.version",
        "another permission policy was published as version \(name); raise `policyVersion` in "
          + "policies/\(PolicyFiles.defaults)")
    }
    try add(
      "policy.published",
      [
        "contentHash": .string(files.contentHash), "part": "permission",
        "policy": files.policy.json, "policyVersion": .string(name),
      ], after: inForce.permission?.publication)
    report.policy = name
  }

  mutating func publish(_ content: JSONValue) throws {
    var text: [UInt8] = []
    CanonicalWriter.write(content, to: &text)
    var hasher = ContentHasher()
    hasher.update(text)
    let digest = hasher.hex()
    report.version = String(digest.prefix(12))
    report.contentHash = "sha256:\(digest)"
    guard inForce.version?.contentHash != report.contentHash else { return }
    try add(
      "policy.published",
      [
        "contentHash": .string(report.contentHash), "part": "sharingPlan", "policy": content,
        "policyVersion": .string(report.version),
      ], after: inForce.version?.publication)
  }

  mutating func grant(_ plan: SharingPlan) throws {
    let closed = inForce.plan.grants.map(\.department).filter { name in
      !plan.grants.contains { $0.department == name }
    }
    for grant in plan.grants + closed.map(DepartmentGrant.nothing) {
      let old = inForce.publications[grant.department]
      if old != nil, inForce.plan[grant.department] == grant { continue }
      try add("department.granted", grant.json, after: old)
    }
  }

  private mutating func add(_ type: String, _ data: JSONValue, after old: Publication?) throws {
    var text: [UInt8] = []
    CanonicalWriter.write(data, to: &text)
    try add(type, text, after: old)
  }

  /// The id follows from what is said and what it replaces: the same step has the same id, and a plan that comes back
  /// after another one a new one.
  private mutating func add(_ type: String, _ data: [UInt8], after old: Publication?) throws {
    var hasher = ContentHasher()
    hasher.update(Array("\(type)\n\(old?.id ?? "")\n".utf8))
    hasher.update(data)
    let value = try JSONDocument(scanning: data).root.value
    events += try ledger.own([
      "specversion": "1.0", "id": .string("plan-\(hasher.hex().prefix(32))"),
      "source": .string("/\(ledger.log.description.origin)"), "type": .string(type),
      "time": .string(time.text), "dataschema": .string("\(type)/1"),
      "authtype": .string(author == nil ? "system" : "user"),
      "authid": .string(author ?? "rapport"),
      "data": value,
    ])
  }
}
