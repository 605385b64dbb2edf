internal import Disk
internal import Transparency

/// Makes journals durable under their names.
enum JournalFiles {
  /// Creates the journal under a temporary name, syncs it, renames it, syncs the directory: only then is it used.
  static func create(
    _ header: JournalHeader, in directory: String, limits: JournalLimits = .standard,
    on files: any FileSystem
  ) throws(DiskError) -> ActiveJournal {
    let log = "\(directory)/\(LogFiles.directory)"
    let path = "\(log)/\(LogFiles.journal(header.first))"
    let temporary = path + LogFiles.temporarySuffix
    if try files.exists(temporary) { try files.remove(temporary) }
    let file = try files.create(temporary)
    try file.lock()
    try file.write(header.page, at: 0)
    try file.sync()
    try files.rename(temporary, to: path)
    if !SeededBug.noDirectorySync.isOn { try files.syncDirectory(log) }
    return ActiveJournal(
      first: header.first, file: file, offset: UInt64(Limits.pageSize), rawSize: 0,
      reserved: UInt64(Limits.pageSize), limits: limits)
  }

  /// Opens the last journal and takes its lock, before anything is decided or removed: whoever holds it is a writer
  /// that nobody should run beside, whatever became of LOCK. Nil where there is no journal.
  static func lockLast(
    in directory: String, on files: any FileSystem
  ) throws(DiskError) -> (any WritableFile)? {
    let log = "\(directory)/\(LogFiles.directory)"
    let names = try files.list(log).filter { LogFiles.firstPosition(ofJournal: $0) != nil }
    guard let last = names.last else { return nil }
    let file = try files.openForWriting("\(log)/\(last)")
    try file.lock()
    return file
  }

  /// Makes the last journal, `old`, ready for appending; after an unclean end it is written anew first
  /// (docs/format.md): its last frames may exist only in the page cache, on pages that the kernel believes clean.
  static func openLast(
    _ old: any WritableFile, _ recovered: inout Recovered, in directory: String,
    limits: JournalLimits, on files: any FileSystem
  ) throws(DiskError) -> ActiveJournal {
    let log = "\(directory)/\(LogFiles.directory)"
    let path = "\(log)/\(recovered.lastJournal)"
    var active = ActiveJournal(
      first: recovered.lastJournalFirst, file: old, offset: recovered.lastJournalEnd,
      rawSize: recovered.lastJournalRaw, reserved: try old.size(), limits: limits)
    if recovered.report.wasClosed { return active }

    let temporary = path + LogFiles.temporarySuffix
    if try files.exists(temporary) { try files.remove(temporary) }
    let file = try files.create(temporary)
    try file.lock()
    try copy(old, to: file, count: recovered.lastJournalEnd)
    try file.sync()
    if try hasBytes(old, behind: recovered.lastJournalEnd) {
      try setAside(old, path, &recovered, in: directory, on: files)
    }
    try files.rename(temporary, to: path)
    if !SeededBug.noDirectorySync.isOn { try files.syncDirectory(log) }
    try old.close()
    active.file = file
    active.reserved = recovered.lastJournalEnd
    recovered.index.replaceLastJournal(
      by: OpenJournal(
        name: recovered.lastJournal, first: recovered.lastJournalFirst,
        file: try files.openForReading(path)))
    return active
  }

  private static let pieceSize = 1 << 20

  private static func copy(
    _ old: any WritableFile, to new: any WritableFile, count: UInt64
  ) throws(DiskError) {
    var offset: UInt64 = 0
    while offset < count {
      let piece = Int(min(UInt64(pieceSize), count - offset))
      try new.write(try old.read(at: offset, count: piece), at: offset)
      offset += UInt64(piece)
    }
  }

  private static func hasBytes(
    _ file: any WritableFile, behind offset: UInt64
  ) throws(DiskError) -> Bool {
    let size = try file.size()
    var start = offset
    while start < size {
      let piece = Int(min(UInt64(pieceSize), size - start))
      if try file.read(at: start, count: piece).contains(where: { $0 != 0 }) { return true }
      start += UInt64(piece)
    }
    return false
  }

  /// Gives the old file a second name under `quarantine/`: a recovery that is wrong must not destroy the evidence.
  /// A start that was killed behind this may have done it already.
  private static func setAside(
    _ old: any WritableFile, _ path: String, _ recovered: inout Recovered, in directory: String,
    on files: any FileSystem
  ) throws(DiskError) {
    let quarantine = "\(directory)/\(LogFiles.quarantine)"
    try files.makeDirectory(quarantine)
    try files.syncDirectory(directory)
    let taken = Set(try files.list(quarantine))
    let own = try old.identity()
    var number = 1
    var name = "\(recovered.lastJournal).\(number)"
    var isThere = false
    while !isThere, taken.contains(name) {
      isThere = try files.identity(of: "\(quarantine)/\(name)").isSameFile(as: own)
      if !isThere {
        number += 1
        name = "\(recovered.lastJournal).\(number)"
      }
    }
    if !isThere { try files.link(path, to: "\(quarantine)/\(name)") }
    try files.syncDirectory(quarantine)
    recovered.report.quarantined.append("\(LogFiles.quarantine)/\(name)")
  }
}
