import Fixtures
import Dialogue
import Emulator
import JSON

extension JSONWriter {
    mutating func explanation(of turn: AnsweredTurn) {
        let explanation = turn.explanation
        beginObject()
        member("session_id", turn.session.id)
        member("turn", turn.number)
        member("at", turn.at.text)
        member("player", turn.player)
        member("persona", turn.persona.slug)
        member("machine", explanation.machine)
        key("before")
        position(explanation.before)
        key("after")
        position(explanation.after)
        member("text", explanation.text)
        list("directives", explanation.directives) { $0.string($1.description) }
        key("event")
        event(explanation.event)
        list("candidates", explanation.candidates) { $0.candidate($1) }
        member("decision", explanation.decision?.rawValue)
        member("follow_up", explanation.followUp)
        member("cause", explanation.cause.rawValue)
        member("redirect_limit", explanation.redirectLimit)
        member("captures", texts: explanation.captures)
        key("score")
        score(explanation.score)
        key("ending")
        ending(explanation.ending)
        key("speech")
        speech(explanation.speech)
        list("overruns", explanation.overruns) { $0.string($1.rawValue) }
        list("lines", explanation.lines) { $0.string($1) }
        endObject()
    }

    private mutating func position(_ position: Explanation.SessionPosition) {
        beginObject()
        member("state_key", position.stateKey.text)
        member("score", position.score)
        member("redirect_count", position.redirectCount)
        member("outcome", position.outcome?.rawValue)
        member("in_follow_up", position.isInFollowUp)
        member("turn", position.turnNumber)
        endObject()
    }

    private mutating func event(_ event: MatchContext.Event?) {
        guard let event else { return null() }
        beginObject()
        member("id", event.id)
        member("context", texts: event.context)
        endObject()
    }

    private mutating func candidate(_ candidate: Explanation.CandidateReport) {
        beginObject()
        member("kind", candidate.kind.rawValue)
        member("from", candidate.from?.text ?? "*")
        member("to", candidate.to?.text)
        member("decision", candidate.decision?.rawValue)
        member("priority", candidate.priority)
        member("score_delta", candidate.scoreDelta)
        member("origin", candidate.origin)
        let text = CandidateText(candidate.result)
        member("result", text.word)
        list("reasons", text.reasons) { writer, reason in
            writer.beginObject()
            writer.member("path", reason.path)
            writer.member("text", reason.text)
            writer.endObject()
        }
        member("asked", text.asked)
        member("limit", text.limit)
        endObject()
    }

    private mutating func score(_ score: Explanation.Score) {
        beginObject()
        member("mode", score.mode.rawValue)
        member("before", score.before)
        member("delta", score.delta)
        member("after", score.after)
        member("early_fail_bound", score.earlyFailBound)
        member("fails_early", score.failsEarly)
        member("pass_threshold", score.passThreshold)
        endObject()
    }

    private mutating func ending(_ ending: Ending?) {
        guard let ending else { return null() }
        let rule =
            switch ending {
            case .kickOut: "kick_out"
            case .earlyFail: "early_fail"
            case .stated: "stated"
            case .ruled: "ruled"
            case .reject: "reject"
            }
        beginObject()
        member("outcome", ending.outcome.rawValue)
        member("rule", rule)
        endObject()
    }

    private mutating func speech(_ speech: Explanation.Speech) {
        beginObject()
        member("speaker", speech.speaker.rawValue)
        list("silent", speech.silent) { $0.string($1.rawValue) }
        member("origin", speech.origin)
        key("choice")
        if let choice = speech.choice { self.choice(choice) } else { null() }
        list("entering", speech.entering) { $0.choice($1) }
        key("said")
        beginObject()
        list("bubbles", speech.said.bubbles) { $0.string($1) }
        member("photo", speech.said.photo)
        endObject()
        endObject()
    }

    private mutating func choice(_ choice: Choice) {
        beginObject()
        member("list", choice.list)
        member("line", choice.line)
        member("count", choice.count)
        list("fitting", choice.fitting) { $0.integer($1) }
        member("pick", choice.pick.rawValue)
        // Written as text, because few JSON readers support whole numbers of 64 bits.
        member("draw", choice.draw.map { String($0) })
        endObject()
    }
}

/// The result of a candidate, in the API's form.
private struct CandidateText {
    let word: String
    var reasons: [Matcher.Reason] = []
    var asked: Int?
    var limit: Int?

    init(_ result: Explanation.Result) {
        switch result {
        case .fires(let reasons): (word, self.reasons) = ("fires", reasons)
        case .overLimit(let reasons): (word, self.reasons) = ("over_limit", reasons)
        case .failed(let reasons): (word, self.reasons) = ("failed", reasons)
        case .notTried: word = "not_tried"
        case .exhausted(let asked, let limit): (word, self.asked, self.limit) = ("exhausted", asked, limit)
        case .onlyByDirective: word = "only_by_directive"
        case .notForEvents: word = "not_for_events"
        }
    }
}
