public import Exact

extension Session {
    /// Takes an event of which nothing is said: a transition about it can move the session. The session must not have
    /// ended.
    /// - Returns: the turn, whose reply is empty; nil when no transition is about the event, and then nothing has
    ///   changed.
    public mutating func hear(
        _ event: MatchContext.Event, variables: Texts, earlier: [String], on machine: Machine, of persona: Persona,
        at now: Timestamp
    ) -> Turn? {
        var session = self
        // With a given reply no line is picked, so none counts as spoken.
        let input = Input(
            message: "", instruction: Instruction(plain: ""), variables: variables, earlier: earlier, event: event,
            reply: "…")
        let taken = session.take(input, on: machine, of: persona, at: now, trace: nil)
        guard taken.verdict.transition != nil else { return nil }
        self = session
        return Turn(
            number: taken.turn.number, at: now, line: nil, reply: "", decision: taken.turn.decision,
            followUp: taken.turn.followUp, stateKey: taken.turn.stateKey, score: taken.turn.score)
    }
}
