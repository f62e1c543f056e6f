import Exact

/// A state of a machine (spec B.4). A class, because each turn passes several about, and to copy one would count many
/// references.
public final class State: Sendable {
    public let key: StateKey
    public let isInitial: Bool
    /// Entering a terminal state ends the conversation.
    public let isTerminal: Bool
    /// How the conversation ends here; nil: the rules of the scoring mode decide.
    public let outcome: Outcome?
    /// Its position in the machine's `source`. It is declared here because it fits into padding.
    public let position: Int32
    /// Spoken on entering.
    public let says: ReplyList?
    public let saysOn: SaysOn
    /// Questions that can be asked before anything is decided, in the author's order.
    public let followUps: [FollowUp]
    /// Redirects that are allowed in one visit; nil: the machine's limit.
    public let redirectLimit: Int?

    public init(
        key: StateKey, isInitial: Bool = false, isTerminal: Bool = false, outcome: Outcome? = nil,
        says: ReplyList? = nil, saysOn: SaysOn = [:], followUps: [FollowUp] = [], redirectLimit: Int? = nil,
        position: Int32 = 0
    ) {
        self.key = key
        self.isInitial = isInitial
        self.isTerminal = isTerminal
        self.outcome = outcome
        self.position = position
        self.says = says
        self.saysOn = saysOn
        self.followUps = followUps
        self.redirectLimit = redirectLimit
    }
}

/// The name of a state within its machine: free text, not empty (spec B.4).
public struct StateKey: Hashable, Sendable, CustomStringConvertible {
    private let key: ExactText

    public var text: String { key.text }

    public init?(_ text: String) {
        guard !text.isEmpty else { return nil }
        key = ExactText(text)
    }

    public var description: String { text }
}
