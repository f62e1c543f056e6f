import Journal
public import Dialogue
import HTTP
import Store

/// A request of a player, which changes the player's conversation. A dialect gets one from `Emulator.playerCall`, and
/// then calls one of its methods.
public struct PlayerCall {
    public let play: Playthrough
    let exchange: Exchange

    fileprivate init(_ play: Playthrough, _ exchange: Exchange) {
        self.play = play
        self.exchange = exchange
    }

    public var account: Account { play.account }
    public var persona: Persona { play.persona }
    var emulator: Emulator { play.emulator }
    var store: any Store { play.store }
    var now: Timestamp { account.sandbox.now }
    /// The turn that the call has made; nil when it made none.
    var answered: AnsweredTurn? { exchange.answered }
}

extension Emulator {
    /// Marks an admitted request as one of a player to a persona. What is written in public may have no known author;
    /// then the player's name is empty.
    /// - Throws: the failure of a fault that matches this persona or this player.
    public func playerCall(_ call: Call, of play: Playthrough) throws(Failure) -> PlayerCall {
        call.exchange.facts.persona = PersonaName(play.persona)
        call.exchange.facts.player = play.player.isEmpty ? nil : play.player
        try meetFaults(call.exchange, at: .visit)
        return PlayerCall(play, call.exchange)
    }
}

/// What a call costs the caller.
public struct Price {
    let key: BoundKey
    let unpaid: Failure

    /// - Parameter unpaid: the failure when the key has no credit left.
    public init(_ key: BoundKey, unpaid: Failure) { (self.key, self.unpaid) = (key, unpaid) }
}

// MARK: - Beginning and nudging

extension PlayerCall {
    /// Begins a session, and replaces the one that the player has on that machine, if any. One that begins at its end, by
    /// an entry that leads to a terminal state, completes its machine at once.
    /// - Parameters:
    ///   - entry: how the session starts; nil: with the machine's greeting.
    ///   - event: the event that it starts with.
    ///   - notes: what the dialect keeps with the session.
    public func begin(
        _ machine: Machine, as player: Player, entry: Entries.Entry? = nil, event: MatchContext.Event? = nil,
        hasImage: Bool = false, notes: SessionNotes = SessionNotes(), for price: Price? = nil
    ) throws(Failure) -> (session: Session, said: Utterance, unlocks: [Unlock]) {
        try pay(price)
        return try play.stored { () throws(StoreError) in
            let (id, progress) = try nextSession(on: machine)
            var begun = Session.begin(
                id: id, machine: machine, of: persona, player: player, variables: progress.variables, entry: entry,
                event: event, hasImage: hasImage, at: now)
            begun.session.memory.keep(notes)
            try store.begin(begun.session, greeting: begun.turn, of: play.key)
            noteTurn(begun.turn, in: begun.session)
            return (begun.session, begun.said, try complete(begun.session, machine))
        }
    }

    /// Nudges a player in a session that has not ended, and writes the turn. Returns the refusal when the session
    /// cannot nudge.
    /// - Parameter list: what is said, whenever it is; nil: the machine's nudge, by its own rules.
    public func nudge(
        _ session: Session, on machine: Machine, saying list: ReplyList? = nil
    ) throws(Failure) -> Result<Utterance, Session.NudgeRefusal> {
        try play.stored { () throws(StoreError) in
            var session = session
            let variables = try store.progress(of: play.key).variables
            let nudged: (turn: Turn, said: Utterance)
            do throws(Session.NudgeRefusal) {
                nudged = try session.nudge(on: machine, of: persona, variables: variables, saying: list, at: now)
            } catch {
                return .failure(error)
            }
            try store.append(nudged.turn, to: session, of: play.key)
            noteTurn(nudged.turn, in: session)
            return .success(nudged.said)
        }
    }

    func pay(_ price: Price?) throws(Failure) {
        if let price, try !emulator.spend(price.key) { throw price.unpaid }
    }

