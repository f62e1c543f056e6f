public import Dialogue

/// How a sandbox's time follows from the real one.
public struct SandboxClock: Equatable, Sendable {
    public enum Mode: Equatable, Sendable {
        case real
        /// As far ahead of the real time, in nanoseconds.
        case offset(Int64)
        /// Stands still.
        case frozen(Timestamp)
    }

    public var mode: Mode
    /// By how much each request puts the clock on, in nanoseconds.
    public var autoAdvance: Int64
    /// What the `Retry-After` of a clock that is not real is multiplied by: clients sleep in real time.
    public var retryAfterScale: Double

    public static let real = SandboxClock()

    public init(_ mode: Mode = .real, autoAdvance: Int64 = 0, retryAfterScale: Double = 0.01) {
        self.mode = mode
        self.autoAdvance = autoAdvance
        self.retryAfterScale = retryAfterScale
    }

    public var isReal: Bool { mode == .real }

    public func reading(at real: Timestamp) -> Timestamp {
        switch mode {
        case .real: real
        case .offset(let ahead): real.advanced(by: ahead)
        case .frozen(let time): time
        }
    }

    /// Puts the clock on. Nothing happens to the real time, and none is put back.
    public mutating func advance(by nanoseconds: Int64) {
        guard nanoseconds > 0 else { return }
        switch mode {
        case .real: break
        case .offset(let ahead):
            mode = .offset(min(SandboxClock.sum(ahead, nanoseconds), SandboxClock.offsets.upperBound))
        case .frozen(let time): mode = .frozen(time.advanced(by: nanoseconds))
        }
    }

    /// Of an offset: no two moments are farther apart.
    static let offsets = -Timestamp.latest.nanoseconds...Timestamp.latest.nanoseconds
    /// A hundred years, in seconds: what a clock is put on at a time, by hand or by a request, and what a fault lives.
    public static let longestAdvance = 3_155_760_000.0
    /// The same of what is stored, in nanoseconds.
    static let autoAdvances = 0...Int64(longestAdvance) * 1_000_000_000
    public static let retryAfterScales = 0.0...1.0

    /// Two spans of time together; one that is too long for 64 bits is as long as they can say.
    static func sum(_ a: Int64, _ b: Int64) -> Int64 {
        let (sum, overflow) = a.addingReportingOverflow(b)
        return overflow ? (b > 0 ? .max : .min) : sum
    }
}
