package import Disk
internal import JSONBytes
internal import Transparency

/// A backup of a log that may be in use, and its way back: both are one copy, verified before it counts.
///
/// The order makes a copy whole whatever happens meanwhile: the checkpoint is read first, then the watermark, then the
/// journals, then the segments, so that a journal which is sealed meanwhile is copied twice rather than not at all. In
/// the target `ledger.json` comes last, and without it there is no ledger. Running again after an interruption, or a
/// day later, copies only what is missing: a segment never changes.
package struct LogCopy: Sendable {
  package struct Report: Hashable, Sendable {
    /// Events in the copy, all verified.
    package var events: UInt64 = 0
    /// The tree root over them.
    package var root = ""
    /// Size of the checkpoint that the copy was compared with; nil where the log has none yet.
    package var checkpoint: UInt64?
    package var filesCopied = 0
    /// Segments that were there already.
    package var filesKept = 0
    package var bytesCopied: UInt64 = 0
  }

  /// Why there is no copy. Nothing that was in force before was changed.
  package enum Failure: Error, Sendable {
    case open(OpenError)
    case disk(DiskError)
    /// The target holds something else.
    case occupied(String)
    /// The copy is not what was acknowledged: the source, or the way, is damaged.
    case damaged([Corruption])
  }

  private let source: String
  private let target: String
  private let files: any FileSystem
  private let progress: @Sendable (_ done: UInt64, _ all: UInt64) -> Void
  private var report = Report()
  private var description: LedgerDescription
  private var bytesInAll: UInt64 = 0

  /// Folders besides the log that belong to the ledger (docs/format.md, section 2).
  private static let folders = ["schemas"]
  private static let names: Set = [
    LedgerDescription.fileName, LogFiles.directory, LogFiles.checkpoints, LogFiles.lock, "schemas",
    // The facade's: it copies them itself.
    "subscriptions.sqlite",
  ]

  /// Copies the ledger in `source`, which may be in use, to `target`, or brings an older copy of it there up to date.
  /// `progress` hears of bytes.
  package static func backUp(
    _ source: String, to target: String, on files: any FileSystem,
    progress: @escaping @Sendable (UInt64, UInt64) -> Void = { _, _ in }
  ) throws(Failure) -> Report {
    var copy = try LogCopy(source, target, files, progress)
    return try copy.run(replacing: true)
  }

  /// Makes a ledger in `target`, where there is none, from a copy. Nothing is in force before all of it is verified.
  package static func restore(
    _ source: String, to target: String, on files: any FileSystem,
    progress: @escaping @Sendable (UInt64, UInt64) -> Void = { _, _ in }
  ) throws(Failure) -> Report {
    var copy = try LogCopy(source, target, files, progress)
    return try copy.run(replacing: false)
  }

  private init(
    _ source: String, _ target: String, _ files: any FileSystem,
    _ progress: @escaping @Sendable (UInt64, UInt64) -> Void
  ) throws(Failure) {
    self.source = source
    self.target = target
    self.files = files
    self.progress = progress
    do throws(OpenError) {
      description = try EventLog.readDescription(in: source, on: files)
    } catch {
      throw .open(error)
    }
  }

  private func disk<Value>(_ body: () throws(DiskError) -> Value) throws(Failure) -> Value {
    do throws(DiskError) { return try body() } catch { throw .disk(error) }
  }

  // MARK: The run

  private mutating func run(replacing: Bool) throws(Failure) -> Report {
    let lock = try prepareTarget(replacing: replacing)
    defer { lock.release() }
    let checkpoint = try optional("\(source)/\(LogFiles.checkpoints)/\(LogFiles.checkpoint)")
    let watermark = try optional("\(source)/\(LogFiles.directory)/\(LogFiles.watermark)")
    let journals = try names(with: LogFiles.firstPosition(ofJournal:))
    bytesInAll = try sizes(journals)
    for name in journals { try copyJournal(name) }
    let segments = try names(with: LogFiles.firstPosition(ofSegment:))
    bytesInAll += try sizes(segments)
    for name in segments { try copySegment(name) }
    try dropSealedJournals(segments)
    for folder in Self.folders { try copyFolder(folder) }
    if let watermark { try put(watermark, LogFiles.watermark, in: LogFiles.directory) }
    try verify(against: checkpoint)
    if let checkpoint { try put(checkpoint, LogFiles.checkpoint, in: LogFiles.checkpoints) }
    let text = try disk { () throws(DiskError) in
      try files.contents(
        of: "\(source)/\(LedgerDescription.fileName)", sizeMax: Limits.descriptionSizeMax)
    }
    try disk { () throws(DiskError) in
      try DurableReplace.write(text, to: LedgerDescription.fileName, in: target, on: files)
      try files.syncDirectory(target)
    }
    return report
  }

  private func prepareTarget(replacing: Bool) throws(Failure) -> WriterLock {
    guard target != source, !target.hasPrefix(source + "/"), !source.hasPrefix(target + "/") else {
      throw .occupied("a ledger is not copied into itself; name another folder than \(target)")
    }
    try disk { () throws(DiskError) in try files.makeDirectory(target) }
    let lock: WriterLock
    do throws(DiskError) {
      lock = try WriterLock("\(target)/\(LogFiles.lock)", on: files)
    } catch {
      if error.isBusy { throw .open(.busy) }
      throw .disk(error)
    }
    do throws(Failure) {
      try refuseOther(replacing: replacing)
      try disk { () throws(DiskError) in
        for folder in [LogFiles.directory, LogFiles.checkpoints] {
          try files.makeDirectory("\(target)/\(folder)")
        }
        try files.syncDirectory(target)
      }
      return lock
    } catch {
      lock.release()
      throw error
    }
  }

  /// The target is empty, an unfinished copy, or, where a copy may be brought up to date, one of this ledger.
  private func refuseOther(replacing: Bool) throws(Failure) {
    let found = try disk { () throws(DiskError) in try files.list(target) }
    let suffix = LogFiles.temporarySuffix
    let strange = found.filter { !Self.names.contains($0) && !$0.hasSuffix(suffix) }
    if let name = strange.first {
      throw .occupied("\(target) holds \(name), which is no part of a copy; name another folder")
    }
    guard found.contains(LedgerDescription.fileName) else { return }
    guard replacing else {
      throw .occupied(
        "there is a ledger in \(target) already; move it away, or name another folder")
    }
    let there: LedgerDescription
    do throws(OpenError) {
      there = try EventLog.readDescription(in: target, on: files)
    } catch {
      throw .open(error)
    }
    guard there.id == description.id else {
      throw .occupied("\(target) holds a copy of another ledger; name another folder")
    }
  }

  // MARK: Files

  private func names(with position: (String) -> Position?) throws(Failure) -> [String] {
    try disk { () throws(DiskError) in try files.list("\(source)/\(LogFiles.directory)") }
      .filter { position($0) != nil }
  }

  private func sizes(_ names: [String]) throws(Failure) -> UInt64 {
    var sum: UInt64 = 0
    for name in names {
      do throws(DiskError) {
        sum += try files.identity(of: "\(source)/\(LogFiles.directory)/\(name)").size
      } catch {
        // Sealed meanwhile: its segment comes.
        if !error.isMissing { throw .disk(error) }
      }
    }
    return sum
  }

  private func optional(_ path: String) throws(Failure) -> [UInt8]? {
    do throws(DiskError) {
      return try files.contents(of: path, sizeMax: Limits.checkpointSizeMax)
    } catch {
      if error.isMissing || error.number == Errno.notDirectory { return nil }
      throw .disk(error)
    }
  }

  /// A journal is copied anew each time: it grows, and after an unclean end it is another file.
  private mutating func copyJournal(_ name: String) throws(Failure) {
    let file: any ReadableFile
    do throws(DiskError) {
      file = try files.openForReading("\(source)/\(LogFiles.directory)/\(name)")
    } catch {
      if error.isMissing { return }
      throw .disk(error)
    }
    try copy(file, name)
  }

  private mutating func copySegment(_ name: String) throws(Failure) {
    let file = try disk { () throws(DiskError) in
      try files.openForReading("\(source)/\(LogFiles.directory)/\(name)")
    }
    if try isThere(file, name) {
      report.filesKept += 1
      return
    }
    try copy(file, name)
  }

  /// Whether the target has this segment: the same size, and the same first and last bytes. The rest is told by the
  /// verification.
  private func isThere(_ file: any ReadableFile, _ name: String) throws(Failure) -> Bool {
    let path = "\(target)/\(LogFiles.directory)/\(name)"
    return try disk { () throws(DiskError) in
      guard try files.exists(path) else { return false }
      let copy = try files.openForReading(path)
      let size = try file.size()
      let ends = SegmentFormat.headerSize + SegmentFormat.trailerSize
      guard try copy.size() == size, size >= UInt64(ends) else { return false }
      let tail = size - UInt64(SegmentFormat.trailerSize)
      let head = try file.read(at: 0, count: SegmentFormat.headerSize)
      guard try copy.read(at: 0, count: SegmentFormat.headerSize) == head else { return false }
      let end = try file.read(at: tail, count: SegmentFormat.trailerSize)
      return try copy.read(at: tail, count: SegmentFormat.trailerSize) == end
    }
  }

  private static let pieceSize = 1 << 20

  private mutating func copy(_ file: any ReadableFile, _ name: String) throws(Failure) {
    let path = "\(target)/\(LogFiles.directory)/\(name)"
    let temporary = path + LogFiles.temporarySuffix
    let progress = progress
    var report = report
    let all = bytesInAll
    try disk { () throws(DiskError) in
      if try files.exists(temporary) { try files.remove(temporary) }
      let new = try files.create(temporary)
      let size = try file.size()
      var offset: UInt64 = 0
      while offset < size {
        let piece = try file.read(
          at: offset, count: Int(min(UInt64(Self.pieceSize), size - offset)))
        // Reserved space behind the last frame: it reads as zeros where nothing is written, too.
        if piece.contains(where: { $0 != 0 }) { try new.write(piece, at: offset) }
        offset += UInt64(piece.count)
        report.bytesCopied += UInt64(piece.count)
        progress(report.bytesCopied, max(all, report.bytesCopied))
      }
      try new.sync()
      try new.dropCache()
      try new.close()
      try files.rename(temporary, to: path)
    }
    report.filesCopied += 1
    self.report = report
  }

  /// Of a journal and the segment made of it the target keeps the segment.
  private func dropSealedJournals(_ segments: [String]) throws(Failure) {
    let folder = "\(target)/\(LogFiles.directory)"
    try disk { () throws(DiskError) in
      try files.syncDirectory(folder)
      let sealed = Set(segments.compactMap { LogFiles.firstPosition(ofSegment: $0) })
      for name in try files.list(folder) {
        guard let first = LogFiles.firstPosition(ofJournal: name), sealed.contains(first) else {
          continue
        }
        try files.remove("\(folder)/\(name)")
      }
      try files.syncDirectory(folder)
    }
  }

  private func put(
    _ bytes: [UInt8], _ name: String, in folder: String
  ) throws(Failure) {
    try disk { () throws(DiskError) in
      try DurableReplace.write(bytes, to: name, in: "\(target)/\(folder)", on: files)
    }
  }

  private mutating func copyFolder(_ folder: String) throws(Failure) {
    let from = "\(source)/\(folder)"
    guard try disk({ () throws(DiskError) in try files.exists(from) }) else { return }
    let names = try disk { () throws(DiskError) in
      try files.makeDirectory("\(target)/\(folder)")
      return try files.list(from)
    }
    for name in names where !name.hasSuffix(LogFiles.temporarySuffix) {
      do throws(DiskError) {
        _ = try files.list("\(from)/\(name)")
      } catch {
        guard error.number == Errno.notDirectory else { throw .disk(error) }
        let bytes = try disk { () throws(DiskError) in
          try files.contents(of: "\(from)/\(name)", sizeMax: Int(Int32.max))
        }
        try put(bytes, name, in: folder)
        continue
      }
      try copyFolder("\(folder)/\(name)")
    }
    try disk { () throws(DiskError) in try files.syncDirectory("\(target)/\(folder)") }
  }

  // MARK: Verification

  private mutating func verify(against bytes: [UInt8]?) throws(Failure) {
    let log: EventLog
    do throws(OpenError) {
      let opened = try EventLog.openForReading(
        target, description, .standard, on: files, clock: { Timestamp(microseconds: 0) })
      guard opened.report.damage.isEmpty else { throw OpenError.corrupt(opened.report.damage) }
      log = opened.log
    } catch {
      if case .corrupt(let found) = error { throw .damaged(found) }
      throw .open(error)
    }
    let found = log.verify()
    guard found.findings.isEmpty, let root = found.root else { throw .damaged(found.findings) }
    report.events = found.events
    report.root = root
    guard let bytes else { return }
    guard let checkpoint = Checkpoint(bytes), checkpoint.size <= Limits.positionMax else {
      throw .damaged([wrong(0, "it does not hold the three lines of one")])
    }
    report.checkpoint = checkpoint.size
    guard checkpoint.size <= log.end.value else {
      throw .open(
        .rolledBack(have: log.end, known: Position(checkpoint.size), by: "the checkpoint"))
    }
    let rootThere: String?
    do throws(ReadError) {
      rootThere = try log.root(at: Position(checkpoint.size))
    } catch {
      switch error {
      case .corrupt(let found): throw .damaged([found])
      case .disk(let error): throw .disk(error)
      case .beyondEnd: preconditionFailure("the size was compared with the end")
      }
    }
    guard rootThere == checkpoint.root.hex else {
      throw .damaged([
        wrong(checkpoint.size, "it names another root for its size than the copied events have")
      ])
    }
  }

  private func wrong(_ size: UInt64, _ detail: String) -> Corruption {
    Corruption(
      .checkpoint, file: "\(LogFiles.checkpoints)/\(LogFiles.checkpoint)", offset: 0,
      positions: Position.zero..<Position(size), detail: detail)
  }
}

extension LogCopy.Failure {
  /// Stable, for programs.
  package var code: String {
    switch self {
    case .open(let error): error.code
    case .disk(let error): error.isFull ? "disk.full" : "disk.failed"
    case .occupied: "copy.occupied"
    case .damaged: "ledger.corrupt"
    }
  }

  /// What is wrong, and how to mend it.
  package var sentence: String {
    switch self {
    case .open(let error): error.sentence
    case .disk(let error): error.description
    case .occupied(let why): why
    case .damaged(let found):
      "the copy is damaged: " + found.prefix(3).map(\.sentence).joined(separator: "; ")
        + (found.count > 3 ? "; and \(found.count - 3) more" : "")
        + ". It was not put in force"
    }
  }
}
