import Dialogue
import Exploration

/// The report on an exploration for people.
enum ExploreText {
    /// - Parameter folder: what the paths of files begin with.
    static func text(_ report: ExploreReport, below folder: String) -> Painted {
        var lines: [Painted] = []
        for exploration in report.explorations {
            for explored in report.machines(of: exploration) {
                lines += machine(explored, of: exploration.persona) + [""]
            }
        }
        for finding in report.findings { lines += self.finding(finding, below: folder) }
        for difference in report.differences {
            lines.append("\("internal error", .error): a walk and a player's requests differ: \(difference)")
        }
        if report.notReplayed > 0 {
            lines.append(
                "note: the time was up before \(Counted(report.notReplayed, "conversation").description) could be played again"
            )
        }
        return (lines + [summary(report)]).joined(separator: "\n")
    }

    private static func machine(_ explored: MachineExploration, of persona: Persona) -> [Painted] {
        let name = "\(persona.slug) \(explored.machine.key)"
        let counts = "\(Counted(explored.configurations, "configuration")), \(Counted(explored.turns, "turn"))"
        let stopped = explored.stop == nil ? "" : ", stopped before the end"
        var lines: [Painted] = ["\(name, .heading): \(counts)\(stopped)"]
        if explored.endings.isEmpty { lines.append("  no ending was reached") }
        for found in explored.endings {
            lines.append(Painted("  \(ending(found, explored))"))
            lines += transcript(found.transcript).map { Painted("    \($0)") }
        }
        return lines
    }

    /// `ACCEPT in "open" by the score, score 3 to 7`
    private static func ending(_ found: FoundEnding, _ explored: MachineExploration) -> String {
        let by =
            switch found.ending {
            case .kickOut: "by a kick-out"
            case .earlyFail: "by the early-fail bound"
            case .stated: "by the state's outcome"
            case .ruled: explored.machine.scoringMode == .scoring ? "by the score" : "by the decision"
            case .reject: "by a reject"
            }
        let place = found.state.map { " in \"\($0)\"" } ?? ""
        let text = "\(found.outcome.rawValue)\(place) \(by)"
        guard explored.machine.scoringMode == .scoring else { return text }
        let (low, high) = (found.scores.lowerBound, found.scores.upperBound)
        return text
            + ", score \(low == high ? "\(low)" : "\(low) to \(high)")"
            + (explored.goesBeyond ? ", and there may be others" : "")
    }

    static func transcript(_ transcript: Transcript) -> [String] {
        var lines: [String] = []
        if !transcript.variables.isEmpty {
            let sorted = transcript.variables.sorted { $0.key < $1.key }
            lines.append(
                "with \(sorted.map { "\($0.key) \(ExplanationText.quoted($0.value))" }.joined(separator: ", "))")
        }
        let beginning: (String, String)? =
            switch transcript.start {
            case .greeting: nil
            case .opener: ("the opener", "→ \(transcript.beginning.state)")
            case .event(let event): ("event \(ExplanationText.quoted(event.id))", "→ \(transcript.beginning.state)")
            }
        let hasScore = transcript.machine.scoringMode == .scoring
        let rows =
            [beginning].compactMap(\.self)
            + transcript.turns.map { turn in
                let move = turn.before == turn.after.state ? "\(turn.before)" : "\(turn.before) → \(turn.after.state)"
                let decision = turn.decision?.rawValue ?? (turn.followUp ? "follow-up" : "no decision")
                let score = hasScore ? ", score \(turn.after.score)" : ""
                return (turn.act.description, "\(move) \(decision)\(score)")
            }
        let width = rows.map(\.0.count).max() ?? 0
        lines += rows.map { "\($0.0)\(String(repeating: " ", count: width - $0.0.count))  \($0.1)" }
        if let refused = transcript.refused { lines.append("begin \"\(refused.key)\"  refused, it is locked") }
        if let unlocks = transcript.unlocks {
            lines.append("unlocks \(unlocks.isEmpty ? "nothing" : unlocks.joined(separator: ", "))")
        }
        return lines
    }

    private static func finding(_ finding: Finding, below folder: String) -> [Painted] {
        let severity: Painted = finding.isFault ? "\("finding", .warning)" : "note"
        let line: Painted = "\("\(folder)\(finding.file):\(finding.line)", .place): \(severity): \(finding.message)"
        return [line] + (finding.transcript.map(transcript) ?? []).map { Painted("    \($0)") }
    }

    private static func summary(_ report: ExploreReport) -> Painted {
        let faults = report.findings.count(where: \.isFault)
        let notes = report.findings.count - faults
        let machines = report.explorations.reduce(0) { $0 + report.machines(of: $1).count }
        return
            "\(Counted(faults, "finding").description), \(Counted(notes, "note").description) on \(Counted(machines, "machine").description)"
    }
}
