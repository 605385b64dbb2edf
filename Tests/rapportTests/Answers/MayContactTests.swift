// rapport may-contact: the answer in words, its exit status, and its stable names.

import JSONBytes
import Ledger
import RapportTesting
import Testing

@Suite struct MayContactTests {
  @Test func whoSaidNothingIsNotWrittenToAndThePolicySaysSo() throws {
    let ledger = try AnswerLedger()
    let page = try ledger.ask()
    #expect(page.status == 1, "a no is an answer: \(page.error)")
    #expect(page.lines.first == "No")
    #expect(page.output.contains("You never said yes."))
    #expect(page.error.isEmpty)
    let answer = try ledger.ask("--json").value()
    #expect(answer["verdict"]?.string == "deny" && answer["rule"]?.string == "G6.noBasis")
    #expect(answer["decidingEvent"]?.string?.isEmpty == false)
    #expect(answer["insteadTry"]?.elements.isEmpty == true)
  }

  @Test func aYesIsAnsweredWithTheEventThatItRestsOn() throws {
    let ledger = try AnswerLedger()
    try ledger.append([AnswerLedger.consent()])
    let page = try ledger.ask()
    #expect(page.status == 0)
    #expect(page.lines.first == "Yes")
    #expect(page.output.contains("one-click unsubscribe (RFC 8058)"))
    let answer = try ledger.ask("--json").value()
    #expect(answer["decidingEvent"]?.string == "yes" && answer["basis"]?.string == "yes")
    #expect(answer["decidingPosition"]?.integer == (try ledger.position(of: "yes")))
    #expect(
      answer.names.sorted() == [
        "asOf", "basis", "caps", "class", "customerText", "decidingEvent", "decidingPosition",
        "duties", "insteadTry", "policyVersion", "question", "rule", "saidBy", "trace", "verdict",
      ])
    #expect(answer["trace"]?.elements.first?["gate"]?.string == "G0")
  }

  @Test func laterIsTwoAndSaysUntilWhen() throws {
    let ledger = try AnswerLedger()
    try ledger.append([
      AnswerLedger.consent(),
      AnswerLedger.event(
        "pause", "contact.paused",
        ["purpose": "*", "topic": "*", "channel": "*", "until": "2150-06-01T08:00:00Z"]),
    ])
    let page = try ledger.ask()
    #expect(page.status == 2)
    #expect(page.lines.first == "Not before 2150-06-01 08:00 UTC")
    #expect(try ledger.ask("--json").value()["until"]?.string?.hasPrefix("2150-06-01T08") == true)
    #expect(try ledger.ask("--at", "2150-06-01T08:00:00Z").status == 0)
  }

  @Test func bothClocksAreAsked() throws {
    let ledger = try AnswerLedger()
    try ledger.append([AnswerLedger.consent()])
    let yes = try ledger.position(of: "yes")
    try ledger.append([AnswerLedger.withdrawal(time: AnswerLedger.now)])
    #expect(try ledger.ask().status == 1)
    #expect(try ledger.ask("--known-at", "\(yes)").status == 0, "what was known then")
    #expect(try ledger.ask("--known-at", "\(yes - 1)").status == 1)
    #expect(try ledger.ask("--known-at", "2150-01-01").status == 1)
    #expect(try ledger.ask("--at", "yesterday").status == 64)
  }

  @Test func anAddressIsAskedByItselfAndNeverRepeated() throws {
    let ledger = try AnswerLedger()
    try ledger.append([AnswerLedger.consent()])
    #expect(try ledger.ask("--address", "m1").status == 0)
    #expect(try ledger.ask("--address", "Ann@Example.test").status == 0)
    let strange = try ledger.ask("--address", "bob@example.test", "--json")
    #expect(strange.status == 1)
    #expect(try strange.value()["rule"]?.string == "G1.contactPointUnknown")
    #expect(!strange.output.contains("bob@") && !strange.error.contains("bob@"))
  }

  @Test func askingToSendRecordsTheAnswerAndPrintsItsToken() throws {
    let ledger = try AnswerLedger()
    try ledger.append([AnswerLedger.consent()])
    let asked = try ledger.ask("--send", "--json")
    #expect(asked.status == 0)
    let answer = try asked.value()
    let token = try #require(answer["token"]?.string)
    #expect(answer["tokenPosition"]?.integer == (try ledger.position(of: token)))
    let page = try ledger.ask("--send")
    #expect(page.output.contains("Token"))
    let decided = try ledger.program.run("replay", "--type", "contact.decided", "--json")
    #expect(decided.lines.count == 2)
    #expect(try ledger.ask("--send", "--at", "2026-01-01").status == 64)
  }

  @Test func whatCannotBeAskedSaysHowToMendItAndHoldsNothingPersonal() throws {
    let ledger = try AnswerLedger()
    func run(_ words: String...) throws -> Program.Outcome {
      try ledger.program.run(["may-contact"] + words)
    }
    let nobody = try run(
      "--customer", "secret@example.test", "--department", "marketing", "--purpose", "marketing",
      "--channel", "email")
    #expect(nobody.status == 66)
    #expect(nobody.error.contains("[customer.missing]") && !nobody.error.contains("secret"))
    let channel = try run(
      "--customer", "ann", "--department", "marketing", "--purpose", "marketing", "--channel",
      "pigeon")
    #expect(channel.status == 64 && channel.error.contains("a channel begins with one of"))
    let star = try run(
      "--customer", "ann", "--department", "marketing", "--purpose", "*", "--channel", "email")
    #expect(star.status == 64 && star.error.contains("never `*`"))
    #expect(try run("--customer", "ann").status == 64)
  }

  @Test func withoutAPolicyNobodyMayBeContacted() throws {
    let folder = TemporaryFolder()
    let program = Program(directory: folder.path)
    try program.makeLedger()
    _ = try program.run(
      "append",
      input: AnswerLedger.event("reg", "customer.registered", ["kind": "person"]) + "\n")
    let asked = try program.run(
      "may-contact", "--customer", "ann", "--department", "marketing", "--purpose", "marketing",
      "--channel", "email")
    #expect(asked.status == 65)
    #expect(asked.error.contains("[policy.none]") && asked.error.contains("rapport plan publish"))
  }

  /// A practice ledger holds every sort of answer, and the page's first line agrees with the exit status.
  @Test func practiceCustomersGetAllThreeAnswers() throws {
    let folder = TemporaryFolder()
    let program = Program(directory: folder.path)
    #expect(
      try program.run("practice", "--customers", "60", "--events", "3000", "--seed", "7").status
        == 0)
    let customers = try program.run(
      "query", "customer", "SELECT customer_id FROM customer LIMIT 40", "--json"
    ).value().elements.compactMap { $0["customer_id"]?.string }
    #expect(customers.count == 40)
    var counts: [Int32: Int] = [:]
    for customer in customers {
      for channel in ["email", "voice"] {
        let asked = try program.run(
          "may-contact", "--customer", customer, "--department", "marketing", "--purpose",
          "marketing", "--channel", channel, "--at", "2026-06-10T10:00:00Z")
        counts[asked.status, default: 0] += 1
        let first = asked.lines.first ?? ""
        switch asked.status {
        case 0: #expect(first == "Yes")
        case 1: #expect(first == "No")
        case 2: #expect(first.hasPrefix("Not "))
        default: Issue.record("\(asked.status): \(asked.error)")
        }
      }
    }
    #expect(Set(counts.keys) == [0, 1, 2], "\(counts)")
  }
}
