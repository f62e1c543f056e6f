import Dialogue
import Emulator
import Fixtures
import HTTP
import JSON

/// The lead writes, the persona replies (A.4, A.5). Checks are in the order of E-10.
struct ChatRoute {
    let gate: KeyGate
    let pictures: PictureRoutes

    func answer(_ call: Call) throws(Failure) -> Response {
        let key = try gate.boundKey(of: call, .message)
        var refusal = Refusal()
        let fields = LeadFields(try gate.form(of: call), &refusal)
        let message = fields.text("message", &refusal)
        if message == nil, !fields.hasImage { refusal.missing("message") }
        if let response = refusal.response { return response }

        let lead = try Lead(gate.emulator, call, key, fields)
        if lead.isHeldByAnother { return ignored(lead) }
        try lead.throwIfDone()
        let answered = try lead.call.say(
            Message(message ?? "", hasImage: fields.hasImage),
            in: lead.session.map { .session($0, on: key.machine, for: nil) }
                ?? .new(on: key.machine, as: lead.player, notes: lead.notes, for: lead.price))
        let photo = answered.said.photo.map { pictures.url(ofPhoto: $0, of: key.persona, for: call) }
        return response(answered.said, photo, answered.session.id)
    }

    private func ignored(_ lead: Lead) -> Response {
        response(Utterance(bubbles: []), nil, lead.session?.id, ignoring: Lead.heldByAnother)
    }

    private func response(
        _ said: Utterance, _ photo: String?, _ session: SessionID?, ignoring reason: String? = nil
    ) -> Response {
        var writer = JSONWriter(capacity: 256)
        writer.beginObject()
        writer.member("reply", said.words)
        writer.key("replies")
        writer.beginArray()
        for bubble in said.bubbles { writer.string(bubble) }
        writer.endArray()
        writer.member("should_send_photo", photo != nil)
        writer.member("photo_url", photo)
        writer.member("session_id", session)
        writer.member("ignored", reason != nil)
        writer.member("ignore_reason", reason)
        writer.endObject()
        return .json(writer.bytes)
    }
}
