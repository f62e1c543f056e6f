import CLibevent
import Glibc

/// Calls `fire` once at a time, which can be set again. It ends when the object is deallocated.
public final class Timer {
    private let loop: Loop
    private let fire: () -> Void
    private var handle: OpaquePointer?
    private var deadline = Instant(nanoseconds: .max)

    /// A timer that is not armed.
    public init(_ loop: Loop, fire: @escaping () -> Void) {
        self.loop = loop
        self.fire = fire
        // Unretained: the handle is freed before this object is gone.
        let context = Unmanaged.passUnretained(self).toOpaque()
        handle = event_new(
            loop.base, -1, 0,
            { _, _, context in
                guard let context else { return }
                Unmanaged<Timer>.fromOpaque(context).takeUnretainedValue().expired()
            }, context)
    }

    deinit {
        if let handle { event_free(handle) }
    }

    /// Sets the time, and replaces an earlier one. For a time that has passed, `fire` is called soon, but not within
    /// this call.
    public func arm(at deadline: Instant) {
        guard let handle else { return }
        self.deadline = deadline
        let wait = max(0, (deadline - loop.now).nanoseconds)
        // Rounded up, because firing early would need another iteration.
        let microseconds = (wait + 999) / 1000
        var interval = timeval(tv_sec: Int(microseconds / 1_000_000), tv_usec: Int(microseconds % 1_000_000))
        event_add(handle, &interval)
    }

    public func arm(after duration: Duration) { arm(at: loop.now + duration) }

    public func cancel() {
        if let handle { event_del(handle) }
    }

    /// libevent counts from the start of the iteration and on a coarse clock, so it can call a little early.
    private func expired() {
        if loop.now < deadline { arm(at: deadline) } else { fire() }
    }
}
