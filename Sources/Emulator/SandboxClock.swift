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
        case .offset(let ahead): Timestamp(nanoseconds: SandboxClock.sum(real.nanoseconds, ahead))
        case .frozen(let time): time
        }
    }

    /// Puts the clock on. Nothing happens to the real time, and none is put back.
    public mutating func advance(by nanoseconds: Int64) {
        guard nanoseconds > 0 else { return }
        switch mode {
        case .real: break
        case .offset(let ahead): mode = .offset(SandboxClock.sum(ahead, nanoseconds))
        case .frozen(let time):
            mode = .frozen(Timestamp(nanoseconds: SandboxClock.sum(time.nanoseconds, nanoseconds)))
        }
    }

    /// 2262-01-01: a clock that is put on without end stands there. Nanoseconds of 64 bits last for a hundred days more,
    /// so that waits and minutes can be added without fear.
    public static let latest = Timestamp(seconds: 9_214_646_400)

    private static func sum(_ a: Int64, _ b: Int64) -> Int64 {
        let (sum, overflow) = a.addingReportingOverflow(b)
        return overflow ? latest.nanoseconds : min(sum, latest.nanoseconds)
    }
}
