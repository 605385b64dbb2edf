// Which subjects are one customer: what merges, and merges taken back, come to.

/// A merge, or the end of one.
package enum IdentityEvent: Hashable, Sendable {
  /// `profile.merged`: `absorbed` is read as part of `kept`.
  case merged(place: UInt64, id: String, kept: String, absorbed: String, isVerified: Bool)
  /// `profile.unmerged`: exactly the merge with this id is taken back.
  case unmerged(place: UInt64, subject: String, mergeId: String)

  /// Position of the event.
  package var place: UInt64 {
    switch self {
    case .merged(let place, _, _, _, _), .unmerged(let place, _, _): place
    }
  }
}

/// The groups of subjects that merges in force join.
///
/// A merge is a link; nothing is copied. A subject may be linked more than once, and a chain of links joins all of its
/// subjects. A group is read under the subject that nothing absorbs; where links contradict each other on that, under the
/// one that the earliest verified merge keeps, and without a verified one, the earliest.
package struct IdentityGroups: Hashable, Sendable {
  /// For each subject of a group of two or more, the one under which all are read, itself included.
  package private(set) var canonical: [String: String] = [:]
  /// Places of merges that were taken back, and of what took them back, with the subject of each: as if they had never
  /// been. An unmerge of something that is no merge is not among them.
  package private(set) var undone: [UInt64: String] = [:]

  private struct Link {
    let place: UInt64
    let id: String
    let kept: String
    let absorbed: String
    let isVerified: Bool

    /// Whether a reference means this merge, byte by byte.
    func isCalled(_ id: String) -> Bool { self.id.utf8.elementsEqual(id.utf8) }
  }

  /// The groups after these events, which are in log order.
  package init(_ events: some Sequence<IdentityEvent>) {
    var links: [Link] = []
    for event in events {
      switch event {
      case .merged(let place, let id, let kept, let absorbed, let isVerified):
        links.append(
          Link(place: place, id: id, kept: kept, absorbed: absorbed, isVerified: isVerified))
      case .unmerged(let place, let subject, let mergeId):
        // An id may be used by several sources: the latest of this subject is meant, else the latest.
        guard
          let index = links.lastIndex(where: { $0.isCalled(mergeId) && $0.kept == subject })
            ?? links.lastIndex(where: { $0.isCalled(mergeId) })
        else { continue }
        let link = links.remove(at: index)
        undone[link.place] = link.kept
        undone[place] = subject
      }
    }
    join(links)
  }

  private mutating func join(_ links: [Link]) {
    var parent: [String: String] = [:]
    func root(_ subject: String) -> String {
      var subject = subject
      while let next = parent[subject], next != subject { subject = next }
      return subject
    }
    for link in links {
      let (one, other) = (root(link.kept), root(link.absorbed))
      parent[one] = one
      parent[other] = one
    }
    let byGroup = Dictionary(grouping: links) { root($0.kept) }
    let subjects = Dictionary(grouping: parent.keys) { root($0) }
    for (group, links) in byGroup {
      let members = subjects[group] ?? []
      guard members.count > 1 else { continue }
      let kept = Self.kept(links)
      for subject in members { canonical[subject] = kept }
    }
  }

  private static func kept(_ links: [Link]) -> String {
    let absorbed = Set(links.map(\.absorbed))
    let open = links.filter { !absorbed.contains($0.kept) }
    let candidates = open.isEmpty ? links : open
    guard let first = candidates.first(where: \.isVerified) ?? candidates.first else {
      preconditionFailure("a group has a link")
    }
    return first.kept
  }
}
