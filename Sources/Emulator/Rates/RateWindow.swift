import Dialogue

/// A way to count up to a limit per minute. Times are nanoseconds of the sandbox's clock. When the clock was set back,
/// what was counted moves back with it: a wait goes on from there, and never begins anew.
protocol RateWindow {
    /// Counts a request if the limit allows it.
    /// - Returns: nil when it is admitted; else the nanoseconds until the next can be.
    mutating func admit(at now: Int64) -> Int64?

    /// Keeps what was counted.
    mutating func keepBatch()

    /// Becomes what it was at the last `keepBatch`.
    /// - Returns: false when it is as a new one.
    mutating func dropBatch() -> Bool

    /// Whether it admits at that time and later as a new one does.
    func isOver(at now: Int64) -> Bool

    /// What it has counted, for `init(limit:numbers:)`.
    var numbers: [Int] { get }

    /// A window with what another of the same limit has counted; nil for numbers that none can have.
    init?(limit: Int, numbers: [Int])
}

private let minute: Int64 = 60_000_000_000

/// The moments of which a window may know: a clock that is set back moves some to the minute before the earliest.
private let moments = -Int(minute)...Int(Timestamp.latest.nanoseconds)

/// Admits at most `limit` in any 60 seconds, exactly: it keeps the time of each admission.
struct SlidingWindow: RateWindow {
    let limit: Int
    /// Ascending; the times before index `first` have left the window.
    private var admitted: [Int64] = []
    private var first = 0
    private var latest = Int64.min
    /// What the batch found, which appends its admissions; nil: the batch has not asked. A copy of all times would cost the
    /// more, the higher the limit is.
    private var before: (first: Int, latest: Int64, count: Int)?
    /// All times before the batch moved them; nil: it has not.
    private var unmoved: [Int64]?

    init(limit: Int) { self.limit = limit }

    mutating func admit(at now: Int64) -> Int64? {
        if before == nil { before = (first, latest, admitted.count) }
        if now < latest {
            if unmoved == nil { unmoved = admitted }
            // Those that have left the window could be so long ago that they cannot be moved.
            admitted.removeFirst(first)
            first = 0
            for index in admitted.indices { admitted[index] = now - (latest - admitted[index]) }
        }
        latest = now
        while first < admitted.count, admitted[first] + minute <= now { first += 1 }
        guard admitted.count - first < limit else { return admitted[first] + minute - now }
        admitted.append(now)
        return nil
    }

    mutating func keepBatch() {
        guard before != nil else { return }
        (before, unmoved) = (nil, nil)
        guard first > 64, first * 2 > admitted.count else { return }
        admitted.removeFirst(first)
        first = 0
    }

    mutating func dropBatch() -> Bool {
        if let before {
            if let unmoved { admitted = unmoved }
            admitted.removeLast(admitted.count - before.count)
            (first, latest) = (before.first, before.latest)
            (self.before, unmoved) = (nil, nil)
        }
        return latest != Int64.min
    }

    func isOver(at now: Int64) -> Bool { admitted.last.map { $0 + minute <= now } ?? true }

    /// The latest time, the first admission, and for each further one how much later than the one before it came.
    var numbers: [Int] {
        let counted = admitted[first...]
        let steps = zip(counted.dropFirst(), counted).map { Int($0 - $1) }
        return [Int(latest)] + counted.prefix(1).map { Int($0) } + steps
    }

    init?(limit: Int, numbers: [Int]) {
        guard let latest = numbers.first, numbers.count <= limit + 1, moments.contains(latest) else { return nil }
        self.limit = limit
        self.latest = Int64(latest)
        var time = 0
        for (place, step) in numbers.dropFirst().enumerated() {
            guard moments.contains(step), place == 0 || step >= 0, step <= latest - time else { return nil }
            time += step
            admitted.append(Int64(time))
        }
    }
}

/// Admits at most `limit` from one full minute of the clock to the next.
struct FixedWindow: RateWindow {
    let limit: Int
    private var start = Int64.min
    private var count = 0
    private var before: (start: Int64, count: Int)?

    init(limit: Int) { self.limit = limit }

    mutating func admit(at now: Int64) -> Int64? {
        if before == nil { before = (start, count) }
        let window = now - now % minute
        if window > start { count = 0 }
        start = window
        guard count < limit else { return start + minute - now }
        count += 1
        return nil
    }

    mutating func keepBatch() { before = nil }

    mutating func dropBatch() -> Bool {
        if let before { (start, count) = before }
        before = nil
        return start != Int64.min
    }

    func isOver(at now: Int64) -> Bool { count == 0 || now - now % minute > start }

    /// When the minute began, and the admissions in it.
    var numbers: [Int] { [Int(start), count] }

    init?(limit: Int, numbers: [Int]) {
        guard numbers.count == 2, moments.contains(numbers[0]), (0...limit).contains(numbers[1]) else { return nil }
        (self.limit, start, count) = (limit, Int64(numbers[0]), numbers[1])
    }
}

/// A bucket of `limit` tokens that fills evenly over a minute; each admission takes one.
struct TokenBucket: RateWindow {
    let limit: Int
    /// Tokens, in nanoseconds of filling: a whole one is `minute / limit`.
    private var level: Int64
    private var filledAt = Int64.max
    private var before: (level: Int64, filledAt: Int64)?

    init(limit: Int) {
        self.limit = limit
        level = minute
    }

    mutating func admit(at now: Int64) -> Int64? {
        if before == nil { before = (level, filledAt) }
        if now > filledAt { level = min(minute, level + now - filledAt) }
        filledAt = now
        let token = minute / Int64(limit)
        guard level >= token else { return token - level }
        level -= token
        return nil
    }

    mutating func keepBatch() { before = nil }

    mutating func dropBatch() -> Bool {
        if let before { (level, filledAt) = before }
        before = nil
        return filledAt != Int64.max
    }

    func isOver(at now: Int64) -> Bool { level == minute || now >= filledAt && level + now - filledAt >= minute }

    /// When it was filled last, and its level.
    var numbers: [Int] { [Int(filledAt), Int(level)] }

    init?(limit: Int, numbers: [Int]) {
        guard numbers.count == 2, moments.contains(numbers[0]), (0...Int(minute)).contains(numbers[1]) else {
            return nil
        }
        (self.limit, filledAt, level) = (limit, Int64(numbers[0]), Int64(numbers[1]))
    }
}
