package import Disk
package import EventCatalog
package import LogEngine
package import Projection
package import Vault

/// How a command ends: with an answer, or with a failure (sysexits.h).
package enum ExitStatus: Int32, Sendable {
  case good = 0
  /// A question was answered with no: nobody found, no contact. No failure.
  case no = 1
  /// A question was answered with later.
  case later = 2
  case usage = 64
  case badData = 65
  case missingInput = 66
  case bug = 70
  case busy = 69
  case disk = 74
}

/// Any failure of the facade: a stable code for programs, a sentence for people, and how a command ends.
///
/// The sentence says what, where and how to mend it, and never holds anything of a customer's data.
package struct LedgerError: Error, Hashable, Sendable, CustomStringConvertible {
  package var code: String
  package var sentence: String
  package var status: ExitStatus

  package init(_ code: String, _ sentence: String, _ status: ExitStatus = .badData) {
    self.code = code
    self.sentence = sentence
    self.status = status
  }

  package var description: String { "\(sentence) [\(code)]" }

  package init(_ error: OpenError) {
    code = error.code
    sentence = error.sentence
    switch error {
    case .busy: status = .busy
    case .noLedger: status = .missingInput
    case .disk(let error): status = LedgerError(error).status
    default: status = .badData
    }
  }

  package init(_ error: AppendError) {
    code = error.code
    sentence = error.sentence
    switch error {
    case .busy, .closed: status = .busy
    case .diskFull, .outcomeUnknown, .halted: status = .disk
    case .unreadable(.disk): status = .disk
    default: status = .badData
    }
  }

  package init(_ error: ReadError) {
    sentence = error.sentence
    switch error {
    case .corrupt: (code, status) = ("ledger.corrupt", .badData)
    case .disk(let error): (code, status) = ("disk.failed", LedgerError(error).status)
    case .beyondEnd: (code, status) = ("ledger.beyond-end", .badData)
    }
  }

  package init(_ error: DiskError) {
    sentence = error.description
    if error.isBusy {
      (code, status) = ("ledger.busy", .busy)
    } else if error.isFull {
      (code, status) = ("disk.full", .disk)
    } else if error.isMissing || error.number == Errno.isDirectory
      || error.number == Errno.notDirectory
    {
      (code, status) = ("input.missing", .missingInput)
    } else {
      (code, status) = (error.isForbidden ? "disk.forbidden" : "disk.failed", .disk)
    }
  }

  package init(_ error: ProjectionError) {
    code = error.code
    sentence = error.sentence
    switch error {
    case .busy, .rebuildRunning: status = .busy
    case .missing, .noPrevious: status = .missingInput
    case .damaged, .refusedQuery, .cannotRollBack, .tooManySteps: status = .badData
    case .undigestible: status = .bug
    case .disk: status = .disk
    }
  }

  package init(_ error: KeyError) {
    switch error {
    case .unreadable: self.init("keys.unreadable", error.sentence)
    case .disk(let error): self.init(error)
    }
  }

  package init(_ error: SchemaError) {
    self.init(error.code.rawValue, error.sentence)
  }

  /// Any error that this package throws; one that it does not know is our bug.
  package init(any error: any Error) {
    switch error {
    case let error as LedgerError: self = error
    case let error as OpenError: self.init(error)
    case let error as AppendError: self.init(error)
    case let error as ReadError: self.init(error)
    case let error as DiskError: self.init(error)
    case let error as KeyError: self.init(error)
    case let error as ProjectionError: self.init(error)
    case let error as SchemaError: self.init(error)
    case let error as SQLModelError: self.init(error.code, error.description)
    case let error as PlanFileError: self.init(error.code, error.description)
    case is CancellationError: self.init("cancelled", "stopped before the end", .busy)
    default:
      self.init(
        "bug.unexpected-error",
        "an error that should not occur: \(type(of: error)); please report it", .bug)
    }
  }
}
