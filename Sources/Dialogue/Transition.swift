/// A possible result of a message in a state (spec B.5). A class for the same reason as `State`.
public final class Transition: Sendable {
    /// Nil: every non-terminal state (`*`).
    public let from: StateKey?
    /// Never nil for a pass.
    public let to: StateKey?
    public let decision: Decision
    /// Its position in the machine's `source`. It is declared here because it fits into padding.
    public let position: Int32
    public let scoreDelta: Int
    /// Lower is tried first.
    public let priority: Int
    /// Nil: it fires by directive only.
    public let when: Matcher?
    /// The reply's `follow_up` flag when it fires (spec H-2).
    public let followUp: Bool
    public let says: ReplyList?
    /// The condition in the editor's words, which decides nothing.
    public let condition: String?

    public init(
        from: StateKey?, to: StateKey? = nil, decision: Decision, scoreDelta: Int = 0, priority: Int = 0,
        when: Matcher? = nil, followUp: Bool = false, says: ReplyList? = nil, condition: String? = nil,
        position: Int32 = 0
    ) {
        self.from = from
        self.to = to
        self.decision = decision
        self.position = position
        self.scoreDelta = scoreDelta
        self.priority = priority
        self.when = when
        self.followUp = followUp
        self.says = says
        self.condition = condition
    }

    /// Whether it is tried after all others, whatever its priority.
    public var isTriedLast: Bool { when?.isOtherwise ?? false }
}

/// A clarifying question that a state can ask before anything is decided (spec B.6, H-2).
public struct FollowUp: Sendable {
    /// Nil: it is asked by directive only.
    public let when: Matcher?
    public let says: ReplyList
    /// The most times that it is asked in one visit to the state.
    public let limit: Int
    /// Nil: before every transition; else before those of the same or a higher number.
    public let priority: Int?
    /// Its position in the machine's `source`.
    public let position: Int32

    public init(when: Matcher?, says: ReplyList, limit: Int = 1, priority: Int? = nil, position: Int32 = 0) {
        self.when = when
        self.says = says
        self.limit = limit
        self.priority = priority
        self.position = position
    }
}

/// A follow-up or a transition of a state that can answer a line.
public enum Candidate: Hashable, Sendable {
    /// The index among the state's follow-ups.
    case followUp(Int)
    /// The index among `Machine.transitions(from:)`.
    case transition(Int)
}

/// The candidates of a state in the order in which they are tried: by priority, those with `otherwise` last. A
/// follow-up comes before the transitions of its priority, or without one before all transitions.
public struct Candidates: Sequence, IteratorProtocol {
    let followUps: [FollowUp]
    public let transitions: [Transition]
    private var followUp = 0
    private var transition = 0

    public init(in state: State, of machine: Machine) {
        followUps = state.followUps
        transitions = machine.transitions(from: state.key)
    }

    public mutating func next() -> Candidate? {
        if followUp < followUps.count, isFollowUpNext {
            followUp += 1
            return .followUp(followUp - 1)
        }
        guard transition < transitions.count else { return nil }
        transition += 1
        return .transition(transition - 1)
    }

    private var isFollowUpNext: Bool {
        guard transition < transitions.count else { return true }
        return transitions[transition].isTriedLast
            || (followUps[followUp].priority ?? .min) <= transitions[transition].priority
    }
}
