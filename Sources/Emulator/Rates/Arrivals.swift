import Dialogue
import Exact

/// When requests came that limits are about, and what became of them: what a report on rates is made of. Some last ones
/// are kept one by one; how many there were is known exactly.
struct Arrivals {
    /// Requests kept at most; then each takes the place of the oldest.
    static let limit = 100_000
    /// Keys told apart at most. What comes under further ones is not kept.
    static let keyLimit = 10_000

    /// A request. It is packed, because there are many: 16 bytes.
    struct Arrival: Equatable {
        /// Of the sandbox's clock, in nanoseconds.
        let time: Int64
        private let early: Int32
        private let bits: UInt32

        /// By how many milliseconds it came before the end of what its key was told to wait, by the real time; what is at
        /// most 0 came in time. Nil for what is no retry.
        var earlyBy: Int? { early == Int32.min ? nil : Int(early) }

        /// Its place in `keys`.
        var key: Int { Int(bits >> 2) }
        var kind: RateLimiter.Kind { bits & 2 == 0 ? .message : .other }
        var isRefused: Bool { bits & 1 != 0 }

        init(time: Int64, key: Int, kind: RateLimiter.Kind, isRefused: Bool, earlyBy: Int?) {
            self.time = time
            early = earlyBy.map { Int32(clamping: max($0, Int(Int32.min) + 1)) } ?? Int32.min
            bits = UInt32(key) << 2 | (kind == .message ? 0 : 2) | (isRefused ? 1 : 0)
        }
    }

    /// What became of a key's requests of one kind.
    struct Course {
        var admitted = 0
        var refused = 0
        /// Until when the last one was told to wait, in nanoseconds of the real time; nil when it was admitted.
        fileprivate var told: Int64?
    }

    /// A request of this batch.
    private struct Pending {
        let time: Int64
        let real: Int64
        /// Negative: one key too many.
        let key: Int32
        /// Negative: admitted.
        let wait: Int32
        let kind: RateLimiter.Kind
    }

    private(set) var keys: [String] = []
    /// A key's messages, then its other requests.
    private var courses: [Course] = []
    /// When the first request came of those that are counted, in nanoseconds of the sandbox's clock.
    private(set) var since: Int64?
    /// Whether every request that is counted is kept.
    private(set) var isComplete = true
    private var numbers: [ExactText: Int32] = [:]
    private var kept: [Arrival] = []
    /// Where the oldest stands, once there are as many as may be.
    private var oldest = 0
    private var pending: [Pending] = []
    /// Keys that were there when the batch began.
    private var keysBefore = 0
    private let limit: Int
    private let keyLimit: Int

    init(limit: Int = Arrivals.limit, keyLimit: Int = Arrivals.keyLimit) {
        self.limit = limit
        self.keyLimit = keyLimit
    }

    /// Those that are kept, in the order in which they came.
    var all: [Arrival] { Array(kept[oldest...]) + kept[..<oldest] }

    func course(_ kind: RateLimiter.Kind, ofKey number: Int) -> Course { courses[Arrivals.place(number, kind)] }

    private static func place(_ number: Int, _ kind: RateLimiter.Kind) -> Int {
        number * 2 + (kind == .message ? 0 : 1)
    }

    /// Notes a request of this batch.
    /// - Parameters:
    ///   - time: of the sandbox's clock.
    ///   - real: the real time, by which clients wait.
    ///   - wait: how many milliseconds a refused one was told to wait; nil for one that was admitted.
    mutating func note(_ kind: RateLimiter.Kind, key: String, at time: Timestamp, real: Timestamp, wait: Int?) {
        pending.append(
            Pending(
                time: time.nanoseconds, real: real.nanoseconds, key: number(of: key),
                wait: wait.map { Int32(clamping: $0) } ?? -1, kind: kind))
    }

    private mutating func number(of key: String) -> Int32 {
        if let number = numbers[ExactText(key)] { return number }
        guard keys.count < keyLimit else { return -1 }
        let number = Int32(keys.count)
        keys.append(key)
        courses += [Course(), Course()]
        numbers[ExactText(key)] = number
        return number
    }
}

// MARK: - Turns

extension Arrivals {
    /// Keeps what came since the last call.
    mutating func keepBatch() {
        for request in pending { keep(request) }
        pending.removeAll(keepingCapacity: true)
        keysBefore = keys.count
    }

    /// Forgets what came since the last `keepBatch`: it came to nothing.
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

    private mutating func add(_ arrival: Arrival) {
        guard kept.count == limit else { return kept.append(arrival) }
        kept[oldest] = arrival
        oldest = (oldest + 1) % limit
        isComplete = false
    }
}

extension Arrivals.Course {
    /// Counts a request.
    /// - Parameter wait: how many milliseconds it was told to wait when it was refused.
    /// - Returns: by how many milliseconds it came early, when the one before it was refused: to the next one, so that what
    ///   is early by less than that is early.
    fileprivate mutating func take(at real: Int64, wait: Int64?) -> Int? {
        let before = told
        if let wait {
            refused += 1
            told = real + wait * 1_000_000
        } else {
            admitted += 1
            told = nil
        }
        guard let before else { return nil }
        let (whole, rest) = (before - real).quotientAndRemainder(dividingBy: 1_000_000)
        return Int(whole) + (rest > 0 ? 1 : 0)
    }
}
