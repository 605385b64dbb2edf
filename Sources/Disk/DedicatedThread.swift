internal import CDisk
internal import Glibc

/// Runs `body` on a thread of its own: for calls that block (a sync), which must not sit on Swift's shared pool.
///
/// The thread ends when `body` returns. There is no handle: who starts it also agrees how it hears of the end.
package enum DedicatedThread {
  /// Starts the thread. `name` is cut to 15 bytes. Traps where the system gives no more threads.
  package static func start(named name: String, _ body: @escaping @Sendable () -> Void) {
    // Safe: the box is retained here and released by the thread that takes it.
    let box = unsafe Unmanaged.passRetained(Box(name: name, body: body)).toOpaque()
    var thread = pthread_t()
    let failed = unsafe pthread_create(
      &thread, nil,
      { pointer in
        guard let pointer = unsafe pointer else { return nil }
        let box = unsafe Unmanaged<Box>.fromOpaque(pointer).takeRetainedValue()
        unsafe rapport_name_thread(box.name)
        box.body()
        return nil
      }, box)
    precondition(failed == 0, "the system gives no more threads")
    pthread_detach(thread)
  }

  private final class Box: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
      self.name = String(name.prefix(15))
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
    unsafe pthread_cond_init(condition, nil)
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
}
