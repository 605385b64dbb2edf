// A view in SQL goes back to the file before the one in force, and its definition with it: as one, whatever happens between.

import EventCatalog
import Foundation
import GRDB
import JSONBytes
import Ledger
import LogEngine
import Projection
import RapportTesting
import Synchronization
import Testing

/// A ledger of a type of its own, with a view in SQL that has two versions.
final class ParcelLedger: Sendable {
  let folder = TemporaryFolder()
  var directory: String { "\(folder.path)/ledger" }

  init() throws {
    _ = try Ledger.create(
      directory, name: "localhost", own: SchemaFiles(events: [Parcels.first]), knowing: .ownOnly)
  }

  static let first = """
    -- name: parcels
    -- version: 1
    -- reads: [parcel.sent]

    CREATE TABLE parcel ( -- Parcels by customer
      customer TEXT NOT NULL PRIMARY KEY, -- the customer
      parcels INTEGER NOT NULL -- how many
    ) STRICT;
    INSERT INTO parcel SELECT subject, count(*) FROM batch GROUP BY 1
      ON CONFLICT DO UPDATE SET parcels = parcels + excluded.parcels;

    """
  /// A column more.
  static let second = """
    -- name: parcels
    -- version: 2
    -- reads: [parcel.sent]

    CREATE TABLE parcel ( -- Parcels by customer
      customer TEXT NOT NULL PRIMARY KEY, -- the customer
      parcels INTEGER NOT NULL, -- how many
      grams INTEGER NOT NULL -- what they weigh
    ) STRICT;
    INSERT INTO parcel SELECT subject, count(*), sum(data ->> '$.grams') FROM batch GROUP BY 1
      ON CONFLICT DO UPDATE SET parcels = parcels + excluded.parcels, grams = grams + excluded.grams;

    """

  func read<Result>(_ body: (Ledger) throws -> Result) throws -> Result {
    try body(try Ledger.open(directory, for: .reading))
  }

  func append(_ events: Range<Int>) async throws {
    let ledger = try Ledger.open(directory, for: .writing)
    let path = "\(folder.path)/lines.ndjson"
    try Ledger.writePrivateFile(Array(events.map { Parcels.event($0) }.joined().utf8), to: path)
    #expect(try await ledger.appendLines(try InputFile(path)).rejected == 0)
    for view in ledger.catchUpViews() {
      #expect(view.failure == nil && view.rebuiltBecause == nil, "\(view)")
    }
    try await ledger.close()
  }

  func add(_ text: String) throws {
    let path = "\(folder.path)/parcels.sql"
    try Ledger.writePrivateFile(Array(text.utf8), to: path)
    try read { _ = try $0.addView(try $0.sqlModel(path)) }
  }

  /// Twenty events, the first version, ten more, the second, ten more.
  func fill() async throws {
    try await append(0..<20)
    try add(Self.first)
    try await append(20..<30)
    try add(Self.second)
    try await append(30..<40)
  }

  func rollBack(at step: (RollbackStep) throws -> Void = { _ in }) throws -> ViewProgress {
    try read { try $0.view("parcels").rollBack(at: step) }
  }

  struct Answer: Hashable {
    var columns: [String]
    var rows: [[JSONValue]]
  }

  func answer(_ sql: String = "SELECT * FROM parcel ORDER BY customer") throws -> Answer {
    try read { ledger in
      var answer = Answer(columns: [], rows: [])
      try ledger.view("parcels").query(
        sql, asOf: nil, { _, _ in }, columns: { answer.columns = $0 },
        row: { answer.rows.append($0) })
      return answer
    }
  }

  func version() throws -> Int? { try read { $0.sqlViews.first?.version } }

  func inForce() throws -> String {
    try FileManager.default.destinationOfSymbolicLink(
      atPath: "\(directory)/views/parcels.sqlite")
  }

  static func code(_ body: () throws -> Void) -> String? {
    do { try body() } catch { return LedgerError(any: error).code }
    return nil
  }

  static func columns(ofVersion version: Int?) -> [String] {
    version == 1 ? ["customer", "parcels"] : ["customer", "parcels", "grams"]
  }
}

@Suite struct SQLViewRollbackTests {
  private let test: ParcelLedger

  init() throws { test = try ParcelLedger() }

