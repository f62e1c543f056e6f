import Dialogue
import Fixtures
import Store

/// All that a sandbox holds and a restart keeps, but the files that players have sent.
struct Snapshot {
    /// Of one player of one persona.
    struct Seat {
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
    let personas: [PersonaRecord]
    let counters: [(name: String, value: Int)]
    let apiKeys: [APIKeyRecord]
    let seats: [Seat]

    /// What stands at the beginning of the document.
    static let kind = "foilmock snapshot"
    static let version = 1
}

extension Snapshot {
    init(of account: Account, _ store: any Store) throws(StoreError) {
        let sandbox = account.sandbox
        name = sandbox.name
        settings = sandbox.state.settings
        limits =
            sandbox.rates.areOwn ? sandbox.rates.limiter.limits.map { .perMinute($0) } ?? .lifted : .server
        personas = try store.personas().filter { $0.sandbox == sandbox.id }
        counters = try store.counters(of: sandbox.id)
        apiKeys = try store.apiKeys(of: sandbox.id)
        var seats: [Seat] = []
        for key in try store.players(in: sandbox.id) {
            var conversations: [(session: Session, turns: [Turn])] = []
            for session in try store.sessions(of: key) {
                conversations.append((session, try store.history(of: key, machine: session.machine)))
            }
            seats.append(
                Seat(
                    channel: key.channel, persona: key.persona, player: key.player,
                    progress: try store.progress(of: key), conversations: conversations))
        }
        self.seats = seats
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

extension SessionStore {
    /// Begins a session with a history, in place of the player's session on that machine.
    /// - Parameter turns: never empty.
    func begin(_ session: Session, turns: [Turn], of player: PlayerKey) throws(StoreError) {
        guard let first = turns.first else { return }
        try begin(session, greeting: first, of: player)
        for turn in turns.dropFirst() { try append(turn, to: session, of: player) }
    }
}
