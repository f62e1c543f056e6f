public import Dialogue
public import Fixtures

/// How clients kept to the limits of a sandbox, by key, and what other limits would have done.
public struct RateReport: Equatable, Sendable {
    public struct Count: Equatable, Sendable {
        public var admitted = 0
        public var refused = 0
    }

    /// Requests after a refusal of the same key and kind. `earliest`, `median` and `latest` are milliseconds of real
    /// time before the `Retry-After` had passed; 0 or less for a client that waited.
    public struct Retries: Equatable, Sendable {
        public var count = 0
        /// How many came too early.
        public var early = 0
        /// Nil when there are no retries, like the next two.
        public var earliest: Int?
        public var median: Double?
        public var latest: Int?
    }

    public struct Traffic: Equatable, Sendable {
        public var count = Count()
        public var retries = Retries()
    }

    /// The requests of one caller: a key, in the form that can be shown, or a channel.
    public struct Row<Content: Equatable & Sendable>: Equatable, Sendable {
        public let key: String
        public var messages: Content
        public var other: Content
    }

    /// The same requests at the same times under other limits, although clients would have behaved differently.
    public struct Rerun: Equatable, Sendable {
        public let limits: RateLimits
        public let keys: [Row<Count>]
    }

    /// When the first counted request came; nil when none has come.
    public let since: Timestamp?
    /// When the first request came that is kept: retries and a rerun do not include earlier ones.
    public let keptSince: Timestamp?
    /// Whether all counted requests are kept.
    public let isComplete: Bool
    public let keys: [Row<Traffic>]
    public let rerun: Rerun?

    /// - Parameter name: returns the form of a key that can be shown.
    init(_ arrivals: Arrivals, rerunWith limits: RateLimits? = nil, name: (String) -> String) {
        let all = arrivals.all
        let names = arrivals.keys.map(name)
        since = arrivals.since.map(Timestamp.init(nanoseconds:))
        keptSince = all.first.map { Timestamp(nanoseconds: $0.time) }
        isComplete = arrivals.isComplete
        keys = RateReport.rows(of: arrivals, all, names)
        rerun = limits.map { Rerun(limits: $0, keys: RateReport.rerun(arrivals, all, names, with: $0)) }
    }

    private static func rows(of arrivals: Arrivals, _ all: [Arrivals.Arrival], _ names: [String]) -> [Row<Traffic>] {
        var early = arrivals.keys.map { _ in (messages: [Int](), other: [Int]()) }
        for arrival in all {
            guard let milliseconds = arrival.earlyBy else { continue }
            switch arrival.kind {
            case .message: early[arrival.key].messages.append(milliseconds)
            case .other: early[arrival.key].other.append(milliseconds)
            }
        }
        return arrivals.keys.indices.map { number in
            Row(
                key: names[number],
                messages: Traffic(arrivals.course(.message, ofKey: number), early[number].messages),
                other: Traffic(arrivals.course(.other, ofKey: number), early[number].other))
        }.sorted { $0.key < $1.key }
    }

    private static func rerun(
        _ arrivals: Arrivals, _ all: [Arrivals.Arrival], _ names: [String], with limits: RateLimits
    ) -> [Row<Count>] {
        var limiter = RateLimiter(limits: limits)
        var rows = names.map { Row(key: $0, messages: Count(), other: Count()) }
        for arrival in all {
            let admission = limiter.admit(
                arrival.kind, key: arrivals.keys[arrival.key], at: Timestamp(nanoseconds: arrival.time))
            limiter.keepBatch()
            rows[arrival.key].count(arrival.kind, isRefused: admission != .admitted)
        }
        return rows.sorted { $0.key < $1.key }
    }
}

extension RateReport.Row<RateReport.Count> {
    mutating func count(_ kind: RateLimiter.Kind, isRefused: Bool) {
        switch kind {
        case .message: messages.count(isRefused: isRefused)
        case .other: other.count(isRefused: isRefused)
        }
    }
}

extension RateReport.Count {
    fileprivate mutating func count(isRefused: Bool) {
        if isRefused { refused += 1 } else { admitted += 1 }
    }
}

extension RateReport.Traffic {
    fileprivate init(_ course: Arrivals.Course, _ early: [Int]) {
        count = RateReport.Count(admitted: course.admitted, refused: course.refused)
        let sorted = early.sorted()
        guard let latest = sorted.first, let earliest = sorted.last else { return }
        let middle = sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]
        retries = RateReport.Retries(
            count: sorted.count, early: sorted.count { $0 > 0 }, earliest: earliest, median: Double(middle) / 2,
            latest: latest)
    }
}
