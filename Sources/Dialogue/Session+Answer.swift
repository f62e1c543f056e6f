import Text

extension Session {
    /// Whether the machine still has the state that the session stands in; a changed fixture may have dropped it
    /// (spec H-9).
    public func stands(in machine: Machine) -> Bool {
        machine.state(stateKey) != nil
    }

    /// Answers the player's next message. The session has not ended, and stands in a state of the machine.
    ///
    /// The order of the rules is spec G-12: the delta, the early-fail bound, the move, the terminal state.
    public mutating func answer(
        _ message: String, meaning instruction: Instruction, on machine: Machine, of persona: Persona,
        at now: Timestamp
    ) -> Turn {
        guard let state = machine.state(stateKey), outcome == nil else {
            preconditionFailure("answered in state \(stateKey), outcome \(String(describing: outcome))")
        }
        let line = Line(instruction.text)
        let verdict = Verdict.of(line, instruction.directives, in: state, of: machine)
        let entered = apply(verdict, in: state, of: machine)
        turnCount += 1
        lastMessageAt = now

        var voice = Voice(persona: persona, player: player, score: score, line: line, memory: memory)
        let reply = voice.reply(to: verdict, in: state, entering: entered, of: machine)
        memory = voice.memory
        return Turn(
            number: turnCount, at: now, line: message, reply: reply, decision: verdict.decision,
            followUp: verdict.transition?.followUp ?? false, stateKey: stateKey, score: score)
    }

    /// Carries a verdict out; returns the state that was entered, nil when the session stays.
    private mutating func apply(_ verdict: Verdict, in state: State, of machine: Machine) -> State? {
        if machine.scoringMode == .scoring {
            score = clamped(score, plus: verdict.transition?.scoreDelta ?? 0)
        }
        let failedEarly = machine.scoringMode == .scoring && score <= machine.earlyFailBound
        let endsHere = verdict.endsAtOnce(in: machine) || failedEarly
        let target = verdict.target(from: state, of: machine).flatMap(machine.state)
        let entered = endsHere ? target.flatMap { $0.isTerminal ? $0 : nil } : target

        if let entered {
            stateKey = entered.key
            redirectCount = 0
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
    private func outcomeByRule(_ decision: Decision, _ machine: Machine) -> Outcome {
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
