import Dialogue
import Store

let machine = MachineID(high: 0xA, low: 1)

func player(_ name: String = "player-1") -> PlayerKey {
    PlayerKey(sandbox: SandboxID(number: 1), channel: "sdk", persona: PersonaID(high: 1, low: 2), player: name)
}

extension Store {
    /// Keeps a new session, which has its greeting alone.
    @discardableResult
    func begin(_ player: PlayerKey = player()) throws -> Session {
        let session = Session(
            id: SessionID(high: 1, low: UInt64(player.player.utf8.count)), machine: machine,
            player: Player(name: "Ada", gender: .female), startedAt: Timestamp(seconds: 100),
            lastMessageAt: Timestamp(seconds: 100), stateKey: StateKey("greeting")!)
        try begin(session, greeting: turn(0), of: player)
        return session
    }

    /// Appends one more turn to the session that is there.
    func say(_ line: String, _ player: PlayerKey = player()) throws {
        guard var session = try session(of: player, machine: machine) else { throw StoreError("no session") }
        session.turnCount += 1
        try append(turn(session.turnCount, line), to: session, of: player)
    }

    /// The lines of the history.
    func lines(_ player: PlayerKey = player()) throws -> [String?] {
        try history(of: player, machine: machine).map(\.line)
    }

    private func turn(_ number: Int, _ line: String? = nil) -> Turn {
        Turn(
            number: number, at: Timestamp(seconds: 101), line: line, reply: "Well met.",
            decision: line == nil ? nil : .pass, followUp: false, stateKey: StateKey("talk")!, score: number)
    }
}
