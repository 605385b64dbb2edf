// A read model whose file stays open for writing: for a process that lives with its ledger.

package import LogEngine

/// The file in force of one read model, open, with the writer's lock held. For one thread at a time; ``close()`` ends
/// it.
package final class KeptModel {
  private let engine: ProjectionEngine
  private let live: LiveModel
  private let build: Int
  private let lock: Int32
  private var isClosed = false
  /// Every event before it is in the rows.
  package private(set) var position: Position

  fileprivate init(
    _ engine: ProjectionEngine, _ live: LiveModel, build: Int, position: Position, lock: Int32
  ) {
    self.engine = engine
    self.live = live
    self.build = build
    self.position = position
    self.lock = lock
  }

  deinit { precondition(isClosed, "a model that is kept open is closed by whoever keeps it") }

  /// What the events were read under when it was opened.
  package var catalogue: CatalogueDigest { engine.catalogue }

  /// Whether the file is still the one that the model's name leads to.
  package var isInForce: Bool { engine.folder.current() == build }

  /// Takes in about `countMax` events, in one transaction with the progress; nothing where there are none. Returns the
  /// event before which the model stopped, or nil where it goes on.
  package func takeIn(_ source: any EventSource, countMax: Int) throws -> Hole? {
    try engine.translatingErrors { () -> Hole? in
      do {
        try apply(source, countMax: countMax)
        return nil
      } catch is Stopped {
        // Once more, commit by commit: what lies before the event is taken in.
        while true {
          do {
            try apply(source, countMax: 1)
          } catch let stopped as Stopped {
            try live.stop(at: stopped.hole)
            return stopped.hole
          }
        }
      }
    }
  }

  private func apply(_ source: any EventSource, countMax: Int) throws {
    let batch = try source.events(
      from: position, countMax: countMax, ofTypes: engine.model.eventTypes)
    guard batch.next > position else { return }
    position = try live.apply(
      batch, of: source, root: try source.root(at: batch.next), under: engine.catalogue)
  }

  /// Closes the file and lets the next writer in. `forGood`: this process writes it no more, and what reads it there is
  /// closed; the file is then left as ``LiveModel/close()`` leaves it, for which it waits a moment for other readers.
  package func close(forGood: Bool) throws {
    guard !isClosed else { return }
    isClosed = true
    defer { ViewCalls.close(lock) }
    try engine.translatingErrors { try forGood ? live.close() : live.leave() }
  }
}

/// What opening a model's file for good gave.
package enum KeptOpening {
  case open(KeptModel)
  /// There is no file that could take in what is new: ``ProjectionEngine/catchUp(with:now:)`` builds one.
  case needsRebuild(RebuildReason)
}

extension ProjectionEngine {
  /// Opens the file in force for good, and takes the writer's lock. Takes nothing in yet. Throws
  /// ``ProjectionError/busy(model:)`` at once where somebody else holds the lock.
  package func keep(with source: any EventSource) throws -> KeptOpening {
    try translatingErrors { () -> KeptOpening in
      try folder.create()
      guard let lock = try ViewCalls.lock(folder.writerLock) else {
        throw ProjectionError.busy(model: model.name)
      }
      var isKept = false
      defer { if !isKept { ViewCalls.close(lock) } }
      switch try standing(source) {
      case .needsRebuild(let reason): return .needsRebuild(reason)
      case .good(let build, let progress):
        let live = try LiveModel(model, folder.file(ofBuild: build))
        isKept = true
        return .open(
          KeptModel(self, live, build: build, position: progress.position, lock: lock))
      }
    }
  }
}
