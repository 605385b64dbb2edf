// What is left of a read model that is there no more.

/// The files of a read model, by its name alone.
package enum SQLModelFiles {
  /// Removes every file of a read model in the folder `views`, whatever state they are in; none is as good. The two empty
  /// files of its locks stay.
  ///
  /// Throws ``ProjectionError/rebuildRunning(model:)`` or ``ProjectionError/busy(model:)`` while another process has them.
  package static func remove(model: String, in views: String, patience: Int = 10_000) throws {
    let folder = ViewFolder(views, model: model)
    guard ViewCalls.exists(views) else { return }
    let running = ProjectionError.rebuildRunning(model: model)
    try ViewLock.holding(folder.rebuildLock, patience: patience, orThrow: running) {
      let busy = ProjectionError.busy(model: model)
      try ViewLock.holding(folder.writerLock, patience: patience, orThrow: busy) {
        try ViewCalls.remove(folder.link)
        for place in [views, "\(views)/past"] {
          for name in try ViewCalls.names(in: place) where name.hasPrefix("\(model)@") {
            try ViewCalls.remove("\(place)/\(name)")
          }
        }
        try ViewCalls.syncFolder(views)
      }
    }
  }
}
