import Dialogue
import Emulator
import Exact
import HTTP
import JSON

/// The character joins a thread of other people, or abstains (A.3-9). Checks are in the order of F-3 and F-9.
struct CommentEngageRoute {
    /// A comment of the thread.
    private struct Row {
        let reference: String
        let author: String
        let text: String
        let depth: Int?
        let parent: String?

        init(_ row: inout RequestFields) {
            reference = row.name("comment_ref")
            author = row.name("author_handle")
            text = row.message("text") ?? ""
            if row["text"] == nil { row.refuse("text", "Field required") }
            depth = row.integer("depth", in: 0...1_000_000)
            parent = row.optionalName("parent_ref")
        }
    }

    /// The rows, as they were sent.
    private struct Thread {
        let rows: [Row]
        private let parents: Texts

        init(_ rows: [Row]) {
            self.rows = rows
            parents = Dictionary(
                rows.compactMap { row in row.parent.map { (ExactText(row.reference), $0) } }, uniquingKeysWith: { $1 })
        }

        func row(_ reference: String) -> Row? { rows.last { $0.reference === reference } }

        /// Whether a row is below more others than that: by its own `depth`, else by what it replies to.
        func isDeeper(_ row: Row, than most: Int) -> Bool {
            if let depth = row.depth { return depth > most }
            var parent = row.parent
            var depth = 0
            while let above = parent, depth <= most {
                depth += 1
                parent = parents[above]
            }
            return depth > most
        }
    }

    let gate: TokenGate

    func engage(_ call: Call) throws(Failure) -> Response {
        let caller = try gate.caller(of: call, .message)
        var body = try gate.body(of: call)
        let platform = body.name("platform")
        let reference = body.name("post_ref")
        let thread = Thread(body.rows(of: "thread") { Row(&$0) })
        if body["thread"] == nil { body.refuse("thread", "Field required") }
        if body["thread"]?.array?.isEmpty ?? false { body.refuse("thread", "must have at least one comment") }
        let target = body.optionalName("target_comment_ref")
        if let target, thread.row(target) == nil {
            body.refuse("target_comment_ref", "no comment of the thread is \"\(target)\"")
        }
        body.object("post")
        let asked = body.integer("max_chars")
        try body.check()
        try TextCap.check(asked)
        try caller.mode.check("post_ref", reference)
        let id = gate.emulator.requestID(of: call)
        let wanted = target.flatMap { thread.row($0) }
        if caller.mode == .mock {
            let answer = CommentAnswer(.reply, Mock.comment, within: TextCap(asked, on: platform))
            return CommentEngageRoute.response(answer, wanted ?? thread.rows.last, id)
        }
        let place = try CommentedPost(gate.emulator, caller, platform: platform, reference: reference)
        let cap = TextCap(asked, of: place.comments?.maxChars ?? TextCap.standard, on: platform)
        let (answer, row) = try join(call, thread, wanted, under: place, on: platform, cap)
        return CommentEngageRoute.response(answer, row, id)
    }

    /// - Returns: what becomes of the thread, and the row that is answered or was asked for.
    private func join(
        _ call: Call, _ thread: Thread, _ wanted: Row?, under place: CommentedPost, on platform: String, _ cap: TextCap
    ) throws(Failure) -> (CommentAnswer, Row?) {
        var effort = RequestEffort()
        var row = wanted
        if row == nil, let engagement = place.comments?.engagement {
            row = try CommentEngageRoute.target(in: thread, engagement, place, &effort)
        }
        let player = try place.playerCall(call, from: row?.author, on: platform)
        guard let engagement = place.comments?.engagement else { return (.stop(.disabled), wanted) }
        if let reason = place.caller.pauseReason { return (.paused(reason), wanted) }
        if let wanted, let stop = try CommentEngageRoute.stop(for: wanted, in: thread, engagement, place, &effort) {
            return (.stop(stop), wanted)
        }
        let turn = try place.count(.engagements)
        if turn >= engagement.maxPerPost { return (.stop(.post), wanted) }
        guard let row else { return (.stop(.noTarget), nil) }
        let heard = try player.hear(public: row.text)
        if let hostile = place.comments?.bowOut, effort.holds(hostile, for: heard.text) {
            return (.stop(.hostile), wanted)
        }
        let text = try place.say(
            CommentedPost.Speech(
                list: engagement.says, thread: [], turn: turn, target: row.author, heard: heard), in: player, &effort)
        guard let text else { return (.stop(.nothingFits), wanted) }
        try place.addOne(to: .engagements)
        try place.addOne(to: .engaged, row.reference)
        return (CommentAnswer(.reply, text, within: cap), row)
    }

    /// The last row that the character answers; nil: none.
    private static func target(
        in thread: Thread, _ engagement: Comments.Engagement, _ place: CommentedPost, _ effort: inout RequestEffort
    ) throws(Failure) -> Row? {
        for row in thread.rows.reversed() where try stop(for: row, in: thread, engagement, place, &effort) == nil {
            return row
        }
        return nil
    }

    /// Why a row is left alone; nil: it is not.
    private static func stop(
        for row: Row, in thread: Thread, _ engagement: Comments.Engagement, _ place: CommentedPost,
        _ effort: inout RequestEffort
    ) throws(Failure) -> CommentStop? {
        let author = row.author.first == "@" ? String(row.author.dropFirst()) : row.author
        let persona = place.caller.key.persona
        if [persona.slug, persona.name].contains(where: { $0.lowercased() === author.lowercased() }) { return .own }
        if row.text.unicodeScalars.count < engagement.minCharacters { return .short }
        if thread.isDeeper(row, than: engagement.maxDepth) { return .deep }
        if let when = engagement.when, !effort.holds(when, for: row.text) { return .noTarget }
        return try place.count(.engaged, row.reference) > 0 ? .engaged : nil
    }

    private static func response(_ answer: CommentAnswer, _ row: Row?, _ id: String) -> Response {
        answer.response(id) { $0.member("target_comment_ref", row?.reference) }
    }
}
