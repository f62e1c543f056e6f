public import Dialogue
public import Fixtures

/// Counts requests against limits per minute (spec H-4). It keeps only what the last minute needs.
public struct RateLimiter {
    /// Messages have a limit of their own; all other requests share the second limit.
    public enum Kind: Hashable, Sendable {
        case message, other
    }

    public enum Admission: Equatable, Sendable {
        case admitted
        /// Refused; `retryAfter` is in whole seconds, at least 1.
        case refused(retryAfter: Int)
    }

    /// Nil: everything is admitted.
    public let limits: RateLimits?

    private struct Bucket: Hashable {
        let key: String
        let kind: Kind
    }

    private var windows: [Bucket: any RateWindow] = [:]
    private var admittedInBatch: [Bucket] = []

    public init(limits: RateLimits?) { self.limits = limits }

    /// Counts a request, if the limit allows it.
    /// - Parameter key: the key of the request; it is ignored under the scope `account`.
    public mutating func admit(_ kind: Kind, key: String, at now: Timestamp) -> Admission {
        guard let limits else { return .admitted }
        let bucket = Bucket(key: limits.scope == .key ? key : "", kind: kind)
        // Changed in place, because copying a window costs its whole length.
        if let wait = windows[bucket, default: limits.newWindow(kind)].admit(at: now.nanoseconds) {
            return .refused(retryAfter: max(1, Int((wait + 999_999_999) / 1_000_000_000)))
        }
        admittedInBatch.append(bucket)
        return .admitted
    }

    /// Keeps the counts of the batch.
    public mutating func keepBatch() {
        admittedInBatch.removeAll(keepingCapacity: true)
    }

    /// Uncounts the requests since the last `keepBatch`.
    public mutating func dropBatch() {
        for bucket in admittedInBatch.reversed() { windows[bucket]?.takeBack() }
        admittedInBatch.removeAll(keepingCapacity: true)
    }
}

extension RateLimits {
    fileprivate func newWindow(_ kind: RateLimiter.Kind) -> any RateWindow {
        let limit = kind == .message ? messagesPerMinute : otherPerMinute
        return switch window {
        case .sliding: SlidingWindow(limit: limit)
        case .fixed: FixedWindow(limit: limit)
        case .tokenBucket: TokenBucket(limit: limit)
        }
    }
}
