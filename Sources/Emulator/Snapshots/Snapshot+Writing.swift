import Crypto
public import Dialogue
import Exact
import Fixtures
public import JSON
import Store

/// Writes the parts of a snapshot's document; `SnapshotBody` combines them.
extension JSONWriter {
    mutating func sandbox(_ name: String, _ settings: SandboxSettings, _ limits: LimitsDefinition) {
        beginObject()
        member("name", name)
        key("settings")
        encoded(Array((settings.stored.isEmpty ? "{}" : settings.stored).utf8))
        key("limits")
        self.limits(limits)
        endObject()
    }

    mutating func counter(_ counter: (name: String, value: Int)) {
        beginObject()
        member("name", counter.name)
        member("value", counter.value)
        endObject()
    }

    /// - Throws: damage when the document cannot be read. Null would mean a deleted persona, and restoring the snapshot
    ///   would delete it.
    mutating func record(_ record: PersonaRecord) throws(StoreError) {
        beginObject()
        member("persona_id", record.persona)
        member("number", record.number)
        key("document")
        if let text = record.document {
            do throws(JSONError) {
                value(try JSONReader.read(Array(text.utf8), depthLimit: 1_000))
            } catch {
                throw StoreError(
                    "the document of the persona \(record.persona) cannot be read: \(error.message)", isDamage: true)
            }
        } else {
            null()
        }
        endObject()
    }

    mutating func apiKey(_ key: APIKeyRecord) {
        beginObject()
        member("id", key.id)
        member("name", key.name)
        member("sha256", Digest.hex(key.digest))
        member("created_at", key.createdAt.exactText)
        member("is_revoked", key.isRevoked)
        endObject()
    }

    /// Writes a player up to the opening of the list of sessions.
    mutating func beginPlayer(_ player: PlayerRecord) {
        beginObject()
        member("channel", player.key.channel)
        member("persona_id", player.key.persona)
        member("player", player.key.player)
        key("progress")
        beginObject()
        member("inits", player.progress.inits)
        list("unlocked", player.progress.unlocked) { $0.string($1.description) }
        member("variables", texts: player.progress.variables)
        endObject()
        key("sessions")
        beginArray()
    }

    /// Writes a session up to the opening of the list of turns.
    mutating func beginSession(_ session: Session) {
        beginObject()
        member("session_id", session.id)
        member("machine_id", session.machine)
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
        key("turns")
        beginArray()
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
        member("holder", memory.note)
        if !memory.facts.isEmpty { member("facts", texts: memory.facts) }
        if let dueAt = memory.dueAt { member("due_at", dueAt.exactText) }
        endObject()
    }

    private mutating func member(_ key: StaticString, counts: [ExactText: Int]) {
        self.key(key)
        beginObject()
        for (name, count) in counts.sorted(by: { $0.key < $1.key }) {
            self.key(named: name.text)
            integer(count)
        }
        endObject()
    }

    public mutating func turn(_ turn: Turn) {
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
