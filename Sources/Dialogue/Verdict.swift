/// What the rules make of one message: what is decided, and by which transition; or that a follow-up is asked first.
struct Verdict {
    enum Kind {
        case decision(Decision, Transition?)
        /// The follow-up and its place in its state.
        case followUp(FollowUp?, place: Int)
        /// An event that no transition took; nil: the machine does not know it.
        case event(Entries.Entry?)
    }

    let kind: Kind
    /// What the patterns caught of the condition that held.
    let captures: [String: String]

    var decision: Decision? {
        if case .decision(let decision, _) = kind { decision } else { nil }
    }

    var isFollowUp: Bool {
        if case .followUp = kind { true } else { false }
    }

    /// Nil when no transition fired, or none fits a directive: the delta is then 0.
    var transition: Transition? {
        if case .decision(_, let transition) = kind { transition } else { nil }
    }

    /// A directive decides; else the first follow-up or transition whose condition holds, by priority; else what the
    /// machine says of unmatched messages (spec G-13). A redirect beyond the limit becomes what the machine says of that
    /// (spec G-5).
    static func of(
        _ situation: Situation, _ directives: [Directive], asked: [String: Int], in state: State, of machine: Machine
    ) -> Verdict {
        if let event = situation.event { return taken(event, situation, in: state, of: machine) }
        let verdict = unlimited(situation, directives, asked: asked, in: state, of: machine)
        guard verdict.decision == .redirect, let limit = state.redirectLimit ?? machine.redirectLimit,
            situation.redirects >= limit
        else { return verdict }
        return ordered(machine.onRedirectLimit, in: state, of: machine)
    }

    private static func unlimited(
        _ situation: Situation, _ directives: [Directive], asked: [String: Int], in state: State, of machine: Machine
    ) -> Verdict {
        switch directives.last(where: \.decides) {
        case .decide(let decision): return ordered(decision, in: state, of: machine)
        case .followUp: return Verdict(kind: .followUp(state.followUps.first, place: 0), captures: [:])
        default: break
        }
        var captures: [String: String] = [:]
        var followUps = Array(state.followUps.enumerated())[...]
        for transition in machine.transitions(from: state.key) {
            while let (place, followUp) = followUps.first,
                transition.isTriedLast || (followUp.priority ?? .min) <= transition.priority
            {
                followUps.removeFirst()
                captures = [:]
                if followUp.isDue(situation, asked[String(place)], &captures) {
                    return Verdict(kind: .followUp(followUp, place: place), captures: captures)
                }
            }
            captures = [:]
            if transition.when?.holds(in: situation, captures: &captures) ?? false {
                return Verdict(kind: .decision(transition.decision, transition), captures: captures)
            }
        }
        for (place, followUp) in followUps {
            captures = [:]
            if followUp.isDue(situation, asked[String(place)], &captures) {
                return Verdict(kind: .followUp(followUp, place: place), captures: captures)
            }
        }
        return machine.unmatched == .redirect
            ? Verdict(kind: .decision(.redirect, nil), captures: [:])
            : ordered(machine.unmatched, in: state, of: machine)
    }

    /// What becomes of an event: of the transitions that ask for one the first that holds fires; else the event speaks for
    /// itself, and nothing changes (FIXTURES.md "Entries").
    private static func taken(
        _ event: Situation.Event, _ situation: Situation, in state: State, of machine: Machine
    ) -> Verdict {
        for transition in machine.transitions(from: state.key) {
            guard let when = transition.when, when.contains({ if case .event = $0 { true } else { false } }) else {
                continue
            }
            var captures: [String: String] = [:]
            if when.holds(in: situation, captures: &captures) {
                return Verdict(kind: .decision(transition.decision, transition), captures: captures)
            }
        }
        return Verdict(kind: .event(machine.entries.events[event.id]), captures: [:])
    }

    /// A decision that no condition led to: the first transition of that kind fires, whatever its condition.
    private static func ordered(_ decision: Decision, in state: State, of machine: Machine) -> Verdict {
        Verdict(kind: .decision(decision, first(decision, machine.transitions(from: state.key))), captures: [:])
    }

    /// Whether the decision ends the conversation wherever it leads (spec B.5).
    func endsAtOnce(in machine: Machine) -> Bool {
        switch decision {
        case .kickOut: true
        case .reject: machine.scoringMode == .passFail
        case .pass, .redirect, nil: false
        }
    }

    /// Where the decision leads; nil where it stays. A reject in scoring mode goes where a pass would have gone
    /// (FIXTURES.md "Transition"). One that ends at once gets no further than a terminal state (spec G-10).
    func target(from state: State, of machine: Machine) -> StateKey? {
        switch decision {
        case .redirect, nil: nil
        case .pass, .kickOut: transition?.to
        case .reject where machine.scoringMode == .passFail: transition?.to
        case .reject: Verdict.first(.pass, machine.transitions(from: state.key))?.to ?? transition?.to
        }
    }

    /// The transition of that decision with the lowest priority, `otherwise` or not.
    private static func first(_ decision: Decision, _ transitions: [Transition]) -> Transition? {
        transitions.filter { $0.decision == decision }.min { $0.priority < $1.priority }
    }
}

extension FollowUp {
    fileprivate func isDue(_ situation: Situation, _ asked: Int?, _ captures: inout [String: String]) -> Bool {
        asked ?? 0 < limit && when?.holds(in: situation, captures: &captures) ?? false
    }
}
