// Closing holes without a rebuild: the rows of the customers concerned are made again.

package import JSONBytes
package import LogEngine

/// What a repair did.
package struct RepairReport: Hashable, Sendable {
  /// Customers whose rows were made again.
  package var customers: Int
  /// Holes before, and those that are left.
  package var holesBefore: Int
  package var holes: [Hole]
  /// The rebuild that was needed instead, because rows of these customers cannot be told apart from others.
  package var rebuilt: RebuildReport?
  package var position: Position
}

extension ProjectionEngine {
  /// Makes the rows again that are incomplete, or were made by schemas and upcasts that have changed since; then brings
  /// the model up to date. Gives the rows that a rebuild would. Cost: the histories of the customers concerned, and a scan
  /// for the events of types that have changed.
  package func repair(from source: any EventSource, now: Timestamp) throws -> RepairReport {
    try translatingErrors {
      try source.refresh()
      guard let build = folder.current() else {
        throw ProjectionError.missing(model: model.name)
      }
      guard let progress = try progress(ofBuild: build) else {
        throw ProjectionError.damaged(
          model: model.name, finding: "it does not say how far it has got")
      }
      let holes = try read(build) { try Hole.read(from: $0.db) }
      let finding = try assess(build, progress)
      var report = RepairReport(
        customers: 0, holesBefore: holes.count, holes: [], position: progress.position)
      let concerned = try self.concerned(build, progress, holes, source)
      if holes.isEmpty, finding == nil {
        report.position = try catchUp(with: source, now: now).position
        return report
      }
      let canRefold =
        model.isOfCustomers && (finding == nil || finding == .catalogueChanged)
        && CatalogueDigest.scope(of: progress.catalogueDigest) == catalogue.scope
      if canRefold, let concerned, try refold(concerned, build, source) {
        report.customers = concerned.count
        report.position = try catchUp(with: source, now: now).position
      } else {
        let rebuilt = try rebuild(from: source, now: now)
        report.rebuilt = rebuilt
        report.position = rebuilt.progress.position
      }
      if let build = folder.current() {
        report.holes = try read(build) { try Hole.read(from: $0.db) }
      }
      return report
    }
  }

  private func refold(
    _ concerned: Set<String>, _ build: Int, _ source: any EventSource
  ) throws -> Bool {
    try withWriterLock {
      let live = try LiveModel(model, folder.file(ofBuild: build))
      let isDone = try live.refold(concerned, of: source, under: catalogue)
      try live.close()
      return isDone
    }
  }

  /// The customers whose rows may be others now; nil where an event of no customer is concerned.
  private func concerned(
    _ build: Int, _ progress: Progress, _ holes: [Hole], _ source: any EventSource
  ) throws -> Set<String>? {
    var subjects: Set<String> = []
    for hole in holes {
      guard let subject = hole.subject, !CustomerMap.eventTypes.contains(hole.type) else {
        return nil
      }
      // Another spelling is nobody's name: nothing closes its holes, and the set would hold it for the customer's.
      if NormalForm.isNormal(subject) { subjects.insert(subject) }
    }
    let types = try typesChanged(build, progress)
    if types.isEmpty { return subjects }
    // The file does not say by what it was made.
    if types.contains("") { return nil }
    // A merge that is read otherwise concerns subjects that nothing here names.
    guard types.isDisjoint(with: CustomerMap.eventTypes) else { return nil }
    var next = Position.zero
    while next < progress.position {
      let batch = try source.events(from: next, countMax: 8_192, ofTypes: types)
      guard batch.next > next else { break }
      for event in batch.events where event.position < progress.position {
        guard let subject = event.subject else { return nil }
        if NormalForm.isNormal(subject) { subjects.insert(subject) }
      }
      next = batch.next
    }
    return subjects
  }
}
