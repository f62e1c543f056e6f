public import Dialogue
import Fixtures
import HTTP
import Store

/// One player of one persona in one account's sandbox: what is kept of them, and what may happen to it. All dialects
/// hold their conversations through it.
public struct Playthrough {
    public let account: Account
    public let persona: Persona
    let key: PlayerKey
    private let emulator: Emulator
    var store: any Store { emulator.store }

    /// `channel` tells apart the doors of the server, whose sessions are never the same (spec H-3); `player` is the
    /// caller's own name for the player.
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

    /// The session on that machine, or without one the most recently active session (spec H-11) unless the account reads
    /// that differently, and the machine it runs on. Nil when there is none, or the fixtures no longer have where it stands (spec H-9).
    public func session(on machine: Machine?) throws(Failure) -> (session: Session, machine: Machine)? {
        let machine = machine ?? (account.compat.sessionChoice == .defaultMachine ? persona.defaultMachine : nil)
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

    /// Begins a session, in place of the one that the player may have on that machine.
    public func begin(_ machine: Machine, as player: Player) throws(Failure) -> (session: Session, greeting: Turn) {
        try stored { () throws(StoreError) in
            var progress = try store.progress(of: key)
            progress.inits += 1
            let id = Identifiers.session(
                seed: account.sandbox.seed, sandbox: account.name, player: key, machine: machine.id,
                nth: progress.inits)
            let begun = Session.begin(
                id: id, machine: machine, of: persona, player: player, variables: progress.variables,
                at: emulator.clock.now())
            try store.save(progress, of: key)
            try store.begin(begun.session, greeting: begun.greeting, of: key)
            return begun
        }
    }

    /// Answers the player's next message in a session that has not ended, and records it.
    public func answer(
        _ message: String, meaning instruction: Instruction, in session: inout Session, on machine: Machine
    ) throws(Failure) -> (turn: Turn, unlocks: [Unlock]) {
        let before = session
        let (after, turn, unlocks) = try stored { () throws(StoreError) -> (Session, Turn, [Unlock]) in
            var session = before
            let variables =
                machine.asksVariables || persona.asksVariables ? try store.progress(of: key).variables : [:]
            let input = Session.Input(
                message: message, instruction: instruction, variables: variables,
                earlier: machine.asksSaid || persona.asksSaid ? try lines(of: machine) : [])
            let turn = session.answer(input, on: machine, of: persona, at: emulator.clock.now())
            try store.append(turn, to: session, of: key)
            guard session.outcome != nil else { return (session, turn, []) }
            var progress = try store.progress(of: key)
            progress.complete(session, on: machine)
            let unlocks = persona.unlocks(by: session, progress: &progress)
            try store.save(progress, of: key)
            return (session, turn, unlocks)
        }
        session = after
        return (turn, unlocks)
    }

    /// Throws the error that a directive asks for, if one does, before anything is decided or written. One for the first
    /// delivery alone is told from a client's retry by the message: the same one passes the next time.
    public func failAsTold(_ instruction: Instruction, _ message: String) throws(Failure) {
        for case .error(let status, let once) in instruction.directives {
            guard !once || account.sandbox.isFirstDelivery(of: message, from: key) else { continue }
            var failure = Failure(Status(status), "The message asked for this error")
            failure.delay = instruction.delay
            throw failure
        }
    }

    /// What the player has said in the session, oldest first, without its directives.
    private func lines(of machine: Machine) throws(StoreError) -> [String] {
        try store.history(of: key, machine: machine.id).compactMap(\.line).map { line in
            account.directives ? (try? Instruction(line))?.text ?? line : line
        }
    }

    /// The turns of the player's session on that machine, oldest first.
    public func history(of machine: Machine) throws(Failure) -> [Turn] {
        try stored { () throws(StoreError) in try store.history(of: key, machine: machine.id) }
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
