public import Dialogue

/// How a sandbox's time follows from the real one.
public struct SandboxClock: Equatable, Sendable {
    public enum Mode: Equatable, Sendable {
        case real
        /// This far ahead of the real time, in nanoseconds.
        case offset(Int64)
        /// Stopped at this time.
        case frozen(Timestamp)
    }

    public var mode: Mode
    /// By how much each request advances the clock, in nanoseconds.
    public var autoAdvance: Int64
    /// The factor of `Retry-After` for a clock that is not real, because clients sleep in real time. Nil: `Retry-After`
    /// is 1 then, which every client can read; a fraction is misread by many.
    public var retryAfterScale: Double?

    public static let real = SandboxClock()

    public init(_ mode: Mode = .real, autoAdvance: Int64 = 0, retryAfterScale: Double? = nil) {
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

    /// Advances the clock. A real clock does not change, and no clock is set back.
    public mutating func advance(by nanoseconds: Int64) {
        guard nanoseconds > 0 else { return }
        switch mode {
        case .real: break
        case .offset(let ahead):
            mode = .offset(min(SandboxClock.sum(ahead, nanoseconds), SandboxClock.offsets.upperBound))
        case .frozen(let time): mode = .frozen(time.advanced(by: nanoseconds))
        }
    }

    /// How the wait of a caller that is beyond a limit is given to it.
    /// - Parameter seconds: the wait by this clock, at least 1.
    func retryAfter(_ seconds: Int) -> RetryAfter {
        guard !isReal else { return RetryAfter(seconds: seconds) }
        guard let retryAfterScale else { return RetryAfter(seconds: seconds, milliseconds: 1000) }
        return RetryAfter(seconds: seconds, scale: retryAfterScale)
    }

    /// The range of an offset: no two moments are farther apart.
    static let offsets = -Timestamp.latest.nanoseconds...Timestamp.latest.nanoseconds
    /// A hundred years, in seconds: the longest single advance of a clock, and the longest life of a fault.
    public static let longestAdvance = 3_155_760_000.0
    /// The range of `autoAdvance`, in nanoseconds.
    static let autoAdvances = 0...Int64(longestAdvance) * 1_000_000_000
    public static let retryAfterScales = 0.0...1.0

    /// The sum of two spans of time, limited to the range of 64 bits.
    static func sum(_ a: Int64, _ b: Int64) -> Int64 {
        let (sum, overflow) = a.addingReportingOverflow(b)
        return overflow ? (b > 0 ? .max : .min) : sum
    }
}