    /// Makes the id of the player's next session, and counts the session in the player's progress.
    private func nextSession(on machine: Machine) throws(StoreError) -> (id: SessionID, progress: Progress) {
        var progress = try store.progress(of: play.key)
        progress.inits += 1
        try store.save(progress, of: play.key)
        let id = Identifiers.session(
            seed: account.sandbox.seed, sandbox: account.sandbox.name, player: play.key, machine: machine.id,
            nth: progress.inits)
        return (id, progress)
    }

    func noteTurn(_ turn: Turn, in session: Session) {
        exchange.facts.session = session.id
        exchange.facts.turn = TurnName(turn)
        emulator.activity.note(turn)
    }
}

// MARK: - A message

/// A player's message, as the caller's dialect has read it.
public struct Message {
    /// The text as it was sent; the history keeps it.
    public var text: String
    public var hasImage = false
    /// Whether the reply is an event stream; some directives apply to event streams only.
    public var hasStream = false

    public init(_ text: String, hasImage: Bool = false, hasStream: Bool = false) {
        (self.text, self.hasImage, self.hasStream) = (text, hasImage, hasStream)
    }
}

/// The session that a message belongs to.
public enum Addressee {
    /// The player's session on that machine, or without a machine the most recently active one. What `missing` makes is
    /// thrown when none exists, what `ended` makes when it has ended; with `repeatsLast` an ended session repeats its
    /// last reply instead.
    case latest(on: Machine?, missing: () -> Failure, ended: () -> Failure, repeatsLast: Bool)
    /// This session, which has not ended.
    case session(Session, on: Machine, for: Price?)
    /// A new session that the message begins, and what the dialect keeps with it.
    case new(on: Machine, as: Player, notes: SessionNotes, for: Price?)
}

/// The result of a message or an event.
public struct Answered {
    public let session: Session
    public let machine: Machine
    public let turn: Turn
    public let said: Utterance
    public let unlocks: [Unlock]
    /// The message's text and directives.
    public let instruction: Instruction
}

extension PlayerCall {
    /// Answers a message, and writes the turn. Every message takes these steps: faults and directives first, then the
    /// session is found, then the errors that directives or scripts ask for, then the turn is made.
    /// - Throws: the failure of a fault that matches the message, a 400 for a directive that does not exist or does not
    ///   apply, the failures of `addressee`, and errors that a directive or script asks for.
    public func say(_ message: Message, in addressee: consuming Addressee) throws(Failure) -> Answered {
        let instruction = try instruction(of: message)
        exchange.delay = instruction.delay
        switch consume addressee {
        case .latest(let machine, let missing, let ended, let repeatsLast):
            guard let (session, machine) = try play.session(on: machine) else { throw missing() }
            if session.outcome != nil {
                guard repeatsLast, let last = try play.latestTurn(of: machine) else { throw ended() }
                return Answered(
                    session: session, machine: machine, turn: last, said: Utterance(bubbles: [last.reply]), unlocks: [],
                    instruction: instruction)
            }
            return try answer(message, instruction, in: session, on: machine, for: nil)
        case .session(let session, let machine, let price):
            return try answer(message, instruction, in: session, on: machine, for: price)
        case .new(let machine, let player, let notes, let price):
            try throwRequestedError(instruction, message.text)
            try pay(price)
            return try play.stored { () throws(StoreError) in
                let id = try nextSession(on: machine).id
                var session = Session.silent(id: id, machine: machine, player: player, at: now)
                session.memory.keep(notes)
                return try take(message, instruction, session, machine) { (turn, session) throws(StoreError) in
                    try store.begin(session, greeting: turn, of: play.key)
                }
            }
        }
    }

