// Takes in a do-not-call list: numbers are compared by their keyed hash, and none is kept.

import Foundation
package import JSONBytes
import LogEngine
import Relationship
import Synchronization

/// What loading a list did.
package struct RegistryLoad: Sendable {
  package var list: String
  /// Whose state the file shows.
  package var asOf: Timestamp
  /// Numbers in the file, those that cannot be read included.
  package var rows = 0
  /// How many cannot be read, and the lines of the first of them.
  package var unreadable = 0
  package var unreadableLines: [Int] = []
  /// Numbers of customers that came on to the list, and that left it.
  package var matched = 0
  package var cleared = 0
  /// Numbers that are not in the file any more but stay listed: a number that cannot be read may be one of them.
  package var held = 0
  /// Events recorded now; 0 where everything was recorded before.
  package var appended = 0

  /// How many lines are told.
  package static let linesMax = 20

  fileprivate init(_ list: String, asOf: Timestamp) {
    self.list = list
    self.asOf = asOf
  }
}

extension Ledger {
  /// Loads a file of numbers, one a line or delimited text, as the state of a list of the policy in force. Appends
  /// `registry.snapshot.loaded`, and for the customers' numbers `registry.matched` or `registry.cleared` where they
  /// came on to the list or left it. The same file again appends nothing.
  ///
  /// - Parameters:
  ///   - list: as the policy calls it, `us-dnc`.
  ///   - path: a plain file.
  ///   - asOf: whose state it shows, an RFC 3339 time or a date (its beginning, UTC); nil: when the file was changed
  ///     last.
  ///   - country: whose numbers they are; nil: the one country under the law that has the list.
  ///
  /// Throws `registry.unknown`, `registry.country`, `registry.columns`, `registry.empty`, `registry.older`, and what
  /// reading and appending throw. Where it was stopped before its end, nobody who is on the list can be called because
  /// of it: loading again does the rest. Cost: a hash for each number of the file and each of the customers', in
  /// memory the latter.
  package func loadRegistry(
    _ list: String, _ path: String, asOf: String? = nil, country: String? = nil
  ) async throws -> RegistryLoad {
    let (digest, _) = try Importer.hash(of: path)
    var numbers = try RegistryNumbers(of: try registryCountry(of: list, named: country))
    let instant = try registryInstant(asOf, path)
    let gate = try addressGate()
    let state = try RegistryState(of: list, in: self, gate)
    var load = RegistryLoad(list, asOf: instant)
    let snapshot = "snapshot-\(list)-\(instant.microseconds / 1_000_000)-\(digest.prefix(16))"
    if let latest = state.latest, latest.asOf > instant {
      throw LedgerError(
        "registry.older",
        "a later state of \(list), as of \(latest.asOf.text), is loaded already; load a newer file, "
          + "or say its day with --as-of"
      )
    }
    let found = try read(path, &numbers, state, gate, &load)
    guard load.rows > load.unreadable else {
      throw LedgerError(
        "registry.empty",
        "the file holds no number that can be read, and an empty list would set everybody free; check the file"
      )
    }
    var work = RegistryWork(ledger: self, list: list, asOf: instant, snapshot: snapshot)
    for (hash, entries) in state.entries.sorted(by: { $0.key < $1.key }) {
      for entry in entries where entry.isListed != found.contains(hash) {
        if !entry.isListed {
          try work.add("registry.matched", entry)
        } else if load.unreadable > 0 {
          load.held += 1
        } else {
          try work.add("registry.cleared", entry)
        }
      }
    }
    load.matched = work.matched.count
    load.cleared = work.cleared.count
    if !state.snapshots.contains(snapshot) {
      try work.addSnapshot(digest: digest, rows: load.rows)
    }
    load.appended = try await work.append()
    return load
  }

  /// The hashes of customers' numbers that the file holds.
  private func read(
    _ path: String, _ numbers: inout RegistryNumbers, _ state: RegistryState,
    _ gate: AddressGate, _ load: inout RegistryLoad
  ) throws -> Set<String> {
    let input = try InputFile(path)
    var splitter = LineSplitter(sizeMax: 1 << 12)
    var found: Set<String> = []
    var line = 0
    while true {
      let piece = try input.read(countMax: 1 << 18)
      let block = piece.isEmpty ? splitter.finish() : splitter.split(piece)
      for range in block.lines {
        line += 1
        switch try numbers.read(block.bytes[range]) {
        case .nothing: continue
        case .number(let number):
          let hash = gate.text(of: number, kind: "phone")
          if state.entries[hash] != nil { found.insert(hash) }
        case .unreadable:
          load.unreadable += 1
          if load.unreadableLines.count < RegistryLoad.linesMax {
            load.unreadableLines.append(line)
          }
        }
        load.rows += 1
      }
      if piece.isEmpty { return found }
    }
  }

