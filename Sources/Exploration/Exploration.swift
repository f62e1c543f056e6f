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
    ///   - samples: lines that stories say, for patterns.
    ///   - willWalk: called before a machine is walked.
    public init(
        of persona: Persona, samples: [String], _ limits: ExplorationLimits,
        willWalk: @escaping (Machine) -> Void = { _ in }
    ) {
        self.persona = persona
        var travels = Travels(persona, samples: samples, limits, willWalk: willWalk)
        travels.run()
        let names = CaptureNames(persona)
        machines = persona.machines.compactMap { machine in
            travels.walks[machine.id].map { MachineExploration($0, names, isCut: travels.isCut) }
        }
        links = LinkReview(persona, travels, machines).findings
    }
}
