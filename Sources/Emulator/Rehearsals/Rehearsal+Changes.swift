public import Dialogue
public import Fixtures
import HTTP
public import JSON
import Store

// What somebody who tries a persona does besides playing: look, change the session, take steps back, edit the fixtures.

extension Rehearsal {
    public var persona: Persona { play.persona }

    /// The time of the sandbox's clock.
    public var now: Timestamp { emulator.time(in: account.sandbox) }

    /// Whether the clock is the real one, which cannot be put forward.
    public var isInRealTime: Bool { account.sandbox.clock.isReal }

    /// The turns of the session on the machine, oldest first; empty without a session.
    public func history() throws(Refusal) -> [Turn] {
        try look { () throws(Failure) in
            try play.stored { () throws(StoreError) in try emulator.store.history(of: play.key, machine: machine.id) }
        }
    }

    /// The player's sessions on all machines, the most recently active first.
    public func sessions() throws(Refusal) -> [Session] {
        try look { () throws(Failure) in try play.sessions() }
    }

    /// Whether the player may begin a session on the machine.
    public func isAvailable(_ machine: Machine) throws(Refusal) -> Bool {
        try look { () throws(Failure) in play.persona.isAvailable(machine, to: try play.progress()) }
    }

    /// Removes everything that the player has on the persona, and lets the next step be about the machine, as at the
    /// start of a rehearsal that begins on it.
    public func restart(on machine: Machine) throws(Refusal) {
        _ = try request { _ throws(Failure) in
            _ = try play.reset(nil)
            try grant(machine)
            return .success(Step())
        }
        self.machine = machine
    }

    /// Changes the session on the machine without a turn, also one whose state the fixtures no longer have.
    /// - Parameter changes: an object, as `PATCH …/sessions/{session}` of the control API takes it.
    /// - Throws: a 400 for mistakes in the changes.
    public func change(_ changes: JSONValue) throws(Refusal) {
        _ = try request { _ throws(Failure) in
            guard let session = try play.sessions().first(where: { $0.machine == machine.id }) else {
                return .failure(.noSession)
            }
            let conversation = try emulator.conversation(session.id.description, of: account)
            let read = try SessionChanges.reader(for: conversation)
            let findings = Findings(document: changes)
            guard let made = ObjectReader(changes, "the changes", findings).flatMap(read), findings.summary == nil
            else {
                throw Failure(.badRequest, findings.summary ?? "these are no changes")
            }
            _ = try emulator.change(conversation, by: made)
            return .success(Step())
        }
    }

    /// Goes on with other fixtures, as a server does after a reload. A session whose state they do not have is gone.
    /// - Parameters:
    ///   - persona: the same persona in the new catalog.
    ///   - machine: the same machine there.
    public func replace(_ catalog: Catalog, _ persona: Persona, _ machine: Machine) throws(Refusal) {
        try look { () throws(Failure) in
            try play.stored { () throws(StoreError) in try emulator.replace(catalog) }
        }
        play = Playthrough(
            emulator, account: account, channel: play.key.channel, persona: persona, player: play.player)
        self.machine = machine
    }
}

// MARK: - Taking back

extension Rehearsal {
    /// What the player has before a step.
    public struct Checkpoint {
        fileprivate let machine: MachineID
        fileprivate let progress: Progress
        fileprivate let clock: SandboxClock
        /// The most recently active first. Without turns they are those of the history, up to the session's last one.
        fileprivate let conversations: [(session: Session, turns: [Turn]?)]
    }

    /// - Parameter removes: whether the step can remove a session. If not, the histories need not be kept.
    public func checkpoint(removes: Bool) throws(Refusal) -> Checkpoint {
        try look { () throws(Failure) in
            try play.stored { () throws(StoreError) in
                let store = emulator.store
                return Checkpoint(
                    machine: machine.id, progress: try store.progress(of: play.key), clock: account.sandbox.clock,
                    conversations: try store.sessions(of: play.key).map { session throws(StoreError) in
                        (session, removes ? try store.history(of: play.key, machine: session.machine) : nil)
                    })
            }
        }
    }

    /// Takes back the last step. Steps are taken back in the order in which they were made, the last one first.
    /// - Parameter checkpoint: of before that step.
    public func goBack(to checkpoint: Checkpoint) throws(Refusal) {
        _ = try request { _ throws(Failure) in
            try play.stored { () throws(StoreError) in
                let store = emulator.store
                let kept = try checkpoint.conversations.map { conversation throws(StoreError) in
                    let (session, turns) = conversation
                    if let turns { return (session, turns) }
                    return (session, try store.history(of: play.key, upTo: session))
                }
                _ = try store.removeAll(of: play.key)
                for (session, turns) in kept.reversed() { try store.begin(session, turns: turns, of: play.key) }
                try store.save(checkpoint.progress, of: play.key)
            }
            emulator.advance(checkpoint.clock, in: account.sandbox)
            return .success(Step())
        }
        machine = persona.machine(checkpoint.machine) ?? machine
    }
}

extension Store {
    fileprivate func history(of player: PlayerKey, upTo session: Session) throws(StoreError) -> [Turn] {
        try history(of: player, machine: session.machine).filter { $0.number <= session.turnCount }
    }
}
