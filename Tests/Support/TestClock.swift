public import Dialogue
public import Emulator
import Synchronization

/// A clock that moves only when a test moves it.
public final class TestClock: Sendable {
    private let nanoseconds: Atomic<Int64>

    /// Noon of 10 March 2026, unless another time is given.
    public init(seconds: Int64 = 1_773_144_000) {
        nanoseconds = Atomic(seconds * 1_000_000_000)
    }

    public var now: Timestamp { Timestamp(nanoseconds: nanoseconds.load(ordering: .relaxed)) }

    public var clock: Clock { Clock { self.now } }

    public func advance(seconds: Int64) {
        nanoseconds.add(seconds * 1_000_000_000, ordering: .relaxed)
    }
}