  /// The country that was named, or else the one country under a law that has the list.
  private func registryCountry(of list: String, named country: String?) throws -> String {
    let facts = try house.withLock { try $0.facts(of: self) }
    guard let policy = PermissionRules(facts, at: clock())?.policy else {
      throw LedgerError(PermissionError.noPolicy.code, PermissionError.noPolicy.sentence)
    }
    let regimes = policy.regimes.filter { $0.value.lists.contains { $0.list == list } }
    guard !regimes.isEmpty else {
      let known = Set(policy.regimes.values.flatMap(\.lists).map(\.list)).sorted()
      throw LedgerError(
        "registry.unknown",
        "the permission policy in force has no list of that name, so it would stop nobody; it has: "
          + known.joined(separator: ", "))
    }
    if let country { return country }
    let countries = policy.regimeByCountry.filter { regimes[$0.value] != nil }.keys.sorted()
    guard countries.count == 1 else {
      throw LedgerError(
        "registry.country",
        "numbers without country code may be of several countries under this list; say whose with --country: "
          + countries.joined(separator: ", "))
    }
    return countries[0]
  }

  private func registryInstant(_ text: String?, _ path: String) throws -> Timestamp {
    let instant: Timestamp
    if let text {
      guard let named = Timestamp(text) ?? CivilDate(text.utf8).map({ Timestamp($0) }) else {
        throw LedgerError(
          "usage.time",
          "--as-of is a date such as 2026-03-01, or RFC 3339 such as 2026-03-01T09:00:00Z", .usage)
      }
      instant = named
      guard instant <= clock() else {
        throw LedgerError("usage.time", "--as-of lies in the future", .usage)
      }
    } else {
      var status = stat()
      // Safe: the call fills in a local.
      guard unsafe stat(path, &status) == 0 else { return clock() }
      instant = min(
        Timestamp(microseconds: Int64(status.st_mtim.tv_sec) * 1_000_000), clock())
    }
    // To the second: the state of a list is not known more exactly, and events are named after it.
    return Timestamp(microseconds: instant.microseconds / 1_000_000 * 1_000_000)
  }
}

/// The events of one load.
private struct RegistryWork {
  let ledger: Ledger
  let list: String
  let asOf: Timestamp
  let snapshot: String
  var matched: [NewEvent] = []
  var cleared: [NewEvent] = []
  var loaded: [NewEvent] = []

  /// As many as surely fit one append.
  private static let appendedAtOnce = 1_000

  init(ledger: Ledger, list: String, asOf: Timestamp, snapshot: String) {
    self.ledger = ledger
    self.list = list
    self.asOf = asOf
    self.snapshot = snapshot
  }

  mutating func add(_ type: String, _ entry: RegistryState.Entry) throws {
    let isMatch = type == "registry.matched"
    let event = try event(
      type, "\(isMatch ? "matched" : "cleared")-\(entry.point)-\(snapshot)", of: entry.subject,
      [
        "list": .string(list), "contactPointId": .string(entry.point),
        "snapshotEventId": .string(snapshot),
      ])
    if isMatch { matched += event } else { cleared += event }
  }

  mutating func addSnapshot(digest: String, rows: Int) throws {
    loaded = try event(
      "registry.snapshot.loaded", snapshot, of: nil,
      [
        "list": .string(list), "asOf": .string(asOf.text),
        "contentHash": .string("sha256:\(digest)"),
        "rows": .integer(rows),
      ])
  }

  private func event(
    _ type: String, _ id: String, of subject: String?, _ data: JSONValue
  ) throws -> [NewEvent] {
    try ledger.own(
      .object([
        "specversion": "1.0", "id": .string(id), "source": .string("/registries/\(list)"),
        "type": .string(type), "subject": subject.map { .string($0) }, "time": .string(asOf.text),
        "dataschema": .string("\(type)/1"), "authtype": "system", "authid": "rapport",
        "data": data,
      ]))
  }

  /// All at once where they fit. Where they do not, who is on the list comes first and who left it last: whenever it
  /// stops, a list is fresh only with everybody on it who is.
  func append() async throws -> Int {
    var events = loaded + matched + cleared
    if events.count > Self.appendedAtOnce { events = matched + loaded + cleared }
    var appended = 0
    for start in stride(from: 0, to: events.count, by: Self.appendedAtOnce) {
      let part = Array(events[start..<min(start + Self.appendedAtOnce, events.count)])
      do throws(AppendError) {
        let recorded = try await ledger.log.submit(part).receipt().recorded
        appended += Int(recorded.upperBound.value - recorded.lowerBound.value)
      } catch {
        throw LedgerError(error)
      }
    }
    return appended
  }
}
