import Text

extension Session {
    /// Begins a conversation: the session in its initial state, and the greeting as turn 0 (FIXTURES.md "Replies": the
    /// machine's greeting, then the initial state's line).
    public static func begin(
        id: SessionID, machine: Machine, of persona: Persona, player: Player, at now: Timestamp
    ) -> (session: Session, greeting: Turn) {
        var session = Session(
            id: id, machine: machine.id, player: player, startedAt: now, lastMessageAt: now,
            stateKey: machine.initialState.key)
        var voice = Voice(
            persona: persona, player: player, score: 0, line: Line(""), memory: session.memory)
        let reply =
            voice.first(of: [machine.greeting, machine.initialState.says], entering: machine.initialState.says)
            ?? "Hello, \(player.name)."
        session.memory = voice.memory
        let greeting = Turn(
            number: 0, at: now, line: nil, reply: reply, decision: nil, followUp: false,
            stateKey: session.stateKey, score: 0)
        return (session, greeting)
    }
}
