import Stories

/// The report on stories for people.
enum StoryText {
    /// A line for a file's stories, and below it those that failed.
    static func file(_ verdicts: ArraySlice<StoryVerdict>) -> Painted {
        let failed = verdicts.filter { $0.failure != nil }
        let file = (verdicts.first?.story.file ?? "").shownInLine
        let played = verdicts.count { $0.obstacle == nil }
        let left = played == verdicts.count ? "" : ", \(verdicts.count - played) not played"
        let line: Painted =
            played == 0
            ? "\("skip", .warning)  \(file): \(counted(verdicts.count)) not played"
            : failed.isEmpty
                ? "\("ok", .mark)    \(file): \(counted(played))\(left)"
                : "\("FAIL", .error)  \(file): \(String(failed.count)) of \(counted(played))\(left)"
        return ([line] + failed.flatMap { StoryText.failure($0) }).joined(separator: "\n")
    }

    /// - Parameter place: whose stories they are; nil: the user has named them.
    static func summary(_ report: StoryReport, of place: String? = nil) -> Painted {
        let owner = place.map { " of \($0.shownInLine)" } ?? ""
        let counts = "\(counted(report.verdicts.count - report.notPlayed))\(owner), \(Counted(report.turns, "turn"))"
        let milliseconds = (report.seconds * 1_000).rounded(.up)
        let result: Painted =
            !report.isPlayed
            ? "\("nothing was played", .error)"
            : report.passed ? "\("all passed", .mark)" : "\("\(report.failed) failed", .error)"
        let unchecked =
            report.unchecked.isEmpty ? "" : "; not checked: \(report.unchecked.joined(separator: ", ").shownInLine)"
        let left =
            report.notPlayed == 0
            ? "" : "; \(report.notPlayed) not played: \(report.obstacles.joined(separator: "; "))"
        return "\(counts) in \(String(Int(milliseconds))) ms: \(result)\(left)\(unchecked)"
    }

    static func counted(_ stories: Int) -> String { "\(stories) \(stories == 1 ? "story" : "stories")" }

    private static func failure(_ verdict: StoryVerdict) -> [Painted] {
        guard let failure = verdict.failure else { return [] }
        let story = verdict.story
        let turn = failure.turn == 0 ? "at its beginning" : "turn \(failure.turn)"
        return [
            "", "  \(story.name.shownInLine, .heading)  \("\(story.file):\(story.line)".shownInLine, .place)",
            "  \(turn), \(failure.action):",
        ] + MismatchTable.lines(failure.mismatches, story.file) + why(failure.explanation)
    }

    private static func why(_ lines: [String]) -> [Painted] {
        lines.isEmpty ? [] : ["  why:"] + lines.map { Painted("    \($0.shownInLine)") }
    }
}