  @Test func theFileBeforeComesBackWithItsDefinition() async throws {
    try await test.fill()
    #expect(try test.answer().columns == ParcelLedger.columns(ofVersion: 2))
    let done = try test.rollBack()
    #expect(done.definition == 1 && done.position == 40)
    #expect(done.rebuiltBecause == nil && !done.wentBack, "the file is there: nothing is built")
    #expect(try test.inForce() == "parcels@1.sqlite")
    #expect(try test.version() == 1)
    #expect(try test.answer().columns == ParcelLedger.columns(ofVersion: 1))
    #expect(try test.answer("SELECT sum(parcels) AS n FROM parcel").rows == [[.integer(40)]])
    // It goes on live, with the old definition, and no command builds it anew.
    try await test.append(40..<55)
    #expect(try test.answer("SELECT sum(parcels) AS n FROM parcel").rows == [[.integer(55)]])
    #expect(try test.inForce() == "parcels@1.sqlite")
    try test.read { ledger in
      let view = try ledger.view("parcels")
      #expect(try view.status().finding == nil && view.status().lag == 0)
      #expect(try view.check().isEqual)
      #expect(try view.rebuild().isUnchanged == true)
    }
    // The second version may come again.
    try test.add(ParcelLedger.second)
    #expect(try test.version() == 2)
    #expect(try test.answer().columns == ParcelLedger.columns(ofVersion: 2))
    #expect(try test.rollBack().definition == 1)
    #expect(try test.version() == 1)
  }

  @Test func whereTheDefinitionIsTheSameOnlyTheFileGoesBack() async throws {
    try await test.append(0..<9)
    try test.add(ParcelLedger.first)
    try test.read { _ = try $0.view("parcels").rebuild() }
    let done = try test.rollBack()
    #expect(done.definition == nil && done.position == 9)
    #expect(try test.inForce() == "parcels@1.sqlite" && test.version() == 1)
    #expect(ParcelLedger.code { _ = try test.rollBack() } == "view.noPrevious")
  }

