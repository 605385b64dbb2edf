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

  /// Makes parts 0 to `count` - 1 on so many threads, and hands each to `take` in the order of their numbers, one at a time.
  /// At most twice as many parts as threads are made ahead. Blocks the caller. Throws the first error.
  package static func inOrder<Value: Sendable>(
    _ count: Int, threads: Int, make: @escaping @Sendable (Int) throws -> Value,
    take: @escaping @Sendable (Value) throws -> Void
  ) throws {
    let line = Monitor(PartsInOrder<Value>())
    let workers = min(threads, count)
    for _ in 0..<workers {
      DedicatedThread.start(named: "rapport-work") {
        while let part = line.wait({ $0.next(of: count, aheadMax: threads) }) {
          let made = Result { () throws -> Value in try make(part) }
          line.change { $0.waiting[part] = made }
          while let value = line.change({ $0.takeNext() }) {
            let taken = Result { () throws -> Void in try take(value) }
            line.change { $0.took(taken) }
          }
        }
        line.change { $0.ended += 1 }
      }
    }
    let error: (any Error)?? = line.wait { $0.ended == workers ? .some($0.error) : nil }
    if let error = error.flatMap({ $0 }) { throw error }
  }
}

/// Parts that several threads make and that are taken in order.
private struct PartsInOrder<Value: Sendable>: Sendable {
  var waiting: [Int: Result<Value, any Error>] = [:]
  var ended = 0
  private(set) var error: (any Error)?
  private var begun = 0
  private var taken = 0
  private var isTaking = false

  /// The next part to make, `.some(nil)` where none is left; nil where the thread is to wait.
  mutating func next(of count: Int, aheadMax: Int) -> Int?? {
    if error != nil || begun == count { return .some(nil) }
    guard begun < taken + 2 * aheadMax else { return nil }
    begun += 1
    return .some(begun - 1)
  }

  /// The part whose turn it is, where nobody takes one now.
  mutating func takeNext() -> Value? {
    guard !isTaking, error == nil, let result = waiting.removeValue(forKey: taken) else {
      return nil
    }
    switch result {
    case .success(let value):
      isTaking = true
      return value
    case .failure(let failure):
      error = failure
      return nil
    }
  }

  mutating func took(_ result: Result<Void, any Error>) {
    isTaking = false
    taken += 1
    if case .failure(let failure) = result { error = error ?? failure }
  }
}
