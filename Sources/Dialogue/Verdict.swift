import Exact
import Text

/// The result of the rules for one message: a decision with its transition, or a follow-up that is asked first.
struct Verdict {
    enum Kind {
        case decision(Decision, Transition?)
        case followUp(FollowUp?)
        /// An event that no transition took; nil: the machine does not know it.
        case event(Entries.Entry?)
    }

    let kind: Kind
    /// The index of the follow-up in its state, or of the transition among those that leave the state; 0 without one.
    var place = 0
    /// The captures of the condition that held.
    var captures: Texts = [:]
    let cause: Explanation.Cause
    /// The candidate whose condition held, also where another decision replaces a redirect.
    var matched: Candidate?
    /// The redirects that are allowed in one visit, if this verdict replaces a redirect beyond that limit.
    var redirectLimit: Int?

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

    /// The candidate that fired.
    var trial: Candidate? {
        switch kind {
        case .decision(_, _?): .transition(place)
        case .followUp(_?): .followUp(place)
        case .decision, .followUp, .event: nil
        }
    }

    var scoreDelta: Int { transition?.scoreDelta ?? 0 }

    /// A directive decides; else the first follow-up or transition whose condition holds, by priority; else the
    /// machine's `unmatched` (spec G-13). A redirect beyond the limit is replaced by the machine's `onRedirectLimit`
    /// (spec G-5).
    static func of(
        _ context: MatchContext, _ directives: [Directive], asked: [ExactText: Int], in state: State,
        of machine: Machine,
        _ effort: inout Effort
    ) -> Verdict {
        if let event = context.event {
            let place = taken(context, in: state, of: machine, &effort)
            return onEvent(event.id, place?.place, place?.captures ?? [:], in: state, of: machine)
        }
        let verdict: Verdict
        switch directives.last(where: \.decides) {
        case .decide(let decision): verdict = ordered(decision, .directive, in: state, of: machine)
        case .followUp: verdict = Verdict(kind: .followUp(state.followUps.first), cause: .directive)
        default:
            let (first, captures) = first(context, asked: asked, in: state, of: machine, &effort)
            verdict = of(first, captures, in: state, of: machine)
        }
        return verdict.limited(context.redirects, in: state, of: machine)
    }

    /// The verdict on a line for which the candidate fires; nil: none does.
    static func of(
        _ candidate: Candidate?, _ captures: Texts = [:], in state: State, of machine: Machine
    ) -> Verdict {
        switch candidate {
        case .followUp(let place):
            Verdict(
                kind: .followUp(state.followUps[place]), place: place, captures: captures, cause: .matched,
                matched: candidate)
        case .transition(let place): fired(machine.transitions(from: state.key)[place], place, captures)
        case nil where machine.unmatched == .redirect:
            Verdict(kind: .decision(.redirect, nil), cause: .unmatched)
        case nil: ordered(machine.unmatched, .unmatched, in: state, of: machine)
        }
    }

    /// Beyond the limit of redirects, what replaces a redirect.
    func limited(_ redirects: Int, in state: State, of machine: Machine) -> Verdict {
        guard decision == .redirect, let limit = state.redirectLimit ?? machine.redirectLimit, redirects >= limit
        else { return self }
        var limited = Verdict.ordered(machine.onRedirectLimit, cause, in: state, of: machine)
        limited.redirectLimit = limit
        limited.matched = matched
        return limited
    }

    /// The first follow-up or transition whose condition holds for a line.
    private static func first(
        _ context: MatchContext, asked: [ExactText: Int], in state: State, of machine: Machine, _ effort: inout Effort
    ) -> (candidate: Candidate?, captures: Texts) {
        let trials = Candidates(in: state, of: machine)
        for trial in trials {
            let when: Matcher?
            switch trial {
            case .followUp(let place):
                let followUp = trials.followUps[place]
                when = asked[String(place)] ?? 0 < followUp.limit ? followUp.when : nil
            case .transition(let place): when = trials.transitions[place].when
            }
            var captures: Texts = [:]
            if when?.holds(in: context, &effort, captures: &captures) ?? false { return (trial, captures) }
        }
        return (nil, [:])
    }

    /// The first of the transitions about events whose condition holds.
    private static func taken(
        _ context: MatchContext, in state: State, of machine: Machine, _ effort: inout Effort
    ) -> (place: Int, captures: Texts)? {
        for (place, transition) in machine.transitions(from: state.key).enumerated() {
            guard let when = transition.when, when.asksForEvent else { continue }
            var captures: Texts = [:]
            if when.holds(in: context, &effort, captures: &captures) { return (place, captures) }
        }
        return nil
    }

    /// The verdict on an event that a transition takes; nil: none does, so the event's entry is said, and nothing changes
    /// (FIXTURES.md "Entries").
    static func onEvent(
        _ id: String, _ place: Int?, _ captures: Texts = [:], in state: State, of machine: Machine
    ) -> Verdict {
        guard let place else { return Verdict(kind: .event(machine.entries.events[id]), cause: .event) }
        return fired(machine.transitions(from: state.key)[place], place, captures)
    }

    private static func fired(_ transition: Transition, _ place: Int, _ captures: Texts) -> Verdict {
        Verdict(
            kind: .decision(transition.decision, transition), place: place, captures: captures, cause: .matched,
            matched: .transition(place))
    }

    /// A decision that no condition led to: the first transition of that kind fires, whatever its condition.
    private static func ordered(
        _ decision: Decision, _ cause: Explanation.Cause, in state: State, of machine: Machine
    ) -> Verdict {
        let first = machine.first(decision, from: state.key)
        return Verdict(kind: .decision(decision, first?.transition), place: first?.place ?? 0, cause: cause)
    }

    /// Whether the decision ends the conversation wherever it leads (spec B.5).
    func endsAtOnce(in machine: Machine) -> Bool {
        switch decision {
        case .kickOut: true
        case .reject: machine.scoringMode == .passFail
        case .pass, .redirect, nil: false
        }
    }

    /// The state to which the decision leads; nil when the session stays. One that ends the conversation at once only
    /// leads to a terminal state (spec G-10).
    func target(from state: State, of machine: Machine) -> StateKey? {
        machine.target(of: decision, by: transition, from: state.key)
    }
}
