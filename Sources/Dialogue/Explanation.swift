public import Exact

/// Why a turn has its result. It is computed on request, from the same values as the turn (`Session.explain`).
public struct Explanation: Sendable {
    /// The key of the machine.
    public let machine: String
    public let before: SessionPosition
    public let after: SessionPosition
    /// The player's line without its directives.
    public let text: String
    public let directives: [Directive]
    public let event: MatchContext.Event?
    /// All follow-ups and transitions that could have fired, in the order in which they are tried.
    public let candidates: [CandidateReport]
    /// Nil for a follow-up, and for an event that no transition took.
    public let decision: Decision?
    /// The reply's `follow_up` flag.
    public let followUp: Bool
    public let cause: Cause
    /// The redirects that the state allows in one visit, if the turn would have exceeded them and got the machine's
    /// `onRedirectLimit` instead; nil otherwise.
    public let redirectLimit: Int?
    /// The captures of the condition that held.
    public let captures: Texts
    public let score: Score
    /// The rule that ended the conversation; nil: it continues.
    public let ending: Ending?
    public let speech: Speech
    /// The limits on a turn that were reached.
    public let overruns: [Overrun]

    /// The position of a session before or after the turn.
    public struct SessionPosition: Equatable, Sendable {
        public let stateKey: StateKey
        public let score: Int
        /// Redirects used in this visit to the state.
        public let redirectCount: Int
        public let outcome: Outcome?
        /// Whether the player's next line answers a follow-up.
        public let isInFollowUp: Bool
        /// The number of the last turn; 0 is the greeting.
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

    /// What led to the decision, or with a redirect limit, to the redirect that was replaced.
    public enum Cause: String, CaseIterable, Sendable {
        /// The condition of a transition or of a follow-up held.
        case matched
        /// A directive ordered it.
        case directive
        /// No condition held, and the machine's `unmatched` decided.
        case unmatched
        /// No transition took the event, so its entry applied.
        case event
    }

    /// How the score changed, and the bounds for it.
    public struct Score: Equatable, Sendable {
        public let mode: Machine.ScoringMode
        public let before: Int
        /// What the turn adds; 0 in a pass_fail machine.
        public let delta: Int
        public let after: Int
        public let earlyFailBound: Int
        /// Whether the score is at or below that bound; not checked after a follow-up.
        public let failsEarly: Bool
        public let passThreshold: Int

        /// Whether the sum was limited to 32 bits.
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
        /// Where it is defined: `personas/tom/machines/gate.json:16` or `$.machines[0].transitions[2]`.
        public let origin: String?
        public let result: Result
    }

    /// The result of a candidate.
    public enum Result: Equatable, Sendable {
        /// It fires; at most one candidate of a turn does. The reasons are those for which its condition holds. They
        /// are empty when no condition chose it; then `cause` or `redirectLimit` says why.
        case fires([Matcher.Reason])
        /// Its condition holds, but it is a redirect beyond the limit.
        case overLimit([Matcher.Reason])
        case failed([Matcher.Reason])
        /// Something before it fired, or a directive decided.
        case notTried
        /// The follow-up has been asked as often as it can be in one visit.
        case exhausted(asked: Int, limit: Int)
        /// It has no `when`.
        case onlyByDirective
        /// The turn is an event, and its condition is not about events.
        case notForEvents
    }

    /// The candidate that fires.
    public var fired: CandidateReport? {
        candidates.first { if case .fires = $0.result { true } else { false } }
    }
}

// MARK: - Speech

extension Explanation {
    /// The source of the reply.
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
            /// A built-in line, when no other source has one.
            case builtIn = "built_in"
            /// The reply was given with the input.
            case given
        }

        public let speaker: Speaker
        /// The sources that were tried before without a result: no line fits, or the line that fits is empty.
        public let silent: [Speaker]
        /// Nil for a reply without a list: a built-in or a given one.
        public let choice: Choice?
        /// What was picked for each `{entering}` of that line.
        public let entering: [Choice]
        /// Where the transition, follow-up, event or state of the list is defined; nil: unknown, or another source.
        public let origin: String?
        public let said: Utterance
    }
}
