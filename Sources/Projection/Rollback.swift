// Going back to the file that was in force before.

package import LogEngine

extension ProjectionEngine {
  /// Puts the file before the one in force back in force, and gives its position. The file that was in force stays until
  /// the next rebuild.
  ///
  /// Throws ``ProjectionError/noPrevious(model:)`` where there is none, and ``ProjectionError/cannotRollBack(model:reason:)``
  /// where the next use would build it anew, because this program makes other rows.
  package func rollBack() throws -> Position {
    try translatingErrors {
      guard let build = folder.current() else {
        throw ProjectionError.missing(model: model.name)
      }
      let running = ProjectionError.rebuildRunning(model: model.name)
      return try ViewLock.holding(folder.rebuildLock, orThrow: running) {
        guard let previous = try folder.previous(to: build) else {
          throw ProjectionError.noPrevious(model: model.name)
        }
        let progress = try progress(ofBuild: previous)
        if let reason = try assess(previous, progress) {
          throw ProjectionError.cannotRollBack(model: model.name, reason: reason.sentence)
        }
        try withWriterLock {
          // Its changes are not those that anybody has seen since: who follows begins again with the rows.
          try writeFeed(ofBuild: previous) { try ChangeFeed.end(in: $0) }
          try folder.putInForce(previous)
        }
        return progress?.position ?? .zero
      }
    }
  }
}
