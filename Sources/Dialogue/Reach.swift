import Text

/// The parts of a machine that one step of a conversation reached, for coverage.
public struct Reach: Sendable {
    /// What fired.
    public enum Fired: Equatable, Sendable {
        /// The index among the follow-ups of the state.
        case followUp(Int)
        /// The rank among the transitions with the same `from`, in the order they are tried; `isShared`: `from` is `*`.
        case transition(rank: Int, isShared: Bool)
    }

    /// The state in which the player was heard; nil when the step began the session.
    public let before: StateKey?
    public let after: StateKey
    /// Nil when nothing fired.
    public let fired: Fired?
    /// The alternatives that held of the condition that fired, by the keys that lead to them: `any[1]`,
    /// `any_of[0].said[2]`.
    public let alternatives: [String]
    /// The lines that were spoken, those that others insert included.
    public let lines: [Choice]
}

extension Session {
    /// The parts that the turn reaches which `answer` makes of the same input. The session must not have ended, and must
    /// be in a state of the machine.
    public func reach(_ input: Input, on machine: Machine, of persona: Persona, at now: Timestamp) -> Reach {
        var after = self
        let taken = after.take(input, on: machine, of: persona, at: now, trace: Trace())
        let verdict = taken.verdict
        var fired: Reach.Fired?
        var when: Matcher?
        switch verdict.trial {
        case .followUp(let place):
            fired = .followUp(place)
            when = taken.state.followUps[place].when
        case .transition(let place):
            let transitions = machine.transitions(from: stateKey)
            let isShared = transitions[place].from == nil
            let rank = transitions[..<place].count { ($0.from == nil) == isShared }
            fired = .transition(rank: rank, isShared: isShared)
            when = transitions[place].when
        case nil: break
        }
        var effort = Effort()
        let isMatched = verdict.cause == .matched && verdict.redirectLimit == nil
        return Reach(
            before: stateKey, after: after.stateKey, fired: fired,
            alternatives: isMatched ? when?.alternatives(holdingIn: taken.context, &effort) ?? [] : [],
            lines: taken.trace?.spoken ?? [])
    }
}

extension Trace {
    /// The lines that were spoken.
    var spoken: [Choice] { hasSpoken ? choices : [] }
}

extension Matcher {
    /// The alternatives that hold, of a matcher that holds.
    fileprivate func alternatives(holdingIn context: MatchContext, _ effort: inout Effort) -> [String] {
        switch self {
        case .text(.any(let phrases)):
            return phrases.indices.filter { phrases[$0].occurs(in: context.line, &effort) }.map { "any[\($0)]" }
        case .said(let phrases):
            return phrases.indices.filter { place in
                context.earlier.contains { phrases[place].occurs(in: $0, &effort) }
            }.map { "said[\($0)]" }
        case .every(let matchers): return matchers.flatMap { $0.alternatives(holdingIn: context, &effort) }
        case .allOf(let matchers):
            return matchers.enumerated().flatMap { place, matcher in
                matcher.alternatives(holdingIn: context, &effort).map { "all_of[\(place)].\($0)" }
            }
        case .some(let matchers):
            return matchers.enumerated().flatMap { place, matcher -> [String] in
                guard matcher.holds(in: context, &effort) else { return [] }
                return ["any_of[\(place)]"]
                    + matcher.alternatives(holdingIn: context, &effort).map { "any_of[\(place)].\($0)" }
            }
        default: return []
        }
    }
}
