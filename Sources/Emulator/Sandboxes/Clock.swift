public import Dialogue
import Fixtures
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

    /// Reads `YYYY-MM-DDTHH:MM:SSZ`, also with a fraction of a second, from 1970 to 2261; nil for anything else.
    public init?(text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        var nanoseconds: Int64 = 0
        var whole = text
        if parts.count == 2, parts[1].hasSuffix("Z") {
            let digits = parts[1].dropLast()
            guard (1...9).contains(digits.utf8.count), digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
                let fraction = Int64(digits + String(repeating: "0", count: 9 - digits.utf8.count))
            else { return nil }
            nanoseconds = fraction
            whole = "\(parts[0])Z"
        }
        guard FixtureTime.isTimestamp(whole) else { return nil }
        let numbers = whole.split { !$0.isNumber }.compactMap { Int32($0) }
        guard numbers.count == 6, (1970...2261).contains(numbers[0]) else { return nil }
        var calendar = tm()
        calendar.tm_year = numbers[0] - 1900
        calendar.tm_mon = numbers[1] - 1
        (calendar.tm_mday, calendar.tm_hour) = (numbers[2], numbers[3])
        (calendar.tm_min, calendar.tm_sec) = (numbers[4], numbers[5])
        self.init(nanoseconds: Int64(timegm(&calendar)) * 1_000_000_000 + nanoseconds)
    }

    /// `YYYY-MM-DDTHH:MM:SSZ` (spec H-8).
    public var text: String {
        var moment = time_t(seconds)
        var calendar = tm()
        gmtime_r(&moment, &calendar)
        return String(unsafeUninitializedCapacity: 20) { buffer in
            func put(_ number: Int32, _ digits: Int, at index: Int) {
                var rest = number
                for place in (index..<index + digits).reversed() {
                    buffer[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                    rest /= 10
                }
            }
            put(calendar.tm_year + 1900, 4, at: 0)
            put(calendar.tm_mon + 1, 2, at: 5)
            put(calendar.tm_mday, 2, at: 8)
            put(calendar.tm_hour, 2, at: 11)
            put(calendar.tm_min, 2, at: 14)
            put(calendar.tm_sec, 2, at: 17)
            for (index, mark) in [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":"), (19, "Z")]
                as [(Int, Unicode.Scalar)]
            {
                buffer[index] = UInt8(ascii: mark)
            }
            return 20
        }
    }
}
