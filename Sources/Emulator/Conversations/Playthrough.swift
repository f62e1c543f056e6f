public import Dialogue
import Fixtures
import HTTP
import Store

/// Reads and changes what the store keeps for one player of one persona in one account's sandbox.
public struct Playthrough {
    public let account: Account
    public let persona: Persona
    let key: PlayerKey
    let emulator: Emulator
    var store: any Store { emulator.store }

    /// - Parameters:
    ///   - channel: the way into the server; different channels never share sessions (spec H-3).
    ///   - player: the caller's own name for the player.
    public init(_ emulator: Emulator, account: Account, channel: String, persona: Persona, player: String) {
        self.emulator = emulator
        self.account = account
        self.persona = persona
        key = PlayerKey(sandbox: account.sandbox.id, channel: channel, persona: persona.id, player: player)
    }

    /// The caller's own name for the player.
    public var player: String { key.player }

    /// The player's progress on the persona.
    public func progress() throws(Failure) -> Progress {
        try stored { () throws(StoreError) in try store.progress(of: key) }
    }

    /// All of the player's sessions on the persona, the most recently active first.
    public func sessions() throws(Failure) -> [Session] {
        try stored { () throws(StoreError) in try store.sessions(of: key) }
    }

    /// The session on that machine, or without a machine the most recently active session (spec H-11), and the machine
    /// it runs on. Nil when none exists, or the fixtures no longer have its machine or state (spec H-9).
    public func session(on machine: Machine?) throws(Failure) -> (session: Session, machine: Machine)? {
        let found = try stored { () throws(StoreError) in
            if let machine { return try store.session(of: key, machine: machine.id) }
            return try store.latestSession(of: key)
        }
        guard let session = found else { return nil }
        guard let machine = persona.machine(session.machine) else {
            emulator.warn(
                "a player's session counts as gone: the persona \"\(persona.slug)\" no longer has its machine; give the "
                    + "machine back, or begin anew on another")
            return nil
        }
        guard session.fits(machine) else {
            emulator.warn(
                "a player's session counts as gone: the machine \"\(machine.key)\" of the persona \"\(persona.slug)\" "
                    + "no longer has its state \"\(session.stateKey)\"; give the state back, or begin anew")
            return nil
        }
        return (session, machine)
    }

    /// Reads the turns of the player's session on that machine piece by piece, oldest first.
    /// - Returns: a function that returns the next turns; an empty list when more will come later; nil at the end.
    public func history(of machine: Machine) throws(Failure) -> () throws(Failure) -> [Turn]? {
        let reader = try stored { () throws(StoreError) in try store.openHistory(of: key, machine: machine.id) }
        return { [emulator] () throws(Failure) in try emulator.stored(reader.next) }
    }

    /// The newest turn of the player's session on that machine; nil without a session.
    public func latestTurn(of machine: Machine) throws(Failure) -> Turn? {
        try stored { () throws(StoreError) in try store.latestTurn(of: key, machine: machine.id) }
    }

    /// Removes the session on that machine, or without a machine everything that the player has on the persona (spec
    /// H-5). Returns false when nothing existed.
    public func reset(_ machine: Machine?) throws(Failure) -> Bool {
        try stored { () throws(StoreError) in
            if let machine { return try store.removeSession(of: key, machine: machine.id) }
            return try store.removeAll(of: key)
        }
    }

    @inline(__always)
    func stored<Value>(_ work: () throws(StoreError) -> Value) throws(Failure) -> Value {
        try emulator.stored(work)
    }
}

extension Playthrough {
    /// Moves everything that this player has on the persona to another player, and merges it with what that player has.
    /// When both have a session on a machine, the more recently active one stays and the other is removed. What either
    /// has unlocked stays unlocked. Of two values of a variable, the value of the more recently active player wins.
    /// - Returns: how many sessions were moved.
    public func move(to other: Playthrough) throws(Failure) -> Int {
        try stored { () throws(StoreError) in
            let given = try store.sessions(of: key)
            let own = try store.sessions(of: other.key)
            let progress = try store.progress(of: key)
            guard !given.isEmpty || progress != Progress(inits: progress.inits) else { return 0 }

            var moved = 0
            for session in given {
                let rival = own.first { $0.machine == session.machine }
                if let rival, rival.lastMessageAt >= session.lastMessageAt { continue }
                try store.moveSession(of: key, machine: session.machine, to: other.key)
                moved += 1
            }
            var merged = try store.progress(of: other.key).merged(
                with: progress, isNewer: Playthrough.isNewer(given, than: own))
            // `inits` is never less than the number of sessions; snapshots require it.
            merged.inits = max(merged.inits, try store.sessions(of: other.key).count)
            try store.save(merged, of: other.key)
            _ = try store.removeAll(of: key)
            // A session's id derives from `inits`: a session that begins now must not get the id of one that moved.
            try store.save(Progress(inits: progress.inits), of: key)
            return moved
        }
    }

    private static func isNewer(_ given: [Session], than own: [Session]) -> Bool {
        guard let mine = own.map(\.lastMessageAt).max() else { return true }
        return given.map(\.lastMessageAt).max().map { $0 > mine } ?? false
    }
}

extension Progress {
    /// Merges in another progress. Of two values of a variable, the other's wins if `isNewer`.
    func merged(with other: Progress, isNewer: Bool) -> Progress {
        var merged = self
        merged.unlocked += other.unlocked.filter { !unlocked.contains($0) }
        merged.variables.merge(other.variables) { isNewer ? $1 : $0 }
        return merged
    }
}
