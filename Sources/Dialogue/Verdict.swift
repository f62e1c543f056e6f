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
        if let event = context.event { return taken(event, context, in: state, of: machine, &effort) }
        let verdict = unlimited(context, directives, asked: asked, in: state, of: machine, &effort)
        guard verdict.decision == .redirect, let limit = state.redirectLimit ?? machine.redirectLimit,
            context.redirects >= limit
        else { return verdict }
        var limited = ordered(machine.onRedirectLimit, verdict.cause, in: state, of: machine)
        limited.redirectLimit = limit
        return limited
    }

    private static func unlimited(
        _ context: MatchContext, _ directives: [Directive], asked: [ExactText: Int], in state: State,
        of machine: Machine,
        _ effort: inout Effort
    ) -> Verdict {
        switch directives.last(where: \.decides) {
        case .decide(let decision): return ordered(decision, .directive, in: state, of: machine)
        case .followUp: return Verdict(kind: .followUp(state.followUps.first), cause: .directive)
        default: break
        }
        let trials = Candidates(in: state, of: machine)
        for trial in trials {
            var captures: Texts = [:]
            switch trial {
            case .followUp(let place):
                let followUp = trials.followUps[place]
                guard asked[String(place)] ?? 0 < followUp.limit,
                    followUp.when?.holds(in: context, &effort, captures: &captures) ?? false
                else { continue }
                return Verdict(kind: .followUp(followUp), place: place, captures: captures, cause: .matched)
            case .transition(let place):
                guard trials.transitions[place].when?.holds(in: context, &effort, captures: &captures) ?? false else {
                    continue
                }
                return fired(trials.transitions[place], place, captures)
            }
        }
        return machine.unmatched == .redirect
            ? Verdict(kind: .decision(.redirect, nil), cause: .unmatched)
            : ordered(machine.unmatched, .unmatched, in: state, of: machine)
    }

    /// The verdict on an event: of the transitions about events the first whose condition holds fires; else the event's
    /// entry is said, and nothing changes (FIXTURES.md "Entries").
    private static func taken(
        _ event: MatchContext.Event, _ context: MatchContext, in state: State, of machine: Machine,
        _ effort: inout Effort
    ) -> Verdict {
        for (place, transition) in machine.transitions(from: state.key).enumerated() {
            guard let when = transition.when, when.asksForEvent else { continue }
            var captures: Texts = [:]
            if when.holds(in: context, &effort, captures: &captures) { return fired(transition, place, captures) }
        }
        return Verdict(kind: .event(machine.entries.events[event.id]), cause: .event)
    }

    private static func fired(_ transition: Transition, _ place: Int, _ captures: Texts) -> Verdict {
        Verdict(
            kind: .decision(transition.decision, transition), place: place, captures: captures, cause: .matched)
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
