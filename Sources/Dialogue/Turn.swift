/// One turn of a conversation, as the history keeps it.
public struct Turn: Equatable, Sendable {
    /// 0 for the greeting, then 1 for the player's first message.
    public let number: Int
    public let at: Timestamp
    /// The player's line as it was sent; nil for the greeting.
    public let line: String?
    public let reply: String
    public let decision: Decision?
    public let followUp: Bool
    /// State and score after the turn.
    public let stateKey: StateKey
    public let score: Int

    public init(
        number: Int, at: Timestamp, line: String?, reply: String, decision: Decision?, followUp: Bool,
        stateKey: StateKey, score: Int
    ) {
        self.number = number
        self.at = at
        self.line = line
        self.reply = reply
        self.decision = decision
        self.followUp = followUp
        self.stateKey = stateKey
        self.score = score
    }
}

/// The decision on a player's message (spec B.5).
public enum Decision: String, CaseIterable, Sendable {
    case pass
    case redirect
    case reject
    case kickOut = "kick_out"
}
