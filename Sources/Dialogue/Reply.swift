/// One thing a character may say: a template, and when it fits.
public struct Reply: Sendable {
    public let text: Template
    /// Nil: it always fits.
    public let when: Matcher?

    public init(_ text: Template, when: Matcher? = nil) {
        self.text = text
        self.when = when
    }
}

/// The lines among which one is picked: in order, counted per session, the last one repeats (FIXTURES.md "Replies").
public struct ReplyList: Sendable {
    /// The list's name within its persona; the count of a session is kept under it, so it outlives an edit elsewhere.
    public let id: String
    /// Never empty.
    public let replies: [Reply]

    public init(id: String, _ replies: [Reply]) {
        self.id = id
        self.replies = replies
    }
}

/// What is said on a decision where nothing nearer speaks.
public typealias SaysOn = [Decision: ReplyList]
