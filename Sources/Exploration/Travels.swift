import Dialogue
import Exact

/// The ways of players through a persona: which machines they unlock, and with which variables they come to each.
/// Sessions are played one after another.
struct Travels {
    let persona: Persona
    /// The walks through each machine; those with the same findings of its conditions on variables are one.
    private(set) var walks: [MachineID: [Walk]] = [:]
    /// The machines that a player can play.
    private(set) var playable: Set<MachineID> = []
    /// The indices of the links whose condition held at some end, and that unlocked something.
    private(set) var held: Set<Int> = []
    private(set) var unlocking: Set<Int> = []
    /// Whether some way was not gone to its end.
    private(set) var isCut = false

    private let limits: ExplorationLimits
    private let readings: Readings
    private let samples: [String]
    private let willWalk: (Machine) -> Void
    private var known: [WalkKey: [Walk]] = [:]
    private var left: [MachineID: Int]

    private struct WalkKey: Hashable {
        let machine: MachineID
        let variables: [[Bool]]
    }

    private struct Place: Hashable {
        let unlocked: [String]
        let variables: [[Bool]]
    }

    /// The most places that are visited.
    private static let limit = 500

    init(
        _ persona: Persona, samples: [String], _ limits: ExplorationLimits, willWalk: @escaping (Machine) -> Void
    ) {
        (self.persona, self.samples, self.limits, self.willWalk) = (persona, samples, limits, willWalk)
        readings = Readings(persona)
        left = Dictionary(persona.machines.map { ($0.id, limits.turns) }, uniquingKeysWith: { first, _ in first })
    }

    /// A walk through the first machine that can be played.
    var playableWalk: Walk? {
        persona.machines.lazy.compactMap { playable.contains($0.id) ? walks[$0.id]?.first : nil }.first
    }

    mutating func run() {
        var queue = [Progress()]
        var seen: Set<Place> = [place(of: queue[0])]
        var next = 0
        while next < queue.count {
            guard next < Travels.limit else {
                isCut = true
                break
            }
            let progress = queue[next]
            next += 1
            for machine in persona.machines where persona.isAvailable(machine, to: progress) {
                playable.insert(machine.id)
                for walk in walk(machine, progress.variables) {
                    for session in walk.completed {
                        let after = complete(session, on: machine, progress)
                        if seen.insert(place(of: after)).inserted { queue.append(after) }
                    }
                }
            }
        }
        for machine in persona.machines where !playable.contains(machine.id) { _ = walk(machine, [:]) }
    }

    private func place(of progress: Progress) -> Place {
        Place(
            unlocked: progress.unlocked.map(\.description).sorted(),
            variables: readings.findings(in: persona.variables.merging(progress.variables) { $1 }))
    }

    private mutating func complete(_ session: Session, on machine: Machine, _ progress: Progress) -> Progress {
        var after = progress
        after.complete(session, on: machine)
        guard let outcome = session.outcome else { return after }
        var open = after
        for (index, link) in persona.links.enumerated()
        where link.source == machine.id && link.holds(outcome: outcome, score: session.score) {
            held.insert(index)
            guard let target = persona.machine(link.target), !persona.isAvailable(target, to: open) else { continue }
            open.unlocked.append(target.id)
            unlocking.insert(index)
        }
        return open
    }

    /// The walks through a machine with these variables: one, or a second, coarse one when the first was stopped.
    private mutating func walk(_ machine: Machine, _ variables: Texts) -> [Walk] {
        let values = persona.variables.merging(variables) { $1 }
        let key = WalkKey(machine: machine.id, variables: readings.findings(in: values, readBy: machine))
        if let walks = known[key] { return walks }
        willWalk(machine)
        let maker = MessageMaker(for: machine, samples: samples)
        let turns = left[machine.id] ?? 0
        var walk = Walk(machine, of: persona, variables, readings, maker, limits, isCoarse: false)
        walk.run(turns: turns / 2)
        var made = [walk]
        if walk.stop != nil, walk.stop != .depth {
            var coarse = Walk(machine, of: persona, variables, readings, maker, limits, isCoarse: true)
            coarse.run(turns: turns / 4)
            made[0].wander(turns: turns * 3 / 4)
            made.append(coarse)
        }
        left[machine.id] = max(0, turns - made.reduce(0) { $0 + $1.turns })
        known[key] = made
        walks[machine.id, default: []] += made
        return made
    }
}
