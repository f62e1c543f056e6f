/// The changes that a verdict makes in the session.
///
/// The order of the rules is spec G-12: the delta, the early-fail bound, the move, the terminal state.
struct Consequence {
    let score: Int
    /// Whether the score is at or below the early-fail bound.
    let failsEarly: Bool
    /// Nil when the session stays.
    let entered: State?
    /// Nil when the conversation goes on.
    let ending: Ending?

    static func of(
        _ verdict: Verdict, to session: Session, in state: State, of machine: Machine
    ) -> Consequence {
        if case .event = verdict.kind {
            return Consequence(score: session.score, failsEarly: false, entered: nil, ending: nil)
        }
        let isScoring = machine.scoringMode == .scoring
        let score = isScoring ? clamped(session.score, plus: verdict.scoreDelta) : session.score
        let failsEarly = isScoring && score <= machine.earlyFailBound && !verdict.isFollowUp
        let endsHere = verdict.endsAtOnce(in: machine) || failsEarly
        let target = verdict.target(from: state, of: machine).flatMap(machine.state)
        let entered = endsHere ? target.flatMap { $0.isTerminal ? $0 : nil } : target
        let ending: Ending? =
            if verdict.decision == .kickOut {
                .kickOut
            } else if failsEarly {
                .earlyFail
            } else if let entered, entered.isTerminal {
                Ending(in: entered, score: score, by: verdict.decision, machine)
            } else {
                endsHere ? .reject : nil
            }
        return Consequence(score: score, failsEarly: failsEarly, entered: entered, ending: ending)
    }

    /// Scores stay within 32 bits, because the strictest client reads 32 bits (spec F.2).
    private static func clamped(_ score: Int, plus delta: Int) -> Int {
        let (sum, overflow) = score.addingReportingOverflow(delta)
        let bounded = overflow ? (delta > 0 ? Int.max : Int.min) : sum
        return min(max(bounded, Bounds.scores.lowerBound), Bounds.scores.upperBound)
    }
}

/// The rule by which a conversation ends (spec B.8).
public enum Ending: Hashable, Sendable {
    /// A kick_out ends it wherever it leads.
    case kickOut
    /// The score has reached the early-fail bound.
    case earlyFail
    /// A terminal state has an outcome of its own.
    case stated(Outcome)
    /// A terminal state has none: the pass threshold decides, or in pass_fail the decision that led there.
    case ruled(Outcome)
    /// A reject ends a pass_fail conversation wherever it leads.
    case reject

    /// At a terminal state (spec G-8, G-9).
    /// - Parameter decision: the decision that led there; nil when the conversation begins there.
    public init(in state: State, score: Int, by decision: Decision?, _ machine: Machine) {
        if let outcome = state.outcome {
            self = .stated(outcome)
            return
        }
        switch machine.scoringMode {
        case .scoring: self = .ruled(score >= machine.passThreshold ? .accept : .reject)
        case .passFail: self = .ruled(decision == .reject ? .reject : .accept)
        }
    }

    public var outcome: Outcome {
        switch self {
        case .kickOut: .kickOut
        case .earlyFail, .reject: .reject
        case .stated(let outcome), .ruled(let outcome): outcome
        }
    }
}
