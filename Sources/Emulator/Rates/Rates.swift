import Dialogue
import Fixtures

/// The limits of a sandbox, the counts against them, and the arrivals. New limits or another clock restart the counts.
public struct Rates {
    public private(set) var limiter: RateLimiter
    /// Whether the limits were set for this sandbox, and are not the server's default.
    public private(set) var areOwn: Bool
    private(set) var arrivals = Arrivals()

    init(_ limits: RateLimits?, areOwn: Bool) {
        limiter = RateLimiter(limits: limits)
        self.areOwn = areOwn
    }

    /// - Parameters:
    ///   - time: the time of the sandbox's clock.
    ///   - real: the real time.
    ///   - isLimited: false for a request without a limit: it is admitted, and its arrival is kept.
    ///   - clock: the sandbox's, by which a wait is given.
    mutating func admit(
        _ kind: RateLimiter.Kind, key: String, at time: Timestamp, real: Timestamp, isLimited: Bool = true,
        by clock: SandboxClock = .real
    ) -> RetryAfter? {
        var wait: RetryAfter?
        if isLimited, case .refused(let seconds) = limiter.admit(kind, key: key, at: time) {
            wait = clock.retryAfter(seconds)
        }
        arrivals.note(kind, key: key, at: time, real: real, wait: wait?.milliseconds)
        return wait
    }

    /// Keeps the counts of the batch.
    mutating func keepBatch() {
        limiter.keepBatch()
        arrivals.keepBatch()
    }

    /// Uncounts the requests since the last `keepBatch`.
    mutating func dropBatch() {
        limiter.dropBatch()
        arrivals.dropBatch()
    }

    /// Replaces the limits and the counts. The arrivals stay.
    mutating func replace(_ limiter: RateLimiter, areOwn: Bool) { (self.limiter, self.areOwn) = (limiter, areOwn) }

    mutating func dropOlderHalf() { arrivals.dropOlderHalf() }

    /// The arrivals, including those of the current batch.
    var kept: Arrivals {
        var arrivals = arrivals
        arrivals.keepBatch()
        return arrivals
    }
}

/// How long a caller must wait that is beyond a limit.
struct RetryAfter: Equatable {
    /// In seconds of the sandbox's clock, at least 1.
    let seconds: Int
    /// The real time that the response gives, in milliseconds.
    let milliseconds: Int

    /// `scale` multiplies the real wait, for clients that sleep in real time while the sandbox's clock does not run.
    /// The result is rounded up to a millisecond and is never 0: Python's clients treat 0 as absent (spec H-4).
    init(seconds: Int, scale: Double = 1) {
        self.seconds = seconds
        milliseconds = max(1, Int((Double(seconds) * scale * 1000).rounded(.up)))
    }

    init(seconds: Int, milliseconds: Int) {
        self.seconds = seconds
        self.milliseconds = milliseconds
    }

    /// The value of the `Retry-After` field: seconds, with a fraction if needed.
    var field: String {
        let (whole, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        guard rest > 0 else { return String(whole) }
        var digits = String(1000 + rest).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(whole).\(digits)"
    }
}
