import Dialogue
import Emulator
import Exact
import HTTP
import JSON

/// The character comments on a post (A.3-7). Checks are in the order of F-3 and F-9.
struct CommentRoute {
    private struct Post {
        var caption = ""
        var images: [String] = []
        var author: String?
    }

    /// What is to be published; optional members are always sent (E-40).
    private struct Answer {
        var comment: String?
        var ignoreReason: String?
        var pauseReason: String?
        var explain: String?
        var vision: Vision?
        var cap: TextCap
        var isTruncated = false

        init(_ cap: TextCap, stop: CommentStop? = nil) {
            self.cap = cap
            ignoreReason = stop?.rawValue
            explain = stop?.explanation
        }

        mutating func say(_ text: String) {
            let (cut, isTruncated) = cap.cut(text)
            (comment, self.isTruncated) = (cut, isTruncated)
        }

        func response(_ requestID: String) -> Response {
            Envelope.response(requestID) { writer in
                writer.member("ok", true)
                writer.member("comment", comment)
                writer.member("ignore_reason", ignoreReason)
                writer.member("pause_reason", pauseReason)
                writer.member("explain", explain)
                writer.member("vision", vision)
                writer.member("max_chars", cap.most)
                writer.member("truncated", isTruncated)
            }
        }
    }

    let gate: TokenGate
    let eye: Eye

    func comment(_ call: Call) throws(Failure) -> Response {
        let caller = try gate.caller(of: call, .message)
        var body = try gate.body(of: call)
        let platform = body.name("platform")
        let reference = body.name("post_ref")
        let post =
            body.members(of: "post") { post in
                Post(
                    caption: post.message("caption") ?? "", images: post.addresses("image_urls"),
                    author: post.optionalName("author_handle"))
            } ?? Post()
        let asked = body.integer("max_chars")
        try body.check()
        try TextCap.check(asked)
        try caller.mode.check("post_ref", reference)
        let id = gate.emulator.requestID(of: call)
        if caller.mode == .mock {
            var answer = Answer(TextCap(asked, on: platform))
            answer.say(Mock.comment)
            if !post.images.isEmpty { answer.vision = Mock.vision }
            return answer.response(id)
        }
        let place = try CommentedPost(gate.emulator, caller, platform: platform, reference: reference)
        return try answer(call, to: post, under: place, on: platform, asked).response(id)
    }

    private func answer(
        _ call: Call, to post: Post, under place: CommentedPost, on platform: String, _ asked: Int?
    ) throws(Failure) -> Answer {
        let player = try place.playerCall(call, from: post.author, on: platform)
        let cap = TextCap(asked, of: place.comments?.maxChars ?? TextCap.standard, on: platform)
        guard let comments = place.comments, let list = comments.says else { return Answer(cap, stop: .disabled) }
        if let reason = place.caller.pauseReason {
            var answer = Answer(cap)
            answer.pauseReason = reason
            answer.explain = CommentStop.paused(reason)
            return answer
        }
        let said = try place.count(.said)
        if comments.isOnce, said > 0 { return Answer(cap, stop: .once) }
        let vision = eye.look(at: post.images, of: place.caller.key.persona, for: call)
        let heard = try player.hear(public: post.caption)
        var effort = RequestEffort()
        let text = try place.say(
            CommentedPost.Speech(
                list: list, thread: [], turn: said, target: post.author, heard: heard,
                hasImage: vision?.isSeen ?? false), in: player, &effort)
        var answer = Answer(cap, stop: text == nil ? .nothingFits : nil)
        answer.vision = vision
        guard let text else { return answer }
        try place.addOne(to: .said)
        answer.say(text)
        return answer
    }
}
