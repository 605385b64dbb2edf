// What a caller expects of an append, and what became of each event: for doors, whose callers ask about every one.

package import LogEngine

/// What is expected of a subject before an append.
package enum ExpectedSubject: Hashable, Sendable {
  case any
  /// Nobody has said anything of it yet.
  case none
  case exists
  case revision(UInt32)

  var revision: ExpectedRevision {
    switch self {
    case .any: .any
    case .none: .noStream
    case .exists: .streamExists
    case .revision(let revision): .exactly(revision)
    }
  }
}

/// How many events of a subject there are.
package struct SubjectRevision: Hashable, Sendable {
  package var subject: String
  package var revision: UInt32

  /// Joins both parts.
  package init(subject: String, revision: UInt32) {
    self.subject = subject
    self.revision = revision
  }
}

/// Why an event was not recorded.
package struct EventRefusal: Hashable, Sendable {
  /// Stable, such as `event.schema`; `append.revision-conflict` where somebody wrote first.
  package var code: String
  /// What is wrong and how to mend it; never the content.
  package var sentence: String
  /// Where somebody wrote first: whose events they are, and how many there are now.
  package var conflict: SubjectRevision?

  init(_ code: String, _ sentence: String, conflict: SubjectRevision? = nil) {
    self.code = code
    self.sentence = sentence
    self.conflict = conflict
  }

  init(_ error: AppendError) {
    self.init(error.code, error.sentence)
    if case .revisionConflict(let customer, _, let actual) = error {
      conflict = SubjectRevision(subject: customer, revision: actual)
    }
  }
}

/// What became of one event of an append.
package enum EventAnswer: Hashable, Sendable {
  /// It is recorded, and survives a power cut. `revision` is its number among the events of its subject; nil for an
  /// event of none. `isDuplicate`: it was recorded before, with the same content.
  case recorded(position: Position, revision: UInt32?, isDuplicate: Bool)
  case refused(EventRefusal)
  /// Nothing is wrong with it: it was to be recorded together with another one, which was refused.
  case heldBack

  /// Where it is recorded; nil where it is not.
  package var position: Position? {
    if case .recorded(let position, _, _) = self { position } else { nil }
  }

  /// Why it was refused; nil where it was not.
  package var refusal: EventRefusal? {
    if case .refused(let refusal) = self { refusal } else { nil }
  }
}
