public import Dialogue
import Fixtures
import HTTP
import Store

/// What is kept of one player of one persona in one account's sandbox.
public struct Playthrough {
    public let account: Account
    public let persona: Persona
    let key: PlayerKey
    let emulator: Emulator
    var store: any Store { emulator.store }

    /// - Parameters:
    ///   - channel: tells apart the ways into the server whose sessions are never the same (spec H-3).
    ///   - player: the caller's own name for the player.
    public init(_ emulator: Emulator, account: Account, channel: String, persona: Persona, player: String) {
        self.emulator = emulator
        self.account = account
        self.persona = persona
        key = PlayerKey(sandbox: account.sandbox.id, channel: channel, persona: persona.id, player: player)
    }

    /// The caller's own name for the player.
    public var player: String { key.player }

    /// What the player has reached on the persona.
    public func progress() throws(Failure) -> Progress {
        try stored { () throws(StoreError) in try store.progress(of: key) }
    }

    /// All of the player's sessions on the persona, the most recently active first.
    public func sessions() throws(Failure) -> [Session] {
        try stored { () throws(StoreError) in try store.sessions(of: key) }
    }

    /// The session on that machine, or without one the most recently active session (spec H-11), and the machine it runs on.
    /// Nil when there is none, or the fixtures no longer have where it stands (spec H-9).
    public func session(on machine: Machine?) throws(Failure) -> (session: Session, machine: Machine)? {
        let found = try stored { () throws(StoreError) in
            if let machine { return try store.session(of: key, machine: machine.id) }
            return try store.latestSession(of: key)
        }
        guard let session = found else { return nil }
        guard let machine = persona.machine(session.machine), session.stands(in: machine) else {
            emulator.warn(
                "session \(session.id) is gone: the fixtures no longer have its state \"\(session.stateKey)\"")
            return nil
        }
        return (session, machine)
    }

    /// Reads the turns of the player's session on that machine piece by piece, oldest first: each call of what is returned
    /// gives the next ones; none where there are more but not yet, nil at the end.
    public func history(of machine: Machine) throws(Failure) -> () throws(Failure) -> [Turn]? {
        let reader = try stored { () throws(StoreError) in try store.openHistory(of: key, machine: machine.id) }
        return { [emulator] () throws(Failure) in try emulator.stored(reader.next) }
    }

    /// The newest of them; nil without a session.
    public func latestTurn(of machine: Machine) throws(Failure) -> Turn? {
        try stored { () throws(StoreError) in try store.latestTurn(of: key, machine: machine.id) }
    }

    /// Forgets the session on that machine, or without one everything that the player has on the persona (spec H-5).
    /// False when there was nothing.
    public func reset(_ machine: Machine?) throws(Failure) -> Bool {
        try stored { () throws(StoreError) in
            if let machine { return try store.removeSession(of: key, machine: machine.id) }
            return try store.removeAll(of: key)
        }
    }

    func stored<Value>(_ work: () throws(StoreError) -> Value) throws(Failure) -> Value {
        try emulator.stored(work)
    }
}
