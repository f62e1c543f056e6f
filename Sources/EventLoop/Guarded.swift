import Glibc

/// A value that several threads reach under a lock. Not `Synchronization.Mutex`: ThreadSanitizer does not understand
/// that one on Linux and reports every use as a race.
final class Guarded<Value>: @unchecked Sendable {  // the value is touched only between lock and unlock
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private var value: Value

    init(_ value: Value) {
        self.value = value
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body(&value)
    }
}
