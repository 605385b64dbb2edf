/// Every limit of the log, with its unit last and its reason. Nothing grows without a name here.
package enum Limits {
  /// Bytes of one entry. Entry bundles count it in 16 bits; 60 KiB stays under what CloudEvents intermediaries carry.
  package static let entrySizeMax = 61_440
  /// Events of one append, which is recorded whole or not at all.
  package static let appendEventsMax = 4_096
  /// Bytes of one append, before the ledger's own attributes.
  package static let appendSizeMax = 1 << 20
  /// Events of one frame.
  package static let frameEventsMax = 65_536
  /// Bytes of the records of one frame.
  package static let frameRawMax = 8 << 20
  /// A frame of this many raw bytes is closed although the committer is busy: it bounds latency and memory.
  static let frameRawTarget = 2 << 20
  /// A journal with this many bytes of raw records is full.
  package static let journalRawMax = 64 << 20
  /// A journal file of this many bytes is full: many tiny frames take a page each.
  package static let journalFileMax: UInt64 = 256 << 20
  /// Journals that are full and not sealed yet; then appends wait for the sealer.
  static let unsealedJournalsMax = 4
  /// After so many seals the derived indexes are written; and at close.
  static let sealsPerIndex = 16
  /// Segments that are open at once.
  static let openFilesMax = 256
  /// Events of one block of a segment.
  static let blockEventsMax = 65_536
  /// Bytes of the entries of one block of a segment.
  static let blockRawMax = 16 << 20
  /// Appends that wait; more are refused as busy, so that memory stays flat when the disk is slow.
  package static let pendingAppendsMax = 8_192
  /// Bytes that wait.
  package static let pendingSizeMax = 32 << 20
  /// Expected revisions of one append.
  package static let expectationsMax = 64
  /// Revisions are CloudEvents integers.
  package static let revisionMax: UInt32 = .max >> 1
  /// Positions are exact as JSON numbers.
  package static let positionMax: UInt64 = 1 << 53 - 1
  /// An event may claim to have happened this many microseconds after the ledger's clock: clocks differ.
  package static let timeAheadMax: Int64 = 5 * 60 * 1_000_000
  /// Bytes of `ledger.json`.
  static let descriptionSizeMax = 64 << 10
  /// Bytes of `tlog/checkpoint`, with every signature that may stand below it.
  static let checkpointSizeMax = 64 << 10
  /// A commit is covered by a persisted checkpoint within this many microseconds.
  static let checkpointAgeMax: Int64 = 1_000_000
  /// Without one for this many microseconds appends stop.
  static let checkpointStopAge: Int64 = 5_000_000
  /// The first reservation of a journal: a ledger with ten events should not take 64 MiB.
  static let reserveStepMin: UInt64 = 1 << 20
  /// Frames and file headers start on this boundary.
  static let pageSize = 4_096
  /// How often a reader in another process looks at the watermark, in microseconds.
  static let pollMicroseconds: Int64 = 10_000
}

/// When a journal is full, and in what steps its space is reserved.
///
/// Tests take smaller ones than ``standard``, so that journals roll without 64 MiB being written.
package struct JournalLimits: Hashable, Sendable {
  /// A journal with this many bytes of raw records is full.
  package var rawMax: Int
  /// A journal file of this many bytes is full.
  package var fileMax: UInt64
  /// Space is reserved in steps of up to this many bytes: an append into reserved space needs no metadata at its sync.
  package var reserveStep: UInt64

  package init(
    rawMax: Int = Limits.journalRawMax, fileMax: UInt64 = Limits.journalFileMax,
    reserveStep: UInt64 = 64 << 20
  ) {
    precondition(rawMax > 0 && fileMax > 0 && reserveStep > 0, "a journal holds something")
    self.rawMax = rawMax
    self.fileMax = fileMax
    self.reserveStep = reserveStep
  }

  package static let standard = JournalLimits()
}
