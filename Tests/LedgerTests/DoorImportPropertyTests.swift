// P5: importing any consent or contact file raises the verdict of no marketing, relationship or sharing question.

import Foundation
import JSONBytes
import Ledger
import LogEngine
import Projection
import RapportTesting
import ReadModels
import Relationship
import Testing
import Vault

@Suite struct DoorImportPropertyTests {
  /// Worlds share a ledger: each is a case of its own, with customers and addresses of its own.
  private static let worlds = 50
  static let ledgers =
    0..<(ProcessInfo.processInfo.environment["RAPPORT_NIGHTLY"] == "1" ? 2_000 : 40)

  @Test(arguments: ledgers) func anImportRaisesNoVerdict(number: Int) async throws {
    let seed = SeededGenerator.seedOfThisRun &+ UInt64(number)
    let worlds = (0..<Self.worlds).map { DoorWorld(number * Self.worlds + $0, seed: seed) }
    let raised = try await Self.raised(worlds)
    guard let (index, sentence) = raised.first else { return }
    let smallest = try await Self.shrunk(worlds[index])
    Issue.record(
      """
      seed \(seed), world \(worlds[index].name): \(sentence)
      history:
      \(smallest.history.joined())list:
      \(smallest.rows.joined(separator: "\n"))
      envelopes:
      \(smallest.envelopes.joined())
      """)
  }

  /// Leaves out what is not needed for a verdict to be raised, one line after the other.
  private static func shrunk(_ world: DoorWorld) async throws -> DoorWorld {
    var world = world
    for part in [\DoorWorld.history, \.rows, \.envelopes] {
      var index = 0
      while index < world[keyPath: part].count {
        var smaller = world
        smaller[keyPath: part].remove(at: index)
        if try await raised([smaller]).isEmpty { index += 1 } else { world = smaller }
      }
    }
    return world
  }

  private static func raised(_ worlds: [DoorWorld]) async throws -> [(Int, String)] {
    let ledger = try TestLedger.at("2025-01-01")
    try await ledger.publish()
    let clock = try #require(ledger.clock)
    let open = try Ledger.open(ledger.directory, for: .writing, clock: { clock.time })
    // Each day's events are recorded on that day.
    var days: [Timestamp: [NewEvent]] = [:]
    for line in worlds.flatMap(\.history) {
      let event = try open.intake.event(JSONDocument(scanning: Array(line.utf8.dropLast())).root)
      days[event.time, default: []].append(event)
    }
    for (day, events) in days.sorted(by: { $0.key < $1.key }) {
      ledger.wait(until: day)
      _ = try await open.log.append(events)
    }
    ledger.wait(until: History.instant("2026-06-01"))
    let before = try book(open)
    try await importAll(worlds, into: open, ledger.folder.path)
    let after = try book(open)
    try await open.close()
    var found: [(Int, String)] = []
    for (index, world) in worlds.enumerated() {
      if let sentence = try raise(world, before, after) { found.append((index, sentence)) }
    }
    return found
  }

  private static func importAll(
    _ worlds: [DoorWorld], into ledger: Ledger, _ folder: String
  ) async throws {
    let files = [
      (
        "consent-list", "list.csv",
        "email,status,changed\n"
          + worlds.flatMap(\.rows).map { $0 + "\n" }.joined()
      ),
      ("cloudevents", "events.ndjson", worlds.flatMap(\.envelopes).joined()),
    ]
    for (mapping, name, text) in files {
      try Ledger.writePrivateFile(Array(text.utf8), to: "\(folder)/\(name)")
      _ = try await Importer(ledger: ledger, mapping: Importer.mapping(mapping))
        .importFile(
          "\(folder)/\(name)", strict: false, rejects: RejectFile("\(folder)/rejects.ndjson"))
    }
  }

  private struct Book {
    var book: PermissionBook
    /// By address: the contact points that have it.
    var points: [String: Set<String>] = [:]
  }

  private static func book(_ ledger: Ledger) throws -> Book {
    let hash = try ledger.addressHash()
    var found = Book(book: PermissionBook { hash.text(of: $0) })
    let all = try ledger.mapper.events(from: .zero, countMax: Int(ledger.size), ofTypes: nil)
    for event in all.events {
      found.book.take(event.permissionEvent)
      if event.type == "contactpoint.added", let value = event.data["value"]?.string,
        let id = event.data["contactPointId"]?.string
      {
        found.points[value, default: []].insert(id)
      }
    }
    return found
  }

  private static let zones = ZoneTable.ofTheSystem(
    ["Europe/Berlin", "Europe/London", "America/New_York"],
    around: History.instant("2026-06-01"))

  /// The first question whose verdict is higher than before: contact points are compared by their address. Whom a merge of
  /// the file joins, unverified as it is, have each other's addresses: nobody is contacted at one who was not before.
  private static func raise(_ world: DoorWorld, _ before: Book, _ after: Book) throws -> String? {
    for day in ["2026-03-10T15:00:00Z", "2026-06-10T15:00:00Z"] {
      let instant = History.instant(day)
      for subject in world.subjects {
        let joined = after.book.customer(subject, at: instant)
        var prepared: [(book: Book, Permission, [CustomerPermission])] = []
        let apart = joined.subjects.map { before.book.customer($0, at: instant) }
        for (book, customers) in [(before, apart), (after, [joined])] {
          guard let rules = book.book.rules(at: instant) else { continue }
          prepared.append((book, Permission(under: rules, zones: zones), customers))
        }
        for purpose in DoorWorld.purposes {
          for (channel, value) in asked(world, purpose) {
            let decisions = try prepared.map { book, permission, customers in
              let points = value.map { (book.points[$0] ?? []).sorted() } ?? ["none"]
              return try customers.flatMap { customer in
                try points.map { point in
                  permission.decide(
                    try PermissionQuestion(
                      department: "marketing", customer: customer.subjects[0], purpose: purpose,
                      topic: "food", channel: channel, contactPoint: point), of: customer)
                }
              }.max { $0.verdict < $1.verdict }
            }
            guard let new = decisions[1], new.verdict > (decisions[0]?.verdict ?? .deny) else {
              continue
            }
            return
              "\(subject), \(purpose), \(channel), \(value ?? "none"), \(day): "
              + "\(decisions[0]?.rule.rawValue ?? "no such address") became "
              + "\(new.verdict.rawValue) by \(new.rule.rawValue)"
          }
        }
      }
    }
    return nil
  }

  private static func asked(
    _ world: DoorWorld, _ purpose: String
  ) -> [(channel: String, value: String?)] {
    if purpose == "sharing.advertising" { return [("none", nil)] }
    return (world.values + ["new@\(world.name).test"]).flatMap { value in
      (value.hasPrefix("+") ? ["voice", "sms"] : ["email"]).map { ($0, value) }
    }
  }
}