    private func answer(
        _ message: Message, _ instruction: Instruction, in session: Session, on machine: Machine, for price: Price?
    ) throws(Failure) -> Answered {
        try throwRequestedError(instruction, message.text)
        try pay(price)
        return try play.stored { () throws(StoreError) in
            try take(message, instruction, session, machine) { (turn, session) throws(StoreError) in
                try store.append(turn, to: session, of: play.key)
            }
        }
    }

    func take(
        _ message: Message, _ asked: Instruction, _ before: Session, _ machine: Machine,
        event: MatchContext.Event? = nil, record: (Turn, Session) throws(StoreError) -> Void
    ) throws(StoreError) -> Answered {
        var session = before
        let (instruction, reply) = event == nil ? scripted(asked) : (asked, nil)
        let variables =
            machine.asksVariables || persona.asksVariables ? try store.progress(of: play.key).variables : [:]
        let input = Session.Input(
            message: message.text, instruction: instruction, variables: variables,
            earlier: machine.asksSaid || persona.asksSaid ? try lines(of: machine) : [], event: event,
            hasImage: message.hasImage, reply: reply)
        let (turn, said, overruns) = session.answer(input, on: machine, of: persona, at: now)
        for overrun in overruns { emulator.warn(overrun, on: machine, of: persona) }
        try record(turn, session)
        noteTurn(turn, in: session)
        let answered = AnsweredTurn(
            session: before, input: consume input, machine: machine, persona: persona, player: play.player,
            at: turn.at)
        exchange.answered = answered
        account.sandbox.remember(answered)
        emulator.keptMemory.add(answered.size)
        let unlocks = try complete(session, machine)
        return Answered(
            session: consume session, machine: machine, turn: consume turn, said: consume said, unlocks: unlocks,
            instruction: asked)
    }

    /// Writes the result of an ended session into the player's progress. Returns what it unlocks.
    func complete(_ session: Session, _ machine: Machine) throws(StoreError) -> [Unlock] {
        guard session.outcome != nil else { return [] }
        var progress = try store.progress(of: play.key)
        progress.complete(session, on: machine)
        let unlocks = persona.unlocks(by: session, progress: &progress)
        try store.save(progress, of: play.key)
        return unlocks
    }

    /// The player's latest lines in the session, oldest first and without directives, up to the limits of
    /// `Session.Input`.
    func lines(of machine: Machine) throws(StoreError) -> [String] {
        var lines: [String] = []
        var bytes = 0
        try store.latestLines(of: play.key, machine: machine.id) { line in
            let said = account.directives ? (try? Instruction(line))?.text ?? line : line
            lines.append(said)
            bytes += said.utf8.count
            return lines.count < Session.Input.earlierLimit && bytes <= Session.Input.earlierBytes
        }
        return lines.reversed()
    }

    /// Splits a message into text and directives. For an account without directives they are plain text.
    func instruction(of message: Message) throws(Failure) -> Instruction {
        exchange.facts.message = message.text
        try emulator.meetFaults(exchange, at: .message)
        guard account.directives else { return Instruction(plain: message.text) }
        let instruction: Instruction
        do {
            instruction = try Instruction(message.text)
        } catch {
            throw Failure(.badRequest, "Unknown directive [[\(error.name)]]: known are \(Directive.forms)")
        }
        if !message.hasStream, instruction.directives.contains(where: \.needsStream) {
            throw Failure(.badRequest, "[[stream_error]] and [[drop after N]] are for event streams alone")
        }
        return instruction
    }

    /// Throws the error that a directive or else a script asks for, before anything is decided or written. An error for
    /// the first delivery only is thrown once per message: the same message from the same player passes the next time.
    func throwRequestedError(_ instruction: Instruction, _ message: String) throws(Failure) {
        for case .error(let status, let once) in instruction.directives {
            guard !once || account.sandbox.isFirstDelivery(of: message, from: play.key) else { continue }
            var failure = Failure(Status(status), "The message asked for this error")
            failure.delay = instruction.delay
            throw failure
        }
        try throwScriptedError(instruction)
    }
}
