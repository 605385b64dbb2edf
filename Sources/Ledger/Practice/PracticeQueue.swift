/// What happens next, in order of time: the heart of the discrete simulation behind a practice
/// history.

/// One thing a life will do.
struct PracticeStep: Sendable {
  enum Kind: Sendable {
    case episode
    case identity(IdentityStep)
    case trade(TradeStep)
    case service(ServiceStep)
    case dialogue(DialogueStep)
    case permission(PermissionStep)
    case contact(ContactStep)
    case rights(RightsStep)
    case house(HouseStep)
  }

  /// Milliseconds since 1970.
  let time: Int64
  /// Steps at one time go in the order in which they were planned.
  let order: UInt64
  let life: UInt32
  let kind: Kind
  // What the step needs to know: mostly ordinals of earlier events of the life.
  let a: UInt32
  let b: UInt32
  let c: UInt32

  func precedes(_ other: PracticeStep) -> Bool {
    time != other.time ? time < other.time : order < other.order
  }
}

/// A binary heap, earliest step first. A push and a pop cost O(log n); memory is 40 bytes a step.
struct PracticeQueue: Sendable {
  private var heap: [PracticeStep] = []
  private var planned: UInt64 = 0

  var isEmpty: Bool { heap.isEmpty }

  mutating func reserve(_ count: Int) { heap.reserveCapacity(count) }

  mutating func push(
    _ kind: PracticeStep.Kind, of life: UInt32, at time: Int64,
    _ a: UInt32 = 0, _ b: UInt32 = 0, _ c: UInt32 = 0
  ) {
    let step = PracticeStep(time: time, order: planned, life: life, kind: kind, a: a, b: b, c: c)
    planned += 1
    var hole = heap.count
    heap.append(step)
    while hole > 0 {
      let parent = (hole - 1) / 2
      guard step.precedes(heap[parent]) else { break }
      heap[hole] = heap[parent]
      hole = parent
    }
    heap[hole] = step
  }

  mutating func pop() -> PracticeStep? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    guard !heap.isEmpty else { return first }
    var hole = 0
    while true {
      var child = 2 * hole + 1
      guard child < heap.count else { break }
      if child + 1 < heap.count, heap[child + 1].precedes(heap[child]) { child += 1 }
      guard heap[child].precedes(last) else { break }
      heap[hole] = heap[child]
      hole = child
    }
    heap[hole] = last
    return first
  }
}
