import Journal
import Dialogue

/// The faults of a sandbox, with how many requests each has matched and struck.
struct FaultLedger: Sendable {
    struct Entry: Sendable {
        let number: Int
        let id: String
        let fault: Fault
        /// When its `ttl_seconds` began; a clock that was set back before that time takes it along.
        fileprivate(set) var madeAt: Timestamp
        /// The requests that matched so far, struck or not.
        var matched = 0
        var struck = 0

        fileprivate init(_ number: Int, _ fault: Fault, madeAt: Timestamp) {
            (self.number, self.fault, self.madeAt) = (number, fault, madeAt)
            id = "f\(number)"
        }
    }

    /// A fault that strikes a request.
    struct Strike: Sendable {
        let id: String
        let fault: Fault
        /// For random delays.
        var generator: SplitMix64

        /// The text that the journal writes.
        var name: String { "\(id) \(fault.kind.rawValue)" }
    }

    /// The stages at which faults apply to a request. Each fault applies at one stage only.
    enum Stage: Int, CaseIterable {
        case arrival, visit, message, answer
    }

    private(set) var entries: [Entry] = []
    /// For each stage, the indices of its faults in `entries`.
    private var placed: [[Int]] = FaultLedger.nowhere
    private static let nowhere = [[Int]](repeating: [], count: Stage.allCases.count)
    /// The bytes of all faults as JSON.
    private(set) var bytes = 0
    /// The number of faults that were ever added.
    private(set) var made = 0
    /// Changes when a fault is added or removed, and not when one is counted.
    private(set) var revision = Revision()

    /// The most faults that change one answer.
    static let changeLimit = 16

    init(_ faults: [Fault] = []) {
        for fault in faults { _ = add(fault, at: Timestamp(nanoseconds: 0)) }
    }

    /// Adds a fault under a new id. No id is used twice.
    mutating func add(_ fault: Fault, at now: Timestamp) -> Entry {
        made += 1
        return put(fault, number: made, at: now)
    }

    private mutating func put(_ fault: Fault, number: Int, at now: Timestamp) -> Entry {
        revision.change()
        let entry = Entry(number, fault, madeAt: now)
        placed[fault.stage.rawValue].append(entries.count)
        entries.append(entry)
        bytes += fault.size
        return entry
    }

    /// Removes a fault; returns false when no fault has that id.
    mutating func remove(_ id: String) -> Bool {
        guard let place = entries.firstIndex(where: { $0.id == id }) else { return false }
        revision.change()
        bytes -= entries.remove(at: place).fault.size
        placed = FaultLedger.nowhere
        for (index, entry) in entries.enumerated() { placed[entry.fault.stage.rawValue].append(index) }
        return true
    }

    /// Whether only these were ever added, which a sandbox has at first, and none was removed.
    func areOnly(_ faults: [Fault]) -> Bool { made == faults.count && entries.count == made }

    /// Whether only these were ever added, and none has met a request.
    func areUnchanged(from faults: [Fault]) -> Bool { areOnly(faults) && entries.allSatisfy { $0.matched == 0 } }

    func isEmpty(at stage: Stage) -> Bool { entries.isEmpty || placed[stage.rawValue].isEmpty }

    /// Removes all faults; returns how many there were.
    mutating func removeAll() -> Int {
        revision.change()
        let count = entries.count
        (entries, placed, bytes) = ([], FaultLedger.nowhere, 0)
        return count
    }

    /// Applies the faults of a stage that `concerns` picks to a request, and counts the request for each. Of the faults
    /// that refuse a request only the oldest that is due strikes. Of the faults that change an answer the oldest
    /// strike, up to `changeLimit`.
    /// - Parameter seed: makes the seed of the random draws from a fault's id and the number of the request among those
    ///   that matched it.
    mutating func strikes(
        _ stage: Stage, at now: Timestamp, seed: (_ id: String, _ number: Int) -> UInt64, _ concerns: (Fault) -> Bool
    ) -> [Strike] {
        var strikes: [Strike] = []
        var isRefused = false
        var changes = 0
        for index in placed[stage.rawValue] {
            if now < entries[index].madeAt { entries[index].madeAt = now }
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

// MARK: - Kept faults

extension FaultLedger {
    /// What one fault has counted.
    struct Count: Equatable {
        var madeAt = Timestamp(nanoseconds: 0)
        var matched = 0
        var struck = 0
    }

    /// The faults with their numbers, none counted.
    /// - Parameter made: how many were ever added.
    /// - Returns: nil when the numbers do not rise up to `made`.
    init?(_ kept: [(number: Int, fault: Fault)], made: Int) {
        var last = 0
        for (number, fault) in kept {
            guard number > last, number <= made else { return nil }
            last = number
            _ = put(fault, number: number, at: Timestamp(nanoseconds: 0))
        }
        self.made = made
        revision.change()
    }

    var counts: [Count] {
        get { entries.map { Count(madeAt: $0.madeAt, matched: $0.matched, struck: $0.struck) } }
        set {
            precondition(newValue.count == entries.count, "a count for each fault")
            for (place, count) in newValue.enumerated() {
                (entries[place].madeAt, entries[place].matched, entries[place].struck) = (
                    count.madeAt, count.matched, count.struck
                )
            }
        }
    }
}

extension SplitMix64 {
    /// A random number from 0 up to, but not including, 1.
    mutating func fraction() -> Double { Double(next() >> 11) / Double(1 << 53) }
}

extension Fault {
    /// The stage at which the fault applies: the first at which everything that its match needs is known.
    var stage: FaultLedger.Stage {
        if moment == .afterTurn { return .answer }
        return switch match.stage {
        case .arrival: .arrival
        case .visit: .visit
        case .message: .message
        }
    }
}
