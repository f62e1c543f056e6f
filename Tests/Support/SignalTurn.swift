import Glibc
import Synchronization

/// Only one loop of a process can have signals, so tests with signals take turns.
public enum SignalTurn {
    private static let isTaken = Mutex(false)

    /// Waits for the turn. Call `end` when no signal is expected any more.
    public static func begin() {
        while isTaken.withLock({ taken in
            defer { taken = true }
            return taken
        }) {
            sched_yield()
        }
    }

    public static func end() { isTaken.withLock { $0 = false } }
}
