import Dialogue
import Exact

/// What a player brings to a machine.
struct Baggage {
    var progress = Progress()
    /// The variables of which it is not known whether they have a value, and which.
    var unknown: Set<ExactText> = []
}

/// The ways of players through a persona: which machines they unlock, and with which variables they come to each.
/// Sessions are played one after another.
struct Travels {
    /// The machines that a player can play.
    private(set) var playable: Set<MachineID> = []
    /// The indices of the links whose condition held at some end, and that unlocked something.
    private(set) var held: Set<Int> = []
    private(set) var unlocking: Set<Int> = []
    /// Why some way was not gone to its end; nil: all were.
    private(set) var stop: ExplorationStop?

    private let persona: Persona
    private let readings: Readings
    private let forgets: Bool

    private struct Place: Hashable {
        let unlocked: [String]
        let variables: [[Bool]]
        let unknown: Set<ExactText>
    }

    /// The most places that are visited.
    private static let limit = 500

    /// - Parameters:
    ///   - ignoresLocks: whether machines are played that are locked.
    ///   - forgets: whether what players say into variables is unknown.
    ///   - walk: walks through a machine, and returns ended sessions, one for each that makes a difference.
    init(
        _ persona: Persona, _ readings: Readings, ignoresLocks: Bool = false, forgets: Bool, isOver: () -> Bool,
        walk: (Machine, Baggage) -> [Session]
    ) {
        (self.persona, self.readings, self.forgets) = (persona, readings, forgets)
        var queue = [Baggage()]
        var seen: Set<Place> = [place(of: queue[0])]
        var next = 0
        while next < queue.count {
            if isOver() {
                stop = .time
            } else if next >= Travels.limit {
                stop = .combinations
            }
            if stop != nil { break }
            let baggage = queue[next]
            next += 1
            for machine in persona.machines where ignoresLocks || persona.isAvailable(machine, to: baggage.progress) {
                playable.insert(machine.id)
                for session in walk(machine, baggage) {
                    let after = complete(session, on: machine, baggage)
                    if seen.insert(place(of: after)).inserted { queue.append(after) }
                }
            }
        }
        for machine in persona.machines where !playable.contains(machine.id) { _ = walk(machine, Baggage()) }
    }

    private func place(of baggage: Baggage) -> Place {
        Place(
            unlocked: baggage.progress.unlocked.map(\.description).sorted(),
            variables: readings.findings(in: persona.variables.merging(baggage.progress.variables) { $1 }),
            unknown: baggage.unknown.filter { readings.reads($0.text) })
    }

    private mutating func complete(_ session: Session, on machine: Machine, _ baggage: Baggage) -> Baggage {
        var after = baggage
        after.progress.complete(session, on: machine)
        guard let outcome = session.outcome else { return after }
        if forgets {
            for output in machine.outputs where output.outcomes.contains(outcome) {
                if case .capture = output.source {
                    after.unknown.insert(ExactText(output.key))
                } else {
                    after.unknown.remove(ExactText(output.key))
                }
            }
            // A score is one of many, of which a text may tell.
            let score = "score.\(machine.key)"
            if readings.readsText(of: score) { after.unknown.insert(ExactText(score)) }
        }
        for (index, link) in persona.links.enumerated()
        where link.source == machine.id && link.holds(outcome: outcome, score: session.score) {
            held.insert(index)
            guard let target = persona.machine(link.target), !persona.isAvailable(target, to: after.progress) else {
                continue
            }
            after.progress.unlocked.append(target.id)
            unlocking.insert(index)
        }
        return after
    }
}
