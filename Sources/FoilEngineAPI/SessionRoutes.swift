import Dialogue
import Emulator
import Fixtures
import HTTP
import JSON

/// The routes that begin, read and reset sessions (spec A.1.2, A.1.5, A.1.7, A.1.8).
struct SessionRoutes {
    let gate: Gate

    func begin(_ call: Call) throws(Failure) -> Response {
        let (chat, input) = try ChatCall.withBody(call, gate, .other)
        let player = Player(name: try input.playerName(), gender: try input.playerGender())
        let persona = chat.play.persona
        let machine = chat.machine ?? persona.defaultMachine
        if chat.machine == nil { try gate.unlocked(machine, for: chat.play) }
        let (session, greeting, _) = try chat.player.begin(machine, as: player)
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        writer.member("session_id", session.id)
        writer.member("user_session_id", chat.play.player)
        writer.member("persona_name", persona.name)
        writer.member("persona_description", persona.description)
        writer.member("player_name", player.name)
        writer.member("player_gender", player.gender.rawValue)
        writer.member("message", greeting.text)
        writer.member("machine_id", machine.id)
        writer.endObject()
        return .json(writer.bytes)
    }

    func status(_ call: Call) throws(Failure) -> Response {
        let chat = try ChatCall.withQuery(call, gate)
        let (session, machine) = try chat.session()
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        writer.member("session_id", session.id)
        writer.member("persona_id", chat.play.persona.id)
        writer.member("machine_id", machine.id)
        writer.position(of: session)
        writer.endObject()
        return .json(writer.bytes)
    }

    func history(_ call: Call) throws(Failure) -> Response {
        let chat = try ChatCall.withQuery(call, gate)
        let (session, machine) = try chat.session()
        let history = try chat.play.history(of: machine)
        let (persona, compat) = (chat.play.persona.id, chat.compat)
        let ids = Identifiers.Messages(of: session.id)
        return try gate.emulator.response(
            BodyWriter.pieces(
                before: { writer in
                    writer.beginObject()
                    writer.member("session_id", session.id)
                    writer.member("persona_id", persona)
                    writer.key("messages")
                    writer.beginArray()
                },
                next: history,
                write: { (writer, turn) throws(Failure) in writer.messages(of: turn, ids, compat) },
                after: { writer in
                    writer.endArray()
                    writer.position(of: session)
                    writer.endObject()
                }))
    }

    /// Without `machine_id`, everything that the player has on the persona; with it, that machine's session alone
    /// (spec H-5).
    func reset(_ call: Call) throws(Failure) -> Response {
        let chat = try ChatCall.withQuery(call, gate)
        guard try chat.play.reset(chat.machine) else { throw ChatCall.noSession }
        var writer = JSONWriter(capacity: 128)
        writer.beginObject()
        writer.member("session_id", chat.play.player)
        writer.member("message", "Conversation reset successfully")
        writer.endObject()
        return .json(writer.bytes)
    }
}

extension JSONWriter {
    /// Writes the members that a session's status and its history share.
    fileprivate mutating func position(of session: Session) {
        member("current_state", session.stateKey.text)
        member("score", session.score)
        member("outcome", session.outcome?.rawValue)
        member("player_name", session.player.name)
        member("player_gender", session.player.gender.rawValue)
        member("started_at", session.startedAt)
        member("last_message_at", session.lastMessageAt)
    }

    /// The one or two messages of a turn, oldest first. Both have the state and the score after it. The persona's
    /// message has the decision and the flag, unless the account's `compat` differs (spec G-27).
    fileprivate mutating func messages(of turn: Turn, _ ids: Identifiers.Messages, _ compat: FoilEngineCompat) {
        let decision = turn.decision(compat)
        if let line = turn.line {
            let carries = compat.historyDecision != .assistant
            message("user", line, carries ? decision : nil, carries && turn.followUp, turn, ids)
        }
        let carries = compat.historyDecision != .user
        message("assistant", turn.reply, carries ? decision : nil, carries && turn.followUp, turn, ids)
    }

    private mutating func message(
        _ role: String, _ content: String, _ decision: Decision?, _ followUp: Bool, _ turn: Turn,
        _ ids: Identifiers.Messages
    ) {
        beginObject()
        member("id", ids.id(turn: turn.number, role: role))
        member("role", role)
        member("content", content)
        member("state_key_at_time", turn.stateKey.text)
        member("score_at_time", turn.score)
        member("decision", decision?.rawValue)
        member("follow_up_triggered", followUp)
        member("created_at", turn.at)
        endObject()
    }
}
