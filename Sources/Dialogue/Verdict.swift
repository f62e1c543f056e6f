import Text

/// What the rules make of one message: a decision, and the transition it comes from.
struct Verdict {
    let decision: Decision
    /// Nil when no transition fired, or none fits a directive: the delta is then 0.
    let transition: Transition?

    /// A directive decides; else the first transition whose condition holds; else it is a redirect (spec G-13).
    static func of(_ line: Line, _ directives: [Directive], in state: State, of machine: Machine) -> Verdict {
        let transitions = machine.transitions(from: state.key)
        if case .decide(let decision)? = directives.last {
            return Verdict(decision: decision, transition: first(decision, transitions))
        }
        let fired = transitions.first { $0.when?.holds(for: line) ?? false }
        return Verdict(decision: fired?.decision ?? .redirect, transition: fired)
    }

    /// Whether the decision ends the conversation wherever it leads (spec B.5).
    func endsAtOnce(in machine: Machine) -> Bool {
        switch decision {
        case .kickOut: true
        case .reject: machine.scoringMode == .passFail
        case .pass, .redirect: false
        }
    }

    /// Where the decision leads; nil where it stays. A reject in scoring mode goes where a pass would have gone
    /// (FIXTURES.md "Transition"). One that ends at once gets no further than a terminal state (spec G-10).
    func target(from state: State, of machine: Machine) -> StateKey? {
        switch decision {
        case .redirect: nil
        case .pass, .kickOut: transition?.to
        case .reject where machine.scoringMode == .passFail: transition?.to
        case .reject:
            Verdict.first(.pass, machine.transitions(from: state.key))?.to ?? transition?.to
        }
    }

    /// The transition of that decision with the lowest priority, `otherwise` or not.
    private static func first(_ decision: Decision, _ transitions: [Transition]) -> Transition? {
        transitions.filter { $0.decision == decision }.min { $0.priority < $1.priority }
    }
}
