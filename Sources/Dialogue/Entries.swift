public import Exact

/// The ways in which a conversation can start other than with the player's line (FIXTURES.md "Entries").
public struct Entries: Sendable {
    /// The line that is said, and the state that the conversation then is in.
    public struct Entry: Sendable {
        public let to: StateKey
        public let says: ReplyList
        /// Its position in the machine's `source`.
        public let position: Int32

        public init(to: StateKey, says: ReplyList, position: Int32 = 0) {
            self.to = to
            self.says = says
            self.position = position
        }
    }

    /// The lines for a player who has stopped writing.
    public struct Nudge: Sendable {
        public let says: ReplyList
        public let cooldownSeconds: Int
        /// The most nudges in one conversation; nil: any number.
        public let cap: Int?

        public init(says: ReplyList, cooldownSeconds: Int = 0, cap: Int? = nil) {
            self.says = says
            self.cooldownSeconds = cooldownSeconds
            self.cap = cap
        }
    }

    public let opener: Entry?
    public let events: [ExactText: Entry]
    public let nudge: Nudge?
    /// The events that can come without being in `events`, such as payments. Nothing is said of them; a transition that
    /// asks for one can fire.
    public var heard: [ExactText] = []

    public init(opener: Entry? = nil, events: [ExactText: Entry] = [:], nudge: Nudge? = nil) {
        self.opener = opener
        self.events = events
        self.nudge = nudge
    }

    public var isEmpty: Bool { opener == nil && events.isEmpty && nudge == nil }

    var lists: [ReplyList?] { [opener?.says, nudge?.says] + events.values.map(\.says) }

    /// Every state that an entry leads to.
    public var targets: Set<StateKey> { Set([opener].compactMap(\.self).map(\.to) + events.values.map(\.to)) }
}
