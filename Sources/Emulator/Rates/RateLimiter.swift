public import Dialogue
public import Fixtures

/// Counts requests against limits a minute (spec H-4). It holds only what the last minute needs.
public struct RateLimiter {
    /// Messages have a limit of their own; everything else shares the other.
    public enum Kind: Hashable, Sendable {
        case message, other
    }

    public enum Admission: Equatable, Sendable {
        case admitted
        /// Refused: in so many whole seconds, at least 1, there is room again.
        case refused(retryAfter: Int)
    }

    /// Nil: everything is admitted.
    public let limits: RateLimits?

    private struct Bucket: Hashable {
        let key: String
        let kind: Kind
    }

    private var windows: [Bucket: any RateWindow] = [:]
    private var admittedThisTurn: [(bucket: Bucket, at: Int64)] = []

    public init(limits: RateLimits?) { self.limits = limits }

    /// `key` is what the request came with; under scope `account` it makes no difference.
    public mutating func admit(_ kind: Kind, key: String, at now: Timestamp) -> Admission {
        guard let limits else { return .admitted }
        let bucket = Bucket(key: limits.scope == .key ? key : "", kind: kind)
        // In place: a copy of a window is as long as what it holds.
        if let wait = windows[bucket, default: limits.newWindow(kind)].admit(at: now.nanoseconds) {
            return .refused(retryAfter: max(1, Int((wait + 999_999_999) / 1_000_000_000)))
        }
        admittedThisTurn.append((bucket, now.nanoseconds))
        return .admitted
    }

    /// Keeps what was counted since the last call.
    public mutating func keepBatch() {
        admittedThisTurn.removeAll(keepingCapacity: true)
    }

    /// Takes back what was counted since the last `keepBatch`: those requests came to nothing.
    public mutating func dropBatch() {
        for (bucket, at) in admittedThisTurn.reversed() { windows[bucket]?.takeBack(admittedAt: at) }
        admittedThisTurn.removeAll(keepingCapacity: true)
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
