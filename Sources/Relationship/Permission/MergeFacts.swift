// Which subjects are one person at an instant, as far as was known: merges, and merges taken back.

package import JSONBytes

/// A merge as it was said (`profile.merged`).
package struct MergeFact: Hashable, Sendable {
  package var stamp: EventStamp
  package var canonical: String
  package var absorbed: String
  /// An import verifies none.
  package var isVerified: Bool
}

/// Subjects that merges in force join.
package struct SubjectGroup: Hashable, Sendable {
  /// In the order of their bytes; one or more.
  package var subjects: [String]
  /// Merges in force between subjects that no verified merges join: the latest first.
  package var unverified: [EventStamp]
  /// The subjects that verified merges alone join: one list where every merge is verified.
  package var parts: [[String]]

  /// Joins the parts; without merges that are not verified it is one.
  package init(
    subjects: [String], unverified: [EventStamp] = [], parts: [[String]]? = nil
  ) {
    self.subjects = subjects
    self.unverified = unverified
    self.parts = parts ?? [subjects]
  }
}

/// All merges, and what took them back.
package struct MergeFacts: Sendable {
  private var merges: [MergeFact] = []
  /// Indexes of the merges that name a subject, and of those that have an id.
  private var bySubject: [String: [Int]] = [:]
  private var byId: [String: [Int]] = [:]
  /// By the id that they name, with the subject of each.
  private var unmerges: [String: [(link: EventLink, subject: String)]] = [:]

  /// No merges.
  package init() {}

  /// Takes in a `profile.merged` or `profile.unmerged`; anything else is passed over.
  package mutating func take(_ event: PermissionEvent) {
    switch event.type {
    case "profile.merged":
      guard let canonical = event.text("canonical"), let absorbed = event.text("absorbed") else {
        return
      }
      for subject in Set([canonical, absorbed]) {
        bySubject[subject, default: []].append(merges.count)
      }
      byId[event.stamp.id, default: []].append(merges.count)
      merges.append(
        MergeFact(
          stamp: event.stamp, canonical: canonical, absorbed: absorbed,
          isVerified: event.text("assurance") == "verified" && !event.stamp.isImport))
    case "profile.unmerged":
      guard !event.stamp.isImport, let id = event.text("mergeEventId") else { return }
      unmerges[id, default: []].append((EventLink(event.stamp, to: id), event.subject ?? ""))
    default: break
    }
  }

  /// Whether any merge, in force or not, names a subject.
  package func names(_ subject: String) -> Bool { bySubject[subject] != nil }

  /// The subjects read as one with `subject` at `instant`. Costs a few steps for each merge of its group.
  package func group(
    of subject: String, at instant: Timestamp, knownAt known: KnownAt = .end
  ) -> SubjectGroup {
    guard bySubject[subject] != nil else {
      return SubjectGroup(subjects: [subject])
    }
    // Each merge of the group is looked at once.
    var links: [Int: Bool] = [:]
    func isInForce(_ index: Int) -> Bool {
      if let known = links[index] { return known }
      let stamp = merges[index].stamp
      let isInForce =
        known.includes(stamp) && stamp.time <= instant
        && !isUndone(index, at: instant, knownAt: known)
      links[index] = isInForce
      return isInForce
    }
    func reached(from start: String, _ found: inout Set<String>, _ isUsed: (MergeFact) -> Bool) {
      guard found.insert(start).inserted else { return }
      var open = [start]
      while let next = open.popLast() {
        for index in bySubject[next] ?? [] where isUsed(merges[index]) && isInForce(index) {
          for other in [merges[index].canonical, merges[index].absorbed]
          where found.insert(other).inserted { open.append(other) }
        }
      }
    }
    var all: Set<String> = []
    reached(from: subject, &all) { _ in true }
    var parts: [[String]] = []
    var partOf: [String: Int] = [:]
    for one in all.sorted(by: Self.isBefore) where partOf[one] == nil {
      var part: Set<String> = []
      reached(from: one, &part, \.isVerified)
      for member in part { partOf[member] = parts.count }
      parts.append(part.sorted(by: Self.isBefore))
    }
    let unverified = links.keys.filter { index in
      links[index] == true && partOf[merges[index].canonical] != partOf[merges[index].absorbed]
    }.map { merges[$0].stamp }
    return SubjectGroup(
      subjects: all.sorted(by: Self.isBefore), unverified: unverified.sorted { $1 < $0 },
      parts: parts)
  }

  private static func isBefore(_ one: String, _ other: String) -> Bool {
    one.utf8.lexicographicallyPrecedes(other.utf8)
  }

  /// Whether an unmerge takes the merge back. It means the merge of its own subject, else of any.
  private func isUndone(_ index: Int, at instant: Timestamp, knownAt known: KnownAt) -> Bool {
    let id = merges[index].stamp.id
    return (unmerges[id] ?? []).contains { link, subject in
      guard known.includes(link.stamp), link.stamp.time <= instant else { return false }
      let all = (byId[id] ?? []).filter { known.includes(merges[$0].stamp) }
      let own = all.filter { merges[$0].canonical == subject }
      let meant = own.isEmpty ? all : own
      return link.index(in: meant.map { merges[$0].stamp }).map { meant[$0] } == index
    }
  }
}
