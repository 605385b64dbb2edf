package import Disk

/// Damage found in a file: a value to hand on, never repaired silently.
package struct Corruption: Error, Hashable, Sendable {
  package enum Check: String, Sendable {
    case header = "the file's header is damaged"
    case frame = "a frame is damaged"
    case chain = "files do not follow one another"
    case root = "the tree root does not fit the entries"
    case entry = "an entry does not say what its place says"
    case watermark = "both slots of the watermark are damaged"
    case segment = "a segment is damaged"
    case checkpoint = "the checkpoint cannot be relied on"
  }

  package var check: Check
  /// Name of the file within the ledger, e.g. `log/00000000000000000000.journal`.
  package var file: String
  /// Bytes from the start of the file.
  package var offset: UInt64
  /// The positions that cannot be relied on.
  package var positions: Range<Position>
  /// What exactly, without any content.
  package var detail: String

  package init(
    _ check: Check, file: String, offset: UInt64, positions: Range<Position>, detail: String
  ) {
    self.check = check
    self.file = file
    self.offset = offset
    self.positions = positions
    self.detail = detail
  }

  package var sentence: String {
    let first = positions.lowerBound
    let place =
      switch positions.upperBound.value - first.value {
      case 0: "from position \(first)"
      case 1: "position \(first)"
      default: "positions \(first) to \(positions.upperBound.value - 1)"
      }
    return "\(file), byte \(offset) (\(place)): \(check.rawValue), \(detail)"
  }
}

/// Why a ledger does not open. Each case names the remedy.
package enum OpenError: Error, Hashable, Sendable {
  /// Another writer runs: stop it, or open for reading.
  case busy
  /// There is no ledger here: make one with `rapport init`.
  case noLedger(String)
  /// The folder holds something else.
  case notALedger(String)
  /// Use a newer program.
  case unsupportedFormat(found: Int)
  /// A file of another ledger lies here.
  case wrongLedger(file: String)
  /// Restore the named files from a backup; reading what is whole still works.
  case corrupt([Corruption])
  /// The log is shorter than what was acknowledged: restore a newer copy.
  case rolledBack(have: Position, known: Position, by: String)
  /// Space, permissions, descriptors or hardware: the message names which.
  case disk(DiskError)

  package var code: String {
    switch self {
    case .busy: "ledger.busy"
    case .noLedger: "ledger.missing"
    case .notALedger: "ledger.unreadable"
    case .unsupportedFormat: "ledger.format"
    case .wrongLedger: "ledger.foreign-file"
    case .corrupt: "ledger.corrupt"
    case .rolledBack: "ledger.rolled-back"
    case .disk(let error): error.isFull ? "disk.full" : "disk.failed"
    }
  }

  package var sentence: String {
    switch self {
    case .busy: "another process writes this ledger; stop it, or wait until it has ended"
    case .noLedger(let directory):
      "there is no ledger in \(directory); make one with: rapport init --ledger \(directory)"
    case .notALedger(let why): "this folder is not a ledger: \(why)"
    case .unsupportedFormat(let found):
      "this ledger has format \(found), this program reads format \(LedgerDescription.format); "
        + "use a newer program"
    case .wrongLedger(let file):
      "\(file) belongs to another ledger; put it back where it came from"
    case .corrupt(let found):
      "the log is damaged: " + found.map(\.sentence).joined(separator: "; ")
        + ". Nothing was changed; restore the file from a backup"
    case .rolledBack(let have, let known, let by):
      "the log ends at \(have), but \(by) knows of \(known) events: acknowledged events are missing. "
        + "Nothing was changed; restore a newer copy"
    case .disk(let error): error.description
    }
  }
}

