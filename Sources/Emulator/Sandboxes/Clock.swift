public import Dialogue
import Glibc

/// The source of the real time. Tests pass their own.
public struct Clock: Sendable {
    public let now: @Sendable () -> Timestamp

    public init(now: @escaping @Sendable () -> Timestamp) { self.now = now }

    /// The system's clock. A clock that is set before 1970 or after 2261 reads as the nearest moment within: other
    /// times do not fit into 64 bits of nanoseconds, and cannot be written.
    public static let system = Clock { Timestamp(system: systemTime) }

    /// Whether the system's clock is set before 1970 or after 2261.
    public static var isSystemBeyondBounds: Bool { isBeyondBounds(systemTime) }

    static func isBeyondBounds(_ time: timespec) -> Bool {
        !(Timestamp.earliest.seconds...Timestamp.latest.seconds).contains(Int64(time.tv_sec))
    }

    private static var systemTime: timespec {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return time
    }
}

extension Timestamp {
    /// The time of the system's clock, or the nearest moment from 1970 to 2261.
    init(system time: timespec) {
        guard Clock.isBeyondBounds(time) else {
            self = Timestamp(seconds: Int64(time.tv_sec)).advanced(by: Int64(time.tv_nsec))
            return
        }
        self = time.tv_sec < 0 ? .earliest : .latest
    }
}
