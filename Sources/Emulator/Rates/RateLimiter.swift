public import Dialogue
import Exact
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
    /// The windows of callers of whom only the digest is known. At a caller's first request its window moves to
    /// `windows`.
    private var restored: [Bucket: any RateWindow] = [:]
    /// Those whose windows were asked since the last `keepBatch`.
    private var asked: [Bucket] = []

    public init(limits: RateLimits?) { self.limits = limits }

    /// Counts a request, if the limit allows it.
    /// - Parameter key: the key of the request; it is ignored under the scope `account`.
    public mutating func admit(_ kind: Kind, key: String, at now: Timestamp) -> Admission {
        guard let limits else { return .admitted }
        let bucket = Bucket(key: limits.scope == .key ? key : "", kind: kind)
        if !restored.isEmpty { recognize(bucket) }
        if asked.last != bucket { asked.append(bucket) }
        // Changed in place, because copying a window costs its whole length.
        if let wait = windows[bucket, default: limits.newWindow(kind)].admit(at: now.nanoseconds) {
            return .refused(retryAfter: max(1, Int((wait + 999_999_999) / 1_000_000_000)))
        }
        return .admitted
    }

    private mutating func recognize(_ bucket: Bucket) {
        guard windows[bucket] == nil else { return }
        let known = Bucket(key: CallerDigest.of(bucket.key).text, kind: bucket.kind)
        if let window = restored.removeValue(forKey: known) { windows[bucket] = window }
    }

    /// Keeps the counts of the batch.
    public mutating func keepBatch() {
        for bucket in asked { windows[bucket]?.keepBatch() }
        asked.removeAll(keepingCapacity: true)
    }

    /// Has every window be what it was at the last `keepBatch`.
    public mutating func dropBatch() {
        for bucket in asked where windows[bucket]?.dropBatch() == false { windows[bucket] = nil }
        asked.removeAll(keepingCapacity: true)
    }
}

extension RateLimiter {
    /// What has been counted of requests of that kind, as `RateWindow.numbers` by the callers' digests.
    /// - Parameter now: windows that are over at this time are left out. That makes a difference only if the clock is set
    ///   back later: then a caller is admitted at once who would have waited. Nil: all are in it.
    func counts(of kind: Kind, at now: Timestamp?) -> [ExactText: [Int]] {
        let isOver = { (window: any RateWindow) in now.map { window.isOver(at: $0.nanoseconds) } ?? false }
        var counts: [ExactText: [Int]] = [:]
        for (bucket, window) in windows where bucket.kind == kind && !isOver(window) {
            counts[CallerDigest.of(bucket.key)] = window.numbers
        }
        for (bucket, window) in restored where bucket.kind == kind && !isOver(window) {
            counts[bucket.key] = window.numbers
        }
        return counts
    }

    /// Adds what another limiter with the same limits has counted of one caller's requests.
    /// - Returns: false when no window has such numbers.
    mutating func restore(_ kind: Kind, of digest: String, _ numbers: [Int]) -> Bool {
        guard let window = limits?.window(kind, numbers) else { return false }
        restored[Bucket(key: digest, kind: kind)] = window
        return true
    }
}

extension RateLimits {
    private func limit(of kind: RateLimiter.Kind) -> Int {
        kind == .message ? messagesPerMinute : otherPerMinute
    }

    fileprivate func newWindow(_ kind: RateLimiter.Kind) -> any RateWindow {
        let limit = limit(of: kind)
        return switch window {
        case .sliding: SlidingWindow(limit: limit)
        case .fixed: FixedWindow(limit: limit)
        case .tokenBucket: TokenBucket(limit: limit)
        }
    }

    fileprivate func window(_ kind: RateLimiter.Kind, _ numbers: [Int]) -> (any RateWindow)? {
        let limit = limit(of: kind)
        return switch window {
        case .sliding: SlidingWindow(limit: limit, numbers: numbers)
        case .fixed: FixedWindow(limit: limit, numbers: numbers)
        case .tokenBucket: TokenBucket(limit: limit, numbers: numbers)
        }
    }
}
