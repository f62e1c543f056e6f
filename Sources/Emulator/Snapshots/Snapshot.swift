import Dialogue
import Fixtures
import Store

/// Everything in a sandbox that survives a restart, except the uploaded files.
struct Snapshot: Sendable {
    /// The sessions and progress of one player of one persona.
    struct Seat: Sendable {
        let channel: String
        let persona: PersonaID
        let player: String
        let progress: Progress
        /// The most recently active first.
        let conversations: [(session: Session, turns: [Turn])]
    }

    let name: String
    let settings: SandboxSettings
    let limits: LimitsDefinition
    var personas: [PersonaRecord]
    let counters: [(name: String, value: Int)]
    var apiKeys: [APIKeyRecord]
    let seats: [Seat]

    /// The `kind` at the beginning of the document.
    static let kind = "foilmock snapshot"
    static let version = 1
    /// The most elements of a part that is read or written as a whole: members of a session's memory, variables, API
    /// keys, counters.
    static let mostValues = 10_000
}

extension Snapshot {
    /// A placeholder for the sandbox into which the snapshot will be put.
    static let noSandbox = SandboxID(number: 0)

    /// The snapshot with the number of that sandbox.
    func placed(in sandbox: SandboxID) -> Snapshot {
        var placed = self
        placed.personas = personas.map {
            PersonaRecord(sandbox: sandbox, persona: $0.persona, number: $0.number, document: $0.document)
        }
        placed.apiKeys = apiKeys.map {
            APIKeyRecord(
                id: $0.id, sandbox: sandbox, name: $0.name, digest: $0.digest, createdAt: $0.createdAt,
                isRevoked: $0.isRevoked)
        }
        return placed
    }

    /// Writes the snapshot into an empty sandbox.
    func write(into sandbox: SandboxID, _ store: any Store) throws(StoreError) {
        try store.saveSettings(settings.stored, of: sandbox)
        for (name, value) in counters { try store.setCounter(name, of: sandbox, to: value) }
        for key in apiKeys { try store.makeAPIKey(key) }
        for seat in seats {
            let key = PlayerKey(
                sandbox: sandbox, channel: seat.channel, persona: seat.persona, player: seat.player)
            // The most recently active session is written last.
            for (session, turns) in seat.conversations.reversed() {
                try store.begin(session, turns: turns, of: key)
            }
            try store.save(seat.progress, of: key)
        }
    }
}
