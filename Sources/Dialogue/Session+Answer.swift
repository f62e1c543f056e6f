import Text

extension Session {
    /// Whether the machine still has the state that the session stands in; a changed fixture may have dropped it
    /// (spec H-9).
    public func stands(in machine: Machine) -> Bool {
        machine.state(stateKey) != nil
    }

    /// What a player says in one turn, and what the session cannot know of itself.
    public struct Input: Sendable {
        /// The message as it was sent; it stands in the history.
        public let message: String
        public let instruction: Instruction
        /// What earlier machines left.
        public let variables: [String: String]
        /// The player's earlier lines, for machines that ask `said`.
        public let earlier: [String]
        /// What happened, if this is no line but an event.
        public let event: Situation.Event?
        public let hasImage: Bool

        public init(
            message: String, instruction: Instruction, variables: [String: String] = [:], earlier: [String] = [],
            event: Situation.Event? = nil, hasImage: Bool = false
        ) {
            self.message = message
            self.instruction = instruction
            self.variables = variables
            self.earlier = earlier
            self.event = event
            self.hasImage = hasImage
        }
    }

    /// Answers the player's next message, or an event. The session has not ended, and stands in a state of the machine.
    ///
    /// The order of the rules is spec G-12: the delta, the early-fail bound, the move, the terminal state.
    public mutating func answer(
        _ input: Input, on machine: Machine, of persona: Persona, at now: Timestamp
    ) -> (turn: Turn, said: Utterance) {
        guard let state = machine.state(stateKey), outcome == nil else {
            preconditionFailure("answered in state \(stateKey), outcome \(String(describing: outcome))")
        }
        turnCount += 1
        lastMessageAt = now
        let variables = persona.variables.merging(input.variables) { $1 }
        let situation = Situation(
            text: input.instruction.text, earlier: input.earlier.map { Line($0) }, turn: playerTurns,
            score: score, redirects: redirectCount, variables: variables, inFollowUp: memory.isInFollowUp,
            event: input.event, hasImage: input.hasImage)
        let verdict = Verdict.of(
            situation, input.instruction.directives, asked: memory.asked, in: state, of: machine)
        memory.captures.merge(verdict.captures) { $1 }
        let entered = apply(verdict, in: state, of: machine)

        var voice = Voice(
            persona: persona, player: player, score: score, situation: situation, seed: id.high ^ id.low, memory: memory
        )
        let said = voice.reply(to: verdict, in: state, entering: entered, of: machine)
        memory = voice.memory
        let turn = Turn(
            number: turnCount, at: now, line: input.event == nil ? input.message : nil, reply: said.text,
            decision: verdict.decision,
            followUp: verdict.isFollowUp || verdict.transition?.followUp ?? false, stateKey: stateKey, score: score)
        return (turn, said)
    }

    /// Carries a verdict out; returns the state that was entered, nil when the session stays.
    private mutating func apply(_ verdict: Verdict, in state: State, of machine: Machine) -> State? {
        if case .event = verdict.kind { return nil }
        memory.isInFollowUp = verdict.isFollowUp
        if case .followUp(_, let place) = verdict.kind { memory.asked[String(place), default: 0] += 1 }
        if machine.scoringMode == .scoring {
            score = clamped(score, plus: verdict.transition?.scoreDelta ?? 0)
        }
        let failedEarly = machine.scoringMode == .scoring && score <= machine.earlyFailBound && !verdict.isFollowUp
        let endsHere = verdict.endsAtOnce(in: machine) || failedEarly
        let target = verdict.target(from: state, of: machine).flatMap(machine.state)
        let entered = endsHere ? target.flatMap { $0.isTerminal ? $0 : nil } : target

        if let entered {
            stateKey = entered.key
            redirectCount = 0
            memory.asked = [:]
        } else if verdict.decision == .redirect {
            redirectCount += 1
        }
        if verdict.decision == .kickOut {
            outcome = .kickOut
        } else if failedEarly {
            outcome = .reject
        } else if let entered, entered.isTerminal {
            outcome = entered.outcome ?? outcomeByRule(verdict.decision, machine)
        } else if endsHere {
            outcome = .reject
        }
        return entered
    }

    /// How a terminal state without an outcome of its own ends the session (spec B.8, G-8, G-9).
    func outcomeByRule(_ decision: Decision?, _ machine: Machine) -> Outcome {
        switch machine.scoringMode {
        case .scoring: score >= machine.passThreshold ? .accept : .reject
        case .passFail: decision == .reject ? .reject : .accept
        }
    }

    /// Scores stay within 32 bits, which is what the strictest client reads (spec F.2).
    private func clamped(_ score: Int, plus delta: Int) -> Int {
        let (sum, overflow) = score.addingReportingOverflow(delta)
        let bounded = overflow ? (delta > 0 ? Int.max : Int.min) : sum
        return min(max(bounded, Int(Int32.min)), Int(Int32.max))
    }
}
