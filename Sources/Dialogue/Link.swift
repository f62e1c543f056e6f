/// How completing one machine unlocks another (spec B.9).
public struct Link: Sendable {
    public enum Condition: Equatable, Sendable {
        case outcome(Outcome)
        case scoreAtLeast(Int)
        case scoreAtMost(Int)
        case always
    }

    public let source: MachineID
    public let target: MachineID
    public let condition: Condition
    public let isAutoAdvance: Bool
    /// The line of `persona.json`, counted from 1; 0 when it was not read from a file.
    public let line: Int

    public init(
        source: MachineID, target: MachineID, condition: Condition, isAutoAdvance: Bool = false, line: Int = 0
    ) {
        self.source = source
        self.target = target
        self.condition = condition
        self.isAutoAdvance = isAutoAdvance
        self.line = line
    }

    public func holds(outcome: Outcome, score: Int) -> Bool {
        switch condition {
        case .outcome(let wanted): outcome == wanted
        case .scoreAtLeast(let bound): score >= bound
        case .scoreAtMost(let bound): score <= bound
        case .always: true
        }
    }
}

/// A machine that a completed one has just unlocked.
public struct Unlock: Sendable {
    public let machine: Machine
    public let isAutoAdvance: Bool
}

extension Persona {
    /// Whether the player can start the machine: it is an entry, no link leads to it, or it is unlocked (spec C-13).
    public func isAvailable(_ machine: Machine, to progress: Progress) -> Bool {
        machine.isEntry || !links.contains { $0.target == machine.id } || progress.unlocked.contains(machine.id)
    }

    /// The machines that a player can ever reach: those that are available from the start, and those to which a machine
    /// links that can be reached.
    public var reachableMachines: Set<MachineID> {
        let locked = Set(links.map(\.target))
        let following = Dictionary(grouping: links, by: \.source)
        var next = machines.filter { $0.isEntry || !locked.contains($0.id) }.map(\.id)
        var reached = Set(next)
        while let source = next.popLast() {
            for link in following[source] ?? [] where reached.insert(link.target).inserted { next.append(link.target) }
        }
        return reached
    }

    /// Whether any link leads to or from the machine.
    public func isLinked(_ machine: Machine) -> Bool {
        links.contains { $0.source == machine.id || $0.target == machine.id }
    }

    /// Returns the machines that an ended session unlocks, and adds them to the progress. A machine that was available
    /// before is never unlocked again, so completing a machine twice unlocks nothing the second time (spec G-24).
    public func unlocks(by session: Session, progress: inout Progress) -> [Unlock] {
        guard let outcome = session.outcome else { return [] }
        var unlocks: [Unlock] = []
        for link in links where link.source == session.machine && link.holds(outcome: outcome, score: session.score) {
            guard let target = machine(link.target), !isAvailable(target, to: progress) else { continue }
            progress.unlocked.append(target.id)
            unlocks.append(Unlock(machine: target, isAutoAdvance: link.isAutoAdvance))
        }
        return unlocks
    }
}
