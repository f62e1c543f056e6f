import Dialogue
import Fixtures

/// The limits of a sandbox, what is counted against them, and what has come. Other limits and another clock count anew.
public struct Rates {
    public private(set) var limiter: RateLimiter
    /// Whether the limits were set for this sandbox, and not for all that say nothing.
    public let areOwn: Bool
    private(set) var arrivals = Arrivals()

    init(_ limits: RateLimits?, areOwn: Bool) {
        limiter = RateLimiter(limits: limits)
        self.areOwn = areOwn
    }

    /// - Parameters:
    ///   - time: of the sandbox's clock.
    ///   - real: the real time.
    ///   - isLimited: false for what comes without a limit: it is admitted, and noted.
    ///   - scale: what is told of a wait is the wait times this.
    mutating func admit(
        _ kind: RateLimiter.Kind, key: String, at time: Timestamp, real: Timestamp, isLimited: Bool = true,
        scale: Double = 1
    ) -> RetryAfter? {
        var wait: RetryAfter?
        if isLimited, case .refused(let seconds) = limiter.admit(kind, key: key, at: time) {
            wait = RetryAfter(seconds: seconds, scale: scale)
        }
        arrivals.note(kind, key: key, at: time, real: real, wait: wait?.milliseconds)
        return wait
    }

    /// Keeps what was counted since the last call.
    mutating func keepBatch() {
        limiter.keepBatch()
        arrivals.keepBatch()
    }

    /// Takes back what was counted since the last `keepBatch`.
    mutating func dropBatch() {
        limiter.dropBatch()
        arrivals.dropBatch()
    }

    /// The same as if the batch were over: with what came in it.
    var kept: Arrivals {
        var arrivals = arrivals
        arrivals.keepBatch()
        return arrivals
    }
}

/// How long a caller is to wait who is beyond a limit.
struct RetryAfter: Equatable {
    /// In seconds of the sandbox's clock, at least 1.
    let seconds: Int
    /// As it is told, in real time.
    let milliseconds: Int

    /// `scale` is what it is multiplied by, for clients that sleep in real time while the sandbox's clock does not run. It
    /// is told to the next millisecond, and never as 0: to Python's clients that says nothing (spec H-4).
    init(seconds: Int, scale: Double = 1) {
        self.seconds = seconds
        milliseconds = max(1, Int((Double(seconds) * scale * 1000).rounded(.up)))
    }

    /// As the field has it: in seconds, with a fraction where there is one.
    var field: String {
        let (whole, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        guard rest > 0 else { return String(whole) }
        var digits = String(1000 + rest).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(whole).\(digits)"
    }
}
