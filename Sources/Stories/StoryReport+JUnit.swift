import Dialogue
import Exact

extension StoryReport {
    /// The report in the XML that JUnit has made common: a suite a file, a case a story.
    public var junit: [UInt8] {
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        text +=
            "<testsuites tests=\"\(verdicts.count)\" failures=\"\(failed)\" skipped=\"\(notPlayed)\" time=\"\(StoryReport.decimal(seconds))\">\n"
        var rest = verdicts[...]
        while let first = rest.first {
            let suite = rest.prefix { $0.story.file === first.story.file }
            rest = rest.dropFirst(suite.count)
            text += StoryReport.suite(suite)
        }
        return Array((text + "</testsuites>\n").utf8)
    }

    private static func suite(_ verdicts: ArraySlice<StoryVerdict>) -> String {
        let file = attribute(verdicts.first?.story.file ?? "")
        let failures = verdicts.count { $0.failure != nil }
        let cases = verdicts.map { test($0) }.joined()
        return
            "  <testsuite name=\"\(file)\" tests=\"\(verdicts.count)\" failures=\"\(failures)\">\n" + cases
            + "  </testsuite>\n"
    }

    private static func test(_ verdict: StoryVerdict) -> String {
        let story = verdict.story
        let head =
            "    <testcase name=\"\(attribute(story.name))\" classname=\"\(attribute(story.persona.slug))\" "
            + "file=\"\(attribute(story.file))\" line=\"\(story.line)\""
        if let reason = verdict.obstacle {
            return head + ">\n      <skipped message=\"\(attribute(reason))\"/>\n    </testcase>\n"
        }
        guard let failure = verdict.failure else { return head + "/>\n" }
        let lines =
            ["turn \(failure.turn): \(failure.action)"]
            + failure.mismatches.map { "\(story.file):\($0.line): \($0.words)" } + failure.explanation
        return head + ">\n      <failure message=\"\(attribute(failure.mismatches.first?.words ?? ""))\">"
            + escaped(lines.joined(separator: "\n")) + "</failure>\n    </testcase>\n"
    }

    /// A number of seconds without an exponent, which XML has not in decimals.
    private static func decimal(_ seconds: Double) -> String {
        let millionths = Int((max(0, min(seconds, 1e12)) * 1_000_000).rounded())
        let digits = String(millionths % 1_000_000)
        return "\(millionths / 1_000_000)." + String(repeating: "0", count: 6 - digits.count) + digits
    }

    private static func attribute(_ text: String) -> String { escaped(text).with("&#10;", inPlaceOf: "\n") }

    /// Text of XML 1.0. Characters that it cannot hold become U+FFFD.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x26: escaped += "&amp;"
            case 0x3C: escaped += "&lt;"
            case 0x3E: escaped += "&gt;"
            case 0x22: escaped += "&quot;"
            case 0x09, 0x0A, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: escaped.unicodeScalars.append(scalar)
            default: escaped += "\u{FFFD}"
            }
        }
        return escaped
    }
}

extension Mismatch {
    fileprivate var words: String {
        "\(key): expected \(expected), actual \(actual)" + (difference.map { " (\($0))" } ?? "")
    }
}
