import Dialogue
import Exact
import Fixtures
import JSON
import Store

extension Snapshot {
    /// The document, which `init(_:)` reads. Equal sandboxes have equal bytes.
    var json: [UInt8] {
        var writer = JSONWriter(capacity: 1 << 16)
        writer.beginObject()
        writer.member("kind", Snapshot.kind)
        writer.member("version", Snapshot.version)
        writer.key("sandbox")
        writer.beginObject()
        writer.member("name", name)
        writer.key("settings")
        writer.encoded(Array((settings.stored.isEmpty ? "{}" : settings.stored).utf8))
        writer.key("limits")
        switch limits {
        case .server: writer.string("server")
        case .lifted: writer.null()
        case .perMinute(let limits): writer.limits(limits)
        }
        writer.endObject()
        writer.list("personas", personas) { $0.record($1) }
        writer.list("counters", counters) { writer, counter in
            writer.beginObject()
            writer.member("name", counter.name)
            writer.member("value", counter.value)
            writer.endObject()
        }
        writer.list("api_keys", apiKeys) { $0.apiKey($1) }
        writer.list("players", seats) { $0.seat($1) }
        writer.endObject()
        return writer.bytes
    }
}

extension JSONWriter {
    fileprivate mutating func record(_ record: PersonaRecord) {
        beginObject()
        member("persona_id", record.persona.description)
        member("number", record.number)
        key("document")
        // What cannot be read is served to nobody, so it is left behind as if it were deleted.
        let document = record.document.flatMap { try? JSONReader.read(Array($0.utf8), depthLimit: 1_000) }
        if let document { value(document) } else { null() }
        endObject()
    }

    fileprivate mutating func apiKey(_ key: APIKeyRecord) {
        beginObject()
        member("id", key.id.description)
        member("name", key.name)
        member("sha256", Digest.hex(key.digest))
        member("created_at", key.createdAt.exactText)
        member("is_revoked", key.isRevoked)
        endObject()
    }

    fileprivate mutating func seat(_ seat: Snapshot.Seat) {
        beginObject()
        member("channel", seat.channel)
        member("persona_id", seat.persona.description)
        member("player", seat.player)
        key("progress")
        beginObject()
        member("inits", seat.progress.inits)
        list("unlocked", seat.progress.unlocked) { $0.string($1.description) }
        member("variables", texts: seat.progress.variables)
        endObject()
        list("sessions", seat.conversations) { $0.session($1.session, $1.turns) }
        endObject()
    }

    private mutating func session(_ session: Session, _ turns: [Turn]) {
        beginObject()
        member("session_id", session.id.description)
        member("machine_id", session.machine.description)
        member("player_name", session.player.name)
        member("player_gender", session.player.gender.rawValue)
        member("started_at", session.startedAt.exactText)
        member("last_message_at", session.lastMessageAt.exactText)
        member("state_key", session.stateKey.text)
        member("score", session.score)
        member("outcome", session.outcome?.rawValue)
        member("redirect_count", session.redirectCount)
        member("turn_count", session.turnCount)
        memory(session.memory)
        list("turns", turns) { $0.turn($1) }
        endObject()
    }

    private mutating func memory(_ memory: Memory) {
        key("memory")
        beginObject()
        member("spoken", counts: memory.spoken)
        member("captures", texts: memory.captures)
        member("asked", counts: memory.asked)
        member("in_follow_up", memory.isInFollowUp)
        member("nudges", memory.nudges)
        member("nudged_at", memory.nudgedAt?.exactText)
        member("holder", memory.holder)
        endObject()
    }

    private mutating func member(_ key: String, counts: [ExactText: Int]) {
        self.key(key)
        beginObject()
        for (name, count) in counts.sorted(by: { $0.key < $1.key }) { member(name.text, count) }
        endObject()
    }

    private mutating func turn(_ turn: Turn) {
        beginObject()
        member("number", turn.number)
        member("at", turn.at.exactText)
        member("line", turn.line)
        member("reply", turn.reply)
        member("decision", turn.decision?.rawValue)
        member("follow_up", turn.followUp)
        member("state_key", turn.stateKey.text)
        member("score", turn.score)
        endObject()
    }
}
