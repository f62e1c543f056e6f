import Stories

/// The report on stories for people.
enum StoryText {
    /// A line for a file's stories, and below it those that failed.
    static func file(_ verdicts: ArraySlice<StoryVerdict>) -> Painted {
        let failed = verdicts.filter { $0.failure != nil }
        let file = verdicts.first?.story.file ?? ""
        let played = verdicts.count { $0.obstacle == nil }
        let left = played == verdicts.count ? "" : ", \(verdicts.count - played) not played"
        let line: Painted =
            failed.isEmpty
            ? "\("ok", .mark)    \(file): \(counted(played))\(left)"
            : "\("FAIL", .error)  \(file): \(String(failed.count)) of \(counted(played))\(left)"
        return ([line] + failed.flatMap { StoryText.failure($0) }).joined(separator: "\n")
    }

    static func summary(_ report: StoryReport) -> Painted {
        let counts = "\(counted(report.verdicts.count - report.notPlayed)), \(Counted(report.turns, "turn"))"
        let milliseconds = (report.seconds * 1_000).rounded(.up)
        let result: Painted =
            report.passed ? "\("all passed", .mark)" : "\("\(report.failed) failed", .error)"
        let unchecked =
            report.unchecked.isEmpty ? "" : "; not checked: \(report.unchecked.joined(separator: ", "))"
        let left =
            report.notPlayed == 0
            ? "" : "; \(report.notPlayed) not played: \(report.obstacles.joined(separator: "; "))"
        return "\(counts) in \(String(Int(milliseconds))) ms: \(result)\(left)\(unchecked)"
    }

    private static func counted(_ stories: Int) -> String { "\(stories) \(stories == 1 ? "story" : "stories")" }

    private static func failure(_ verdict: StoryVerdict) -> [Painted] {
        guard let failure = verdict.failure else { return [] }
        let story = verdict.story
        let turn = failure.turn == 0 ? "at its beginning" : "turn \(failure.turn)"
        return [
            "", "  \(story.name, .heading)  \("\(story.file):\(story.line)", .place)", "  \(turn), \(failure.action):",
        ] + table(failure.mismatches, story.file) + why(failure.explanation)
    }

    /// Expected and actual side by side.
    private static func table(_ mismatches: [Mismatch], _ file: String) -> [Painted] {
        let rows = [("", "expected", "actual")] + mismatches.map { ($0.key, $0.expected, $0.actual) }
        let places = [""] + mismatches.map { "\(file):\($0.line)" }
        let key = rows.map(\.0.count).max() ?? 0
        let expected = rows.map(\.1.count).max() ?? 0
        let actual = rows.map(\.2.count).max() ?? 0
        return zip(rows, places).map { row, place in
            let cells = "    \(padded(row.0, key))  \(padded(row.1, expected))  "
            return place.isEmpty
                ? Painted(cells + row.2) : "\(cells)\(padded(row.2, actual))  \(place, .place)"
        }
    }

    private static func why(_ lines: [String]) -> [Painted] {
        lines.isEmpty ? [] : ["  why:"] + lines.map { Painted("    \($0)") }
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
