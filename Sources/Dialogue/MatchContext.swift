public import Exact
public import Text

/// Everything that a matcher can read: the player's message, and the session's position before the turn.
public struct MatchContext: Sendable {
    /// An event instead of, or together with, a message (FIXTURES.md "Entries").
    public struct Event: Equatable, Sendable {
        public let id: String
        public let context: Texts

        public init(id: String, context: Texts = [:]) {
            self.id = id
            self.context = context
        }
    }

    /// The message without its directives.
    public let text: String
    /// The same, prepared for words and phrases.
    public let line: Line
    /// The player's earlier lines of the session, oldest first. Only machines that ask `said` get them.
    public let earlier: [Line]
    /// Messages of the player since init, this one included.
    public let turn: Int
    public let score: Int
    /// Redirects in this state so far.
    public let redirects: Int
    public let variables: Texts
    public let inFollowUp: Bool
    public let event: Event?
    public let hasImage: Bool

    public init(
        text: String, earlier: [Line] = [], turn: Int = 1, score: Int = 0, redirects: Int = 0,
        variables: Texts = [:], inFollowUp: Bool = false, event: Event? = nil, hasImage: Bool = false
    ) {
        self.text = text
        line = Line(text)
        self.earlier = earlier
        self.turn = turn
        self.score = score
        self.redirects = redirects
        self.variables = variables
        self.inFollowUp = inFollowUp
        self.event = event
        self.hasImage = hasImage
    }
}
