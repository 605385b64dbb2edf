// Reading a model's file again and again: connections that stay open.

import GRDB
import Synchronization

/// The file in force of one read model, as somebody reads it who asks all the time. Any number of threads may ask.
///
/// A connection is opened where all that are open are in use, and kept. Each reads a state of its own: what is written
/// meanwhile is seen by the next call. A file that took the place of the one before is seen at once.
package final class ModelReader: Sendable {
  private struct Shelf: Sendable {
    /// What the link named when these were opened.
    var target = ""
    var connections: [DatabaseQueue] = []
  }

  private let folder: ViewFolder
  private let keptMax: Int
  private let shelf = Mutex(Shelf())

  /// Opens nothing yet. At most `keptMax` connections stay open when nobody reads.
  package init(_ model: String, folder: String, keptMax: Int = 4) {
    self.folder = ViewFolder(folder, model: model)
    self.keptMax = keptMax
  }

  /// Reads the tables inside one transaction. Cost: a look at the link, and what `body` does.
  ///
  /// Throws ``ProjectionError/missing(model:)`` where there is no file yet.
  package func read<Result>(_ body: (Tables) throws -> Result) throws -> Result {
    do {
      guard let target = ViewCalls.target(ofLink: folder.link) else {
        throw ProjectionError.missing(model: folder.model)
      }
      let connection = try taken(target) ?? open(target)
      defer { putBack(connection, target) }
      return try connection.read { try body(Tables($0)) }
    } catch let error as DatabaseError {
      throw ProjectionError.translated(error, model: folder.model, file: folder.link)
    }
  }

  /// Closes what is open; the next call opens anew.
  package func close() { shelf.withLock { $0 = Shelf() } }

  private func taken(_ target: String) -> DatabaseQueue? {
    shelf.withLock { shelf in
      if shelf.target != target { shelf = Shelf(target: target) }
      return shelf.connections.popLast()
    }
  }

  private func putBack(_ connection: DatabaseQueue, _ target: String) {
    shelf.withLock { shelf in
      guard shelf.target == target, shelf.connections.count < keptMax else { return }
      shelf.connections.append(connection)
    }
  }

  private func open(_ target: String) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(5)
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA trusted_schema = OFF") }
    return try DatabaseQueue(path: "\(folder.path)/\(target)", configuration: configuration)
  }
}
