extension Session {
    /// Takes a turn and returns what decided it. It picks no line: a walk through a machine needs none.
    public struct Step: Sendable {
        /// Nil: none fired.
        public let fired: Candidate?
        /// The candidate whose condition held; nil: none did. Beyond the limit of redirects another one may fire.
        public let matched: Candidate?
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
            fired: taken.verdict.trial, matched: taken.verdict.matched, decision: taken.verdict.decision,
            followUp: taken.turn.followUp,
            ending: taken.consequence.ending)
    }

    /// Takes a turn in which a candidate fires, whatever its condition; nil: none fires. It keeps no captures.
    /// - Parameter event: the id of the event in place of a line.
    public mutating func step(
        firing candidate: Candidate?, onEvent event: String?, on machine: Machine, at now: Timestamp
    ) -> Step {
        guard let state = machine.state(stateKey), outcome == nil else {
            preconditionFailure("stepped in state \(stateKey), outcome \(String(describing: outcome))")
        }
        let verdict: Verdict
        if let event {
            let place: Int? = if case .transition(let place) = candidate { place } else { nil }
            verdict = Verdict.onEvent(event, place, in: state, of: machine)
        } else {
            verdict = Verdict.of(candidate, in: state, of: machine).limited(redirectCount, in: state, of: machine)
        }
        turnCount += 1
        lastMessageAt = now
        let consequence = Consequence.of(verdict, to: self, in: state, of: machine)
        apply(verdict, consequence)
        return Step(
            fired: verdict.trial, matched: verdict.matched, decision: verdict.decision,
            followUp: verdict.isFollowUp || verdict.transition?.followUp ?? false, ending: consequence.ending)
    }
}
