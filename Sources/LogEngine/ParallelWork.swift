internal import Disk
internal import Synchronization

/// Work that is cut into numbered parts.
package enum ParallelWork {
  /// Does parts 0 to `count` - 1 on so many threads of its own, each by the next thread that is free, and gives back what
  /// they made, in order. Blocks the caller. Throws the error of the lowest part that failed.
  package static func map<Value: Sendable>(
    _ count: Int, threads: Int, _ body: @escaping @Sendable (Int) throws -> Value
  ) throws -> [Value] {
    let next = Mutex(0)
    let results = Monitor<[Int: Result<Value, any Error>]>([:])
    for _ in 0..<min(threads, count) {
      DedicatedThread.start(named: "rapport-work") {
        while true {
          let part = next.withLock { part in
            defer { part += 1 }
            return part
          }
          guard part < count else { return }
          let result = Result { () throws -> Value in try body(part) }
          results.change { $0[part] = result }
        }
      }
    }
    let all: [Int: Result<Value, any Error>] = results.wait { $0.count == count ? $0 : nil }
    return try (0..<count).map { part in
      guard let result = all[part] else { preconditionFailure("all parts are done") }
      return try result.get()
    }
  }
}
