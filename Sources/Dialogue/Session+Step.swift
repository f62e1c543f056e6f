extension Session {
    /// Takes a turn and returns what decided it. It picks no line: a walk through a machine needs none.
    public struct Step: Sendable {
        /// Nil: none fired.
        public let fired: Candidate?
        public let decision: Decision?
        /// The reply's `follow_up` flag.
        public let followUp: Bool
        /// The rule that ended the conversation; nil: it continues.
        public let ending: Ending?
    }

    /// Takes the turn that `answer` makes of the same input. The session must not have ended, and must be in a state of
    /// the machine.
    /// - Parameter input: one with a given reply saves the work of picking one.
    public mutating func step(
        _ input: Input, on machine: Machine, of persona: Persona, at now: Timestamp
    ) -> Step {
        let taken = take(input, on: machine, of: persona, at: now, trace: nil)
        return Step(
            fired: taken.verdict.trial, decision: taken.verdict.decision, followUp: taken.turn.followUp,
            ending: taken.consequence.ending)
    }
}
