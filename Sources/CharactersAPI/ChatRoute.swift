import Dialogue
import Emulator
import Exact
import HTTP
import JSON

/// The lead writes, the character replies (A.2-1). Checks are in the order of F-3.
struct ChatRoute {
    let gate: TokenGate
    let pictures: PictureRoutes
    let eye: Eye

    func answer(_ call: Call) throws(Failure) -> Response {
        let caller = try gate.caller(of: call, .message)
        var body = try gate.body(of: call)
        let platform = body.name("platform")
        let handle = body.name("handle")
        let message = body.message("message")
        let image = body.address("image_url")
        let sessionID = body.optionalName("session_id")
        let ownUsername = body.optionalName("own_username")
        if body.isBlank("message"), body.isBlank("image_url") {
            body.refuse("message", "a text or an image_url is needed")
        }
        try body.check()
        try caller.mode.check("handle", handle)
        let id = gate.emulator.requestID(of: call)
        if caller.mode == .mock {
            return Mock.reply(to: handle, message ?? "", hasImage: image != nil) { pictures.base(call) + $0 }
                .response(id)
        }
        var lead = try Lead(
            gate, call, caller, platform: platform, handle: handle, ownUsername: ownUsername)
        if let reason = caller.pauseReason { return DirectReply.paused(reason, lead).response(id) }
        if try lead.isHeldByAnother() { return DirectReply.heldByAnother(lead).response(id) }
        try lead.check(sessionID)
        let heard = Heard(message ?? "", image, after: lead.session)
        let limit = caller.account.compat.duplicateAfter
        if caller.mode == .live, limit > 0, heard.times > limit {
            return ChatRoute.duplicate(lead, limit).response(id)
        }
        if lead.session?.outcome != nil { return try DirectReply.ended(lead).response(id) }

        lead.expectTurn(heard.facts)
        let vision = eye.look(at: image, of: caller.key.persona, for: call)
        let answered = try lead.call.say(
            Message(message ?? "", hasImage: vision?.isSeen ?? false),
            in: lead.session.map { .session($0, on: lead.machine, for: caller.price) }
                ?? .new(on: lead.machine, as: lead.player, notes: lead.notes(heard.facts), for: caller.price))
        try lead.claimIt()
        var reply = DirectReply(answered.session.id)
        reply.bubbles = DirectReply.bubbles(of: answered.said, on: lead.machine) {
            pictures.url(ofPhoto: $0, of: caller.key.persona, for: call)
        }
        reply.vision = vision
        return reply.response(id)
    }

    /// The same text too often in a row (B.3).
    private static func duplicate(_ lead: Lead, _ limit: Int) -> DirectReply {
        var reply = DirectReply(lead.session?.id)
        reply.silent = "duplicate_message"
        reply.explain =
            "The same message came more than \(limit) time\(limit == 1 ? "" : "s") in a row; another text is answered again"
        return reply
    }
}

/// What a lead sent, and how often in a row (B.3, E-4). The session keeps it.
private struct Heard {
    private static let textName: ExactText = "heard"
    private static let timesName: ExactText = "heard_times"

    private let digest: String
    /// With this one.
    let times: Int

    init(_ message: String, _ image: String?, after session: Session?) {
        let digest = Identifiers.digest([message, image ?? ""])
        let facts = session?.memory.facts ?? [:]
        let isSame = facts[Heard.textName].map { $0 === digest } ?? false
        self.digest = digest
        times = isSame ? (facts[Heard.timesName].flatMap { Int($0) } ?? 0) + 1 : 1
    }

    var facts: Texts { [Heard.textName: digest, Heard.timesName: String(times)] }
}
