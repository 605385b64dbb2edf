// Threads of one's own, and the monitor by which they hear of each other.
import Disk
import Testing

struct DedicatedThreadTests {
  @Test func theBodyRunsOnceAndItsCapturesEndWithIt() {
    final class Witness: Sendable {
      let ended: Monitor<Int>
      init(_ ended: Monitor<Int>) { self.ended = ended }
      deinit { ended.change { $0 += 1 } }
    }
    let (runs, ended) = (Monitor(0), Monitor(0))
    for _ in 0..<20 {
      let witness = Witness(ended)
      DedicatedThread.start(named: "a name longer than the kernel takes") {
        _ = witness
        runs.change { $0 += 1 }
      }
    }
    ended.wait { $0 == 20 ? () : nil }
    #expect(runs.look { $0 } == 20)
  }

  @Test func aSleeperHearsOfEveryChange() {
    let monitor = Monitor<[Int]>([])
    let done = Monitor<[Int]>([])
    DedicatedThread.start(named: "taker") {
      for _ in 0..<500 {
        let taken = monitor.wait { $0.isEmpty ? nil : $0.removeFirst() }
        done.change { $0.append(taken) }
      }
    }
    for number in 0..<500 { monitor.change { $0.append(number) } }
    let taken = done.wait { $0.count == 500 ? $0 : nil }
    #expect(taken == Array(0..<500))
  }

  @Test func changesOfManyThreadsAreAllMade() {
    let monitor = Monitor((sum: 0, left: 8))
    for _ in 0..<8 {
      DedicatedThread.start(named: "adder") {
        for _ in 0..<2_000 { monitor.change { $0.sum += 1 } }
        monitor.change { $0.left -= 1 }
      }
    }
    let sum = monitor.wait { $0.left == 0 ? $0.sum : nil }
    #expect(sum == 16_000)
  }

  @Test func everySleeperIsWoken() {
    let gate = Monitor(false)
    let through = Monitor(0)
    for _ in 0..<8 {
      DedicatedThread.start(named: "sleeper") {
        gate.wait { $0 ? () : nil }
        through.change { $0 += 1 }
      }
    }
    gate.change { $0 = true }
    #expect(through.wait { $0 == 8 ? $0 : nil } == 8)
  }

  @Test func aLookMayChangeTheValueToo() {
    let monitor = Monitor(1)
    #expect(
      monitor.look {
        $0 += 1; return $0
      } == 2)
    #expect(monitor.look { $0 } == 2)
  }
}
