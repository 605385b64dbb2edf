// What can go wrong with a read model, by what to do about it.

import GRDB
import Glibc

/// Why a read model could not be written, rebuilt or asked.
package enum ProjectionError: Error, Hashable, Sendable {
  /// Another process writes this model's file. Wait, or ask that process.
  case busy(model: String)
  /// Another process rebuilds this model. Wait for it, or stop it; it leaves nothing behind.
  case rebuildRunning(model: String)
  /// There is no file of this model yet. Bring it up to date, or rebuild it.
  case missing(model: String)
  /// The file is there and cannot be read. Rebuild the model: it is derived, so nothing is lost.
  case damaged(model: String, finding: String)
  /// There is no file of this model before the one in force.
  case noPrevious(model: String)
  /// The file before the one in force would be built anew at its next use, for this reason.
  case cannotRollBack(model: String, reason: String)
  /// The SQL was not run. Mend it as the sentence says.
  case refusedQuery(String)
  /// A row holds a value that no digest can cover. Our bug: tables are STRICT, of integers and text.
  case undigestible(table: String, column: Int)
  /// A statement of a model in SQL takes too long over a batch. Write it so that it looks at the batch and the rows
  /// concerned only; `line` is where it stands in the file.
  case tooManySteps(model: String, line: Int)
  /// The operating system refused. Free space, or mend the permissions of the folder.
  case disk(operation: String, file: String, code: Int32, reason: String)

  /// Stable; for programs.
  package var code: String {
    switch self {
    case .busy: "view.busy"
    case .rebuildRunning: "view.rebuildRunning"
    case .missing: "view.missing"
    case .damaged: "view.damaged"
    case .noPrevious: "view.noPrevious"
    case .cannotRollBack: "view.cannotRollBack"
    case .refusedQuery: "view.refusedQuery"
    case .undigestible: "view.undigestible"
    case .tooManySteps: "view.tooManySteps"
    case .disk: "view.disk"
    }
  }

  /// For people: what, where, and how to mend it.
  package var sentence: String {
    switch self {
    case .busy(let model):
      "Another process writes the view \(model) now; try again when it has ended."
    case .rebuildRunning(let model):
      "Another process rebuilds the view \(model) now; wait for it, or stop it: it leaves nothing behind."
    case .missing(let model):
      "The view \(model) does not exist yet; make it with: rapport rebuild \(model)"
    case .damaged(let model, let finding):
      "The view \(model) cannot be read (\(finding)); make it again with: rapport rebuild \(model)"
    case .noPrevious(let model):
      "There is no file of the view \(model) before the one in force; a rebuild keeps one."
    case .cannotRollBack(let model, let reason):
      "The file of the view \(model) before the one in force cannot be used, because \(reason);"
        + " go back to the program that made it, or rebuild."
    case .refusedQuery(let sentence): sentence
    case .undigestible(let table, let column):
      "Column \(column) of the table \(table) holds a value that is neither text nor integer;"
        + " this is a bug of the program."
    case .tooManySteps(let model, let line):
      "The statement of line \(line) of the view \(model) takes too long over one batch; write it so that "
        + "it looks at the batch and the rows concerned only, and give the view the next version."
    case .disk(let operation, let file, _, let reason):
      "Cannot \(operation) \(file): \(reason). Check the space and the permissions of its folder."
    }
  }
}

extension ProjectionError {
  /// What an error of SQLite means for the caller. An error that only a bug of ours can cause comes out as it is.
  static func translated(_ error: DatabaseError, model: String, file: String) -> any Error {
    switch error.resultCode {
    case .SQLITE_CORRUPT, .SQLITE_NOTADB:
      ProjectionError.damaged(model: model, finding: error.resultCode.errorString)
    case .SQLITE_BUSY, .SQLITE_LOCKED: ProjectionError.busy(model: model)
    case .SQLITE_FULL:
      ProjectionError.disk(
        operation: "write", file: file, code: ENOSPC, reason: "No space left on device")
    case .SQLITE_READONLY, .SQLITE_PERM:
      ProjectionError.disk(
        operation: "write", file: file, code: EACCES, reason: "Permission denied")
    case .SQLITE_CANTOPEN, .SQLITE_IOERR:
      ProjectionError.disk(
        operation: "read or write", file: file, code: EIO, reason: error.resultCode.errorString)
    default: error
    }
  }
}

extension ResultCode {
  /// SQLite's own words for the code: never what a row or a statement holds.
  var errorString: String {
    switch self {
    case .SQLITE_CORRUPT: "the database disk image is malformed"
    case .SQLITE_NOTADB: "the file is not a database"
    case .SQLITE_CANTOPEN: "SQLite cannot open the file"
    default: "SQLite answers with error \(rawValue)"
    }
  }
}
