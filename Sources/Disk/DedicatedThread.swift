internal import CDisk
internal import Glibc

/// Runs `body` on a thread of its own: for calls that block (a sync), which must not sit on Swift's shared pool.
///
/// The thread ends when `body` returns. There is no handle: who starts it also agrees how it hears of the end.
package enum DedicatedThread {
  /// Starts the thread. `name` is cut to 15 bytes. `isBackground` gives way to everything else: the lowest priority for
  /// the processor and for the disk. Traps where the system gives no more threads.
  package static func start(
    named name: String, isBackground: Bool = false, _ body: @escaping @Sendable () -> Void
  ) {
    // Safe: the box is retained here and released by the thread that takes it.
    let box = unsafe Unmanaged.passRetained(
      Box(name: name, isBackground: isBackground, body: body)
    ).toOpaque()
    var thread = pthread_t()
    let failed = unsafe pthread_create(
      &thread, nil,
      { pointer in
        guard let pointer = unsafe pointer else { return nil }
        let box = unsafe Unmanaged<Box>.fromOpaque(pointer).takeRetainedValue()
        unsafe rapport_name_thread(box.name)
        if box.isBackground { rapport_give_way() }
        box.body()
        return nil
      }, box)
    precondition(failed == 0, "the system gives no more threads")
    pthread_detach(thread)
  }

  /// Whether the system gives so many threads at once, 1 to 64. Cost: they are started, and end.
  package static func canStart(_ count: Int) -> Bool {
    rapport_can_start_threads(Int32(count)) != 0
  }

  private final class Box: Sendable {
    let name: String
    let isBackground: Bool
    let body: @Sendable () -> Void

    init(name: String, isBackground: Bool, body: @escaping @Sendable () -> Void) {
      self.name = String(name.prefix(15))
      self.isBackground = isBackground
      self.body = body
    }
  }
}

/// A lock with a condition: guards a value, and lets threads sleep until it changes.
///
/// For dedicated threads. Tasks of Swift's pool may lock it for moments, and never sleep on it.
@safe package final class Monitor<Value>: @unchecked Sendable {
  // Unchecked: `value` is touched only while `mutex` is held.
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>
  private var value: Value

  package init(_ value: sending Value) {
    self.value = value
    // Safe: both are allocated and initialised here, used only by this object, and freed in deinit.
    unsafe mutex = .allocate(capacity: 1)
    unsafe condition = .allocate(capacity: 1)
    unsafe mutex.initialize(to: pthread_mutex_t())
    unsafe condition.initialize(to: pthread_cond_t())
    unsafe pthread_mutex_init(mutex, nil)
    // Waiting with a limit goes by the clock that nobody sets.
    var attributes = pthread_condattr_t()
    unsafe pthread_condattr_init(&attributes)
    unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    unsafe pthread_cond_init(condition, &attributes)
    unsafe pthread_condattr_destroy(&attributes)
  }

  deinit {
    // Safe: nobody else holds this object any more.
    unsafe pthread_cond_destroy(condition)
    unsafe pthread_mutex_destroy(mutex)
    unsafe condition.deallocate()
    unsafe mutex.deallocate()
  }

  /// Runs `body` on the value with the lock held, and wakes every sleeper when it returns.
  package func change<Result>(_ body: (inout Value) -> sending Result) -> sending Result {
    // Safe: the mutex is ours and lives as long as this object.
    unsafe pthread_mutex_lock(mutex)
    defer {
      unsafe pthread_cond_broadcast(condition)
      unsafe pthread_mutex_unlock(mutex)
    }
    return body(&value)
  }

  /// Runs `body` on the value with the lock held, and wakes nobody.
  package func look<Result>(_ body: (inout Value) -> sending Result) -> sending Result {
    // Safe: as above.
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return body(&value)
  }

  /// Sleeps until `body` gives a result, asking it again after every change. Only on a dedicated thread.
  package func wait<Result>(_ body: (inout Value) -> sending Result?) -> sending Result {
    // Safe: as above; the condition is waited on with its own mutex held.
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    while true {
      if let result = body(&value) { return result }
      unsafe pthread_cond_wait(condition, mutex)
    }
  }

  /// Sleeps until `body` gives a result, at most until `deadline` (microseconds of the monotonic clock, see
  /// ``MonotonicClock``); nil when that comes first. Only on a dedicated thread.
  package func wait<Result>(
    until deadline: Int64, _ body: (inout Value) -> sending Result?
  ) -> sending Result? {
    var time = timespec()
    time.tv_sec = Int(deadline / 1_000_000)
    time.tv_nsec = Int(deadline % 1_000_000) * 1_000
    // Safe: as above; `time` is a local.
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    while true {
      if let result = body(&value) { return result }
      if unsafe pthread_cond_timedwait(condition, mutex, &time) != 0 { return body(&value) }
    }
  }
}

/// The clock for time-outs: it never goes back, and nobody sets it.
package enum MonotonicClock {
  /// Microseconds since some moment in the past.
  package static var now: Int64 {
    var time = timespec()
    // Safe: the call fills in a local.
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
  }
}
