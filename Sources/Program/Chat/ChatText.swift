import Dialogue
import Emulator
import Exact
import Fixtures

/// What `foilmock chat` shows to people.
enum ChatText {
    /// What the persona says, and below it where that leads.
    static func turn(_ turn: ChatTurn, by persona: Persona) -> Painted {
        var lines: [Painted] = []
        if let said = turn.step.said { lines.append(speech(said, by: persona)) }
        lines.append(Painted("  \(place(of: turn))", .dim))
        if let outcome = turn.after?.outcome, turn.before?.outcome == nil || turn.before?.id != turn.after?.id {
            lines.append("  \("\(outcome.rawValue): the conversation has ended", .heading)")
        }
        for unlock in turn.step.unlocks {
            let next = unlock.isAutoAdvance ? ", and a game goes on there at once" : ""
            let key = unlock.machine.key.shownInLine
            lines.append("  unlocks \(key)\(next): \(ChatCommand.switchTo.word) \(key)")
        }
        return lines.joined(separator: "\n")
    }

    private static func speech(_ said: Utterance, by persona: Persona) -> Painted {
        var lines = said.bubbles
        if let photo = said.photo { lines.append("[photo: \(photo.shownInLine)]") }
        return "\("\(persona.name.shownInLine):", .heading) \(lines.joined(separator: "\n"))"
    }

    /// In one line: the state, the decision, the score, and why in short.
    static func place(of turn: ChatTurn) -> String {
        guard let session = turn.after else { return "\(turn.machine.key): no conversation".shownInLine }
        let explanation = turn.step.answered?.explanation
        var parts = [state(turn, session)]
        if let explanation {
            parts.append(explanation.decision?.rawValue ?? (turn.step.followUp ? "follow_up" : "event"))
        }
        if turn.machine.scoringMode == .scoring {
            let delta = explanation?.score.delta ?? 0
            parts.append("score \(session.score)" + (delta == 0 ? "" : delta < 0 ? " (\(delta))" : " (+\(delta))"))
        }
        if let explanation { parts.append(reason(explanation)) }
        return parts.joined(separator: " · ").shownInLine
    }

    private static func state(_ turn: ChatTurn, _ session: Session) -> String {
        let moved = turn.before.map { $0.id == session.id && $0.stateKey != session.stateKey } ?? false
        return moved ? "\(turn.before?.stateKey.text ?? "") → \(session.stateKey)" : session.stateKey.text
    }

    /// The most Unicode scalars of a reason.
    private static let reasonLength = 60

    /// Why the turn came out as it did, in short.
    static func reason(_ explanation: Explanation) -> String {
        if let limit = explanation.redirectLimit { return "all \(limit) redirects were used" }
        switch explanation.cause {
        case .directive: return "a directive"
        case .unmatched: return "no condition held"
        case .event: return "no transition took it"
        case .matched: break
        }
        guard let fired = explanation.fired else { return "a condition held" }
        let place = fired.origin.map { " (\($0.split(separator: "/").last ?? ""))" } ?? ""
        guard case .fires(let reasons) = fired.result, let first = reasons.first else { return "it fired\(place)" }
        let text = String(String.UnicodeScalarView(first.text.unicodeScalars.prefix(reasonLength)))
        return (text.utf8.count < first.text.utf8.count ? text + "…" : text) + place
    }

    // MARK: Lists

    static func state(_ play: ChatPlay) throws(Rehearsal.Refusal) -> [String] {
        let (rehearsal, machine) = (play.rehearsal, play.machine)
        var rows = [("machine", machine.key)]
        if let session = try rehearsal.session() {
            rows.append(("state", session.stateKey.text))
            if machine.scoringMode == .scoring {
                rows.append(
                    (
                        "score",
                        "\(session.score) (passes at \(machine.passThreshold), fails at \(machine.earlyFailBound))"
                    ))
            }
            rows.append(("outcome", session.outcome?.rawValue ?? "none yet"))
            rows.append(("turns", "\(session.turnCount)"))
            rows.append(("redirects", "\(session.redirectCount)"))
            rows += named("capture", session.memory.captures)
        } else {
            rows.append(("state", "no conversation"))
        }
        rows += named("variable", try rehearsal.variables())
        let events = machine.entries.events.keys.sorted()
        if !events.isEmpty { rows.append(("events", events.map(\.text).joined(separator: ", "))) }
        rows.append(("clock", rehearsal.now.text + (rehearsal.isInRealTime ? "" : ", stands still")))
        return table(rows)
    }

    private static func named(_ what: String, _ texts: Texts) -> [(String, String)] {
        texts.sorted { $0.key < $1.key }.map { ("\(what) \($0.key)", ExplanationText.quoted($0.value)) }
    }

    static func history(_ play: ChatPlay) throws(Rehearsal.Refusal) -> [String] {
        let isScoring = play.machine.scoringMode == .scoring
        return try play.rehearsal.history().flatMap { turn in
            let decision = turn.decision.map { " · \($0.rawValue)" } ?? ""
            let score = isScoring ? " · score \(turn.score)" : ""
            return ["\(turn.number)  \(turn.stateKey)\(decision)\(score)"]
                + (turn.line.map { ["   > \($0.shownInLine)"] } ?? [])
                + ["   \(play.persona.name.shownInLine): \(turn.reply)"]
        }
    }

    static func machines(_ play: ChatPlay) throws(Rehearsal.Refusal) -> [String] {
        let sessions = try play.rehearsal.sessions()
        let rows = try play.persona.machines.map { machine throws(Rehearsal.Refusal) in
            let session = sessions.first { $0.machine == machine.id }
            let what =
                if let session {
                    session.outcome?.rawValue ?? "in \(session.stateKey)"
                } else {
                    try play.rehearsal.isAvailable(machine) ? "can begin" : "locked"
                }
            return ("\(machine === play.machine ? "*" : " ") \(machine.key)", "\(what), \(machine.name)")
        }
        return table(rows)
    }

    static var help: [String] {
        table(ChatCommand.all.map { ($0.form, $0.help) })
            + ["Any other line is said to the persona; //x says /x. Tab completes commands and names."]
    }

    /// Each row in one line.
    static func table(_ rows: [(String, String)]) -> [String] {
        let rows = rows.map { ($0.0.shownInLine, $0.1.shownInLine) }
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { $0.0 + String(repeating: " ", count: width - $0.0.count + 2) + $0.1 }
    }
}
