import Dialogue
import Exact

/// The arrivals of rate-limited requests, from which rate reports are made. The latest are kept one by one; the counts
/// are exact.
struct Arrivals {
    /// The most arrivals that are kept; beyond it each new one replaces the oldest.
    static let limit = 100_000
    /// The most different keys. Arrivals under further keys are not kept.
    static let keyLimit = 10_000
    /// The bytes of one arrival.
    static let size = MemoryLayout<Arrival>.stride

    /// One arrival. It is packed into `size` bytes, because there are many.
    struct Arrival: Equatable {
        /// The time of the sandbox's clock, in nanoseconds.
        let time: Int64
        private let early: Int32
        private let bits: UInt32

        /// By how many milliseconds of real time it came before its key's `Retry-After` had passed; 0 or less is in
        /// time. Nil for a request that is not a retry.
        var earlyBy: Int? { early == Int32.min ? nil : Int(early) }

        /// Its index in `keys`.
        var key: Int { Int(bits >> 2) }
        var kind: RateLimiter.Kind { bits & 2 == 0 ? .message : .other }
        var isRefused: Bool { bits & 1 != 0 }

        init(time: Int64, key: Int, kind: RateLimiter.Kind, isRefused: Bool, earlyBy: Int?) {
            self.time = time
            early = earlyBy.map { Int32(clamping: max($0, Int(Int32.min) + 1)) } ?? Int32.min
            bits = UInt32(key) << 2 | (kind == .message ? 0 : 2) | (isRefused ? 1 : 0)
        }
    }

    /// The counts of a key's requests of one kind.
    struct Course {
        var admitted = 0
        var refused = 0
        /// When the last request was refused, and its `Retry-After`, in nanoseconds of real time; nil when the last
        /// request was admitted.
        fileprivate var refusal: (at: Int64, wait: Int64)?
    }

    /// An arrival of the current batch.
    private struct Pending {
        let time: Int64
        let real: Int64
        /// The key's number; negative: beyond `keyLimit`.
        let key: Int32
        /// The `Retry-After` in milliseconds; negative: admitted.
        let wait: Int32
        let kind: RateLimiter.Kind
    }

    private(set) var keys: [String] = []
    /// Two for each key: its messages, then its other requests.
    private var courses: [Course] = []
    /// When the first counted request came, in nanoseconds of the sandbox's clock.
    private(set) var since: Int64?
    /// Whether every counted request is also kept.
    private(set) var isComplete = true
    private var numbers: [ExactText: Int32] = [:]
    /// The number of the key that was looked up last: most requests have the key of the one before.
    private var latest = 0
    private var kept: [Arrival] = []
    /// The index of the oldest arrival, once `limit` arrivals are kept.
    private var oldest = 0
    private var pending: [Pending] = []
    /// The number of keys when the batch began.
    private var keysBefore = 0
    private let limit: Int
    private let keyLimit: Int

    init(limit: Int = Arrivals.limit, keyLimit: Int = Arrivals.keyLimit) {
        self.limit = limit
        self.keyLimit = keyLimit
    }

    /// The arrivals that are kept, in order.
    var all: [Arrival] { Array(kept[oldest...]) + kept[..<oldest] }

    /// The memory of the arrivals that are kept, in bytes.
    var bytes: Int { kept.count * Arrivals.size }

    func course(_ kind: RateLimiter.Kind, ofKey number: Int) -> Course { courses[Arrivals.place(number, kind)] }

    private static func place(_ number: Int, _ kind: RateLimiter.Kind) -> Int {
        number * 2 + (kind == .message ? 0 : 1)
    }

    /// Adds an arrival of the current batch.
    /// - Parameters:
    ///   - time: the time of the sandbox's clock.
    ///   - real: the real time, by which clients wait.
    ///   - wait: the `Retry-After` of a refusal in milliseconds; nil when the request was admitted.
    mutating func note(_ kind: RateLimiter.Kind, key: String, at time: Timestamp, real: Timestamp, wait: Int?) {
        pending.append(
            Pending(
                time: time.nanoseconds, real: real.nanoseconds, key: number(of: key),
                wait: wait.map { Int32(clamping: $0) } ?? -1, kind: kind))
    }

    private mutating func number(of key: String) -> Int32 {
        if latest < keys.count, keys[latest] === key { return Int32(latest) }
        if let number = numbers[ExactText(key)] {
            latest = Int(number)
            return number
        }
        guard keys.count < keyLimit else { return -1 }
        let number = Int32(keys.count)
        keys.append(key)
        courses += [Course(), Course()]
        numbers[ExactText(key)] = number
        return number
    }
}

// MARK: - Batches

extension Arrivals {
    /// Keeps the arrivals of the batch.
    mutating func keepBatch() {
        for request in pending { keep(request) }
        pending.removeAll(keepingCapacity: true)
        keysBefore = keys.count
    }

    /// Drops the arrivals since the last `keepBatch`.
    mutating func dropBatch() {
        pending.removeAll(keepingCapacity: true)
        while keys.count > keysBefore { numbers[ExactText(keys.removeLast())] = nil }
        courses.removeLast(courses.count - 2 * keysBefore)
    }

    private mutating func keep(_ request: Pending) {
        since = since ?? request.time
        guard request.key >= 0 else { return isComplete = false }
        let (key, isRefused) = (Int(request.key), request.wait >= 0)
        let early = courses[Arrivals.place(key, request.kind)].take(
            at: request.real, wait: isRefused ? Int64(request.wait) : nil)
        add(Arrival(time: request.time, key: key, kind: request.kind, isRefused: isRefused, earlyBy: early))
    }

    mutating func dropOlderHalf() {
        kept = Array(all.suffix(kept.count / 2))
        (oldest, isComplete) = (0, false)
    }

    private mutating func add(_ arrival: Arrival) {
        guard kept.count == limit else { return kept.append(arrival) }
        kept[oldest] = arrival
        oldest = (oldest + 1) % limit
        isComplete = false
    }
}

extension Arrivals.Course {
    /// Counts a request.
    /// - Parameter wait: the `Retry-After` of a refusal in milliseconds; nil when the request was admitted.
    /// - Returns: by how many milliseconds the request came early, if the one before it was refused; rounded up, so
    ///   that less than a millisecond counts as early. By the whole wait at most, also when the clock was set back.
    fileprivate mutating func take(at real: Int64, wait: Int64?) -> Int? {
        let before = refusal
        if let wait {
            refused += 1
            refusal = (real, wait * 1_000_000)
        } else {
            admitted += 1
            refusal = nil
        }
        guard let before else { return nil }
        let (whole, rest) = (before.wait - max(0, real - before.at)).quotientAndRemainder(dividingBy: 1_000_000)
        return Int(whole) + (rest > 0 ? 1 : 0)
    }
}
