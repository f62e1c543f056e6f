/// A line that a persona can say: one or more bubbles, possibly with a photo and a condition.
public struct Reply: Sendable {
    /// Never empty, unless there is a photo.
    public let bubbles: [Template]
    /// A path below the persona's folder.
    public let photo: String?
    /// Nil: it always fits.
    public let when: Matcher?

    public init(_ bubbles: [Template], photo: String? = nil, when: Matcher? = nil) {
        self.bubbles = bubbles
        self.photo = photo
        self.when = when
    }
}

/// Which line of a list is spoken (FIXTURES.md "Replies").
public enum Pick: String, CaseIterable, Sendable {
    /// The first that fits and was not spoken in the session; when all were, the last that fits.
    case inOrder = "in_order"
    /// By the number of the turn, in a cycle.
    case byTurn = "by_turn"
    /// Drawn, from a generator that is seeded for each turn.
    case seeded
}

/// The lines among which one is picked. A class for the same reason as `State`.
public final class ReplyList: Sendable {
    /// The list's name within its persona; the count of a session is kept under it, so it outlives an edit elsewhere.
    public let id: String
    /// Never empty.
    public let replies: [Reply]
    public let pick: Pick

    public init(id: String, _ replies: [Reply], pick: Pick = .inOrder) {
        self.id = id
        self.replies = replies
        self.pick = pick
    }
}

/// The lines for a decision when no more specific list has one.
public typealias SaysOn = [Decision: ReplyList]

/// The reply of one turn. It has at least one bubble or a photo.
public struct Utterance: Equatable, Sendable {
    public let bubbles: [String]
    public let photo: String?

    public init(bubbles: [String], photo: String? = nil) {
        self.bubbles = bubbles
        self.photo = photo
    }

    /// All bubbles as one text; empty for a photo without bubbles.
    public var words: String { bubbles.joined(separator: "\n") }

    /// The reply as one text, as it is kept in the history. It is never empty: a photo without bubbles is written as a
    /// camera.
    public var text: String { bubbles.isEmpty ? "📷" : words }
}
