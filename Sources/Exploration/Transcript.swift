public import Dialogue
public import Exact

/// A conversation that a walk has made, and what came of each turn.
public struct Transcript: Sendable {
    public struct Turn: Sendable {
        public let act: Act
        public let before: StateKey
        public let after: Position
        public let decision: Decision?
        public let followUp: Bool
    }

    /// Where a session is.
    public struct Position: Sendable {
        public let state: StateKey
        public let score: Int
        public let outcome: Outcome?

        init(_ session: Session) { (state, score, outcome) = (session.stateKey, session.score, session.outcome) }
    }

    public let persona: Persona
    public let machine: Machine
    /// Variables that earlier machines have set.
    public let variables: Texts
    public let start: Start
    public let beginning: Position
    public private(set) var turns: [Turn] = []
    /// A machine that cannot be begun at the end.
    public private(set) var refused: Machine?
    /// The keys of the machines that the last turn unlocks; nil: they are not of interest.
    public private(set) var unlocks: [String]?
    /// The session after the last turn.
    private(set) var session: Session
    private(set) var earlier: [String] = []

    /// Where the session is at the end.
    public var end: Position { turns.last?.after ?? beginning }

    init(_ walk: Walk, _ start: Start) {
        (persona, machine, variables, self.start) = (walk.persona, walk.machine, walk.variables, start)
        session = walk.begun(start)
        beginning = Position(session)
    }

    /// A player who can play a machine, and to whom another one is refused.
    init(refusing machine: Machine, after walk: Walk) {
        self.init(walk, .greeting)
        refused = machine
    }

    /// Takes a turn. The session must not have ended.
    mutating func take(_ act: Act) {
        var next = session
        let step = next.step(
            act.input(variables, earlier: earlier), on: machine, of: persona, at: Walk.moment)
        add(act, step, next)
    }

    /// The same when it is known what fires.
    mutating func take(_ choice: StateActs.Choice) {
        var next = session
        let step = next.step(
            firing: choice.candidate, onEvent: choice.act.event?.id, on: machine, at: Walk.moment)
        add(choice.act, step, next)
    }

    private mutating func add(_ act: Act, _ step: Session.Step, _ next: Session) {
        let before = session.stateKey
        session = next
        if act.event == nil { earlier.append(act.line) }
        turns.append(
            Turn(
                act: act, before: before, after: Position(session), decision: step.decision, followUp: step.followUp))
    }

    /// Notes what the end unlocks for a player who has only this session.
    mutating func noteUnlocks() {
        var progress = Progress(variables: variables)
        if !persona.isAvailable(machine, to: progress) { progress.unlocked = [machine.id] }
        unlocks = persona.unlocks(by: session, progress: &progress).map(\.machine.key)
    }
}

extension Walk {
    /// The way to a node.
    func transcript(to place: Int) -> Transcript {
        var choices: [StateActs.Choice] = []
        var node = nodes[place]
        while let choice = node.choice {
            choices.append(choice)
            node = nodes[node.parent]
        }
        var transcript = Transcript(self, node.start)
        for choice in choices.reversed() { transcript.take(choice) }
        return transcript
    }

    func transcript(to arrival: Arrival) -> Transcript {
        var transcript = transcript(to: arrival.node)
        if let choice = arrival.choice { transcript.take(choice) }
        return transcript
    }

    /// The way to a stuck node, and then some turns that show that it is.
    mutating func transcript(stuckAt place: Int) -> Transcript {
        var transcript = transcript(to: place)
        for turn in 0..<Walk.shownTurns {
            let choices = choices(in: transcript.session, heard: transcript.earlier)
            // An act that ends the conversation by a kick-out would show nothing.
            let harmless = choices.indices.map { choices[($0 + turn) % choices.count] }.first { choice in
                var next = transcript
                next.take(choice)
                return next.session.outcome == nil
            }
            guard let harmless else { break }
            transcript.take(harmless)
        }
        return transcript
    }

    /// How many turns show that a conversation does not end.
    private static let shownTurns = 4
}
