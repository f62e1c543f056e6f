public import Exact

extension Session {
    /// Why the player cannot be nudged.
    public enum NudgeRefusal: Error, Equatable, Sendable {
        /// The machine has no `nudge`.
        case none
        case cooldown
        case cap
    }

    /// Says a line to a player who has stopped writing; nothing else changes (FIXTURES.md "Entries"). The session must
    /// not have ended.
    /// - Parameters:
    ///   - variables: the variables that earlier machines set.
    ///   - list: what is said, whenever it is; nil: the machine's nudge, by its own rules.
    /// - Throws: when the machine has no nudge, or it has been used too recently or too often.
    public mutating func nudge(
        on machine: Machine, of persona: Persona, variables: Texts, saying list: ReplyList? = nil, at now: Timestamp
    ) throws(NudgeRefusal) -> (turn: Turn, said: Utterance) {
        let says = if let list { list } else { try says(nudgedOn: machine, at: now) }
        let nudged = nudged(saying: says, on: machine, of: persona, variables: variables, at: now, trace: nil)
        return (nudged.turn, nudged.said)
    }

    /// The parts that `nudge` reaches; nil when it is refused.
    public func reach(nudgedOn machine: Machine, of persona: Persona, variables: Texts, at now: Timestamp) -> Reach? {
        var session = self
        guard let says = try? session.says(nudgedOn: machine, at: now) else { return nil }
        let nudged = session.nudged(
            saying: says, on: machine, of: persona, variables: variables, at: now, trace: Trace())
        return Reach(
            before: stateKey, after: stateKey, fired: nil, alternatives: [], lines: nudged.trace?.spoken ?? [])
    }

    /// The lines of the machine's nudge, if there is one and it may be said now.
    private func says(nudgedOn machine: Machine, at now: Timestamp) throws(NudgeRefusal) -> ReplyList {
        guard let nudge = machine.entries.nudge else { throw .none }
        if let cap = nudge.cap, memory.nudges >= cap { throw .cap }
        // A clock that was set back says nothing about how long ago the last one was.
        if let last = memory.nudgedAt, last <= now,
            now.nanoseconds - last.nanoseconds < Int64(nudge.cooldownSeconds) * 1_000_000_000
        {
            throw .cooldown
        }
        return nudge.says
    }

    private mutating func nudged(
        saying list: ReplyList, on machine: Machine, of persona: Persona, variables: Texts, at now: Timestamp,
        trace: Trace?
    ) -> (turn: Turn, said: Utterance, trace: Trace?) {
        turnCount += 1
        lastMessageAt = now
        memory.nudges += 1
        memory.nudgedAt = now
        let context = MatchContext(
            text: "", turn: turnCount, score: score, redirects: redirectCount,
            variables: persona.variables.merging(variables) { $1 })
        var composer = ReplyComposer(
            persona: persona, player: player, score: score, context: context, seed: id.high ^ id.low, memory: memory
        )
        composer.trace = trace
        let said = composer.say(list) ?? ReplyComposer.lastResort("…")
        memory = composer.memory
        let turn = Turn(
            number: turnCount, at: now, line: nil, reply: said.text, decision: nil, followUp: false,
            stateKey: stateKey, score: score)
        return (turn, said, composer.trace)
    }
}
