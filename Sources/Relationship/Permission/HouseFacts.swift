// The fold of what concerns no single customer: policies, purposes, grants, lists, experiments.

import JSONBytes

/// Everything that permission knows of the house itself. Kept as it came in, for every past moment.
package struct HouseFacts: Sendable {
  struct Policy: Sendable {
    var stamp: EventStamp
    var name: String
    var policy: PermissionPolicy
  }

  struct Grant: Sendable {
    var stamp: EventStamp
    var grant: DepartmentGrant
  }

  struct Snapshot: Sendable {
    var stamp: EventStamp
    var list: String
    var asOf: Timestamp
  }

  struct Label: Sendable {
    var stamp: EventStamp
    var topic: String
    var label: String
  }

  private(set) var policies: [Policy] = []
  private(set) var purposes: [Purpose] = []
  private(set) var retirements: [EventLink] = []
  private(set) var grants: [Grant] = []
  private(set) var snapshots: [Snapshot] = []
  private(set) var conclusions: [EventLink] = []
  private(set) var labels: [Label] = []

  /// The events of everything that it said.
  var stamps: [EventStamp] {
    policies.map(\.stamp) + purposes.map(\.stamp) + retirements.map(\.stamp)
      + grants.map(\.stamp) + snapshots.map(\.stamp) + conclusions.map(\.stamp)
      + labels.map(\.stamp)
  }

  /// The events of all policies that can be read, in the order in which they came in.
  package var policyStamps: [EventStamp] { policies.map(\.stamp) }

  /// A house that has said nothing yet.
  package init() {}

  /// The types that this fold reads.
  package static let types: Set<String> = [
    "policy.published", "purpose.registered", "purpose.retired", "department.granted",
    "registry.snapshot.loaded", "experiment.concluded", "topic.registered",
  ]

  /// Takes in an event. None of these can come from an import. A policy that cannot be read is none: the one before
  /// stays in force.
  package mutating func take(_ event: PermissionEvent) {
    let (stamp, data) = (event.stamp, event.data)
    guard !stamp.isImport else { return }
    switch event.type {
    case "policy.published":
      guard data["part"]?.equals("permission") == true, let content = data["policy"] else { return }
      do throws(PolicyFault) {
        policies.append(
          Policy(
            stamp: stamp, name: event.text("policyVersion") ?? "",
            policy: try PermissionPolicy(content)))
      } catch {
        return  // The door refuses it; what is in the log all the same permits nothing.
      }
    case "purpose.registered":
      if let purpose = Purpose(data, stamp) { purposes.append(purpose) }
    case "purpose.retired":
      if let path = event.text("purpose") { retirements.append(EventLink(stamp, to: path)) }
    case "department.granted":
      if let grant = DepartmentGrant(data) { grants.append(Grant(stamp: stamp, grant: grant)) }
    case "registry.snapshot.loaded":
      guard let list = event.text("list"), let asOf = event.instant("asOf") else { return }
      // Nobody can have loaded a list as it will be.
      snapshots.append(Snapshot(stamp: stamp, list: list, asOf: min(asOf, stamp.time)))
    case "experiment.concluded":
      if let id = event.text("experimentId") { conclusions.append(EventLink(stamp, to: id)) }
    case "topic.registered":
      guard let topic = event.text("topic"), let label = event.text("label") else { return }
      labels.append(Label(stamp: stamp, topic: topic, label: label))
    default: break
    }
  }
}
