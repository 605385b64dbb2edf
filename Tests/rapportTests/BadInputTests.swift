// Malformed, hostile and huge input, and places where nothing can be written: a sentence, a code, an exit status, and
// nothing lost.

import Foundation
import JSONBytes
import RapportTesting
import Testing

@Suite struct BadInputTests {
  private let folder = TemporaryFolder()
  private var program: Program { Program(directory: folder.path) }

  private static func changed(_ from: String, _ to: String) -> String {
    Lines.order("x").replacing(from, with: to)
  }

  /// A line, and the code it is rejected with.
  static let lines: [(line: String, code: String)] = [
    ("nonsense", "event.json"),
    ("[]", "event.not-an-object"),
    ("{\"specversion\":\"1.0\"", "event.json"),
    (changed("\"id\":\"x\",", "\"id\":\"x\",\"id\":\"y\","), "event.json"),
    (changed("\"1.0\"", "\"0.3\""), "event.specversion"),
    (changed("order.completed\"", "order.imagined\""), "event.unknown-type"),
    (changed("order.completed/1", "order.completed/9"), "event.schema-version"),
    (changed("\"subject\":\"c1\",", ""), "event.subject-missing"),
    (changed("\"c1\"", "\"someone@example.com\""), "event.subject-personal"),
    (changed("\"c1\"", "\"+493023125001\""), "event.subject-personal"),
    (changed("\"c1\"", "\"Rene\u{301}\""), "event.not-nfc"),
    (changed("2026-03-01T09:00:00Z", "2026-03-01"), "event.time"),
    (changed("2026-03-01T09:00:00Z", "2199-01-01T00:00:00Z"), "append.invalid"),
    (changed("\"12.50\"", "12.50"), "event.schema"),
    (changed("\"quantity\":1", "\"quantity\":1,\"owner\":\"sales\""), "event.schema"),
    (changed("\"quantity\":1", "\"quantity\":9007199254740993"), "event.number"),
    (changed("\"id\":\"x\"", "\"id\":\"x\",\"sequence\":\"0\""), "event.ledger-attribute"),
    (changed("tent-2", String(repeating: "a", count: 300_000)), "event.json"),
    (String(repeating: "[", count: 5_000), "event.json"),
    (changed("tent-2", "\\ud800"), "event.json"),
  ]

  @Test(arguments: lines.indices) func aBadLineHasItsCodeAndRecordsNothing(index: Int) throws {
    let (line, code) = Self.lines[index]
    _ = try program.run("init")
    let outcome = try program.run("append", "--json", input: line + "\n")
    #expect(outcome.status == 65)
    #expect(outcome.error.contains("[\(code)]"), "\(outcome.error.prefix(400))")
    #expect(!outcome.error.contains("someone@"))
    #expect(outcome.error.utf8.count < 4_000, "a huge line is not repeated")
    #expect(try outcome.json()["appended"]?.integer == 0)
    #expect(try program.run("verify").status == 0)
  }

  @Test func whatIsMissingIsSaidWithStatus66() throws {
    #expect(try program.run("append", "nowhere.ndjson").status == 66)
    let none = try program.run("replay")
    #expect(none.status == 66)
    #expect(none.error.contains("rapport init"))
    _ = try program.run("init")
    let mapping = try program.run("import", "--mapping", "nothing", "x.csv")
    #expect(mapping.status == 66)
    #expect(mapping.error.contains("cdnow-sample"))
    #expect(try program.run("import", "--mapping", "cdnow-sample", "nowhere.txt").status == 66)
    #expect(try program.run("customer", "nobody").status == 66)
  }

  @Test func wrongUsageIs64() throws {
    #expect(try program.run("append", "--no-such-flag").status == 64)
    #expect(try program.run("no-such-command").status == 64)
    #expect(try program.run("practice", "--customers", "0").status == 64)
    #expect(try program.run("init", "--name", "not a domain").status == 64)
    #expect(try program.run("init", "--ledger", "").status == 64)
  }

  @Test func aSecondWriterIsToldAndChangesNothing() throws {
    _ = try program.run("init")
    let input = Pipe()
    let first = try program.start(["append", "-"], input: input)
    // A writer that has the lock says so in the watermark; then it waits for its input for as long as that is open.
    let watermark = "\(folder.path)/ledger/log/watermark"
    let before = SharedData.bytes(ofFile: watermark)
    try first.run()
    while SharedData.bytes(ofFile: watermark) == before, first.isRunning { sched_yield() }
    let outcome = try program.run("append", "--json", input: Lines.order("second"))
    #expect(outcome.status == 69)
    #expect(outcome.error.contains("[ledger.busy]"))
    #expect(outcome.output.isEmpty)
    try input.fileHandleForWriting.write(contentsOf: Data(Lines.order("held").utf8))
    try input.fileHandleForWriting.close()
    first.waitUntilExit()
    #expect(try program.run("verify").status == 0)
    #expect(try program.run("append", input: Lines.order("second")).status == 0)
  }

