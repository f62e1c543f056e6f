import Dialogue

/// Selects the requests that a fault strikes, among those that match it.
struct FaultSchedule: Equatable, Sendable {
    /// The number of the only request that is struck, from 1.
    var nth: Int?
    /// The number of the first request that is struck, from 1.
    var from = 1
    /// After the first, every nth request is struck.
    var every = 1
    /// The most requests that are struck; nil: no limit.
    var count: Int?
    var probability = 1.0
    /// In nanoseconds of the sandbox's clock; nil: the fault never expires.
    var timeToLive: Int64?

    /// - Parameters:
    ///   - number: the number of this request among those that matched, from 1.
    ///   - struck: how many requests the fault has struck before.
    ///   - draw: a random number from 0 up to 1.
    func strikes(_ number: Int, after struck: Int, draw: Double) -> Bool {
        guard draw < probability, count.map({ struck < $0 }) ?? true else { return false }
        if let nth { return number == nth }
        return number >= from && (number - from) % every == 0
    }

    /// Whether the fault can strike no further request after these counts.
    func isSpent(matched: Int, struck: Int) -> Bool {
        nth.map { matched >= $0 } ?? false || count.map { struck >= $0 } ?? false
    }

    func hasExpired(since made: Timestamp, at now: Timestamp) -> Bool {
        timeToLive.map { now.nanoseconds - made.nanoseconds >= $0 } ?? false
    }
}