/// Why an append was not, or perhaps not, recorded. Each case names what the caller does next.
package enum AppendError: Error, Hashable, Sendable {
  /// Someone wrote first: read the customer again, decide again, try again.
  case revisionConflict(customer: String, expected: ExpectedRevision, actual: UInt32)
  /// Customers were merged or separated at this position meanwhile: read again who is one, decide again, try again.
  case groupsChanged(Position)
  /// Nothing will help: mend the source, or use a new id. `position` holds the other content.
  case idReused(index: Int, position: Position)
  /// Mend the event.
  case invalid(index: Int, reason: String)
  /// Split the batch, or move content out of the event. `index` is nil when the whole batch is meant.
  case tooLarge(index: Int?, byteCount: Int, byteCountMax: Int)
  /// Split the append: it has more events, or names more expectations, than one may.
  case tooMany(count: Int, countMax: Int)
  /// Nothing was recorded: too many appends wait. Try again a little later.
  case busy
  /// Nothing was recorded: free space, try again.
  case diskFull(DiskError)
  /// Try again with the same ids until an answer comes.
  case outcomeUnknown(DiskError)
  /// Nothing was recorded: the log stopped after a disk error. Open it again, then try again.
  case halted(DiskError)
  /// The log was closed.
  case closed
  /// A stored event could not be read to compare it.
  case unreadable(ReadError)

  package var code: String {
    switch self {
    case .revisionConflict: "append.revision-conflict"
    case .groupsChanged: "append.groups-changed"
    case .idReused: "append.id-reused"
    case .invalid: "append.invalid"
    case .tooLarge, .tooMany: "append.too-large"
    case .busy: "append.busy"
    case .diskFull: "disk.full"
    case .outcomeUnknown: "append.outcome-unknown"
    case .halted: "ledger.halted"
    case .closed: "ledger.closed"
    case .unreadable: "ledger.corrupt"
    }
  }

  package var sentence: String {
    switch self {
    case .revisionConflict(let customer, let expected, let actual):
      "customer \(customer) is at revision \(actual), not \(expected.words); read again, then decide again"
    case .groupsChanged(let position):
      "customers were merged or separated at position \(position); read again, then decide again"
    case .idReused(_, let position):
      "this source and id are recorded at position \(position) with other content; use a new id"
    case .invalid(_, let reason): reason
    case .tooLarge(let index, let count, let most):
      index == nil
        ? "the batch has \(count) bytes, at most \(most) can be appended at once; split it"
        : "the event has \(count) bytes as stored, at most \(most) are possible; move content out of it"
    case .tooMany(let count, let most):
      "the append has \(count) events or expectations, at most \(most) are possible at once; split it"
    case .busy: "too many appends wait for the disk; nothing was recorded, try again"
    case .diskFull(let error): "nothing was recorded: \(error)"
    case .outcomeUnknown(let error):
      "it is not known whether the events were recorded (\(error)); send them again with the same ids"
    case .halted(let error):
      "nothing was recorded: the log has stopped after an error of the disk (\(error)); start again"
    case .closed: "the log is closed"
    case .unreadable(let error): error.sentence
    }
  }
}

extension AppendError {
  /// The same with the index of the event that it speaks of replaced.
  func mapIndex(_ new: (Int) -> Int) -> AppendError {
    switch self {
    case .idReused(let index, let position): .idReused(index: new(index), position: position)
    case .invalid(let index, let reason): .invalid(index: new(index), reason: reason)
    case .tooLarge(let index?, let count, let most):
      .tooLarge(index: new(index), byteCount: count, byteCountMax: most)
    default: self
    }
  }
}

/// Why events could not be read. Each case names what the caller does next.
package enum ReadError: Error, Hashable, Sendable {
  /// Restore the file; other ranges can be read.
  case corrupt(Corruption)
  /// Try once more.
  case disk(DiskError)
  /// There is nothing at or behind this position yet.
  case beyondEnd(Position)

  package var sentence: String {
    switch self {
    case .corrupt(let found): found.sentence
    case .disk(let error): error.description
    case .beyondEnd(let end): "the log ends at position \(end)"
    }
  }
}

/// What a writer expects of a customer's revision: optimistic concurrency where decisions are made.
package enum ExpectedRevision: Hashable, Sendable {
  case any, noStream, streamExists, exactly(UInt32)

  func holds(for actual: UInt32) -> Bool {
    switch self {
    case .any: true
    case .noStream: actual == 0
    case .streamExists: actual > 0
    case .exactly(let revision): actual == revision
    }
  }

  var words: String {
    switch self {
    case .any: "any"
    case .noStream: "without events"
    case .streamExists: "one with events"
    case .exactly(let revision): "\(revision)"
    }
  }
}

/// What a writer expects of one customer, whether the append writes to it or not.
package struct Expectation: Hashable, Sendable {
  /// The CloudEvents `subject`.
  package var customer: String
  package var revision: ExpectedRevision

  package init(customer: String, revision: ExpectedRevision) {
    self.customer = customer
    self.revision = revision
  }
}
