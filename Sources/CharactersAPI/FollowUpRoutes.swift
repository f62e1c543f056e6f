import Dialogue
import Emulator
import Exact
import Fixtures
import HTTP
import JSON

/// What the character says to leads who have gone quiet: pulled, sent by the caller, and acknowledged (A.2-4 to 6, F-8).
struct FollowUpRoutes {
    /// What separates the bubbles of one message (A.2-4).
    private static let joint = " ||| "
    private static let most = 500

    let gate: TokenGate

    var routes: [Route] {
        [
            Route(.get, "\(Characters.path)followups", list),
            Route(.post, "\(Characters.path)followups/sweep", sweep),
            Route(.post, "\(Characters.path)followups/{id}/ack", acknowledge),
        ]
    }

    // MARK: The list

    private func list(_ call: Call) throws(Failure) -> Response {
        let caller = try gate.caller(of: call, .other)
        let platform = call.query["platform"]?.trimmed ?? ""
        guard !platform.isEmpty else { throw Failure(.unprocessable, "platform: Field required") }
        let limit = try FollowUpRoutes.limit(call.query["limit"])
        let ownUsername = call.query["own_username"]?.trimmed.nonEmpty
        let id = gate.emulator.requestID(of: call)
        if caller.mode == .mock { return FollowUpRoutes.mockList(platform, id) }
        let machine = try caller.machine(for: platform)
        let now = caller.account.sandbox.now
        let due = try conversations(of: caller, on: platform, machine, until: now, atMost: limit) { session in
            FollowUpRoutes.belongs(session, to: ownUsername, caller.flags)
        }
        return Envelope.response(id) { writer in
            writer.list("followups", due) { writer, conversation in
                let session = conversation.session
                writer.beginObject()
                writer.member("id", FollowUpID(session).text)
                writer.member("handle", session.player.name)
                writer.member("message", message(of: conversation, on: machine, by: caller))
                writer.member("platform", platform)
                writer.member("session_id", session.id)
                writer.member("own_username", session.memory.note)
                writer.member("status", "PENDING")
                writer.member("created_at", session.memory.dueAt)
                writer.endObject()
            }
        }
    }

    /// E-13.
    private static func belongs(_ session: Session, to account: String?, _ flags: LeadFlags) -> Bool {
        guard let account, flags.ignoresDuplicates || flags.separatesSessions else { return true }
        return session.memory.note.map { $0 === account } ?? true
    }

    /// E-12.
    private static func limit(_ text: String?) throws(Failure) -> Int {
        guard let text else { return 100 }
        guard let limit = Int(text), limit > 0 else {
            throw Failure(.unprocessable, "limit: must be a whole number from 1 on, not \"\(text)\"")
        }
        return min(limit, most)
    }

    /// The line is picked on a copy, so that it does not count as spoken before it is acknowledged.
    private func message(of conversation: Conversation, on machine: Machine, by caller: Caller) -> String {
        var session = conversation.session
        let says = Ladder(machine)?.step(of: session)?.says
        let said = try? session.nudge(
            on: machine, of: caller.key.persona, variables: conversation.progress.variables, saying: says,
            at: caller.account.sandbox.now
        ).said
        return said?.bubbles.joined(separator: FollowUpRoutes.joint) ?? ""
    }

    /// The character's conversations on a platform that go on and have a next step.
    private func conversations(
        of caller: Caller, on platform: String, _ machine: Machine, until moment: Timestamp, atMost limit: Int,
        where isWanted: (Session) -> Bool
    ) throws(Failure) -> [Conversation] {
        guard let ladder = Ladder(machine) else { return [] }
        let channel = Lead.channel(of: platform, in: caller.mode)
        return try gate.emulator.dueConversations(of: caller.account, until: moment, atMost: limit) {
            place, persona, session in
            persona == caller.key.persona.id && session.machine == machine.id && session.outcome == nil
                && session.fits(machine) && (place === channel || place.hasPrefix("\(channel) "))
                && ladder.step(of: session) != nil && isWanted(session)
        }
    }

    private static func mockList(_ platform: String, _ id: String) -> Response {
        Envelope.response(id) { writer in
            writer.list("followups", ["test_followup"]) { writer, handle in
                writer.beginObject()
                writer.member("id", "fu_test")
                writer.member("handle", handle)
                writer.member("platform", platform)
                writer.list("bubbles", [DirectReply.Bubble(text: "still there?")]) { $0.bubble($1) }
                writer.endObject()
            }
        }
    }

