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

  /// Joins both parts.
  package init(subjects: [String], unverified: [EventStamp] = []) {
    self.subjects = subjects
    self.unverified = unverified
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
    func links(of subject: String) -> [MergeFact] {
      (bySubject[subject] ?? []).filter { index in
        let stamp = merges[index].stamp
        return known.includes(stamp) && stamp.time <= instant
          && !isUndone(index, at: instant, knownAt: known)
      }.map { merges[$0] }
    }
    func reached(from start: String, _ isUsed: (MergeFact) -> Bool) -> Set<String> {
      var found: Set = [start]
      var open = [start]
      while let next = open.popLast() {
        for link in links(of: next) where isUsed(link) {
          for other in [link.canonical, link.absorbed] where found.insert(other).inserted {
            open.append(other)
          }
        }
      }
      return found
    }
    let subjects = reached(from: subject) { _ in true }
    var unverified: Set<EventStamp> = []
    for one in subjects {
      let sure = reached(from: one, \.isVerified)
      for link in links(of: one) where !link.isVerified {
        if !sure.contains(link.canonical) || !sure.contains(link.absorbed) {
          unverified.insert(link.stamp)
        }
      }
    }
    return SubjectGroup(
      subjects: subjects.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) },
      unverified: unverified.sorted { $1 < $0 })
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
