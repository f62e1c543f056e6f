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

    /// Where a request meets faults: each fault in one place alone.
    enum Stage: Int, CaseIterable {
        case arrival, visit, message, answer
    }

    private(set) var entries: [Entry] = []
    /// Those of each place, by their index.
    private var placed: [[Int]] = FaultLedger.nowhere
    private static let nowhere = [[Int]](repeating: [], count: Stage.allCases.count)
    /// Bytes of all of them, as they were told.
    private(set) var bytes = 0
    private var made = 0

    /// Faults that change one answer.
    static let changeLimit = 16

    init(_ faults: [Fault] = []) {
        for fault in faults { _ = add(fault, at: Timestamp(nanoseconds: 0)) }
    }

    /// Names it by its number; no number is given twice.
    mutating func add(_ fault: Fault, at now: Timestamp) -> Entry {
        made += 1
        let entry = Entry(id: "f\(made)", fault: fault, madeAt: now)
        placed[fault.place.rawValue].append(entries.count)
        entries.append(entry)
        bytes += fault.size
        return entry
    }

    /// False when there is none of that name.
    mutating func remove(_ id: String) -> Bool {
        guard let place = entries.firstIndex(where: { $0.id == id }) else { return false }
        bytes -= entries.remove(at: place).fault.size
        placed = FaultLedger.nowhere
        for (index, entry) in entries.enumerated() { placed[entry.fault.place.rawValue].append(index) }
        return true
    }

    func isEmpty(at place: Stage) -> Bool { entries.isEmpty || placed[place.rawValue].isEmpty }

    /// How many there were.
    mutating func removeAll() -> Int {
        let count = entries.count
        (entries, placed, bytes) = ([], FaultLedger.nowhere, 0)
        return count
    }

    /// Has a request meet the faults of a place that `concerns` picks, and counts it for each. Of those that refuse a request one alone
    /// strikes, the oldest: to the others it has been no refusal. Of those that change an answer the oldest strike, so many
    /// as may change one.
    /// - Parameter seed: makes a draw's seed of a fault's name and the number of the request among those that matched it.
    mutating func strikes(
        _ place: Stage, at now: Timestamp, seed: (_ id: String, _ number: Int) -> UInt64, _ concerns: (Fault) -> Bool
    ) -> [Strike] {
        var strikes: [Strike] = []
        var isRefused = false
        var changes = 0
        for index in placed[place.rawValue] {
            let entry = entries[index]
            let fault = entry.fault
            guard !fault.schedule.hasExpired(since: entry.madeAt, at: now), concerns(fault) else { continue }
            entries[index].matched += 1
            let number = entry.matched + 1
            var generator = SplitMix64(seed: seed(entry.id, number))
            guard fault.schedule.strikes(number, after: entry.struck, draw: generator.fraction()),
                fault.effect.refuses ? !isRefused : changes < FaultLedger.changeLimit
            else { continue }
            if fault.effect.refuses { isRefused = true } else { changes += 1 }
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

extension Fault {
    /// Where a request meets it: where all that it asks is known.
    var place: FaultLedger.Stage {
        if moment == .afterTurn { return .answer }
        return switch match.stage {
        case .arrival: .arrival
        case .visit: .visit
        case .message: .message
        }
    }
}