    // MARK: The sweep

    /// Queues what is not due yet, for leads that have been quiet for so long (B.6-2).
    private func sweep(_ call: Call) throws(Failure) -> Response {
        let caller = try gate.caller(of: call, .other)
        var body = try gate.body(of: call)
        let platform = body.name("platform")
        let idle = body.number("idle_hours", in: 0...1_000_000) ?? 24
        let limit = body.integer("limit", in: 1...1_000_000) ?? 100
        try body.check()
        let id = gate.emulator.requestID(of: call)
        if caller.mode == .mock { return FollowUpRoutes.swept(1, id) }
        let machine = try caller.machine(for: platform)
        let now = caller.account.sandbox.now
        let ladder = Ladder(machine)
        let quiet = Int64(idle * 3_600_000_000_000)
        let found = try conversations(
            of: caller, on: platform, machine, until: .latest, atMost: min(limit, FollowUpRoutes.most)
        ) { session in
            guard let due = session.memory.dueAt, due > now, let earliest = ladder?.earliest(for: session.memory) else {
                return false
            }
            return session.lastMessageAt.advanced(by: quiet) <= now && earliest <= now
        }
        var queued = 0
        for conversation in found {
            guard try gate.emulator.spend(caller.key) else {
                if queued == 0 { throw Caller.unpaid }
                break
            }
            var notes = conversation.session.memory.notes
            notes.dueAt = now
            try gate.emulator.keep(notes, with: conversation)
            queued += 1
        }
        return FollowUpRoutes.swept(queued, id)
    }

    /// E-17.
    private static func swept(_ count: Int, _ id: String) -> Response {
        Envelope.response(id) { writer in
            writer.member("ok", true)
            writer.member("queued", count)
        }
    }

    // MARK: The acknowledgement

    private func acknowledge(_ call: Call) throws(Failure) -> Response {
        let caller = try gate.caller(of: call, .other)
        let text = call.parameters["id"]
        let id = gate.emulator.requestID(of: call)
        if caller.mode == .mock { return FollowUpRoutes.delivered(text, id) }
        let unknown = Failure(
            .notFound, "This character has no such follow-up; GET …/followups lists those that are due")
        guard let followUp = FollowUpID(text),
            let conversation = try conversation(followUp.session, of: caller.account),
            conversation.personaID == caller.key.persona.id, let machine = conversation.machine,
            conversation.channel.hasPrefix(Lead.channel(of: "", in: caller.mode)), let ladder = Ladder(machine)
        else { throw unknown }
        let session = conversation.session
        // A step that was sent before stays so, whatever has happened since (E-15).
        guard followUp.step >= session.memory.nudges else { return FollowUpRoutes.delivered(text, id) }
        let now = caller.account.sandbox.now
        let isDue = followUp.turn == session.turnCount && (session.memory.dueAt.map { $0 <= now } ?? false)
        let wasDue = session.memory.facts[FollowUpID.missed].map { $0 === "\(followUp.step) \(followUp.turn)" } ?? false
        guard followUp.step == session.memory.nudges, isDue || wasDue, let step = ladder.step(of: session) else {
            throw unknown
        }
        // What was sent to a lead whose conversation has ended since is not a turn any more.
        guard session.outcome == nil else { return FollowUpRoutes.delivered(text, id) }
        let player = try gate.emulator.playerCall(
            call,
            of: Playthrough(
                gate.emulator, account: caller.account, channel: conversation.channel, persona: caller.key.persona,
                player: conversation.player))
        var sent = session
        sent.memory.keep(ladder.sent(session, at: now))
        _ = try player.nudge(sent, on: machine, saying: step.says)
        return FollowUpRoutes.delivered(text, id)
    }

    /// The conversation of that session; nil: there is none.
    private func conversation(_ session: SessionID, of account: Account) throws(Failure) -> Conversation? {
        do throws(Failure) {
            return try gate.emulator.conversation(session.description, of: account)
        } catch {
            guard error.status == .notFound else { throw error }
            return nil
        }
    }

    private static func delivered(_ followUp: String, _ id: String) -> Response {
        Envelope.response(id) { writer in
            writer.member("id", followUp)
            writer.member("status", "DELIVERED")
        }
    }
}
