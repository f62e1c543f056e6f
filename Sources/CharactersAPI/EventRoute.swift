import Dialogue
import Emulator
import Exact
import Fixtures
import HTTP
import JSON

/// A payment of a lead, or one that was taken back (A.2-3, B.5). Nothing is said; a transition may be about it (F-7).
struct EventRoute {
    static let types = ["purchase", "refund", "chargeback"]

    let gate: TokenGate

    func record(_ call: Call) throws(Failure) -> Response {
        let caller = try gate.caller(of: call, .other)
        var body = try gate.body(of: call)
        let platform = body.name("platform")
        let handle = body.name("handle")
        let type = body["event_type"] == nil ? EventRoute.types[0] : body.word("event_type", of: EventRoute.types)
        let externalID = body.name("external_event_id")
        let amount = body.number("amount")
        let currency = body.optionalName("currency")
        body.object("raw")
        try body.check()
        try caller.mode.check("handle", handle)
        let id = gate.emulator.requestID(of: call)
        if caller.mode == .mock { return EventRoute.response(nil, isDeduped: false, id) }
        var lead = try Lead(gate, call, caller, platform: platform, handle: handle, ownUsername: nil)
        let used = ExternalID(externalID, of: "event", by: caller)
        if try used.isUsed(gate.emulator) { return EventRoute.response(lead.session?.id, isDeduped: true, id) }
        if lead.session == nil, caller.account.compat.unknownLead == .refuse {
            throw Failure(
                .notFound, "There is no lead \"\(handle)\" on \(platform): a message or a trigger makes one")
        }
        try used.use(gate.emulator)
        lead.expectTurn()
        if let session = lead.session, session.outcome == nil {
            var context: Texts = [:]
            context["amount"] = amount
            context["currency"] = currency
            try lead.call.hear(
                MatchContext.Event(id: type ?? "", context: context), in: session, on: lead.machine)
        }
        return EventRoute.response(lead.session?.id, isDeduped: false, id)
    }

    /// E-10.
    private static func response(_ session: SessionID?, isDeduped: Bool, _ id: String) -> Response {
        Envelope.response(id) { writer in
            writer.member("ok", true)
            writer.member("applied", !isDeduped)
            writer.member("deduped", isDeduped)
            writer.member("session_id", session)
        }
    }
}
