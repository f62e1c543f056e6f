import Dialogue
import Emulator
import Exact
import HTTP
import JSON

/// The answer to a message or a trigger (A.2). Optional members are always sent (E-40).
struct DirectReply {
    struct Bubble {
        var text = ""
        var delay = 0
        /// Set for a photo, which is a bubble of its own.
        var imageURL: String?
    }

    var sessionID: String?
    var bubbles: [Bubble] = []
    var isDeduped = false
    var ignoreReason: String?
    var pauseReason: String?
    var silent: String?
    var explain: String?
    var vision: Vision?
    /// The events that the character knows; nil: not told.
    var fireable: [String]?

    init(_ sessionID: SessionID?) { self.sessionID = sessionID?.description }

    init(mock bubbles: [Bubble]) {
        sessionID = "mock"
        self.bubbles = bubbles
    }

    /// A reply in bubbles of text, and then its photo.
    static func bubbles(
        of said: Utterance, on machine: Machine, photo url: (String) -> String
    ) -> [Bubble] {
        let delay = machine.settings[BubbleDelay.self] ?? BubbleDelay()
        var bubbles = said.bubbles.map { Bubble(text: $0, delay: delay.milliseconds(before: $0)) }
        if let photo = said.photo {
            bubbles.append(Bubble(delay: delay.milliseconds(before: ""), imageURL: url(photo)))
        }
        return bubbles
    }

    func response(_ requestID: String) -> Response {
        Envelope.response(requestID) { writer in
            writer.member("session_id", sessionID)
            writer.list("bubbles", bubbles) { $0.bubble($1) }
            writer.member("deduped", isDeduped)
            writer.member("ignored", ignoreReason != nil)
            writer.member("ignore_reason", ignoreReason)
            writer.member("paused", pauseReason != nil)
            writer.member("pause_reason", pauseReason)
            writer.member("silent", silent)
            writer.member("explain", explain)
            writer.member("vision", vision)
            guard let fireable else { return writer.member("fireable_event_ids", nil as String?) }
            writer.list("fireable_event_ids", fireable) { $0.string($1) }
        }
    }
}

extension DirectReply {
    static func paused(_ reason: String, _ lead: Lead) -> DirectReply {
        var reply = DirectReply(lead.session?.id)
        reply.pauseReason = reason
        reply.explain = "The plan of this character is paused (\(reason)): nothing is answered and nothing is paid"
        return reply
    }

    static func heldByAnother(_ lead: Lead) -> DirectReply {
        var reply = DirectReply(lead.session?.id)
        reply.ignoreReason = Lead.heldByAnother
        reply.explain = "Another of your accounts talks to this lead already"
        return reply
    }

    /// The answer in a conversation that has ended (E-5).
    /// - Throws: a 409 if the account's `compat` says so.
    static func ended(_ lead: Lead) throws(Failure) -> DirectReply {
        var reply = DirectReply(lead.session?.id)
        switch lead.caller.account.compat.afterEnd {
        case .silent:
            reply.silent = "conversation_ended"
            reply.explain = "The conversation with this lead has ended"
        case .conflict: throw Failure(.conflict, "The conversation with this lead has ended")
        case .repeat:
            reply.bubbles = try lead.call.play.latestTurn(of: lead.machine).map { [Bubble(text: $0.reply)] } ?? []
        }
        return reply
    }
}

extension JSONWriter {
    mutating func bubble(_ bubble: DirectReply.Bubble) {
        beginObject()
        member("text", bubble.text)
        member("delay_ms", bubble.delay)
        member("image_url", bubble.imageURL)
        endObject()
    }
}
