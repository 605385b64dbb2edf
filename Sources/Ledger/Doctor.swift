// A look at whether a ledger can work here, and what to do next.

import Disk
import Foundation
import JSONBytes
import LogEngine

/// One thing that was looked at.
package struct DoctorFinding: Sendable {
  package enum Level: String, Sendable { case good, note, warning, problem }

  package var level: Level
  /// Stable, for programs: `disk.sync`, `ledger.mode`, …
  package var subject: String
  package var sentence: String

  init(_ level: Level, _ subject: String, _ sentence: String) {
    self.level = level
    self.subject = subject
    self.sentence = sentence
  }
}

/// Looks at a ledger's folder without changing anything in it but a scratch file that it removes.
package struct Doctor {
  private let directory: String
  private let files = LinuxFileSystem()
  package private(set) var findings: [DoctorFinding] = []

  package init(directory: String, version: String) {
    self.directory = directory
    findings.append(
      DoctorFinding(
        .good, "version",
        "rapport \(version), ledger format \(LedgerDescription.format), "
          + "LZ4 \(LZ4.version)"))
  }

  /// Looks at everything. Returns whether a problem was found.
  package mutating func run() -> Bool {
    lookAtLedger()
    lookAtDisk()
    lookAtSync()
    return findings.contains { $0.level == .problem }
  }

  private mutating func add(
    _ level: DoctorFinding.Level, _ subject: String, _ sentence: String
  ) {
    findings.append(DoctorFinding(level, subject, sentence))
  }

  private mutating func lookAtLedger() {
    do {
      let ledger = try Ledger.open(directory, for: .reading)
      for remark in ledger.remarks { add(.warning, "ledger", remark) }
      add(
        .good, "ledger",
        "\(ledger.size) events, tree root \(ledger.log.root.prefix(16))…, "
          + "\(ledger.log.description.origin)")
      lookAtJournals(ledger.log)
      add(
        .warning, "personal-fields",
        "fields about a person are stored in clear: keys per customer come with a later version; "
          + "keep the folder private")
      for status in try ledger.views.map({ try $0.status() }) {
        lookAt(status)
      }
    } catch {
      let failure = LedgerError(any: error)
      add(.problem, failure.code, failure.sentence)
    }
    lookAtModes()
  }

  private mutating func lookAtJournals(_ log: EventLog) {
    let (segments, journals) = log.fileCounts
    if journals > 1 {
      add(
        .note, "log.unsealed",
        "\(journals - 1) full journals wait to be sealed beside \(segments) segments; any writer does it "
          + "in the background, and rapport seal at once")
    } else {
      add(.good, "log.unsealed", "\(segments) segments, no full journal waits to be sealed")
    }
  }

  private mutating func lookAt(_ status: ViewStatus) {
    if let finding = status.finding {
      add(.note, "view.\(status.view)", "the next use builds it anew: \(finding)")
    } else if status.lag > 0 {
      add(
        .note, "view.\(status.view)",
        "\(status.lag) events behind; any command that reads it brings it up to date")
    } else {
      add(.good, "view.\(status.view)", "up to date")
    }
  }

  private mutating func lookAtModes() {
    var status = stat()
    // Safe: the call fills in a local.
    guard unsafe stat(directory, &status) == 0 else { return }
    if status.st_mode & 0o077 != 0 {
      add(
        .warning, "ledger.mode",
        "others than its owner may enter the folder; close it with: chmod 700 \(directory)")
    } else {
      add(.good, "ledger.mode", "only its owner may enter the folder")
    }
    if unsafe access(directory, W_OK) != 0 {
      add(
        .problem, "ledger.read-only",
        "this user may not write into the folder; reading works, appending does not")
    }
  }

  private mutating func lookAtDisk() {
    var status = statvfs()
    // Safe: the call fills in a local.
    guard unsafe statvfs(directory, &status) == 0 else { return }
    let free = UInt64(status.f_bavail) * UInt64(status.f_frsize)
    let megabytes = free / 1_000_000
    if free < 512 << 20 {
      add(
        .problem, "disk.space",
        "only \(megabytes) MB are free; a journal takes up to 256 MB: free some space")
    } else {
      add(.good, "disk.space", "\(megabytes) MB free")
    }
  }

  /// Measures what an acknowledgement costs here: appends of 4 KiB into reserved space, each synced.
  private mutating func lookAtSync() {
    let path = "\(directory)/.doctor.tmp"
    do {
      if try files.exists(path) { try files.remove(path) }
      let file = try files.create(path)
      defer {
        // A scratch file that cannot be removed is found, and removed, by the next look.
        try? files.remove(path)
      }
      let page = [UInt8](repeating: 0x61, count: 4_096)
      try file.reserve(upTo: 4_096 * 128)
      try file.sync()
      var times: [Duration] = []
      for number in 0..<64 {
        let start = ContinuousClock.now
        try file.write(page, at: UInt64(number) * 4_096)
        try file.sync()
        times.append(ContinuousClock.now - start)
      }
      times.sort()
      let median = times[times.count / 2] / .microseconds(1)
      let worst = times[times.count - 1] / .microseconds(1)
      let perSecond = Int(1_000_000 / max(median, 1))
      add(
        median < 20 ? .warning : .good, "disk.sync",
        "a durable write takes \(Int(median)) µs, at worst \(Int(worst)) µs: about \(perSecond) "
          + "acknowledgements a second, shared by all writers"
          + (median < 20 ? "; so fast a disk may not be durable at all (a RAM disk?)" : ""))
    } catch {
      add(.problem, "disk.sync", LedgerError(any: error).sentence)
    }
  }
}
