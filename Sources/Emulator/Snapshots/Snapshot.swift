import Dialogue
import Fixtures
import Store

/// All that a sandbox holds and a restart keeps, but the files that players have sent.
struct Snapshot: Sendable {
    /// Of one player of one persona.
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

    /// What stands at the beginning of the document.
    static let kind = "foilmock snapshot"
    static let version = 1
    /// Of one thing that is read or written as a whole: members of a session's memory, variables, API keys, counters.
    static let mostValues = 10_000
}

extension Snapshot {
    /// In whose place the sandbox is that it will be put into.
    static let noSandbox = SandboxID(number: 0)

    /// The same as that sandbox is to have it.
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

    /// Writes all of it into a sandbox that holds nothing.
    func write(into sandbox: SandboxID, _ store: any Store) throws(StoreError) {
        try store.saveSettings(settings.stored, of: sandbox)
        for (name, value) in counters { try store.setCounter(name, of: sandbox, to: value) }
        for key in apiKeys { try store.makeAPIKey(key) }
        for seat in seats {
            let key = PlayerKey(
                sandbox: sandbox, channel: seat.channel, persona: seat.persona, player: seat.player)
            // The one that was active last is written last.
            for (session, turns) in seat.conversations.reversed() {
                try store.begin(session, turns: turns, of: key)
            }
            try store.save(seat.progress, of: key)
        }
    }
}
