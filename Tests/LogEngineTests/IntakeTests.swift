import Disk
import RapportTesting
import Synchronization
import Testing

@testable import LogEngine

struct IntakeTests {
  private func append(_ id: Int, events: Int = 1, byteCount: Int = 10) -> PendingAppend {
    PendingAppend(
      events: (0..<events).map { event("\(id)-\($0)") }, known: [], expectations: [],
      byteCount: byteCount, answer: { _ in })
  }

  private func ids(_ appends: [PendingAppend]) -> [String] {
    appends.map { String(decoding: $0.events[0].bytes, as: UTF8.self) }
  }

  @Test func appendsComeOutInTheOrderInWhichTheyWentIn() {
    var intake = Intake()
    var taken: [PendingAppend] = []
    for number in 0..<5_000 {
      #expect(intake.add(append(number)) == nil)
      if number % 7 == 0 { taken += intake.take(eventsMax: 5, bytesMax: 1 << 20) }
    }
    while !intake.isEmpty { taken += intake.take(eventsMax: 100, bytesMax: 1 << 20) }
    #expect(ids(taken) == ids((0..<5_000).map { append($0) }))
  }

  @Test func noMoreIsTakenThanFits() {
    var intake = Intake()
    for number in 0..<10 { _ = intake.add(append(number, events: 3, byteCount: 300)) }
    #expect(intake.take(eventsMax: 2, bytesMax: 1 << 20).isEmpty)
    #expect(intake.take(eventsMax: 8, bytesMax: 1 << 20).count == 2)
    let each = 300 + 3 * (NewEvent.addedSizeMax + 2)
    #expect(intake.take(eventsMax: 100, bytesMax: 3 * each - 1).count == 2)
    #expect(intake.take(eventsMax: 100, bytesMax: 3 * each).count == 3)
    #expect(intake.takeAll().count == 3)
    #expect(intake.isEmpty)
  }

  @Test func theQueueHoldsItsLimitsAndNotOneMore() {
    var intake = Intake()
    let one = append(0, byteCount: 1)
    for _ in 0..<Limits.pendingAppendsMax { #expect(intake.add(one) == nil) }
    #expect(intake.add(one) == .busy)
    _ = intake.take(eventsMax: 1, bytesMax: 1 << 20)
    #expect(intake.add(one) == nil)
    _ = intake.takeAll()
    let half = append(0, byteCount: Limits.pendingSizeMax / 2)
    #expect(intake.add(half) == nil)
    #expect(intake.add(half) == nil)
    #expect(intake.add(one) == .busy)
    _ = intake.take(eventsMax: 1, bytesMax: 1 << 30)
    #expect(intake.add(one) == nil)
  }

  /// What was taken is let go at once: the queue of a slow disk does not keep the events of a fast hour.
  @Test func whatWasTakenIsNotKept() {
    final class Canary: Sendable {}
    var intake = Intake()
    weak var canary: Canary?
    do {
      let held = Canary()
      canary = held
      let kept = PendingAppend(
        events: [event("a")], known: [], expectations: [], byteCount: 1,
        answer: { _ in withExtendedLifetime(held) {} })
      _ = intake.add(kept)
    }
    for number in 0..<10 { _ = intake.add(append(number)) }
    #expect(canary != nil)
    _ = intake.take(eventsMax: 1, bytesMax: 1 << 20)
    #expect(canary == nil)
    #expect(!intake.isEmpty)
  }

  @Test func nothingIsTakenInAfterTheEnd() {
    let failure = DiskError(.sync, "x", number: Errno.io)
    var intake = Intake()
    intake.isClosing = true
    #expect(intake.add(append(0)) == .closed)
    intake = Intake()
    intake.isAbandoned = true
    #expect(intake.add(append(0)) == .closed)
    intake = Intake()
    intake.halted = failure
    intake.isClosing = true
    #expect(intake.add(append(0)) == .halted(failure))
  }
}
