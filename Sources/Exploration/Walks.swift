import Dialogue
import Exact

/// The walks through the machines of a persona, each with every set of variables that makes a difference to the machine.
final class Walks {
    let persona: Persona
    let readings: Readings
    private let samples: [String]
    private let limits: ExplorationLimits
    private let willWalk: (Machine) -> Void
    private let rules: [MachineID: MachineRules]
    private var shown: [Key: [Walk]] = [:]
    private var possible: [Key: PossibleWalk] = [:]
    /// Those of each machine, in the order in which they were walked.
    private(set) var byMachine: [MachineID: [Walk]] = [:]
    private(set) var possibleByMachine: [MachineID: [PossibleWalk]] = [:]
    /// The turns that are left for each machine.
    private var left: [MachineID: Int]

    private struct Key: Hashable {
        let machine: MachineID
        let variables: [[Bool]]
        let unknown: Set<ExactText>
    }

    /// - Parameters:
    ///   - samples: lines that stories say.
    ///   - willWalk: called before a machine is walked.
    init(
        _ persona: Persona, samples: [String], _ limits: ExplorationLimits, willWalk: @escaping (Machine) -> Void
    ) {
        (self.persona, self.samples, self.limits, self.willWalk) = (persona, samples, limits, willWalk)
        readings = Readings(persona)
        rules = Dictionary(persona.machines.map { ($0.id, MachineRules($0)) }, uniquingKeysWith: { first, _ in first })
        left = rules.mapValues { _ in limits.turns }
    }

    private func key(_ machine: Machine, _ baggage: Baggage) -> Key {
        let values = persona.variables.merging(baggage.progress.variables) { $1 }
        let unknown = readings.names(baggage.unknown, readBy: machine)
        return Key(
            machine: machine.id,
            variables: readings.findings(in: values.filter { !unknown.contains($0.key) }, readBy: machine),
            unknown: unknown)
    }

    /// The walks with messages: one, or a second, coarse one when the first was stopped.
    /// - Parameter isDirect: whether the player has not unlocked the machine.
    func walk(_ machine: Machine, _ baggage: Baggage, isDirect: Bool = false) -> [Walk] {
        let key = key(machine, baggage)
        if let walks = shown[key] { return walks }
        guard let rules = rules[machine.id] else { return [] }
        willWalk(machine)
        let maker = MessageMaker(for: machine, samples: samples)
        let turns = left[machine.id] ?? 0
        let variables = baggage.progress.variables
        var walk = Walk(rules, of: persona, variables, readings, maker, limits, .fine, isDirect: isDirect)
        walk.run(turns: turns - turns / 2)
        var made = [walk]
        if walk.stop != nil, walk.stop != .depth {
            var coarse = Walk(rules, of: persona, variables, readings, maker, limits, .coarse, isDirect: isDirect)
            coarse.run(turns: turns / 4)
            made[0].wander(turns: turns - turns / 4)
            made.append(coarse)
        }
        left[machine.id] = max(0, turns - made.reduce(0) { $0 + $1.turns })
        shown[key] = made
        byMachine[machine.id, default: []] += made
        return made
    }

    /// The walk that takes all that is possible. When scores are told apart too finely, it is a coarse one.
    func possibleWalk(_ machine: Machine, _ baggage: Baggage) -> PossibleWalk? {
        let key = key(machine, baggage)
        if let walk = possible[key] { return walk }
        guard let rules = rules[machine.id] else { return nil }
        willWalk(machine)
        var walk = PossibleWalk(rules, of: persona, baggage, readings, limits, .fine)
        walk.run()
        if walk.isStopped {
            walk = PossibleWalk(rules, of: persona, baggage, readings, limits, .coarse)
            walk.run()
        }
        possible[key] = walk
        possibleByMachine[machine.id, default: []].append(walk)
        return walk
    }

    /// The possible walk that comes wherever a walk with messages comes.
    func possibleWalk(around walk: Walk) -> PossibleWalk? {
        var baggage = Baggage()
        baggage.progress.variables = walk.variables
        for machine in persona.machines {
            for output in machine.outputs where walk.variables[output.key] != nil {
                if case .capture = output.source { baggage.unknown.insert(ExactText(output.key)) }
            }
            let score = "score.\(machine.key)"
            if walk.variables[score] != nil, readings.readsText(of: score) { baggage.unknown.insert(ExactText(score)) }
        }
        return possibleWalk(walk.machine, baggage)
    }

    /// Whether the possible walks of a machine leave nothing out.
    /// - Parameter areAllComplete: whether that is so for all machines.
    func isComplete(_ machine: Machine, areAllComplete: Bool) -> Bool {
        // A walk of another machine that was stopped may have left out variables that a player can bring.
        guard !readings.readsAny(machine) || areAllComplete else { return false }
        return (possibleByMachine[machine.id] ?? []).allSatisfy { !$0.isStopped }
    }

    /// Whether no walk was stopped.
    func areComplete(_ travels: Travels) -> Bool {
        travels.stop == nil && possibleByMachine.values.joined().allSatisfy { !$0.isStopped }
    }
}