  @Test func aLedgerOfANewerFormatIsRefusedByName() throws {
    _ = try program.run("init")
    let path = "\(folder.path)/ledger/ledger.json"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try program.write(
      text.replacing("\"format\":1", with: "\"format\":2"), to: "ledger/ledger.json")
    for command in [["replay"], ["append"], ["verify"], ["customer", "x"]] {
      let outcome = try program.run(command)
      #expect(outcome.status == 65)
      #expect(outcome.error.contains("use a newer program"))
    }
  }

  @Test func aFolderWhereNothingMayBeWrittenIsSaidClearly() throws {
    try program.makeLedger()
    _ = try program.run("append", input: Lines.order("a"))
    _ = try program.run("query", "customer", "SELECT 1")
    var reader = program
    if geteuid() == 0 {
      // Root may write anywhere: look at it with the eyes of nobody.
      reader.launcher = ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/bin/chmod")
      process.arguments = ["-R", "a+rX", folder.path]
      try process.run()
      process.waitUntilExit()
    } else {
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o500], ofItemAtPath: "\(folder.path)/ledger")
    }
    guard try reader.run("--version").status == 0 else {
      print("skipped: another user may not run the program from this folder")
      return
    }
    let refused = try reader.run("append", input: Lines.order("b"))
    #expect(refused.status == 74)
    #expect(refused.error.contains("permission denied"))
    #expect(try reader.run("replay", "--json").lines.count == 1)
    #expect(
      try reader.run("query", "customer", "SELECT orders FROM customer", "--json").status == 0)
  }

  @Test func aFullDiskRefusesAndLosesNothingAcknowledged() throws {
    let disk = "\(folder.path)/small"
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
    let mount = Process()
    mount.executableURL = URL(fileURLWithPath: "/bin/mount")
    mount.arguments = ["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk]
    mount.standardError = FileHandle.nullDevice
    try mount.run()
    mount.waitUntilExit()
    guard mount.terminationStatus == 0 else {
      print("skipped: mounting a small file system needs root")
      return
    }
    defer {
      let unmount = Process()
      unmount.executableURL = URL(fileURLWithPath: "/bin/umount")
      unmount.arguments = [disk]
      // Left mounted it would only keep the temporary folder from being removed.
      try? unmount.run()
      unmount.waitUntilExit()
    }
    _ = try program.run("init", "--ledger", "small/ledger")
    // Each order holds text that does not compress to nothing: twenty thousand fill the disk.
    var random = SeededGenerator(seed: 5)
    let lines = (0..<20_000).map { number in
      Lines.order("e\(number)").replacing("tent-2", with: "s\(random.next())-\(random.next())")
    }
    try program.write(lines.joined(), to: "many.ndjson")
    let full = try program.run("append", "--ledger", "small/ledger", "many.ndjson")
    #expect(full.status == 74)
    #expect(full.error.contains("no space left"))
    #expect(try program.run("verify", "--ledger", "small/ledger").status != 74)
    let kept = try program.run("replay", "--ledger", "small/ledger", "--json").lines.count
    #expect(kept > 0)
    #expect(kept < 20_000)
  }

  @Test func damageIsToldWithFileByteAndPositionsAndNeverMended() throws {
    try program.makeLedger()
    for id in ["a", "b", "c"] { _ = try program.run("append", input: Lines.order(id)) }
    let path = "\(folder.path)/ledger/log/00000000000000000000.journal"
    var bytes = SharedData.bytes(ofFile: path)
    // The second of three frames: each takes one page, behind the page of the header.
    bytes[2 * 4_096 + 200] ^= 1
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let verified = try program.run("verify", "--json")
    #expect(verified.status == 65)
    let finding = try #require(verified.json().at(pointer: "/findings/0"))
    #expect(finding["file"]?.string == "log/00000000000000000000.journal")
    #expect(finding["offset"]?.integer == 8_192)
    #expect(finding["from"]?.integer == 1)
    #expect(finding["to"]?.integer == 2)
    let refused = try program.run("append", input: Lines.order("d"))
    #expect(refused.status == 65)
    #expect(refused.error.contains("[ledger.corrupt]"))
    #expect(SharedData.bytes(ofFile: path) == bytes, "nothing is changed")
    #expect(try program.run("replay", "--json", "--to", "1").lines.count == 1)
    #expect(try program.run("replay", "--json", "--from", "2").lines.count == 1)
  }
}
