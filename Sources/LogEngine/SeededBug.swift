internal import Disk
internal import Glibc
internal import Transparency

/// Deliberate mistakes, for the tests that must find them: a test that cannot fail proves nothing.
///
/// They exist only in a build with `RAPPORT_SEEDED_BUGS` set (Package.swift), and there only the one named by the
/// variable `RAPPORT_SEEDED_BUG` is alive. `tools/faults --seeded` tries each of them; docs/faults.md tells which
/// row catches it. In every other build ``isOn`` is false, and nothing of this remains.
enum SeededBug: String, CaseIterable, Sendable {
  case acknowledgeBeforeSync = "acknowledge-before-sync"
  case noDirectorySync = "no-directory-sync"
  case retryFailedSync = "retry-failed-sync"
  case cutAtFirstBadFrame = "cut-at-first-bad-frame"
  case payloadUnchecked = "payload-unchecked"
  case boundsAfterAllocating = "bounds-after-allocating"
  case watermarkBeforeSync = "watermark-before-sync"
  case twoFramesInFlight = "two-frames-in-flight"
  case journalDroppedEarly = "journal-dropped-early"
  case sealedDuplicates = "sealed-duplicates"
  case staleRevision = "stale-revision"
  case checkpointBeforeSync = "checkpoint-before-sync"
  case rawClock = "raw-clock"
  case processOrder = "process-order"
  case shortWriteIgnored = "short-write-ignored"
  case alteredEntry = "altered-entry"

  #if RAPPORT_SEEDED_BUGS
    /// The one that is alive in this process; nil for none. Traps for a name that there is not.
    private static let alive: SeededBug? = {
      // Safe: the string is copied at once, and nothing here changes the environment.
      guard let named = unsafe getenv("RAPPORT_SEEDED_BUG") else { return nil }
      let name = unsafe String(cString: named)
      guard let bug = SeededBug(rawValue: name) else {
        preconditionFailure("there is no seeded bug \(name)")
      }
      return bug
    }()

    var isOn: Bool { Self.alive == self }
  #else
    @inline(__always) var isOn: Bool { false }
  #endif
}

/// The mistakes of the committer that take more than a condition.
extension SeededBug {
  /// What a careless committer does between the write of a frame and its sync. Returns the frame behind it where that
  /// was written already.
  @inline(__always)
  static func beforeSync(
    of job: FrameJob, _ core: LogCore, _ intake: Monitor<Intake>, mark: () -> Void
  ) -> FrameJob? {
    #if RAPPORT_SEEDED_BUGS
      switch alive {
      case .acknowledgeBeforeSync:
        for waiting in job.answers { waiting.answer(.success(waiting.receipt)) }
      case .watermarkBeforeSync: mark()
      case .checkpointBeforeSync:
        let checkpoint = Checkpoint(
          origin: core.description.origin, size: job.frame.header.next.value,
          root: job.frame.header.root)
        // Whether it is written is not what this mistake is about.
        try? CheckpointKeeper.write(checkpoint, in: core.directory, on: core.files)
      case .twoFramesInFlight: return nextFrame(behind: job, core, intake)
      default: break
      }
    #endif
    return nil
  }

  /// The records of a frame with one byte of one entry changed, as a sealer might that has a bug.
  @inline(__always)
  static func altered(_ raw: [UInt8]) -> [UInt8] {
    guard alteredEntry.isOn, let place = raw.lastIndex(of: UInt8(ascii: "x")) else { return raw }
    var changed = raw
    changed[place] = UInt8(ascii: "y")
    return changed
  }

  /// Tries a failed sync once more, and believes the answer.
  @inline(__always)
  static func syncsAgain(_ file: any WritableFile) -> Bool {
    // Its answer is the mistake.
    retryFailedSync.isOn && (try? file.sync()) != nil
  }

  #if RAPPORT_SEEDED_BUGS
    /// Lets the builder hand over one more frame, and writes it: it is written again when its turn comes.
    private static func nextFrame(
      behind job: FrameJob, _ core: LogCore, _ intake: Monitor<Intake>
    ) -> FrameJob? {
      // Not where the builder would begin another journal, or end.
      let room = job.offset + UInt64(2 * job.frame.header.frameSize)
      let mayGoOn = intake.change { intake -> Bool in
        guard room < core.options.journals.fileMax, !intake.isEmpty, !intake.wantsNewJournal
        else { return false }
        intake.job = nil
        return true
      }
      guard mayGoOn else { return nil }
      _ = intake.wait(until: MonotonicClock.now + 3_000) { $0.job == nil ? nil : true }
      let next = intake.change { intake -> FrameJob? in
        guard let next = intake.job else {
          intake.job = job
          return nil
        }
        return next
      }
      // A write that fails is tried again in its turn.
      if let next { try? next.file.write(next.frame.bytes, at: next.offset) }
      return next
    }
  #endif
}
