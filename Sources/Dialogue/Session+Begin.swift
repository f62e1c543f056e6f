extension Session {
    /// Begins a conversation: the session in its initial state, and the greeting as turn 0 (FIXTURES.md "Replies": the
    /// machine's greeting, then the initial state's line). `variables` are what earlier machines left.
    public static func begin(
        id: SessionID, machine: Machine, of persona: Persona, player: Player, variables: [String: String],
        at now: Timestamp
    ) -> (session: Session, greeting: Turn) {
        var session = Session(
            id: id, machine: machine.id, player: player, startedAt: now, lastMessageAt: now,
            stateKey: machine.initialState.key)
        let situation = Situation(text: "", turn: 0, variables: persona.variables.merging(variables) { $1 })
        var voice = Voice(
            persona: persona, player: player, score: 0, situation: situation, seed: id.high ^ id.low,
            memory: session.memory)
        let says = machine.initialState.says
        let said =
            voice.first(of: [machine.greeting, says], entering: says) ?? Voice.lastResort("Hello, \(player.name).")
        session.memory = voice.memory
        let greeting = Turn(
            number: 0, at: now, line: nil, reply: said.text, decision: nil, followUp: false,
            stateKey: session.stateKey, score: 0)
        return (session, greeting)
    }
}
