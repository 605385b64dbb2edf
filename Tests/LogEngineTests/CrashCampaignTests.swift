import Disk
import RapportTesting
import Testing

@testable import LogEngine

/// Longer runs by seed: several writers and a reader, rolling journals, power cuts, kills and failing calls, and after
/// each of them every promise. Threads take turns as they please, so that a seed gives the same plan and not the same
/// run; the message names it all the same.
struct CrashCampaignTests {
  static let seeds = CampaignSize.pick(tests: 60 as UInt64, small: 100, full: 1_200)

  @Test(.faultRow(3, .simulated)) func nothingAcknowledgedIsLostInAnyOfManyCrashes() async throws {
    var acknowledged = 0
    var crashes = 0
    // Others in every run, and printed; a large campaign starts where the printed seed says.
    let first = SeededGenerator.seedOfThisRun
    for seed in first..<first + Self.seeds {
      let (count, rounds) = try await run(seed: seed)
      acknowledged += count
      crashes += rounds
    }
    FaultTally.countRuns(crashes, of: 3)
    print(
      "campaign: seeds \(first) to \(first + Self.seeds - 1), \(crashes) crashes, "
        + "\(acknowledged) appends acknowledged")
    #expect(
      acknowledged > 15 * Int(Self.seeds), "a campaign without appends proves nothing")
  }

  private func run(seed: UInt64) async throws -> (acknowledged: Int, rounds: Int) {
    var random = SeededGenerator(seed: seed)
    var disk = SimulatedFileSystem(seed: seed)
    var ledger = TestLedger(disk: disk)
    ledger.limits = JournalLimits(
      rawMax: 1 << 20, fileMax: UInt64(4_096 * (2 + random.below(8))), reserveStep: 16 << 10)
    ledger.sealing = random.chance(50) ? .automatic : .onRequest
    ledger.checkpoints = random.chance(50) ? .continuous : .atClose
    try ledger.create()
    let witness = Witness()
    let rounds = 2 + random.below(2)
    for round in 0..<rounds {
      ledger.clock.advance(microseconds: Int64(random.below(3_000_000)) - 1_000_000)
      witness.expectPowerCut(plan(disk, &random))
      await work(ledger, disk, witness, round: round, random.next())
      disk = random.chance(70) ? disk.crash(seed: random.next()) : disk.kill()
      ledger = ledger.on(disk)
      try await witness.check(ledger, "seed \(seed), round \(round)", goesOn: true)
      disk = (ledger.disk as? SimulatedFileSystem) ?? disk
    }
    return (witness.acknowledgedCount, rounds)
  }

  /// What goes wrong in this round. Returns whether it is the power.
  private func plan(_ disk: SimulatedFileSystem, _ random: inout SeededGenerator) -> Bool {
    let call = disk.callCount + 20 + random.below(200)
    switch random.below(6) {
    case 0, 1, 2:
      disk.cutPower(atCall: call)
      return true
    case 3: disk.inject(.error(Errno.io), at: .call(call))
    case 4:
      disk.inject(
        .error(Errno.noSpace), at: .next(.sync, skipping: 3 + random.below(20)))
    default:
      // Shorter than any frame: a write of everything is no failed write.
      disk.inject(
        .shortWrite(byteCount: random.below(300), errno: Errno.noSpace),
        at: .next(.write, skipping: 3 + random.below(30)))
    }
    return false
  }

  /// Two to four writers append at once; a reader looks on. Errors end a writer's work.
  private func work(
    _ ledger: TestLedger, _ disk: SimulatedFileSystem, _ witness: Witness, round: Int,
    _ seed: UInt64
  ) async {
    var random = SeededGenerator(seed: seed)
    let log: EventLog
    do throws(OpenError) {
      log = try ledger.open(random.chance(30) ? .strict : .normal).log
    } catch {
      guard case .disk = error else {
        Issue.record("round \(round): \(error.sentence)")
        return
      }
      return
    }
    let writers = 2 + random.below(3)
    let seeds = (0..<writers).map { _ in random.next() }
    let sealsInBetween = random.chance(30)
    let done = Flag()
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        await withTaskGroup(of: Void.self) { inner in
          for (writer, seed) in seeds.enumerated() {
            inner.addTask {
              await write(log, witness, SeededGenerator(seed: seed), "\(round)-\(writer)")
            }
          }
        }
        done.raise()
      }
      group.addTask { await watch(ledger, disk, witness, until: done) }
      if sealsInBetween { group.addTask { _ = await log.seal() } }
    }
    checkOrder(disk)
    if random.chance(50) {
      do throws(DiskError) { try await log.close() } catch { return }
    }
  }

  /// One frame in flight: between two writes to a journal its sync has said yes.
  private func checkOrder(_ disk: SimulatedFileSystem) {
    var unsynced: Set<String> = []
    for call in disk.calls where call.path.contains(".journal") {
      switch call.operation {
      case .create: unsynced.remove(call.path)
      case .sync where call.failure == nil: unsynced.remove(call.path)
      case .write where call.offset ?? 0 >= 4_096 && call.byteCount ?? 0 > 0:
        let (isFirst, _) = unsynced.insert(call.path)
        #expect(isFirst, "\(call): the frame before it was not synced")
      default: break
      }
    }
  }

  private func write(
    _ log: EventLog, _ witness: Witness, _ start: SeededGenerator, _ name: String
  ) async {
    var random = start
    for number in 0..<8 {
      let subject = "c\(random.below(3))"
      let ids = (0...random.below(4)).map { "\(name)-\(number)-\($0)" }
      let expecting =
        random.chance(20)
        ? [Expectation(customer: subject, revision: .exactly(log.revision(of: subject)))] : []
      switch await witness.append(ids, subject: subject, expecting: expecting, to: log) {
      case nil, .revisionConflict: continue
      default: return
      }
    }
  }

  /// A reader of another process. Where the disk fails it, it ends: a read that the device refuses is damage to it, and
  /// so is one after the power is gone.
  private func watch(
    _ ledger: TestLedger, _ disk: SimulatedFileSystem, _ witness: Witness, until done: Flag
  ) async {
    do {
      let (reader, report) = try ledger.openForReading()
      // The device failed while the log was opened: then there are holes.
      guard report.damage.isEmpty else { return }
      repeat {
        try witness.look(reader)
        await Task.yield()
      } while !done.isUp
    } catch OpenError.disk, ReadError.disk {
      return
    } catch ReadError.corrupt where disk.isGone || disk.calls.contains(where: { $0.isRefused }) {
      return
    } catch {
      Issue.record("a reader beside a writer: \(error)")
    }
  }
}

extension SimulatedCall {
  /// Whether the device did not give what it holds, or did not open it: a file that was closed meanwhile is opened again.
  fileprivate var isRefused: Bool { [.read, .open].contains(operation) && failure != nil }
}
