// Do-not-call lists: who came on, who left, and that no number stays.

import JSONBytes
import Ledger
import RapportTesting
import Testing

@Suite struct DoorRegistryTests {
  /// Customers in the US with a number each.
  private func customers(_ numbers: [String]) async throws -> TestLedger {
    let ledger = try TestLedger.at("2026-11-01")
    try await ledger.publish()
    for (index, number) in numbers.enumerated() {
      let subject = "c\(index + 1)"
      let start = try await ledger.append(
        Lines.event(
          "r-\(subject)", "customer.registered", of: subject, at: "2026-01-01",
          ["kind": "person", "country": "US"])
          + Lines.event(
            "p-\(subject)", "contactpoint.added", of: subject, at: "2026-01-01",
            Lines.point("p\(index + 1)", number, channels: ["voice", "sms"])))
      #expect(start.rejected == 0)
    }
    return ledger
  }

  private func load(
    _ text: String, as day: String, into ledger: TestLedger, list: String = "us-dnc",
    country: String? = nil
  ) async throws -> RegistryLoad {
    let path = "\(ledger.folder.path)/list.txt"
    try Ledger.writePrivateFile(Array(text.utf8), to: path)
    return try await ledger.write {
      try await $0.loadRegistry(list, path, asOf: day, country: country)
    }
  }

  private func refusal(
    _ text: String, as day: String, into ledger: TestLedger, list: String = "us-dnc",
    country: String? = nil
  ) async throws -> String? {
    let path = "\(ledger.folder.path)/refused.txt"
    try Ledger.writePrivateFile(Array(text.utf8), to: path)
    return try await ledger.write { ledger in
      do {
        _ = try await ledger.loadRegistry(list, path, asOf: day, country: country)
        return nil
      } catch let error as LedgerError { return error.code }
    }
  }

  private func ask(_ ledger: TestLedger, _ customer: Int, at day: String) throws -> String {
    let answer = try ledger.ask(
      "c\(customer)", channel: "voice", point: "p\(customer)", at: "\(day)T19:00:00Z")
    return answer.split(separator: " ").prefix(2).joined(separator: " ")
  }

  private static let numbers = ["+12025550101", "+12025550102", "+12025550103"]

  @Test func whoIsOnTheListCannotBeCalledAndWhoLeftItCan() async throws {
    let ledger = try await customers(Self.numbers)
    #expect(try ask(ledger, 1, at: "2026-03-02") == "deny G4.listStale")
    let first = try await load(
      "202-555-0101\n(202) 555 0199\n+12025550102\n", as: "2026-03-01", into: ledger)
    #expect(first.rows == 3 && first.matched == 2 && first.cleared == 0 && first.appended == 3)
    #expect(try ask(ledger, 1, at: "2026-03-02") == "deny G4.listed")
    #expect(try ask(ledger, 2, at: "2026-03-02") == "deny G4.listed")
    #expect(try ask(ledger, 3, at: "2026-03-02") == "allow G6.optOutRegime")
    // The same again, as after a command that was killed at its end.
    let again = try await load(
      "202-555-0101\n(202) 555 0199\n+12025550102\n", as: "2026-03-01", into: ledger)
    #expect(again.appended == 0 && again.matched == 0)
    let second = try await load("2025550102\n2025550103\n", as: "2026-03-20", into: ledger)
    #expect(second.matched == 1 && second.cleared == 1 && second.appended == 3)
    #expect(try ask(ledger, 1, at: "2026-03-21") == "allow G6.optOutRegime")
    #expect(try ask(ledger, 1, at: "2026-03-10") == "deny G4.listed", "as of then")
    #expect(try ask(ledger, 2, at: "2026-03-21") == "deny G4.listed")
    #expect(try ask(ledger, 3, at: "2026-03-21") == "deny G4.listed")
    #expect(try ask(ledger, 1, at: "2026-05-21") == "deny G4.listStale")
    let third = try await load("2025550101\n", as: "2026-04-01", into: ledger)
    #expect(third.matched == 1 && third.cleared == 2)
  }

