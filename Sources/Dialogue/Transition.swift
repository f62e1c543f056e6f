/// What may become of a message in a state (spec B.5).
public struct Transition: Sendable {
    /// Nil: every non-terminal state (`*`).
    public let from: StateKey?
    /// Always there on a pass.
    public let to: StateKey?
    public let decision: Decision
    /// Its place in the machine's `source`. It stands here because it takes no room here.
    public let position: Int32
    public let scoreDelta: Int
    /// Lower is tried first.
    public let priority: Int
    /// Nil: it fires by directive only.
    public let when: Matcher?
    /// The reply's `follow_up` flag when it fires (spec H-2).
    public let followUp: Bool
    public let says: ReplyList?

    public init(
        from: StateKey?, to: StateKey? = nil, decision: Decision, scoreDelta: Int = 0, priority: Int = 0,
        when: Matcher? = nil, followUp: Bool = false, says: ReplyList? = nil, position: Int32 = 0
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
    }

    /// Whether it is tried after all others, whatever its priority.
    public var isTriedLast: Bool { when?.isOtherwise ?? false }
}
