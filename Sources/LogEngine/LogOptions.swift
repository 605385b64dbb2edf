/// How a log is run. Tests and benchmarks take others than ``standard``.
package struct LogOptions: Hashable, Sendable {
  /// Whether full journals are sealed in the background.
  package enum Sealing: Hashable, Sendable {
    case automatic
    /// Only when ``EventLog/seal()`` asks for it; any number of journals may then wait.
    case onRequest
  }

  /// When `tlog/checkpoint` is persisted, besides before a segment takes the place of its journal.
  package enum Checkpoints: Hashable, Sendable {
    /// Within a second of each commit, and at close.
    case continuous
    /// At close only: what a test counts then does not depend on the time it takes.
    case atClose
  }

  /// When what is known of sealed events is loaded; appends wait for it.
  package enum Indexes: Hashable, Sendable {
    case inBackground
    /// Before opening returns: what a test counts then does not depend on the time it takes.
    case atOpen
  }

  package var journals: JournalLimits
  package var sealing: Sealing
  package var checkpoints: Checkpoints
  package var indexes: Indexes

  /// Joins the parts.
  package init(
    journals: JournalLimits = .standard, sealing: Sealing = .automatic,
    checkpoints: Checkpoints = .continuous, indexes: Indexes = .inBackground
  ) {
    self.journals = journals
    self.sealing = sealing
    self.checkpoints = checkpoints
    self.indexes = indexes
  }

  package static let standard = LogOptions()
}
