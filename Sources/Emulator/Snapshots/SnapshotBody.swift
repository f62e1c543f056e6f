import Dialogue
import Fixtures
import JSON
import Store

/// Writes a sandbox's snapshot piece by piece, as the sandbox was when this object was made; `Snapshot` reads it. Equal
/// sandboxes give equal bytes.
final class SnapshotBody {
    /// The part that is written next.
    private enum Place {
        case head
        case personas
        case lists
        case players
        case sessions(of: PlayerRecord)
        case turns(any HistoryReader, then: PlayerRecord)
    }

    private let name: String
    private let settings: SandboxSettings
    private let limits: LimitsDefinition
    private var personas: ArraySlice<PersonaRecord>
    private let counters: [(name: String, value: Int)]
    private let apiKeys: [APIKeyRecord]
    private var players: ArraySlice<PlayerRecord>
    private var place = Place.head
    private var isComplete = false
    private var writer = JSONWriter(capacity: 1024)

    init(of account: Account, _ store: any Store) throws(StoreError) {
        let sandbox = account.sandbox
        name = sandbox.name
        settings = sandbox.state.settings
        limits =
            sandbox.rates.areOwn ? sandbox.rates.limiter.limits.map { .perMinute($0) } ?? .lifted : .server
        personas = try store.personas(of: sandbox.id)[...]
        counters = try store.counters(of: sandbox.id)
        apiKeys = try store.apiKeys(of: sandbox.id)
        players = try store.records(in: sandbox.id)[...]
    }

    /// The next piece, as in `BodyPieces`.
    func next() throws(StoreError) -> BodyPiece {
        var steps = 0
        while writer.bytes.count < BodyWriter.piece, steps < BodyWriter.items, try step() { steps += 1 }
        return BodyPiece(writer.takeBytes(), isLast: isComplete)
    }

    /// Writes the next small part; returns false when it is not ready yet, and at the end.
    private func step() throws(StoreError) -> Bool {
        switch place {
        case .head:
            writer.beginObject()
            writer.member("kind", Snapshot.kind)
            writer.member("version", Snapshot.version)
            writer.key("sandbox")
            writer.sandbox(name, settings, limits)
            writer.key("personas")
            writer.beginArray()
            place = .personas
        case .personas:
            if let record = personas.popFirst() {
                try writer.record(record)
            } else {
                writer.endArray()
                place = .lists
            }
        case .lists:
            writer.list("counters", counters) { $0.counter($1) }
            writer.list("api_keys", apiKeys) { $0.apiKey($1) }
            writer.key("players")
            writer.beginArray()
            place = .players
        case .players:
            if let player = players.popFirst() {
                writer.beginPlayer(player)
                place = .sessions(of: player)
            } else {
                writer.endArray()
                writer.endObject()
                isComplete = true
                return false
            }
        case .sessions(var player):
            if player.sessions.isEmpty {
                writer.endArray()
                writer.endObject()
                place = .players
            } else {
                let (session, history) = player.sessions.removeFirst()
                writer.beginSession(session)
                place = .turns(history, then: player)
            }
        case .turns(let history, let player):
            guard let turns = try history.next() else {
                writer.endArray()
                writer.endObject()
                place = .sessions(of: player)
                return true
            }
            for turn in turns { writer.turn(turn) }
            return !turns.isEmpty
        }
        return true
    }
}
