import Disk
import RapportTesting
import Synchronization

/// Lets calls of a simulated disk wait until a test opens it: a slow disk.
final class Gate: Sendable {
  private struct Closed: Sendable {
    var operation: DiskError.Operation
    var part: String
  }

  private struct State: Sendable {
    var closed: Closed?
    var waiting = 0
  }

  private let state = Monitor(State())

  /// Calls of this kind, on paths that contain `part`, wait from now on.
  func close(for operation: DiskError.Operation, onPathsWith part: String) {
    state.change { $0.closed = Closed(operation: operation, part: part) }
  }

  func open() { state.change { $0.closed = nil } }

  /// Whether a call waits now.
  var holdsACall: Bool { state.look { $0.waiting > 0 } }

  /// What the disk does before each call.
  func pass(_ call: SimulatedCall) {
    let mustWait = state.change { state in
      guard let closed = state.closed, closed.operation == call.operation,
        call.path.contains(closed.part)
      else { return false }
      state.waiting += 1
      return true
    }
    guard mustWait else { return }
    _ = state.wait { $0.closed == nil ? true : nil }
    state.change { $0.waiting -= 1 }
  }
}

/// Runs something once, just before a call of a kind; not before the calls that it makes itself.
final class Hook: Sendable {
  private let waiting = Mutex<(DiskError.Operation, @Sendable () -> Void)?>(nil)

  func once(_ operation: DiskError.Operation, _ body: @escaping @Sendable () -> Void) {
    waiting.withLock { $0 = (operation, body) }
  }

  /// What the disk does before each call.
  func run(_ call: SimulatedCall) {
    let body: (@Sendable () -> Void)? = waiting.withLock { waiting in
      guard let (operation, body) = waiting, operation == call.operation else { return nil }
      waiting = nil
      return body
    }
    body?()
  }
}

/// Something that is told once.
final class Flag: Sendable {
  private let value = Atomic(false)

  var isUp: Bool { value.load(ordering: .acquiring) }

  func raise() { value.store(true, ordering: .releasing) }
}
