import Dialogue

/// Which of the requests that match a fault it strikes.
struct FaultSchedule: Equatable, Sendable {
    /// The only one, counted from 1.
    var nth: Int?
    /// The first one.
    var from = 1
    /// After the first each so-manieth.
    var every = 1
    /// So many at most; nil: all.
    var count: Int?
    var probability = 1.0
    /// In nanoseconds of the sandbox's clock; nil: no end.
    var timeToLive: Int64?

    /// - Parameters:
    ///   - number: which matching request this is, from 1.
    ///   - struck: how many it has struck before.
    ///   - draw: from 0 up to 1.
    func strikes(_ number: Int, after struck: Int, draw: Double) -> Bool {
        guard draw < probability, count.map({ struck < $0 }) ?? true else { return false }
        if let nth { return number == nth }
        return number >= from && (number - from) % every == 0
    }

    /// Whether it strikes no more, when it has met and struck so many.
    func isSpent(matched: Int, struck: Int) -> Bool {
        nth.map { matched >= $0 } ?? false || count.map { struck >= $0 } ?? false
    }

    func hasExpired(since made: Timestamp, at now: Timestamp) -> Bool {
        timeToLive.map { now.nanoseconds - made.nanoseconds >= $0 } ?? false
    }
}
