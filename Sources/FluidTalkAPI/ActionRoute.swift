import Dialogue
import Emulator
import Fixtures
import HTTP
import JSON

/// The persona acts: it opens the conversation, takes up an event, or follows up (A.4, A.7). Checks are in the order of
/// E-10.
struct ActionRoute {
    private enum Action: String, CaseIterable {
        case outreach = "OUTREACH"
        case entryPoint = "ENTRY_POINT"
        case followUp = "FOLLOW_UP"
    }

    private static let alreadyActive = "conversation_already_active"

    let gate: KeyGate

    func act(_ call: Call) throws(Failure) -> Response {
        let key = try gate.boundKey(of: call, .message)
        var refusal = Refusal()
        let fields = LeadFields(try gate.form(of: call), &refusal)
        let word = fields.text("action", &refusal)
        let action = word.flatMap(Action.init)
        if word == nil { refusal.missing("action") }
        if let word, action == nil { refusal.noCase("action", word, of: Action.allCases.map(\.rawValue)) }
        let eventType = fields.text("entry_type", &refusal)
        let context = fields.text("entry_context", &refusal)
        if action == .entryPoint, eventType == nil { refusal.missing("entry_type") }
        if let response = refusal.response { return response }

        let lead = try Lead(gate.emulator, call, key, fields)
        if lead.isHeldByAnother { return response("", lead.session?.id, ignoring: Lead.heldByAnother) }
        try lead.throwIfDone()
        switch action {
        case .outreach, nil: return try open(lead, fields)
        case .entryPoint:
            return try takeUp(
                MatchContext.Event(id: eventType ?? "", context: EventContext.members(of: context)), lead, fields)
        case .followUp: return try followUp(lead)
        }
    }

    private func open(_ lead: Lead, _ fields: LeadFields) throws(Failure) -> Response {
        if let session = lead.session { return response("", session.id, continues: true) }
        return try begin(lead, lead.key.machine.entries.opener, nil, fields)
    }

    private func takeUp(
        _ event: MatchContext.Event, _ lead: Lead, _ fields: LeadFields
    ) throws(Failure) -> Response {
        let machine = lead.key.machine
        guard let entry = machine.entries.events[event.id] else {
            if lead.key.account.compat.unknownEvent == .ignore { return response("", lead.session?.id) }
            throw Failure(.badRequest, "Unknown event_type '\(event.id)'")
        }
        guard let session = lead.session else { return try begin(lead, entry, event, fields) }
        let answered = try lead.call.take(event, hasImage: fields.hasImage, in: session, on: machine)
        return response(answered.said.words, session.id, continues: true)
    }

    private func followUp(_ lead: Lead) throws(Failure) -> Response {
        guard let session = lead.session else {
            throw Failure(.notFound, "No active conversation found for this target")
        }
        switch try lead.call.nudge(session, on: lead.key.machine) {
        case .success(let said): return response(said.words, session.id)
        case .failure(let reason):
            let isTold = lead.key.account.compat.refusedNudge == .ignored
            return response("", session.id, ignoring: isTold ? ActionRoute.word(reason) : nil)
        }
    }

    private func begin(
        _ lead: Lead, _ entry: Entries.Entry?, _ event: MatchContext.Event?, _ fields: LeadFields
    ) throws(Failure) -> Response {
        let begun = try lead.call.begin(
            lead.key.machine, as: lead.player, entry: entry, event: event, hasImage: fields.hasImage,
            notes: lead.notes, for: lead.price)
        return response(begun.said.words, begun.session.id)
    }

    /// The reason of a refused nudge (E-6).
    private static func word(_ refusal: Session.NudgeRefusal) -> String {
        switch refusal {
        case .none: "followup_disabled"
        case .cooldown: "followup_cooldown"
        case .cap: "followup_cap_reached"
        }
    }

    private func response(
        _ message: String, _ session: SessionID?, ignoring reason: String? = nil, continues: Bool = false
    ) -> Response {
        var writer = JSONWriter(capacity: 256)
        writer.beginObject()
        writer.member("session_id", session)
        writer.member("message", message)
        writer.member("ignored", reason != nil)
        writer.member("ignore_reason", reason)
        writer.member("continued", continues)
        writer.member("continued_reason", continues ? ActionRoute.alreadyActive : nil)
        writer.endObject()
        return .json(writer.bytes)
    }
}
