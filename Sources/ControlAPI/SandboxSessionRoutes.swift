import Dialogue
import Emulator
import Fixtures
import HTTP
import JSON

/// The routes that list, read, change, fork and explain sessions of a sandbox, and list their turns.
struct SandboxSessionRoutes {
    let emulator: Emulator

    var routes: [Route] {
        [
            Route(.get, "/sandboxes/{sandbox}/sessions", list),
            Route(.get, "/sandboxes/{sandbox}/sessions/{session}", show),
            Route(.patch, "/sandboxes/{sandbox}/sessions/{session}", change),
            Route(.post, "/sandboxes/{sandbox}/sessions/{session}/fork", fork),
            Route(.get, "/sandboxes/{sandbox}/sessions/{session}/turns", turns),
            Route(.get, "/sandboxes/{sandbox}/sessions/{session}/turns/{turn}", explain),
        ]
    }

    private func list(_ call: Call) throws(Failure) -> Response {
        let conversations = try emulator.conversations(of: try emulator.account(named: call.parameters["sandbox"]))
        return try emulator.response(
            BodyWriter.pieces(
                before: { writer in
                    writer.beginObject()
                    writer.key("sessions")
                    writer.beginArray()
                },
                items: conversations,
                write: { (writer, conversation) throws(Failure) in writer.conversation(conversation) },
                after: { writer in
                    writer.endArray()
                    writer.endObject()
                }))
    }

    private func show(_ call: Call) throws(Failure) -> Response { response(try conversation(of: call)) }

    private func change(_ call: Call) throws(Failure) -> Response {
        let conversation = try conversation(of: call)
        let changes = try Input.read(
            call, "the changes", depthLimit: emulator.jsonDepth, try SessionChanges.reader(for: conversation))
        return response(try emulator.change(conversation, by: changes))
    }

    private func fork(_ call: Call) throws(Failure) -> Response {
        let account = try emulator.account(named: call.parameters["sandbox"])
        let conversation = try emulator.conversation(call.parameters["session"], of: account)
        let asked = try Input.read(call, "a fork", depthLimit: emulator.jsonDepth) { reader in
            let turn = reader.integer("turn", in: Bounds.storedCounts) ?? reader.missing("turn")
            let player = reader.requiredName("player")
            return turn.flatMap { turn in player.map { (turn: turn, player: $0) } }
        }
        let (fork, isExact) = try emulator.fork(conversation, at: asked.turn, to: asked.player, in: account)
        var writer = JSONWriter(capacity: 512)
        writer.conversation(fork, isExact: isExact)
        return .json(writer.bytes)
    }

    private func turns(_ call: Call) throws(Failure) -> Response {
        let (after, limit) = try Input.query(call.query, "the query", value: { Input.number($0.value) }) { reader in
            (
                reader.integer("after", in: Bounds.storedCounts) ?? -1,
                reader.integer("limit", in: 0...Int(Int32.max)) ?? Int.max
            )
        }
        let history = try emulator.history(of: try conversation(of: call))
        var left = limit
        return try emulator.response(
            BodyWriter.pieces(
                before: { writer in
                    writer.beginObject()
                    writer.key("turns")
                    writer.beginArray()
                },
                next: { () throws(Failure) -> [Turn]? in
                    guard left > 0, let turns = try history() else { return nil }
                    let asked = turns.drop { $0.number <= after }.prefix(left)
                    left -= asked.count
                    return Array(asked)
                },
                write: { (writer, turn) throws(Failure) in writer.turn(turn) },
                after: { writer in
                    writer.endArray()
                    writer.endObject()
                }))
    }

    private func explain(_ call: Call) throws(Failure) -> Response {
        let account = try emulator.account(named: call.parameters["sandbox"])
        let conversation = try emulator.conversation(call.parameters["session"], of: account)
        let turn = try emulator.answeredTurn(call.parameters["turn"], of: conversation, in: account)
        var writer = JSONWriter(capacity: 4096)
        writer.explanation(of: turn)
        return .json(writer.bytes)
    }

    private func conversation(of call: Call) throws(Failure) -> Conversation {
        try emulator.conversation(
            call.parameters["session"], of: try emulator.account(named: call.parameters["sandbox"]))
    }

    private func response(_ conversation: Conversation) -> Response {
        var writer = JSONWriter(capacity: 512)
        writer.conversation(conversation)
        return .json(writer.bytes)
    }
}

extension JSONWriter {
    /// - Parameter isExact: of a fork: whether it equals the session at that turn.
    mutating func conversation(_ conversation: Conversation, isExact: Bool? = nil) {
        let session = conversation.session
        beginObject()
        member("session_id", session.id)
        member("channel", conversation.channel)
        member("player", conversation.player)
        member("persona_id", conversation.personaID)
        member("persona", conversation.persona?.slug)
        member("machine_id", session.machine)
        member("machine", conversation.machine?.key)
        member("player_name", session.player.name)
        member("player_gender", session.player.gender.rawValue)
        member("state_key", session.stateKey.text)
        member("score", session.score)
        member("outcome", session.outcome?.rawValue)
        member("redirect_count", session.redirectCount)
        member("turn_count", session.turnCount)
        member("captures", texts: session.memory.captures)
        member("variables", texts: conversation.progress.variables)
        member("started_at", session.startedAt)
        member("last_message_at", session.lastMessageAt)
        if let isExact { member("exact", isExact) }
        endObject()
    }
}
