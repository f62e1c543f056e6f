import Dialogue

/// The faults of a sandbox, and how often each has met its requests and struck.
struct FaultLedger: Sendable {
    struct Entry: Sendable {
        let id: String
        let fault: Fault
        let madeAt: Timestamp
        /// Requests that matched so far, struck or not.
        var matched = 0
        var struck = 0
    }

    /// A fault that strikes a request.
    struct Strike: Sendable {
        let id: String
        let fault: Fault
        /// For what is left to chance.
        var generator: SplitMix64

        /// As it is told of in the journal.
        var name: String { "\(id) \(fault.kind.rawValue)" }
    }

    private(set) var entries: [Entry] = []
    private var made = 0

    init(_ faults: [Fault] = []) {
        for fault in faults { _ = add(fault, at: Timestamp(nanoseconds: 0)) }
    }

    /// Names it by its number; no number is given twice.
    mutating func add(_ fault: Fault, at now: Timestamp) -> Entry {
        made += 1
        let entry = Entry(id: "f\(made)", fault: fault, madeAt: now)
        entries.append(entry)
        return entry
    }

    /// False when there is none of that name.
    mutating func remove(_ id: String) -> Bool {
        let count = entries.count
        entries.removeAll { $0.id == id }
        return entries.count < count
    }

    /// How many there were.
    mutating func removeAll() -> Int {
        defer { entries = [] }
        return entries.count
    }

    /// Has a request meet the faults that `concerns` picks, and counts it for each. Of those that refuse a request one alone
    /// strikes, the oldest: to the others it has been no refusal.
    /// - Parameter seed: makes a draw's seed of a fault's name and the number of the request among those that matched it.
    mutating func strikes(
        at now: Timestamp, seed: (_ id: String, _ number: Int) -> UInt64, _ concerns: (Fault) -> Bool
    ) -> [Strike] {
        var strikes: [Strike] = []
        var isRefused = false
        for (index, entry) in entries.enumerated() {
            let fault = entry.fault
            guard !fault.schedule.hasExpired(since: entry.madeAt, at: now), concerns(fault) else { continue }
            entries[index].matched += 1
            let number = entry.matched + 1
            var generator = SplitMix64(seed: seed(entry.id, number))
            guard fault.schedule.strikes(number, after: entry.struck, draw: generator.fraction()),
                !(fault.effect.refuses && isRefused)
            else { continue }
            if fault.effect.refuses { isRefused = true }
            entries[index].struck += 1
            strikes.append(Strike(id: entry.id, fault: fault, generator: generator))
        }
        return strikes
    }
}

extension SplitMix64 {
    /// From 0 up to 1, without 1.
    mutating func fraction() -> Double { Double(next() >> 11) / Double(1 << 53) }
}