  @Test func noNumberOfTheListIsKept() async throws {
    let ledger = try await customers(Self.numbers)
    _ = try await load("2025550101\n2025550177\n", as: "2026-03-01", into: ledger)
    var text = ""
    try ledger.read { ledger in
      try ledger.replay(described: false) { entry, _ in
        text += String(decoding: entry, as: UTF8.self)
      }
    }
    #expect(!text.contains("5550177"))
    #expect(text.contains("registry.matched"))
  }

  @Test func whileALineCannotBeReadNobodyIsTakenOff() async throws {
    let ledger = try await customers(Self.numbers)
    _ = try await load("2025550101\n", as: "2026-03-01", into: ledger)
    let broken = try await load("\n202555010I\n2025550102\n20255\n", as: "2026-03-20", into: ledger)
    #expect(broken.unreadable == 2 && broken.unreadableLines == [2, 4])
    #expect(broken.rows == 3 && broken.matched == 1 && broken.cleared == 0 && broken.held == 1)
    #expect(try ask(ledger, 1, at: "2026-03-21") == "deny G4.listed")
  }

  @Test(arguments: [
    "phone\n2025550101\n", "\u{FEFF}Phone Number;since\n\"202 555 0101\";2020\n",
    "id,telephone\n7,(202) 555-0101\n", "202,5550101\n", "# of March\n\n1-202-555-0101\r\n",
    "number\tname\n+1.202.555.0101\tx\n",
  ]) func listsAreReadAsTheyCome(text: String) async throws {
    let ledger = try await customers(Self.numbers)
    let load = try await load(text, as: "2026-03-01", into: ledger)
    #expect(load.rows == 1 && load.unreadable == 0 && load.matched == 1)
  }

  @Test func whatCannotBeMeantIsRefused() async throws {
    let ledger = try await customers(Self.numbers)
    _ = try await load("2025550101\n", as: "2026-03-20", into: ledger)
    let size = try ledger.read { $0.size }
    #expect(try await refusal("2025550101\n", as: "2026-03-01", into: ledger) == "registry.older")
    #expect(try await refusal("", as: "2026-04-01", into: ledger) == "registry.empty")
    #expect(try await refusal("x9\n", as: "2026-04-01", into: ledger) == "registry.empty")
    #expect(
      try await refusal("a,b\n1,2\n", as: "2026-04-01", into: ledger) == "registry.columns")
    #expect(
      try await refusal("2025550101\n", as: "2026-04-01", into: ledger, list: "ar-no-llame")
        == "registry.unknown")
    #expect(
      try await refusal("2025550101\n", as: "2026-04-01", into: ledger, country: "QQ")
        == "registry.country")
    #expect(try await refusal("2025550101\n", as: "2199-01-01", into: ledger) == "usage.time")
    #expect(try await refusal("2025550101\n", as: "soon", into: ledger) == "usage.time")
    #expect(try ledger.read { $0.size } == size)
  }

  /// More changes than fit one append: the list is fresh only when everybody is on it.
  @Test func aLargeFirstLoadRecordsWhoIsOnItFirst() async throws {
    let ledger = try TestLedger.at("2026-11-01")
    try await ledger.publish()
    var lines = ""
    var list = ""
    for number in 0..<2_500 {
      let digits = "202" + String(1_000_000 + number)
      lines += Lines.event(
        "p\(number)", "contactpoint.added", of: "c\(number)", at: "2026-01-01",
        Lines.point("p\(number)", "+1" + digits, channels: ["voice"]))
      list += digits + "\n"
    }
    #expect(try await ledger.append(lines).appended == 2_500)
    let load = try await load(list, as: "2026-03-01", into: ledger)
    #expect(load.matched == 2_500 && load.appended == 2_501)
    var positions: [UInt64] = []
    var snapshot: UInt64 = 0
    try ledger.read { ledger in
      try ledger.replay(
        types: ["registry.matched", "registry.snapshot.loaded"], described: true
      ) { _, event in
        guard let event else { return }
        if event.type == "registry.matched" {
          positions.append(event.position)
        } else {
          snapshot = event.position
        }
      }
    }
    #expect(positions.allSatisfy { $0 < snapshot })
  }
}
