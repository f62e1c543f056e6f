public import Exact

/// How a conversation may start other than by the player's line (FIXTURES.md "Entries").
public struct Entries: Sendable {
    /// What is said, and where the conversation then stands.
    public struct Entry: Sendable {
        public let to: StateKey
        public let says: ReplyList
        /// Its place in the machine's `source`.
        public let position: Int32

        public init(to: StateKey, says: ReplyList, position: Int32 = 0) {
            self.to = to
            self.says = says
            self.position = position
        }
    }

    /// What is said when the player has gone quiet.
    public struct Nudge: Sendable {
        public let says: ReplyList
        public let cooldownSeconds: Int
        /// How many in one conversation; nil: any number.
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
