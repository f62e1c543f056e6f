import Dialogue
import Emulator
import Exact
import HTTP
import JSON

/// The character opens a conversation, or takes up an event (A.2-2, B.4). Checks are in the order of F-3.
struct TriggerRoute {
    /// The event that every character knows: its opener.
    static let outreach = "outreach"

    let gate: TokenGate
    let pictures: PictureRoutes
    let eye: Eye

    func fire(_ call: Call) throws(Failure) -> Response {
        let caller = try gate.caller(of: call, .message)
        var body = try gate.body(of: call)
        let platform = body.name("platform")
        let handle = body.name("handle")
        let event = body.name("event_id")
        let externalID = body.name("external_event_id")
        let image = body.address("image_url")
        let ownUsername = body.optionalName("own_username")
        let context = body["context"].map { MatchContext.Event.context(of: $0) } ?? [:]
        body.object("raw")
        try body.check()
        try caller.mode.check("handle", handle)
        let id = gate.emulator.requestID(of: call)
        if caller.mode == .mock { return DirectReply(mock: [DirectReply.Bubble(text: "hey!")]).response(id) }
        var lead = try Lead(
            gate, call, caller, platform: platform, handle: handle, ownUsername: ownUsername)
        if let reason = caller.pauseReason { return DirectReply.paused(reason, lead).response(id) }
        if try lead.isHeldByAnother() { return DirectReply.heldByAnother(lead).response(id) }
        let used = ExternalID(externalID, of: "trigger", by: caller)
        if try used.isUsed(gate.emulator) {
            var reply = DirectReply(lead.session?.id)
            reply.isDeduped = true
            reply.explain = "An event with this external_event_id was taken up already"
            return reply.response(id)
        }
        let entry = lead.machine.entries.events[event]
        guard entry != nil || event === TriggerRoute.outreach else {
            return TriggerRoute.unknown(event, lead).response(id)
        }
        guard let session = lead.session else {
            // Only a cold opening looks at an image (B.4-6).
            let vision = eye.look(at: image, of: caller.key.persona, for: call)
            let begun = try lead.call.begin(
                lead.machine, as: lead.player,
                entry: event === TriggerRoute.outreach ? lead.machine.entries.opener : entry,
                event: event === TriggerRoute.outreach ? nil : MatchContext.Event(id: event, context: context),
                hasImage: vision?.isSeen ?? false, notes: lead.notes(), for: caller.price)
            var reply = try taken(begun.said.inOneBubble, begun.session.id, lead, used, call)
            reply.vision = vision
            return reply.response(id)
        }
        if session.outcome != nil { return try DirectReply.ended(lead).response(id) }
        if event === TriggerRoute.outreach {
            var reply = DirectReply(session.id)
            reply.ignoreReason = "conversation_already_active"
            reply.explain = "There is a conversation with this lead already, so the character does not open one"
            return reply.response(id)
        }
        lead.expectTurn()
        let answered = try lead.call.take(
            MatchContext.Event(id: event, context: context), hasImage: false, in: lead.session ?? session,
            on: lead.machine, for: caller.price)
        return try taken(answered.said, answered.session.id, lead, used, call).response(id)
    }

    private func taken(
        _ said: Utterance, _ session: SessionID, _ lead: Lead, _ used: ExternalID, _ call: Call
    ) throws(Failure) -> DirectReply {
        try used.use(gate.emulator)
        try lead.claimIt()
        var reply = DirectReply(session)
        reply.bubbles = DirectReply.bubbles(of: said, on: lead.machine) {
            pictures.url(ofPhoto: $0, of: lead.caller.key.persona, for: call)
        }
        return reply
    }

    /// An event that the machine does not know (E-7); nothing is consumed.
    private static func unknown(_ event: String, _ lead: Lead) -> DirectReply {
        var reply = DirectReply(lead.session?.id)
        reply.ignoreReason = "unknown_event_id"
        guard lead.caller.mode == .live else { return reply }
        let known = lead.machine.fireableEvents
        reply.fireable = known
        reply.explain = "This character knows no event \"\(event)\"; it knows \(known.joined(separator: ", "))"
        return reply
    }
}

/// The caller's own id of an event, which is taken up once (B.4-3, E-9).
struct ExternalID {
    private let name: NumberName
    private let caller: Caller

    init(_ id: String, of endpoint: String, by caller: Caller) {
        self.caller = caller
        name = NumberName(
            "characters \(endpoint)", caller.key.persona.id.description, caller.mode.rawValue, id)
    }

    func isUsed(_ emulator: Emulator) throws(Failure) -> Bool { try emulator.number(name, in: caller.account) != 0 }

    func use(_ emulator: Emulator) throws(Failure) { try emulator.keep(1, as: name, in: caller.account) }
}

extension Machine {
    /// The ids of events that a trigger can fire, as the file has them.
    var fireableEvents: [String] {
        let events = entries.events.filter { $0.key.text !== TriggerRoute.outreach }
        return [TriggerRoute.outreach]
            + events.sorted { ($0.value.position, $0.key) < ($1.value.position, $1.key) }.map(\.key.text)
    }
}

extension Utterance {
    /// All words as one bubble; the photo only if there are no words (F-6).
    fileprivate var inOneBubble: Utterance {
        bubbles.isEmpty ? self : Utterance(bubbles: [words])
    }
}
