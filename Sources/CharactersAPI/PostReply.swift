import Emulator
import HTTP
import JSON

/// The answer to the question for a post (A.3-12, E-24). Optional members are always sent (E-40).
struct PostReply {
    enum Decision: String {
        case post
        case nothing = "no_suitable_post_found"
        /// The service's own fault.
        case failed = "generation_failed"
    }

    /// What refused.
    enum Gate: String {
        case community
        case imageFit = "image_fit"
    }

    /// The text of a post.
    struct Written {
        let title: String
        let body: String
        let flair: String?

        init(_ idea: Posts.Idea, flair: String?) { (title, body, self.flair) = (idea.title, idea.body, flair) }

        init(mock title: String, _ body: String) { (self.title, self.body, flair) = (title, body, nil) }
    }

    /// A post that could have been written in spite of a refusal.
    struct Draft {
        let written: Written
        let marks: Marks
        /// Why it was held back.
        let below: [Measure]
    }

    /// The reasons of a refusal, counted.
    struct Blocking {
        /// The reason that holds back the most.
        let main: String
        /// The ideas whose condition holds and that are not used up in the community.
        let ideas: Int
        let floors: [Measure: Int]
        /// Those of them that lower floors would let through.
        let writable: Int
    }

    /// The read of a community.
    struct Analysis {
        let isReused: Bool
        let seconds: Int64
    }

    var decision: Decision?
    var post: Written?
    var gate: Gate?
    var vision: Vision?
    var analysis: Analysis?
    /// The best first.
    var drafts: [Draft] = []
    var draftUnavailable: String?
    var floors: Marks?
    var blocking: Blocking?
    var ignoreReason: String?
    var pauseReason: String?
    var explain: String?

    func response(_ requestID: String) -> Response {
        Envelope.response(requestID) { writer in
            writer.member("decision", decision?.rawValue)
            writer.optional("post", post) { writer, post in
                writer.beginObject()
                writer.members(of: post)
                writer.endObject()
            }
            writer.member("gate", gate?.rawValue)
            writer.member("vision", vision)
            writer.optional("analysis", analysis) { writer, analysis in
                writer.beginObject()
                writer.member("reused", analysis.isReused)
                writer.member("age_seconds", Int(analysis.seconds))
                writer.endObject()
            }
            writer.list("drafts", drafts) { $0.draft($1) }
            writer.optional("draft", drafts.first) { $0.draft($1) }
            writer.member("draft_unavailable", draftUnavailable)
            writer.optional("thresholds", floors) { $0.object(\.floor, $1) }
            writer.optional("blocking", blocking) { $0.blocking($1) }
            writer.reasons(of: self)
        }
    }
}

extension PostReply {
    static func paused(_ reason: String) -> PostReply {
        var reply = PostReply()
        reply.pauseReason = reason
        reply.explain = "The plan of this character is paused (\(reason)): nothing is posted and nothing is paid"
        return reply
    }

    static var disabled: PostReply {
        var reply = PostReply()
        reply.ignoreReason = "posts_disabled"
        reply.explain = "This character writes no posts: its machine has no \"posts\""
        return reply
    }

    /// The answer in the mode `mock`, of the full shape (E-33).
    static func mock(hasAsset: Bool) -> PostReply {
        var reply = PostReply()
        reply.decision = .post
        reply.post = Written(mock: "mock title", "mock body")
        reply.floors = Posts.standardFloors
        if hasAsset { reply.vision = Mock.vision }
        return reply
    }
}

extension JSONWriter {
    /// Why nothing was done.
    mutating func reasons(of reply: PostReply) {
        member("ignore_reason", reply.ignoreReason)
        member("pause_reason", reply.pauseReason)
        member("explain", reply.explain)
    }

    fileprivate mutating func optional<Value>(
        _ key: StaticString, _ value: Value?, _ write: (inout JSONWriter, Value) -> Void
    ) {
        self.key(key)
        if let value { write(&self, value) } else { null() }
    }

    fileprivate mutating func members(of post: PostReply.Written) {
        member("title", post.title)
        member("body", post.body)
        member("flair", post.flair)
    }

    fileprivate mutating func object(_ name: (Measure) -> String, _ marks: Marks) {
        beginObject()
        for measure in Measure.allCases {
            key(named: name(measure))
            number(marks[measure])
        }
        endObject()
    }

    fileprivate mutating func draft(_ draft: PostReply.Draft) {
        beginObject()
        members(of: draft.written)
        key("scores")
        object(\.rawValue, draft.marks)
        key("verdicts")
        beginObject()
        for measure in Measure.allCases {
            member(named: measure.rawValue, draft.below.contains(measure) ? "below_floor" : "passed")
        }
        endObject()
        list("flags", draft.below) { $0.string($1.floor) }
        endObject()
    }

    fileprivate mutating func blocking(_ blocking: PostReply.Blocking) {
        beginObject()
        member("main", blocking.main)
        member("ideas", blocking.ideas)
        key("floors")
        beginObject()
        for measure in Measure.allCases {
            key(named: measure.floor)
            integer(blocking.floors[measure] ?? 0)
        }
        endObject()
        // No idea is judged by the character's persona here.
        member("persona", 0)
        member("writable_below_floors", blocking.writable)
        endObject()
    }
}
