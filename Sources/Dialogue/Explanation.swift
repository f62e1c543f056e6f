public import Exact

/// Why a turn came out as it did. It is made when somebody asks, of the same values as the turn (`Session.explain`).
public struct Explanation: Sendable {
    /// The key of the machine.
    public let machine: String
    public let before: SessionPosition
    public let after: SessionPosition
    /// The player's line without its directives.
    public let text: String
    public let directives: [Directive]
    public let event: MatchContext.Event?
    /// All that could have fired, in the order in which it is tried.
    public let candidates: [CandidateReport]
    /// Nil after a follow-up, and where an event speaks for itself.
    public let decision: Decision?
    /// The reply's `follow_up` flag.
    public let followUp: Bool
    public let cause: Cause
    /// The redirects that the state allows in one visit, where the turn would have been one more and became what the
    /// machine says of that; nil: no limit was passed.
    public let redirectLimit: Int?
    /// What the patterns of the condition that held have caught.
    public let captures: Texts
    public let score: Score
    /// The rule that ended the conversation; nil: it goes on.
    public let ending: Ending?
    public let speech: Speech
    /// The limits on a turn that it reached.
    public let overruns: [Overrun]

    /// Where the session stands.
    public struct SessionPosition: Equatable, Sendable {
        public let stateKey: StateKey
        public let score: Int
        /// Redirects used in this visit to the state.
        public let redirectCount: Int
        public let outcome: Outcome?
        /// Whether the player's next line answers a follow-up.
        public let isInFollowUp: Bool
        /// Of the last turn; 0 is the greeting.
        public let turnNumber: Int

        public init(_ session: Session) {
            stateKey = session.stateKey
            score = session.score
            redirectCount = session.redirectCount
            outcome = session.outcome
            isInFollowUp = session.memory.isInFollowUp
            turnNumber = session.turnCount
        }
    }

    /// What led to the decision. With a redirect limit: to the redirect that it did not become.
    public enum Cause: String, CaseIterable, Sendable {
        /// The condition of a transition or of a follow-up held.
        case matched
        /// A directive ordered it.
        case directive
        /// No condition held, and the machine's `unmatched` says what then becomes of a message.
        case unmatched
        /// No transition took the event, which speaks for itself.
        case event
    }

    /// How the score was counted, and against what.
    public struct Score: Equatable, Sendable {
        public let mode: Machine.ScoringMode
        public let before: Int
        /// What the turn adds; 0 in a pass_fail machine.
        public let delta: Int
        public let after: Int
        public let earlyFailBound: Int
        /// Whether the score stands at or below that bound, which is not asked after a follow-up.
        public let failsEarly: Bool
        public let passThreshold: Int

        /// Whether the sum was brought back into 32 bits.
        public var isClamped: Bool { before.addingReportingOverflow(delta) != (after, false) }
    }
}

// MARK: - Candidates

extension Explanation {
    /// A follow-up or a transition that could have fired.
    public struct CandidateReport: Equatable, Sendable {
        public enum Kind: String, Sendable {
            case transition
            case followUp = "follow_up"
        }

        public let kind: Kind
        /// Nil: every non-terminal state (`*`).
        public let from: StateKey?
        /// Nil: it names none.
        public let to: StateKey?
        /// Nil: a follow-up decides nothing.
        public let decision: Decision?
        /// Nil: before every transition.
        public let priority: Int?
        public let scoreDelta: Int
        /// Where it stands: `personas/tom/machines/gate.json:16` or `$.machines[0].transitions[2]`.
        public let origin: String?
        public let result: Result
    }

    /// What became of a candidate.
    public enum Result: Equatable, Sendable {
        /// It is what the turn comes to; of one turn, no more than one is. The reasons are those for which its condition
        /// holds. Without any it was not a condition that chose it, but what `cause` or `redirectLimit` tells of.
        case fires([Matcher.Reason])
        /// Its condition holds, but the redirect that it is would be one too many.
        case overLimit([Matcher.Reason])
        case failed([Matcher.Reason])
        /// Something before it fired, or a directive decided.
        case notTried
        /// The follow-up was asked as often as it may be in one visit.
        case exhausted(asked: Int, limit: Int)
        /// It has no `when`.
        case onlyByDirective
        /// The turn is an event, and it does not ask for one.
        case notForEvents
    }

    /// The candidate that fires.
    public var fired: CandidateReport? {
        candidates.first { if case .fires = $0.result { true } else { false } }
    }
}

// MARK: - Speech

extension Explanation {
    /// Where the reply comes from.
    public struct Speech: Equatable, Sendable {
        public enum Speaker: String, CaseIterable, Sendable {
            case transition
            /// The entered state's `says`.
            case enteredState = "entered_state"
            /// The `says_on` of the state in which the line was heard.
            case state
            case machine
            case persona
            case followUp = "follow_up"
            /// The event's entry.
            case event
            /// A plain line of ours, where nobody else has anything to say.
            case builtIn = "built_in"
            /// The reply was given with the input.
            case given
        }

        public let speaker: Speaker
        /// Those who were asked before and had nothing to say: no line of theirs fits, or what fits is empty.
        public let silent: [Speaker]
        /// Nil where there is no list: a line of ours, or one that was given.
        public let choice: Choice?
        /// What was picked for each `{entering}` of that line.
        public let entering: [Choice]
        /// Where the transition, follow-up, event or state of the list stands; nil: unknown, or it is none of those.
        public let origin: String?
        public let said: Utterance
    }
}
