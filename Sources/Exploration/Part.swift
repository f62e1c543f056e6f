import Dialogue

/// A follow-up or a transition with a condition.
enum Part: Hashable {
    case followUp(StateKey, Int)
    case transition(ObjectIdentifier)

    /// One that can be tried in a state.
    struct Placed {
        let part: Part
        let candidate: Candidate
        let when: Matcher
        let state: State
        let machine: Machine
    }

    /// Those of a state, in the order in which they are tried.
    static func all(in state: State, of machine: Machine) -> [Placed] {
        let candidates = Candidates(in: state, of: machine)
        return candidates.compactMap { candidate in
            let when =
                switch candidate {
                case .followUp(let place): state.followUps[place].when
                case .transition(let place): candidates.transitions[place].when
                }
            return when.map {
                Placed(
                    part: Part.of(candidate, in: state.key, of: machine), candidate: candidate, when: $0, state: state,
                    machine: machine)
            }
        }
    }

    static func of(_ candidate: Candidate, in state: StateKey, of machine: Machine) -> Part {
        switch candidate {
        case .followUp(let place): .followUp(state, place)
        case .transition(let place): .transition(ObjectIdentifier(machine.transitions(from: state)[place]))
        }
    }
}

extension Part.Placed {
    /// Nil for a follow-up.
    var transition: Transition? {
        if case .transition(let place) = candidate { machine.transitions(from: state.key)[place] } else { nil }
    }

    /// `file:line`.
    var place: String {
        switch candidate {
        case .followUp(let place): machine.origin(of: state.followUps[place], in: state) ?? ""
        case .transition(let place): machine.origin(of: machine.transitions(from: state.key)[place]) ?? ""
        }
    }

    var name: String {
        transition.map { "the transition \($0.words)" } ?? "the follow-up of \"\(state.key)\""
    }

    /// The name within the machine.
    var subject: String { transition.map(\.words) ?? "follow-up of \(state.key)" }

    /// Whether it is tried for an event; a part that is not is tried for lines alone.
    var isAboutEvents: Bool {
        transition != nil && when.contains { if case .event = $0 { true } else { false } }
    }
}

extension Transition {
    /// `s0 → s1 pass`.
    var words: String {
        "\(from?.text ?? "*")\(to.map { " → \($0)" } ?? "") \(decision.rawValue)"
    }
}
