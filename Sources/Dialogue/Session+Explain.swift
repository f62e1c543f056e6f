import Exact
import Text

extension Session {
    /// Explains the turn that `answer` makes of the same input. The session must not have ended, and must be in a state
    /// of the machine.
    public func explain(
        _ input: Input, on machine: Machine, of persona: Persona, at now: Timestamp
    ) -> Explanation {
        var after = self
        let taken = after.take(input, on: machine, of: persona, at: now, trace: Trace())
        let (verdict, consequence) = (taken.verdict, taken.consequence)
        return Explanation(
            machine: machine.key, before: Explanation.SessionPosition(self), after: Explanation.SessionPosition(after),
            text: input.instruction.text, directives: input.instruction.directives, event: input.event,
            candidates: candidates(taken, machine), decision: verdict.decision, followUp: taken.turn.followUp,
            cause: verdict.cause, redirectLimit: verdict.redirectLimit, captures: verdict.captures,
            score: Explanation.Score(
                mode: machine.scoringMode, before: score,
                delta: machine.scoringMode == .scoring ? verdict.scoreDelta : 0, after: after.score,
                earlyFailBound: machine.earlyFailBound, failsEarly: consequence.failsEarly,
                passThreshold: machine.passThreshold),
            ending: consequence.ending, speech: speech(taken, machine, isGiven: input.reply != nil),
            overruns: taken.overruns)
    }

    private func candidates(_ taken: TurnResult, _ machine: Machine) -> [Explanation.CandidateReport] {
        let trials = Candidates(in: taken.state, of: machine)
        var isDecided = taken.verdict.cause == .directive
        var efforts = (decision: Effort(), reasons: Effort())
        return trials.map { trial in
            var result = isDecided ? .notTried : self.result(of: trial, trials, taken.context, &efforts)
            if case .fires(let reasons) = result {
                isDecided = true
                if trial != taken.verdict.trial { result = .overLimit(reasons) }
            } else if trial == taken.verdict.trial {
                result = .fires([])
            }
            return candidate(trial, trials, result, in: taken.state, of: machine)
        }
    }

    /// The result of trying the candidate; `fires` when its condition holds. The condition is evaluated with its own
    /// effort, which is spent exactly as in the turn.
    private func result(
        of trial: Candidate, _ trials: Candidates, _ context: MatchContext,
        _ efforts: inout (decision: Effort, reasons: Effort)
    ) -> Explanation.Result {
        let when: Matcher?
        switch trial {
        case .followUp(let place):
            let (limit, asked) = (trials.followUps[place].limit, memory.asked[String(place)] ?? 0)
            when = trials.followUps[place].when
            if when != nil, context.event != nil { return .notForEvents }
            if when != nil, asked >= limit { return .exhausted(asked: asked, limit: limit) }
        case .transition(let place):
            when = trials.transitions[place].when
            if let when, context.event != nil, !when.asksForEvent { return .notForEvents }
        }
        guard let when else { return .onlyByDirective }
        let reasons = when.account(in: context, &efforts.reasons).reasons
        return when.holds(in: context, &efforts.decision) ? .fires(reasons) : .failed(reasons)
    }

    private func candidate(
        _ trial: Candidate, _ trials: Candidates, _ result: Explanation.Result, in state: State, of machine: Machine
    ) -> Explanation.CandidateReport {
        switch trial {
        case .followUp(let place):
            let followUp = trials.followUps[place]
            return Explanation.CandidateReport(
                kind: .followUp, from: state.key, to: nil, decision: nil, priority: followUp.priority, scoreDelta: 0,
                origin: machine.origin(of: followUp, in: state), result: result)
        case .transition(let place):
            let transition = trials.transitions[place]
            return Explanation.CandidateReport(
                kind: .transition, from: transition.from, to: transition.to, decision: transition.decision,
                priority: transition.priority, scoreDelta: transition.scoreDelta,
                origin: machine.origin(of: transition), result: result)
        }
    }

    private func speech(_ taken: TurnResult, _ machine: Machine, isGiven: Bool) -> Explanation.Speech {
        let speakers = ReplyComposer.speakers(of: taken.verdict)
        let asked = taken.trace?.asked.map { speakers[$0] } ?? []
        let hasSpoken = taken.trace?.hasSpoken ?? false
        let own = hasSpoken ? asked.last ?? .builtIn : .builtIn
        let speaker = isGiven ? .given : own
        let choices = hasSpoken ? taken.trace?.choices ?? [] : []
        return Explanation.Speech(
            speaker: speaker, silent: hasSpoken ? asked.dropLast() : asked, choice: choices.first,
            entering: Array(choices.dropFirst()), origin: origin(of: speaker, taken, machine), said: taken.said)
    }

    private func origin(
        of speaker: Explanation.Speech.Speaker, _ taken: TurnResult, _ machine: Machine
    ) -> String? {
        switch (speaker, taken.verdict.kind) {
        case (.transition, .decision(_, let transition?)): machine.origin(of: transition)
        case (.followUp, .followUp(let followUp?)): machine.origin(of: followUp, in: taken.state)
        case (.event, .event(let entry?)): machine.origin(of: entry, event: taken.context.event?.id)
        case (.enteredState, _): taken.consequence.entered.flatMap(machine.origin(of:))
        case (.state, _): machine.origin(of: taken.state)
        default: nil
        }
    }
}
