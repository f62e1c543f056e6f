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
    /// The request that it is about.
    private let exchange: Exchange
    var store: any Store { emulator.store }

    /// `channel` tells apart the doors of the server, whose sessions are never the same (spec H-3); `player` is the
    /// caller's own name for the player.
    public init(
        _ emulator: Emulator, _ exchange: Exchange, account: Account, channel: String, persona: Persona, player: String
    ) {
        self.emulator = emulator
        self.exchange = exchange
        exchange.facts.persona = persona
        exchange.facts.player = player
        self.account = account
        self.persona = persona
        key = PlayerKey(sandbox: account.sandbox.id, channel: channel, persona: persona.id, player: player)
    }

    /// Has the request meet the faults that asked for this persona or this player. Every call of a player's passes here once,
    /// before anything else is done with it.
    public func meetFaults() throws(Failure) { try emulator.meetFaults(exchange, at: .visit) }

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
    /// - Parameters:
    ///   - entry: How it starts, if not by the machine's greeting.
    ///   - event: The event that it starts with.
    public func begin(
        _ machine: Machine, as player: Player, entry: Entries.Entry? = nil, event: Situation.Event? = nil,
        hasImage: Bool = false, holder: String? = nil
    ) throws(Failure) -> (session: Session, said: Utterance) {
        try stored { () throws(StoreError) in
            let (id, progress) = try nextSession(on: machine)
            var begun = Session.begin(
                id: id, machine: machine, of: persona, player: player, variables: progress.variables, entry: entry,
                event: event, hasImage: hasImage, at: account.sandbox.now)
            begun.session.memory.holder = holder
            try store.begin(begun.session, greeting: begun.turn, of: key)
            note(begun.turn, in: begun.session)
            return (begun.session, begun.said)
        }
    }

    /// What a player says or does in one turn, as the caller's dialect has read it.
    public struct Input {
        /// As it was sent; it stands in the history.
        public var message = ""
        public var instruction = Instruction(plain: "")
        /// What happened, if this is no line but an event.
        public var event: Situation.Event?
        public var hasImage = false

        public init() {}
    }

    /// What came of it.
    public struct Answered {
        public let session: Session
        public let turn: Turn
        public let said: Utterance
        public let unlocks: [Unlock]
    }

    /// Answers in a session that has not ended, and records it.
    public func answer(_ input: Input, in session: Session, on machine: Machine) throws(Failure) -> Answered {
        try stored { () throws(StoreError) in
            try take(input, session, machine) { (turn, session) throws(StoreError) in
                try store.append(turn, to: session, of: key)
            }
        }
    }

    /// Begins a session by the player's own line, and answers it.
    public func open(
        _ machine: Machine, as player: Player, by input: Input, holder: String? = nil
    ) throws(Failure) -> Answered {
        try stored { () throws(StoreError) in
            let id = try nextSession(on: machine).id
            var session = Session.silent(id: id, machine: machine, player: player, at: account.sandbox.now)
            session.memory.holder = holder
            return try take(input, session, machine) { (turn, session) throws(StoreError) in
                try store.begin(session, greeting: turn, of: key)
            }
        }
    }

    /// Nudges a player in a session that has not ended, and records it; what keeps it from being done is returned.
    public func nudge(
        _ session: Session, on machine: Machine
    ) throws(Failure) -> Result<Utterance, Session.NudgeRefusal> {
        try stored { () throws(StoreError) in
            var session = session
            let variables = try store.progress(of: key).variables
            let nudged: (turn: Turn, said: Utterance)
            do throws(Session.NudgeRefusal) {
                nudged = try session.nudge(on: machine, of: persona, variables: variables, at: account.sandbox.now)
            } catch {
                return .failure(error)
            }
            try store.append(nudged.turn, to: session, of: key)
            note(nudged.turn, in: session)
            return .success(nudged.said)
        }
    }

    /// The id of the player's next session, which is counted with it.
    private func nextSession(on machine: Machine) throws(StoreError) -> (id: SessionID, progress: Progress) {
        var progress = try store.progress(of: key)
        progress.inits += 1
        try store.save(progress, of: key)
        let id = Identifiers.session(
            seed: account.sandbox.seed, sandbox: account.sandbox.name, player: key, machine: machine.id,
            nth: progress.inits)
        return (id, progress)
    }

    private func take(
        _ input: Input, _ before: Session, _ machine: Machine, record: (Turn, Session) throws(StoreError) -> Void
    ) throws(StoreError) -> Answered {
        var session = before
        let (instruction, reply) = input.event == nil ? scripted(input.instruction) : (input.instruction, nil)
        let variables = machine.asksVariables || persona.asksVariables ? try store.progress(of: key).variables : [:]
        let taken = Session.Input(
            message: input.message, instruction: instruction, variables: variables,
            earlier: machine.asksSaid || persona.asksSaid ? try lines(of: machine) : [], event: input.event,
            hasImage: input.hasImage, reply: reply)
        let (turn, said, overruns) = session.answer(taken, on: machine, of: persona, at: account.sandbox.now)
        for overrun in overruns { emulator.warn(overrun, on: machine, of: persona) }
        try record(turn, session)
        note(turn, in: session)
        let answered = AnsweredTurn(
            session: before, input: taken, machine: machine, persona: persona, player: player, at: turn.at)
        exchange.answered = answered
        account.sandbox.recent.add(answered)
        guard session.outcome != nil else { return Answered(session: session, turn: turn, said: said, unlocks: []) }
        var progress = try store.progress(of: key)
        progress.complete(session, on: machine)
        let unlocks = persona.unlocks(by: session, progress: &progress)
        try store.save(progress, of: key)
        return Answered(session: session, turn: turn, said: said, unlocks: unlocks)
    }

    private func note(_ turn: Turn, in session: Session) {
        exchange.facts.session = session.id
        exchange.facts.turn = turn
    }

    /// A message taken apart: directives are orders where the account lets them be, and words where not.
    /// - Parameter hasStream: Whether the reply is an event stream; some directives are about nothing else.
    /// - Throws: what a fault answers that asked for such a message, and a 400 that names a directive which does not exist,
    ///   or means nothing here.
    public func instruction(of message: String, hasStream: Bool) throws(Failure) -> Instruction {
        exchange.facts.message = message
        try emulator.meetFaults(exchange, at: .message)
        guard account.directives else { return Instruction(plain: message) }
        let instruction: Instruction
        do {
            instruction = try Instruction(message)
        } catch {
            throw Failure(.badRequest, "Unknown directive [[\(error.name)]]: known are \(Directive.forms)")
        }
        if !hasStream, instruction.directives.contains(where: \.needsStream) {
            throw Failure(.badRequest, "[[stream_error]] and [[drop after N]] are for event streams alone")
        }
        return instruction
    }

    /// Throws the error that a directive or else a script asks for, if one does, before anything is decided or written. A
    /// directive's for the first delivery alone is told from a client's retry by the message: the same one passes the next
    /// time.
    public func failAsTold(_ instruction: Instruction, _ message: String) throws(Failure) {
        for case .error(let status, let once) in instruction.directives {
            guard !once || account.sandbox.isFirstDelivery(of: message, from: key) else { continue }
            var failure = Failure(Status(status), "The message asked for this error")
            failure.delay = instruction.delay
            throw failure
        }
        try failAsScripted(instruction)
    }

    /// What the player has said in the session, oldest first, without its directives.
    private func lines(of machine: Machine) throws(StoreError) -> [String] {
        try store.history(of: key, machine: machine.id).compactMap(\.line).map { line in
            account.directives ? (try? Instruction(line))?.text ?? line : line
        }
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