  /// Every moment of a rollback, and of the command after it.
  @Test(arguments: RollbackStep.allCases)
  func aRollbackKilledAtAnyStepLeavesOneOfTheTwo(step: RollbackStep) async throws {
    try await test.fill()
    await #expect(processExitsWith: .exitCode(9)) {
      [directory = test.directory as String, name = step.rawValue as String] in
      let ledger = try Ledger.open(directory, for: .reading)
      _ = try ledger.view("parcels").rollBack { if $0.rawValue == name { _exit(9) } }
    }
    let expected = step == .checked ? 2 : 1
    #expect(try test.version() == expected)
    let progress = try test.read { try $0.view("parcels").catchUp() }
    #expect(progress.rebuiltBecause == nil, "nothing has to be built")
    #expect(progress.wentBack == (step == .defined))
    #expect(progress.position == 40)
    #expect(try test.inForce() == (expected == 1 ? "parcels@1.sqlite" : "parcels@2.sqlite"))
    #expect(try test.answer().columns == ParcelLedger.columns(ofVersion: expected))
    #expect(try test.read { try $0.view("parcels").check().isEqual })
    try await test.append(40..<50)
    #expect(try test.answer("SELECT sum(parcels) AS n FROM parcel").rows == [[.integer(50)]])
    #expect(try test.version() == expected)
  }

  /// A rollback that was killed between its two steps may be given again, and so may anything else.
  @Test(arguments: ["rollBack", "rebuild", "add"])
  func afterABrokenOffRollback(next: String) async throws {
    try await test.fill()
    struct Stopped: Error {}
    #expect(throws: Stopped.self) {
      try test.rollBack { if $0 == .defined { throw Stopped() } }
    }
    #expect(try test.version() == 1 && test.inForce() == "parcels@2.sqlite")
    switch next {
    case "rollBack":
      #expect(try test.rollBack().rebuiltBecause == nil)
      #expect(try test.inForce() == "parcels@1.sqlite")
    case "rebuild":
      // Compared with the file in force, which was made by the other definition.
      #expect(try test.read { try $0.view("parcels").rebuild().isUnchanged } == false)
      #expect(try test.inForce() == "parcels@3.sqlite")
    default:
      try test.add(ParcelLedger.second)
      #expect(try test.inForce() == "parcels@2.sqlite", "its file is in force still")
    }
    let version = next == "add" ? 2 : 1
    #expect(try test.version() == version)
    #expect(try test.answer().columns == ParcelLedger.columns(ofVersion: version))
    #expect(try test.read { try $0.view("parcels").catchUp().rebuiltBecause } == nil)
  }

  @Test func whatItsEventsAreReadByDoesNotGoBack() async throws {
    try await test.fill()
    let ledger = try Ledger.open(test.directory, for: .writing)
    _ = try await ledger.addSchemas(SchemaChangeTests.change)
    try await ledger.close()
    #expect(ParcelLedger.code { _ = try test.rollBack() } == "view.cannotRollBack")
    #expect(try test.version() == 2 && test.inForce() == "parcels@2.sqlite")
  }

  private func change(_ file: String, _ sql: String) throws {
    let queue = try DatabaseQueue(path: "\(test.directory)/views/\(file)")
    try queue.write { try $0.execute(sql: sql) }
    try queue.close()
  }

  /// Files of an older program tell of no definition; what somebody wrote into one is not believed.
  @Test(arguments: [
    "DROP TABLE _rapport_definition",
    "UPDATE _rapport_definition SET text = replace(text, 'count(*)', '2 * count(*)')",
    "UPDATE _rapport_definition SET text = replace(text, 'name: parcels', 'name: others')",
    "UPDATE _rapport_definition SET text = 'DROP TABLE parcel;'",
    "DELETE FROM _rapport_definition",
  ])
  func aFileThatDoesNotTellItsDefinitionStaysAway(sql: String) async throws {
    try await test.fill()
    try change("parcels@1.sqlite", sql)
    let code = ParcelLedger.code { _ = try test.rollBack() }
    #expect(["view.cannotRollBack", "view.damaged"].contains(code))
    #expect(try test.version() == 2 && test.inForce() == "parcels@2.sqlite")
    let names = try FileManager.default.contentsOfDirectory(
      atPath: "\(test.directory)/schemas/read-models")
    #expect(names == ["parcels.sql"])
    #expect(try test.answer().columns == ParcelLedger.columns(ofVersion: 2))
  }

  /// A program that opened the ledger before would make the rows of a definition that is gone.
  @Test func whoOpenedTheLedgerBeforeDoesNotUndoAChange() async throws {
    try await test.append(0..<20)
    try test.add(ParcelLedger.first)
    let early = try Ledger.open(test.directory, for: .reading)
    try test.add(ParcelLedger.second)
    let late = try Ledger.open(test.directory, for: .reading)
    let view = try early.view("parcels")
    #expect(ParcelLedger.code { _ = try view.catchUp() } == "view.changed")
    let heard = Mutex(0)
    #expect(
      ParcelLedger.code {
        _ = try view.rebuild(RebuildOptions()) { _, _ in heard.withLock { $0 += 1 } }
      } == "view.changed")
    #expect(heard.withLock { $0 } == 0, "nothing was read for it")
    #expect(early.catchUpViews().map { $0.failure?.code } == ["view.changed"])
    #expect(try test.inForce() == "parcels@2.sqlite")
    _ = try test.rollBack()
    #expect(ParcelLedger.code { _ = try late.view("parcels").catchUp() } == "view.changed")
    #expect(try view.catchUp().rebuiltBecause == nil, "the definition is again what it opened with")
    #expect(try test.inForce() == "parcels@1.sqlite")
    try test.read { try $0.removeView("parcels") }
    #expect(ParcelLedger.code { _ = try view.catchUp() } == "view.changed")
    let files = try FileManager.default.contentsOfDirectory(atPath: "\(test.directory)/views")
    #expect(!files.contains { $0.contains(".sqlite") }, "\(files)")
  }

  /// Between being asked and coming into force a rebuild may take long.
  @Test func aRebuildOfADefinitionThatGoesMeanwhileStaysOut() async throws {
    try await test.fill()
    let early = try Ledger.open(test.directory, for: .reading)
    let file = "\(test.directory)/schemas/read-models/parcels.sql"
    let now = Mutex(false)
    let code = ParcelLedger.code {
      _ = try early.view("parcels").rebuild(RebuildOptions()) { _, _ in
        let isFirst = now.withLock { done in
          defer { done = true }
          return !done
        }
        guard isFirst else { return }
        do {
          try Ledger.writePrivateFile(Array(ParcelLedger.first.utf8), to: file)
        } catch {
          Issue.record("\(error)")
        }
      }
    }
    #expect(code == "view.changed")
    #expect(try test.inForce() == "parcels@2.sqlite")
    let files = try FileManager.default.contentsOfDirectory(atPath: "\(test.directory)/views")
    #expect(!files.contains { $0.contains(".tmp") || $0.contains("@3") }, "\(files)")
  }
}
