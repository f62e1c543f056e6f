public import Dialogue
import Exact

/// What walks through the machines of a persona have found, with the variables and unlocks that players carry from one
/// machine to another.
public struct Exploration: Sendable {
    public let persona: Persona
    /// In the persona's order.
    public let machines: [MachineExploration]
    /// Those of links.
    public let links: [Finding]

    /// Every finding: those of the machines in the persona's order, then those of links.
    public var findings: [Finding] { machines.flatMap(\.findings) + links }

    /// - Parameters:
    ///   - samples: lines that stories say, to be tried for conditions.
    ///   - stories: what passing stories reach.
    ///   - willWalk: called before a machine is walked.
    public init(
        of persona: Persona, samples: [String] = [], stories: StoryParts = StoryParts(), _ limits: ExplorationLimits,
        willWalk: @escaping (Machine) -> Void = { _ in }
    ) {
        self.persona = persona
        let walks = Walks(persona, samples: samples, limits, willWalk: willWalk)
        let possible = Travels(persona, walks.readings, forgets: true, isOver: limits.isOver) { machine, baggage in
            walks.possibleWalk(machine, baggage)?.completed ?? []
        }
        let travels = Travels(persona, walks.readings, forgets: false, isOver: limits.isOver) { machine, baggage in
            walks.walk(machine, baggage).flatMap(\.completed)
        }
        // A key can be bound to a machine, so that players begin on it without having unlocked it.
        let free = Travels(persona, walks.readings, ignoresLocks: true, forgets: true, isOver: limits.isOver) {
            walks.possibleWalk($0, $1)?.completed ?? []
        }
        let direct = Travels(persona, walks.readings, ignoresLocks: true, forgets: false, isOver: limits.isOver) {
            walks.walk($0, $1, isDirect: true).flatMap(\.completed)
        }
        let areAllComplete = walks.areComplete(free)
        machines = persona.machines.map { machine in
            MachineExploration(
                machine, walks, stories, isProof: walks.isComplete(machine, areAllComplete: areAllComplete),
                cutBy: travels.stop ?? direct.stop,
                isOver: limits.isOver)
        }
        links = LinkReview(walks, possible: possible, travels).findings
    }
}
