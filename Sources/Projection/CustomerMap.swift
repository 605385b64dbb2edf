// Which subjects are one customer: what merges and unmerges come to.

package import LogEngine

/// The subjects that merges in force join, as read models see them. Immutable; compared by identity first, so that asking
/// "has anything changed" costs nothing where nothing has.
///
/// The rule that makes it is `Relationship.IdentityRule`; here it is only looked up.
package final class CustomerMap: Sendable {
  /// Nobody is merged with anybody.
  package static let none = CustomerMap(canonical: [:], undone: [:])

  /// For each subject that is joined with another: the one under which all of them are read, itself included.
  private let canonical: [String: String]
  private let groups: [String: Set<String>]
  /// Merges that were taken back, and the events that took them back: as if they had never been. With the subject of each.
  private let undone: [Position: String]

  /// The types of events that say so.
  package static let eventTypes: Set = ["profile.merged", "profile.unmerged"]

  /// `canonical` has every subject of every group of two or more.
  package init(canonical: [String: String], undone: [Position: String]) {
    self.canonical = canonical
    var groups: [String: Set<String>] = [:]
    for (subject, customer) in canonical { groups[customer, default: []].insert(subject) }
    self.groups = groups
    self.undone = undone
  }

  /// The subject under which the events of `subject` are read.
  package func customer(of subject: String) -> String {
    canonical.isEmpty ? subject : canonical[subject] ?? subject
  }

  /// Whether nobody is merged with anybody.
  var isPlain: Bool { canonical.isEmpty }

  /// Whether the event counts: all do but merges that were taken back, and what took them back.
  package func counts(_ position: Position) -> Bool {
    undone.isEmpty || undone[position] == nil
  }

  /// Whether every event of these types counts; nil means all types.
  func countsAll(ofTypes types: Set<String>?) -> Bool {
    undone.isEmpty || types?.isDisjoint(with: Self.eventTypes) ?? false
  }

  /// The subjects that are read together with `subject`, itself included.
  package func group(of subject: String) -> Set<String> {
    groups[customer(of: subject)] ?? [subject]
  }

  /// The subjects whose events are read as another customer's than in `before`.
  func subjectsRenamed(since before: CustomerMap) -> Set<String> {
    if self === before { return [] }
    return Set(canonical.keys).union(before.canonical.keys)
      .filter { customer(of: $0) != before.customer(of: $0) }
  }

  /// Whether events before `position` count in `before` and count no more.
  func takesBack(since before: CustomerMap, before position: Position) -> Bool {
    self !== before && undone.keys.contains { $0 < position && before.undone[$0] == nil }
  }

  /// The subjects that are read together with others than in `before`, or of which fewer events count.
  package func subjectsChanged(since before: CustomerMap) -> Set<String> {
    if self === before { return [] }
    let (now, then) = (groups, before.groups)
    var changed: Set<String> = []
    for subject in Set(canonical.keys).union(before.canonical.keys) {
      let customer = customer(of: subject)
      let old = before.customer(of: subject)
      if customer != old || now[customer] ?? [subject] != then[old] ?? [subject] {
        changed.insert(subject)
      }
    }
    for (position, subject) in undone where before.undone[position] == nil {
      changed.formUnion(group(of: subject))
    }
    return changed
  }
}
