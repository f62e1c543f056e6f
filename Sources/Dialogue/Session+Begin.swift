public import Exact

extension Session {
    /// Begins a conversation that does not start with the player's line. Returns the session and turn 0.
    ///
    /// The reply is the machine's greeting, else the initial state's line (FIXTURES.md "Replies"). With an entry it is
    /// the entry's line, and the session is in the state to which the entry leads.
    /// - Parameters:
    ///   - variables: the variables that earlier machines set.
    ///   - event: the event, if the conversation starts with one.
    ///   - hasImage: whether the caller sent an image too.
    public static func begin(
        id: SessionID, machine: Machine, of persona: Persona, player: Player, variables: Texts,
        entry: Entries.Entry? = nil, event: MatchContext.Event? = nil, hasImage: Bool = false, at now: Timestamp
    ) -> (session: Session, turn: Turn, said: Utterance) {
        let begun = begun(
            id: id, machine: machine, of: persona, player: player, variables: variables, entry: entry, event: event,
            hasImage: hasImage, at: now, trace: nil)
        return (begun.session, begun.turn, begun.said)
    }

    /// The parts that a conversation reaches which `begin` begins of the same values.
    public static func reach(
        beginning id: SessionID, on machine: Machine, of persona: Persona, player: Player, variables: Texts,
        entry: Entries.Entry? = nil, event: MatchContext.Event? = nil, hasImage: Bool = false, at now: Timestamp
    ) -> Reach {
        let begun = begun(
            id: id, machine: machine, of: persona, player: player, variables: variables, entry: entry, event: event,
            hasImage: hasImage, at: now, trace: Trace())
        return Reach(
            before: nil, after: begun.session.stateKey, fired: nil, alternatives: [], lines: begun.trace?.spoken ?? [])
    }

    private static func begun(
        id: SessionID, machine: Machine, of persona: Persona, player: Player, variables: Texts,
        entry: Entries.Entry?, event: MatchContext.Event?, hasImage: Bool, at now: Timestamp, trace: Trace?
    ) -> (session: Session, turn: Turn, said: Utterance, trace: Trace?) {
        var session = Session.silent(id: id, machine: machine, player: player, at: now)
        let state = entry.flatMap { machine.state($0.to) } ?? machine.initialState
        session.stateKey = state.key
        if state.isTerminal { session.outcome = Ending(in: state, score: 0, by: nil, machine).outcome }
        let context = MatchContext(
            text: "", turn: 0, variables: persona.variables.merging(variables) { $1 }, event: event, hasImage: hasImage)
        var composer = ReplyComposer(
            persona: persona, player: player, score: 0, context: context, seed: id.high ^ id.low,
            memory: session.memory)
        composer.trace = trace
        let said =
            composer.say(entry?.says ?? machine.greeting, entering: state.says)
            ?? composer.say(state.says, 1, entering: state.says)
            ?? ReplyComposer.lastResort("Hello, \(player.name).")
        session.memory = composer.memory
        let turn = Turn(
            number: 0, at: now, line: nil, reply: said.text, decision: nil, followUp: false,
            stateKey: session.stateKey, score: 0)
        return (session, turn, said, composer.trace)
    }

    /// A conversation that starts with the player's line: nothing is said before it (FIXTURES.md "Entries").
    public static func silent(id: SessionID, machine: Machine, player: Player, at now: Timestamp) -> Session {
        Session(
            id: id, machine: machine.id, player: player, startedAt: now, lastMessageAt: now,
            stateKey: machine.initialState.key)
    }
}
