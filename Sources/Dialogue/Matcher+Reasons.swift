import Text

extension TextMatcher {
    func reason(for text: String, _ line: Line, _ effort: inout Effort) -> Matcher.Reason {
        Matcher.Reason(path: key, text: describe(text, line, &effort))
    }

    /// The matcher's key in fixtures.
    private var key: String {
        switch self {
        case .any: "any"
        case .all: "all"
        case .none: "none"
        case .equals: "equals"
        case .pattern: "pattern"
        }
    }

    /// Describes the result for a text, whether the matcher holds or not.
    fileprivate func describe(_ text: String, _ line: Line, _ effort: inout Effort) -> String {
        let seen = ExplanationText.quoted(text)
        switch self {
        case .any(let phrases), .none(let phrases):
            let found = phrases.filter { $0.occurs(in: line, &effort) }
            return found.isEmpty ? Self.absent(phrases, from: seen) : Self.present(found, in: seen)
        case .all(let phrases):
            let missing = phrases.filter { !$0.occurs(in: line, &effort) }
            return missing.isEmpty ? Self.present(phrases, in: seen) : Self.absent(missing, from: seen)
        case .equals(let wanted):
            return
                "\(seen) \(line.equals(wanted) ? "equals" : "does not equal") \(ExplanationText.quoted(wanted.written))"
        case .pattern(let pattern):
            let matches = pattern.captures(in: text, &effort) != nil
            return "\(seen) \(matches ? "matches" : "does not match") \(ExplanationText.quoted(pattern.source))"
        }
    }

    static func present(_ phrases: [Phrase], in text: String) -> String {
        "\(list(phrases)) \(phrases.count == 1 ? "occurs" : "occur") in \(text)"
    }

    static func absent(_ phrases: [Phrase], from text: String) -> String {
        phrases.count == 1
            ? "\(list(phrases)) does not occur in \(text)"
            : "none of \(list(phrases)) occurs in \(text)"
    }

    private static func list(_ phrases: [Phrase]) -> String { ExplanationText.list(phrases.map(\.written)) }
}

extension NumberMatcher {
    /// Describes the result for a number: `7 is >= 5`, or the first bound that it misses, as `3 is not >= 5`.
    func text(for number: Int) -> String {
        if let atLeast, atLeast == atMost { return "\(number) is \(number == atLeast ? "" : "not ")\(atLeast)" }
        if let atLeast, number < atLeast { return "\(number) is not >= \(atLeast)" }
        if let atMost, number > atMost { return "\(number) is not <= \(atMost)" }
        let bounds = [atLeast.map { ">= \($0)" }, atMost.map { "<= \($0)" }].compactMap(\.self)
        return "\(number) is \(bounds.isEmpty ? "a number" : bounds.joined(separator: " and "))"
    }
}

extension ValueMatcher {
    /// The reasons for a value; when the matcher does not hold, those of the parts that fail.
    func reasons(
        for value: String?, _ path: String, _ effort: inout Effort, missing: String
    ) -> [Matcher.Reason] {
        guard let value else { return [Matcher.Reason(path: path, text: missing)] }
        let holds = holds(for: value, &effort)
        var parts: [(holds: Bool, text: String)] = []
        if let number {
            let text = Int(value).map(number.text(for:)) ?? "\(ExplanationText.quoted(value)) is no whole number"
            parts.append((ValueMatcher(number: number).holds(for: value, &effort), text))
        }
        let line = effort.line(value) ?? Line("")
        for matcher in texts {
            let isPart = ValueMatcher(texts: [matcher]).holds(for: value, line, &effort)
            parts.append((isPart, matcher.describe(value, line, &effort)))
        }
        return parts.filter { $0.holds == holds }.map { Matcher.Reason(path: path, text: $0.text) }
    }
}
