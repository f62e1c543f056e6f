import Dialogue
import Emulator
import Exact
import HTTP
import JSON

/// Somebody has replied to a comment of the character's (A.3-8). Checks are in the order of F-3 and F-9.
struct CommentReplyRoute {
    /// Who the replier is to the character.
    private struct Standing {
        /// Whether the character has replied in the thread before.
        var isWarm = false
        /// Whether it has a conversation with the replier on this platform.
        var isLead = false
    }

    /// The reply, and its thread: what follows from one comment of the character's.
    private struct Reply {
        let replier: String
        let text: String
        let thread: String
    }

    let gate: TokenGate

    func reply(_ call: Call) throws(Failure) -> Response {
        let caller = try gate.caller(of: call, .message)
        var body = try gate.body(of: call)
        let platform = body.name("platform")
        let reference = body.name("post_ref")
        let replier = body.name("replier_handle")
        let reply = Reply(
            replier: replier, text: body.message("reply_text") ?? "",
            thread: body.optionalName("parent_comment_ref") ?? "")
        body.object("post")
        let asked = body.integer("max_chars")
        try body.check()
        try TextCap.check(asked)
        try caller.mode.check("post_ref", reference)
        let id = gate.emulator.requestID(of: call)
        if caller.mode == .mock {
            let answer = Mock.reply(under: reference, to: reply.text, within: TextCap(asked, on: platform))
            return CommentReplyRoute.response(answer, Standing(), id)
        }
        let place = try CommentedPost(gate.emulator, caller, platform: platform, reference: reference)
        let lead = try Lead(gate, call, caller, platform: platform, handle: replier, ownUsername: nil)
        let standing = Standing(
            isWarm: try place.count(.replies, reply.thread) > 0, isLead: try lead.isKnown())
        let cap = TextCap(asked, of: place.comments?.maxChars ?? TextCap.standard, on: platform)
        return CommentReplyRoute.response(try answer(reply, of: lead, standing, under: place, cap), standing, id)
    }

    private func answer(
        _ reply: Reply, of lead: Lead, _ standing: Standing, under place: CommentedPost, _ cap: TextCap
    ) throws(Failure) -> CommentAnswer {
        guard let comments = place.comments, let replies = comments.replies else { return .stop(.disabled) }
        if let reason = place.caller.pauseReason { return .paused(reason) }
        if reply.text.trimmed.isEmpty { return .stop(.short) }
        let heard = try lead.call.hear(public: reply.text)
        var effort = RequestEffort()
        if let hostile = comments.bowOut, effort.holds(hostile, for: heard.text) { return .stop(.hostile) }
        if comments.isOnce, try place.count(.said) > 0 { return .stop(.once) }
        if !comments.answersStrangers, !standing.isLead { return .stop(.stranger) }
        let author = lead.call.play.player
        let toAuthor = try place.count(.repliesTo, reply.thread, author)
        if toAuthor >= comments.maxRepliesPerAuthor { return .stop(.author) }
        let inThread = try place.count(.replies, reply.thread)
        if inThread >= comments.maxRepliesPerThread { return .stop(.thread) }
        let nudge = comments.nudge.flatMap { toAuthor >= $0.after ? $0 : nil }
        let text = try place.say(
            CommentedPost.Speech(
                list: nudge?.says ?? replies, thread: [reply.thread], turn: inThread, target: lead.player.name,
                heard: heard), in: lead.call, &effort)
        guard let text else { return .stop(.nothingFits) }
        try place.addOne(to: .repliesTo, reply.thread, author)
        try place.addOne(to: .replies, reply.thread)
        try place.addOne(to: .said)
        return CommentAnswer(nudge == nil ? .reply : .nudge, text, within: cap)
    }

    private static func response(_ answer: CommentAnswer, _ standing: Standing, _ id: String) -> Response {
        answer.response(id) { writer in
            writer.member("thread_warmth", standing.isWarm ? "warm" : "cold")
            writer.member("recognized_lead", standing.isLead)
        }
    }
}
