import Dialogue
import Fixtures

/// How a character comments (F-9): the `comments` of a machine. What is missing is not done. A class, because it is kept
/// as it was read.
final class Comments: Equatable, Sendable {
    /// From when on a reply leads the replier to direct messages.
    struct Nudge: Sendable {
        /// So many replies come before it, to one author in one thread.
        let after: Int
        let says: ReplyList
    }

    /// How the character joins a thread of other people.
    struct Engagement: Sendable {
        /// The comments that are answered; nil: any.
        let when: Matcher?
        let says: ReplyList
        /// The comments below so many others are left alone.
        let maxDepth: Int
        /// So are those with fewer Unicode scalars.
        let minCharacters: Int
        let maxPerPost: Int
    }

    /// What is said under a post.
    let says: ReplyList?
    /// What is said to those who reply to the character's comments.
    let replies: ReplyList?
    let nudge: Nudge?
    /// The texts that the character does not answer, because they are hostile.
    let bowOut: Matcher?
    let engagement: Engagement?
    let maxChars: Int
    /// Whether the character says one thing under one post.
    let isOnce: Bool
    /// In one thread.
    let maxRepliesPerAuthor: Int
    let maxRepliesPerThread: Int
    /// Whether those are answered who have no conversation with the character.
    let answersStrangers: Bool

    /// The most of anything that is counted under a post.
    fileprivate static let most = 1_000_000

    /// Reads `comments`.
    init(_ reader: ObjectReader, _ machine: MachineReading) {
        says = machine.publicLines("says", of: reader, id: "comments")
        replies = machine.publicLines("replies", of: reader, id: "comment replies")
        nudge = reader.object("dm_nudge", "the nudge to direct messages").flatMap { nudge in
            defer { nudge.finish() }
            let after = nudge.integer("after", in: 0...Comments.most) ?? 1
            return (machine.publicLines("says", of: nudge, id: "comment nudge") ?? nudge.missing("says")).map {
                Nudge(after: after, says: $0)
            }
        }
        bowOut = reader.object("bow_out", "\"bow_out\"").flatMap { hostile in
            defer { hostile.finish() }
            return machine.publicCondition("when", of: hostile) ?? hostile.missing("when")
        }
        engagement = reader.object("engage", "\"engage\"").flatMap { Engagement($0, machine) }
        maxChars = reader.integer("max_chars", in: TextCap.range) ?? TextCap.standard
        isOnce = reader.bool("comment_once") ?? false
        maxRepliesPerAuthor = reader.integer("max_replies_per_author", in: 0...Comments.most) ?? 2
        maxRepliesPerThread = reader.integer("max_replies_per_thread", in: 0...Comments.most) ?? 4
        answersStrangers = reader.bool("strangers") ?? true
        reader.finish()
    }

    static func == (one: Comments, other: Comments) -> Bool { one === other }
}

extension Comments.Engagement {
    /// The largest `max_depth`: so many steps are taken to find how deep a comment is.
    private static let deepest = 100
    /// The largest `min_characters`, in Unicode scalars.
    private static let longest = 10_000

    /// Nil when a mistake was reported.
    fileprivate init?(_ reader: ObjectReader, _ machine: MachineReading) {
        defer { reader.finish() }
        when = machine.publicCondition("when", of: reader)
        let says = machine.publicLines("says", of: reader, id: "comment engagements") ?? reader.missing("says")
        maxDepth = reader.integer("max_depth", in: 0...Self.deepest) ?? 5
        minCharacters = reader.integer("min_characters", in: 0...Self.longest) ?? 8
        maxPerPost = reader.integer("max_per_post", in: 0...Comments.most) ?? 1
        guard let says else { return nil }
        self.says = says
    }
}
