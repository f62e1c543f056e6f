extension Explanation {
    /// The explanation for a log: the session's position, one line for each candidate, the decision and the reply.
    public var lines: [String] {
        [heading] + candidates.map { "  \($0.line)" } + [decided, said] + overruns.map { "limit: \($0.text)" }
    }

    private var heading: String {
        let orders = directives.map { " \($0)" }.joined()
        let heard = event.map { "event \(ExplanationText.quoted($0.id))" } ?? ExplanationText.quoted(text)
        let answers = before.isInFollowUp ? ", in follow-up" : ""
        return "turn \(after.turnNumber) of \(machine) in \(before.stateKey), score \(before.score), "
            + "redirects \(before.redirectCount)\(answers): \(heard)\(orders)"
    }

    private var decided: String {
        var parts = ["\(word): \(grounds)"]
        if score.mode == .scoring, decision != nil { parts.append(arithmetic) }
        parts.append(move)
        if let ending { parts.append("\(ending.outcome.rawValue): \(rule(ending))") }
        return parts.joined(separator: "; ")
    }

    /// The result of the turn in one word.
    private var word: String { decision?.rawValue ?? (cause == .event ? "event" : "follow_up") }

    private var grounds: String {
        let grounds =
            switch cause {
            case .matched: "a condition held"
            case .directive: "a directive said so"
            case .unmatched: "no condition held"
            case .event: "no transition took it"
            }
        return redirectLimit.map { "\(grounds), and \(before.redirectCount) of \($0) redirects were used" } ?? grounds
    }

    private var arithmetic: String {
        let sign = score.delta < 0 ? "-" : "+"
        let sum = "score \(score.before) \(sign) \(score.delta.magnitude) = \(score.after)"
        return score.isClamped ? sum + " (held within 32 bits)" : sum
    }

    private var move: String {
        after.stateKey == before.stateKey ? "in \(after.stateKey)" : "\(before.stateKey) → \(after.stateKey)"
    }

    private func rule(_ ending: Ending) -> String {
        switch ending {
        case .kickOut: "a kick_out ends it"
        case .earlyFail: "the score is not above early_fail_bound \(score.earlyFailBound)"
        case .stated: "the state's own outcome"
        case .ruled(let outcome) where score.mode == .scoring:
            "the score is \(outcome == .accept ? "at least" : "below") pass_threshold \(score.passThreshold)"
        case .ruled(let outcome): outcome == .accept ? "a terminal state" : "a reject led to a terminal state"
        case .reject: "a reject ends it in pass_fail"
        }
    }

    private var said: String {
        let silent = speech.silent.isEmpty ? "" : "; silent: " + speech.silent.map(\.rawValue).joined(separator: ", ")
        let inserted = speech.entering.map { ", inserting \($0.text)" }.joined()
        let choice = speech.choice.map { ", \($0.text)" } ?? ""
        let origin = speech.origin.map { " (\($0))" } ?? ""
        return
            "says \(ExplanationText.quoted(speech.said.text)) by \(speech.speaker.rawValue)\(origin)\(choice)\(inserted)\(silent)"
    }
}

extension Explanation.CandidateReport {
    fileprivate var line: String {
        let place = origin.map { "\($0): " } ?? ""
        return "\(place)\(what): \(text)"
    }

    private var what: String {
        let order = priority.map { ", priority \($0)" } ?? ""
        guard let decision else { return "\(kind.rawValue) of \(from?.text ?? "*")\(order)" }
        let target = to.map { " → \($0)" } ?? ""
        let delta = scoreDelta == 0 ? "" : scoreDelta < 0 ? " \(scoreDelta)" : " +\(scoreDelta)"
        return "\(from?.text ?? "*")\(target) \(decision.rawValue)\(delta)\(order)"
    }

    private var text: String {
        func phrase(_ word: String, _ reasons: [Matcher.Reason]) -> String {
            reasons.isEmpty ? word : "\(word), \(reasons.map(\.description).joined(separator: "; "))"
        }
        return switch result {
        case .fires(let reasons): phrase("fires", reasons)
        case .overLimit(let reasons): phrase("over the redirect limit", reasons)
        case .failed(let reasons): phrase("fails", reasons)
        case .notTried: "not tried"
        case .exhausted(let asked, let limit): "already asked \(asked) of \(limit)"
        case .onlyByDirective: "only by directive"
        case .notForEvents: "not for events"
        }
    }
}

extension Choice {
    fileprivate var text: String {
        let drawn = draw.map { " drew \($0 % UInt64(fitting.count) + 1) of \(fitting.count) that fit" } ?? ""
        return "line \(line + 1) of \(count), \(pick.rawValue)\(drawn)"
    }
}
