// Going back to the file that was in force before, and to the definition that it was made by.

package import LogEngine

/// The moments of a rollback, for tests that stop at each.
package enum RollbackStep: String, CaseIterable, Sendable {
  case checked, defined, inForce
}

extension ProjectionEngine {
  /// The definition of the file before the one in force; nil where that file tells of none.
  ///
  /// Throws ``ProjectionError/missing(model:)`` or ``ProjectionError/noPrevious(model:)`` where there is no such file.
  package func previousDefinition() throws -> String? {
    try translatingErrors {
      guard let build = folder.current() else { throw ProjectionError.missing(model: model.name) }
      guard let previous = try folder.previous(to: build) else {
        throw ProjectionError.noPrevious(model: model.name)
      }
      return try definition(ofBuild: previous)
    }
  }

  /// Puts the file before the one in force back in force, and gives its position. The file that was in force stays until
  /// the next rebuild. The model is that of the file which comes back; `define` makes its definition the one in force,
  /// durably, and is called once nothing but the file is left to do.
  ///
  /// Killed at any moment, it leaves the file in force as it was, or the other one; if the definition had come back
  /// already, the next ``catchUp(with:now:)`` with it brings the rollback to its end.
  ///
  /// Throws ``ProjectionError/noPrevious(model:)`` where there is none, and ``ProjectionError/cannotRollBack(model:reason:)``
  /// where the next use would build it anew, because this program makes other rows.
  package func rollBack(
    puttingBack define: () throws -> Void = {}, at step: (RollbackStep) throws -> Void = { _ in }
  ) throws -> Position {
    try translatingErrors {
      guard folder.current() != nil else { throw ProjectionError.missing(model: model.name) }
      let running = ProjectionError.rebuildRunning(model: model.name)
      return try ViewLock.holding(folder.rebuildLock, orThrow: running) {
        guard let build = folder.current() else {
          throw ProjectionError.missing(model: model.name)
        }
        guard let previous = try folder.previous(to: build) else {
          throw ProjectionError.noPrevious(model: model.name)
        }
        let progress = try progress(ofBuild: previous)
        if let reason = try assess(previous, progress) {
          throw ProjectionError.cannotRollBack(model: model.name, reason: reason.sentence)
        }
        try step(.checked)
        try withWriterLock {
          try define()
          try step(.defined)
          try putBack(previous)
          try step(.inForce)
        }
        return progress?.position ?? .zero
      }
    }
  }

  /// Brings a rollback to its end that was killed between the definition and the file: the file in force was made by
  /// another definition than the model's, and the one before it by the model's. Nil, and nothing is done, where that is not
  /// so or the file cannot be used. For the holder of the lock of rebuilds.
  func finishRollback(with source: any EventSource) throws -> CatchUp? {
    guard let definition = model.definition, let build = folder.current(),
      let previous = try folder.previous(to: build),
      // A file that cannot be read is no way back: the model is built anew.
      let inForce = try? self.definition(ofBuild: build), inForce != definition,
      let progress = try? progress(ofBuild: previous),
      (try? assess(previous, progress)) == .some(nil)
    else { return nil }
    try confirm()
    return try withWriterLock {
      try putBack(previous)
      // What is wrong with it shows now, and is mended as with any file in force.
      guard case .done(var done) = try takeIn(source) else { return nil }
      done.wentBack = true
      return done
    }
  }

  private func definition(ofBuild build: Int) throws -> String? {
    try read(build) { try DefinitionTable.text(of: model.name, in: $0.db) }
  }

  /// For the holder of both locks.
  private func putBack(_ build: Int) throws {
    // Its changes are not those that anybody has seen since: who follows begins again with the rows.
    try writeFeed(ofBuild: build) { try ChangeFeed.end(in: $0) }
    try folder.putInForce(build)
  }
}
