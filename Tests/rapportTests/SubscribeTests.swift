// rapport subscribe, as a program that follows the ledger uses it.

import Disk
import Foundation
import JSONBytes
import Ledger
import LogEngine
import RapportTesting
import Testing

@Suite(.serialized) struct SubscribeTests {
  private let folder = TemporaryFolder()
  private var program: Program { Program(directory: folder.path) }
  private var ledger: String { "\(folder.path)/ledger" }

  private func append(_ ids: Range<Int>, customers: Int = 1) throws {
    let lines = ids.map { Lines.order("o-\($0)", customer: "c\($0 % customers)") }.joined()
    #expect(try program.run("append", "-", input: lines).status == 0)
  }

  private func subscribe(_ arguments: String..., input: String? = nil) throws -> Program.Outcome {
    try program.run(["subscribe"] + arguments, input: input)
  }

  private func positions(_ outcome: Program.Outcome) throws -> [Int64] {
    try outcome.lines.map {
      try #require(try JSONDocument(scanning: Array($0.utf8)).root["position"]?.integer)
    }
  }

  @Test func goesOnWhereItLeftOff() throws {
    try program.makeLedger()
    try append(0..<5)
    let first = try subscribe("s", "--once")
    #expect(first.status == 0, "\(first.error)")
    // What it is told of itself comes last: the subscription is an event too.
    #expect(try positions(first).prefix(5) == [0, 1, 2, 3, 4])
    let entries = try program.run("replay", "--json", "--to", "1")
    #expect(
      first.lines.first
        == "{\"kind\":\"event\",\"position\":0,\"event\":\(entries.lines.first ?? "")}")
    #expect(first.output.contains("projection.subscribed"))
    #expect(try subscribe("s", "--once").output == "")
    try append(5..<7)
    #expect(try positions(subscribe("s", "--once")) == [6, 7])
    let other = try subscribe("t", "--once", "--from", "6", "--type", "order.completed")
    #expect(try positions(other) == [6, 7])
    let list = try program.run("subscriptions", "--json")
    #expect(try list.json().elements.map { $0["lagEvents"]?.integer } == [1, 0])
    #expect(try program.run("subscriptions", "remove", "s").status == 0)
    #expect(try program.run("subscriptions", "remove", "s").status == 66)
    #expect(try program.run("verify").status == 0)
  }

  @Test func onlyWhatWasAcknowledgedIsDone() throws {
    try program.makeLedger()
    try append(0..<6)
    let type = ["--type", "order.completed"]
    #expect(try program.run(["subscribe", "s", "--once", "--from", "6"] + type).output == "")
    let nothing = try program.run(["subscribe", "a", "--once", "--ack"] + type, input: "")
    #expect(try positions(nothing) == [0, 1, 2, 3, 4, 5])
    let refused = try subscribe("a", "--once", "--ack", input: "2\n9\n")
    #expect(refused.status == 65 && refused.error.contains("subscription.acknowledgement"))
    let list = try program.run("subscriptions")
    #expect(list.output.contains("ended") && list.output.contains("refused"))
    // What was acknowledged before the mistake counts.
    #expect(try positions(subscribe("a", "--once", "--ack", input: "3\n")) == [3, 4, 5])
    #expect(try !program.run("subscriptions").output.contains("ended"))
    #expect(try positions(subscribe("a", "--once", "--ack", input: "4\n5\n")) == [4, 5])
    #expect(try subscribe("a", "--once").output == "")
  }

  @Test func badRequestsAreSentences() throws {
    try program.makeLedger()
    try append(0..<2)
    #expect(try subscribe("s", "--once").status == 0)
    let cases: [(arguments: [String], code: String)] = [
      (["s", "--from", "now", "--once"], "subscription.differs"),
      (["s", "--to", "view:customer", "--once"], "subscription.differs"),
      (["S", "--once"], "usage.subscription"), (["../s", "--once"], "usage.subscription"),
      (["n", "--from", "99", "--once"], "usage.position"),
      (["n", "--from", "soon", "--once"], "usage.from"),
      (["n", "--to", "rows", "--once"], "usage.to"),
      (["n", "--to", "view:customer", "--type", "a", "--once"], "usage.type"),
      (["n", "--to", "view:none", "--once"], "view.unknown"),
      (["n", "--type", "no.type", "--once"], "usage.type"),
      (["n", "--department", "nobody", "--once"], "subscription.department"),
    ]
    for (arguments, code) in cases {
      let outcome = try program.run(["subscribe"] + arguments)
      #expect(outcome.status != 0 && outcome.output.isEmpty, "\(arguments)")
      #expect(outcome.error.contains("[\(code)]"), "\(arguments): \(outcome.error)")
    }
    #expect(try Array(program.run("subscriptions", "--json").json().elements).count == 1)
  }

  @Test func departmentsGetWhatThePlanGrantsAndErasuresReachAll() throws {
    #expect(try program.run("init").status == 0)
    try append(0..<2)
    let erased = """
      {"specversion":"1.0","id":"x-1","source":"/desk","type":"data.erased","subject":"c1",\
      "time":"2026-03-01T09:00:00Z","dataschema":"data.erased/1","authtype":"user","authid":"clerk-7",\
      "data":{"requestId":"DSR-1","keyIds":["k"],"oldEpoch":1,"newEpoch":2,\
      "suppressed":["hmac-sha256:da84be2a05afa6ec7224e2039d98e109b4f55263faac79301abf4342e903cfba"],\
      "readModels":[],"scanResult":"clean"}}

      """
    #expect(try program.run("append", "-", input: erased).status == 0)
    let got = try subscribe("m", "--department", "marketing", "--type", "order.completed", "--once")
    #expect(got.status == 0, "\(got.error)")
    #expect(got.output.contains("\"requestId\":\"DSR-1\"") && got.output.contains("\"c1\""))
    #expect(got.output.contains("order.completed"))
    for hidden in ["amount", "hmac-sha256", "till-1", "clerk-7"] {
      #expect(!got.output.contains(hidden), "\(hidden) is not granted to marketing")
    }
    let typed = try subscribe("t", "--type", "complaint.opened", "--once")
    #expect(typed.lines.count == 1 && typed.output.contains("data.erased"))
    for view in ["customer", "service"] {
      let refused = try subscribe(
        "v", "--to", "view:\(view)", "--department", "marketing", "--once")
      #expect(refused.error.contains("[subscription.not-shared]"))
    }
    let own = try subscribe("v", "--to", "view:marketing", "--department", "marketing", "--once")
    #expect(own.status == 0 && own.output.contains("\"kind\":\"current\""), "\(own.error)")
  }

  @Test func aViewBeginsWithItsRowsAndGoesOnWithChanges() throws {
    try program.makeLedger()
    try append(0..<5, customers: 2)
    func kinds(_ outcome: Program.Outcome) throws -> [String] {
      try outcome.lines.map {
        try JSONDocument(scanning: Array($0.utf8)).root["kind"]?.string ?? ""
      }
    }
    let first = try subscribe("s", "--to", "view:customer", "--once")
    #expect(first.status == 0, "\(first.error)")
    let told = try kinds(first)
    #expect(told.first == "reset" && told.contains("row") && told.contains("current"))
    try append(5..<6, customers: 2)
    let then = try subscribe("s", "--once")
    #expect(try Set(kinds(then)) == ["change"])
    #expect(then.output.contains("\"operation\":\"altered\""))
    #expect(try subscribe("s", "--once").output == "")
    #expect(try program.run("rebuild", "customer").status == 0)
    #expect(try kinds(subscribe("s", "--once")).allSatisfy { $0 == "change" })
    #expect(try program.run("verify").status == 0)
    try FileManager.default.removeItem(atPath: "\(ledger)/views")
    #expect(try kinds(subscribe("s", "--once")).first == "reset")
  }

  @Test func aBackupHoldsWhatSubscribersHave() throws {
    try program.makeLedger()
    try append(0..<3)
    #expect(try subscribe("s", "--once").lines.count == 4)
    #expect(try program.run("backup", "copy").status == 0)
    #expect(try program.run("backup", "copy").status == 0)
    #expect(try program.run("restore", "copy", "--ledger", "again").status == 0)
    #expect(try program.run("subscribe", "s", "--once", "--ledger", "again").output == "")
    let list = try program.run("subscriptions", "--json", "--ledger", "again")
    #expect(try Array(list.json().elements).first?["position"]?.integer == 4)
  }

  @Test func twoProcessesCannotTakeUpOneName() throws {
    try program.makeLedger()
    try append(0..<1)
    let output = Pipe()
    let first = try program.start(["subscribe", "s"], output: output)
    try first.run()
    let reader = LineReader(output)
    _ = try reader.next()
    let second = try subscribe("s", "--once")
    #expect(second.status == 69 && second.error.contains("[subscription.busy]"))
    kill(first.processIdentifier, SIGKILL)
    first.waitUntilExit()
    #expect(try subscribe("s", "--once").status == 0)
  }

  /// Measured, not judged: a machine under load has no say in whether the order is right.
  @Test func aLineFollowsTheAppendWithinMilliseconds() async throws {
    try program.makeLedger()
    let output = Pipe()
    let process = try program.start(
      ["subscribe", "s", "--type", "order.completed"], output: output)
    try append(0..<1)
    try process.run()
    let reader = LineReader(output)
    _ = try reader.next()
    let writer = try Ledger.open(ledger, for: .writing)
    var taken: [Duration] = []
    var last: Int64 = -1
    for number in 1...100 {
      let text = Array(Lines.order("o-\(number)").utf8.dropLast())
      _ = try await writer.append([
        EventTexts(bytes: text, items: [.init(range: 0..<text.count, line: 1)])
      ])
      let start = ContinuousClock.now
      let line = try #require(try reader.next())
      taken.append(ContinuousClock.now - start)
      let found = try JSONDocument(scanning: Array(line.utf8)).root["position"]?.integer ?? -1
      #expect(found == Int64(writer.size) - 1 && found > last)
      last = found
    }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    try await writer.close()
    taken.sort()
    func milliseconds(_ percent: Int) -> Double {
      (taken[(taken.count - 1) * percent / 100] / .microseconds(1)) / 1_000
    }
    print(
      "append to line, ms: median \(milliseconds(50)), p90 \(milliseconds(90)), p99 \(milliseconds(99)), worst \(milliseconds(100))"
    )
  }
}

/// Reads lines of a pipe as they come.
final class LineReader {
  private let descriptor: Int32
  private let pipe: Pipe
  private var rest: [UInt8] = []

  init(_ pipe: Pipe) {
    self.pipe = pipe
    descriptor = pipe.fileHandleForReading.fileDescriptor
  }

  /// The next line; nil at the end.
  func next() throws -> String? {
    while true {
      if let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        defer { rest.removeSubrange(...end) }
        return String(decoding: rest[..<end], as: UTF8.self)
      }
      var piece = [UInt8](repeating: 0, count: 1 << 14)
      // Safe: read(2) writes at most the buffer's size.
      let got = unsafe piece.withUnsafeMutableBytes { buffer in
        unsafe read(descriptor, buffer.baseAddress, buffer.count)
      }
      if got < 0, errno == EINTR { continue }
      if got <= 0 { return nil }
      rest += piece[..<got]
    }
  }
}
