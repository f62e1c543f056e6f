import Dialogue
import Store

extension Identifier {
    init(_ number: UInt64) { self.init(high: number, low: ~number) }
}

let machineA = MachineID(0xA)
let machineB = MachineID(0xB)

func player(
    _ name: String = "player-1", sandbox: Int64 = 1, channel: String = "sdk", persona: UInt64 = 1
) -> PlayerKey {
    PlayerKey(sandbox: SandboxID(number: sandbox), channel: channel, persona: PersonaID(persona), player: name)
}

func sampleSession(_ number: UInt64 = 1, machine: MachineID = machineA, name: String = "Ada") -> Session {
    Session(
        id: SessionID(number), machine: machine, player: Player(name: name, gender: .nonBinary),
        startedAt: Timestamp(seconds: 100), lastMessageAt: Timestamp(nanoseconds: 100_000_000_001),
        stateKey: StateKey("greeting")!)
}

/// The greeting when `number` is 0, a player's turn otherwise.
func sampleTurn(_ number: Int, line: String = "Hello?", reply: String = "Well met.") -> Turn {
    Turn(
        number: number, at: Timestamp(nanoseconds: 100_000_000_001 + Int64(number)), line: number == 0 ? nil : line,
        reply: reply, decision: number == 0 ? nil : .pass, followUp: number % 2 == 1, stateKey: StateKey("talk")!,
        score: number * 5)
}

func sampleKey(_ number: UInt8, sandbox: Int64) -> APIKeyRecord {
    APIKeyRecord(
        id: APIKeyID(UInt64(number)), sandbox: SandboxID(number: sandbox), name: "key \(number)",
        digest: [number] + [UInt8](repeating: 7, count: 31), createdAt: Timestamp(seconds: Int64(number)))
}

extension Store {
    func begin(_ number: UInt64 = 1, machine: MachineID = machineA, of player: PlayerKey) throws {
        try begin(sampleSession(number, machine: machine), greeting: sampleTurn(0), of: player)
    }

    /// One more turn of the session that is there.
    func say(_ line: String = "Hello?", machine: MachineID = machineA, of player: PlayerKey) throws {
        guard var session = try session(of: player, machine: machine) else { throw StoreError("no session to talk in") }
        session.turnCount += 1
        session.score += 5
        try append(sampleTurn(session.turnCount, line: line), to: session, of: player)
    }
}

func sampleRecord(
    _ persona: UInt64 = 1, sandbox: Int64 = 1, number: Int? = 1, document: String? = "{}"
) -> PersonaRecord {
    PersonaRecord(
        sandbox: SandboxID(number: sandbox), persona: PersonaID(persona), number: number, document: document)
}

/// All that a store has of some players, to compare it with the same of another store or time.
struct Snapshot: Equatable {
    struct Room: Equatable {
        var sessions: [Session]
        var latest: Session?
        var single: [Session?]
        var histories: [[Turn]]
        var progress: Progress
    }

    var accounts: [AccountRecord]
    var keys: [[APIKeyRecord]]
    var players: [[PlayerKey]]
    var sessionCounts: [Int]
    var spent: [Int]
    var counters: [[String]]
    var uploads: [[String]]
    var personas: [PersonaRecord]
    var rooms: [Room]

    init(of store: any Store, players: [PlayerKey], machines: [MachineID] = [machineA, machineB]) throws {
        let sandboxes = (1...3).map { SandboxID(number: $0) }
        accounts = try store.accounts()
        self.players = try sandboxes.map { try store.players(in: $0) }
        sessionCounts = try sandboxes.map { try store.sessionCount(in: $0) }
        spent = try sandboxes.map { try store.counter("spent", of: $0) }
        counters = try sandboxes.map { try store.counters(of: $0).map { "\($0.name): \($0.value)" } }
        uploads = try [store.uploads()] + sandboxes.map { try store.uploads(of: $0) }
        keys = try sandboxes.map { try store.apiKeys(of: $0) }
        personas = try store.personas()
        rooms = try players.map { player in
            Room(
                sessions: try store.sessions(of: player), latest: try store.latestSession(of: player),
                single: try machines.map { try store.session(of: player, machine: $0) },
                histories: try machines.map { try store.history(of: player, machine: $0) },
                progress: try store.progress(of: player))
        }
    }
}
