/// A moment of a sandbox's clock: nanoseconds since 1970-01-01T00:00:00Z.
public struct Timestamp: Hashable, Comparable, Sendable {
    public var nanoseconds: Int64

    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }
    public init(seconds: Int64) { self.init(nanoseconds: seconds * 1_000_000_000) }

    /// Whole seconds, rounded down.
    public var seconds: Int64 {
        let (quotient, remainder) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return remainder < 0 ? quotient - 1 : quotient
    }

    public static let earliest = Timestamp(nanoseconds: 0)

    /// The last nanosecond of 2261. 64 bits reach a hundred days further, so that a wait or a minute can be added to
    /// any moment without overflow.
    public static let latest = Timestamp(nanoseconds: 9_214_646_399_999_999_999)

    /// The moment this much later, or earlier; never before `earliest` or after `latest`.
    public func advanced(by nanoseconds: Int64) -> Timestamp {
        let (sum, overflow) = self.nanoseconds.addingReportingOverflow(nanoseconds)
        if overflow { return nanoseconds > 0 ? .latest : .earliest }
        return min(max(Timestamp(nanoseconds: sum), .earliest), .latest)
    }

    public static func < (a: Timestamp, b: Timestamp) -> Bool { a.nanoseconds < b.nanoseconds }
}
