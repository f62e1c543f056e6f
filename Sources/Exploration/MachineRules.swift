import Dialogue
import Exact
import Text

/// The rules of a machine's states, and what they make possible.
final class MachineRules {
    let machine: Machine
    /// The phrases of the conditions on earlier lines.
    let said: [[Phrase]]
    private var rules: [Key: Rules] = [:]
    private var byState: [StateKey: Rules] = [:]
    private var possible: [Place: [Firing]] = [:]

    /// States without follow-ups that have the same transitions have the same rules.
    private struct Key: Hashable {
        /// Nil for a state without follow-ups.
        let state: StateKey?
        let transitions: [ObjectIdentifier]
    }

    private struct Place: Hashable {
        let rules: ObjectIdentifier
        let answers: [Bool?]
    }

    /// What fires in a turn.
    struct Firing: Hashable {
        /// Nil: nothing.
        let candidate: Candidate?
        /// The event in place of a line.
        let event: ExactText?
    }

    init(_ machine: Machine) {
        self.machine = machine
        var said: [[Phrase]] = []
        for case .said(let phrases) in machine.conditions.flatMap(\.atoms) where !phrases.isEmpty {
            if !said.contains(phrases) { said.append(phrases) }
        }
        self.said = said
    }

    func rules(of state: State) -> Rules {
        if let known = byState[state.key] { return known }
        let key = Key(
            state: state.followUps.isEmpty ? nil : state.key,
            transitions: machine.transitions(from: state.key).map { ObjectIdentifier($0) })
        let made = rules[key] ?? Rules(of: state, machine, said: said)
        rules[key] = made
        byState[state.key] = made
        return made
    }

    /// All that can fire, and perhaps more; nil: the time was up.
    /// - Parameter answers: those of `Rules.ofSession`.
    func firings(_ rules: Rules, _ answers: [Bool?], isOver: () -> Bool) -> [Firing]? {
        let place = Place(rules: ObjectIdentifier(rules), answers: answers)
        if let known = possible[place] { return known }
        var firings: [Firing] = []
        for turn in rules.turns {
            var solver = Solver(rules, answers, turn)
            for part in [nil] + rules.candidates.indices.map({ $0 }) {
                if isOver() { return nil }
                let firing = Firing(candidate: part.map { rules.candidates[$0] }, event: turn.event)
                let isKnown = turn.hasImage && firings.contains(firing)
                if !isKnown, solver.canFire(part) { firings.append(firing) }
            }
        }
        possible[place] = firings
        return firings
    }
}

extension Matcher {
    /// The matchers in it that have none inside.
    var atoms: [Matcher] {
        switch self {
        case .every(let inside), .allOf(let inside), .some(let inside): inside.flatMap(\.atoms)
        case .not(let inside): inside.atoms
        default: [self]
        }
    }
}

extension Machine {
    /// The conditions of all transitions and follow-ups.
    var conditions: [Matcher] {
        let states = stateKeys.compactMap(state)
        let followUps = states.flatMap { $0.followUps.compactMap(\.when) }
        var seen: Set<ObjectIdentifier> = []
        let transitions = states.flatMap { self.transitions(from: $0.key) }.filter {
            seen.insert(ObjectIdentifier($0)).inserted
        }
        return followUps + transitions.compactMap(\.when)
    }
}
