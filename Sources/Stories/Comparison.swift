import Dialogue
import Exact
import Text

/// What was expected, and what came in its place.
public struct Mismatch: Equatable, Sendable {
    /// The key of the story file; `error` also where the story expects no error.
    public let key: String
    public let line: Int
    public let expected: String
    public let actual: String
    /// Where two texts begin to differ; nil: something else was compared.
    public let difference: TextDifference?

    public init(key: String, line: Int, expected: String, actual: String, difference: TextDifference? = nil) {
        (self.key, self.line, self.expected, self.actual) = (key, line, expected, actual)
        self.difference = difference
    }
}

/// The first Unicode scalar in which two texts differ.
public struct TextDifference: Equatable, Sendable, CustomStringConvertible {
    /// From 1.
    public let place: Int
    /// Nil: the text has ended.
    public let expected: Unicode.Scalar?
    public let actual: Unicode.Scalar?

    /// Nil when the texts are the same.
    init?(_ expected: String, _ actual: String) {
        guard expected !== actual else { return nil }
        var (left, right) = (expected.unicodeScalars.makeIterator(), actual.unicodeScalars.makeIterator())
        var place = 1
        while true {
            let (wanted, came) = (left.next(), right.next())
            guard wanted == came, wanted != nil else {
                (self.place, self.expected, self.actual) = (place, wanted, came)
                return
            }
            place += 1
        }
    }

    /// `character 3: U+00E9 expected, U+0065 came`.
    public var description: String {
        "character \(place): \(TextDifference.name(expected)) expected, \(TextDifference.name(actual)) came"
    }

    /// Whether one of the two is no printable character of ASCII, so that it may look like the other.
    public var isHardToSee: Bool {
        [expected, actual].compactMap(\.self).contains { !(0x21...0x7E).contains($0.value) }
    }

    /// `U+00E9`, or `the end`.
    private static func name(_ scalar: Unicode.Scalar?) -> String {
        guard let scalar else { return "the end" }
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

/// The result of comparing a turn with what was expected of it.
struct Comparison {
    private(set) var mismatches: [Mismatch] = []
    /// The keys that the result does not show.
    private(set) var unchecked: [String] = []
    private(set) var checked = 0

    init(_ turn: StoryTurn, with result: TurnResult) {
        var expectsError = false
        for expectation in turn.expectations {
            if case .error = expectation.wanted { expectsError = true }
            guard let finding = Comparison.finding(expectation.wanted, result) else {
                unchecked.append(expectation.wanted.key)
                continue
            }
            checked += 1
            if finding.holds { continue }
            mismatches.append(
                Mismatch(
                    key: expectation.wanted.key, line: expectation.line, expected: finding.expected,
                    actual: finding.actual, difference: finding.difference))
        }
        guard !expectsError, result.error != nil else { return }
        mismatches.insert(
            Mismatch(key: "error", line: turn.line, expected: "none", actual: Comparison.error(of: result)), at: 0)
    }

    private struct Finding {
        let holds: Bool
        let expected: String
        let actual: String
        var difference: TextDifference?

        init(_ holds: Bool, _ expected: String, _ actual: String) {
            (self.holds, self.expected, self.actual) = (holds, expected, actual)
        }

        init(_ expected: String?, _ actual: String?, none: String) {
            self.init(expected === actual, expected ?? none, actual ?? none)
        }

        /// Compares texts.
        /// - Parameter none: in place of a text that is nil.
        init(text expected: String?, _ actual: String?, none: String) {
            self.init(
                expected === actual, expected.map(ExplanationText.whole) ?? none,
                actual.map(ExplanationText.whole) ?? none)
            if let expected, let actual { difference = TextDifference(expected, actual) }
        }
    }

    /// Nil when the result does not show it.
    private static func finding(_ wanted: Expectation.Wanted, _ result: TurnResult) -> Finding? {
        switch wanted {
        case .decision(let wanted):
            return shown(result.decision) { Finding(wanted?.rawValue, $0, none: "none") }
        case .state(let wanted): return shown(result.state) { Finding(wanted, $0, none: noSession) }
        case .score(let wanted):
            return shown(result.score) { Finding(String(wanted), $0.map { String($0) }, none: noSession) }
        case .outcome(let wanted):
            return shown(result.outcome) { Finding(wanted?.rawValue, $0, none: "none") }
        case .followUp(let wanted): return shown(result.followUp) { Finding($0 == wanted, "\(wanted)", "\($0)") }
        case .redirectCount(let wanted):
            return shown(result.redirectCount) { Finding(String(wanted), $0.map { String($0) }, none: noSession) }
        case .unlocks(let wanted):
            return shown(result.unlocks) { Finding(Set(exact: $0) == Set(exact: wanted), list(wanted), list($0)) }
        case .variable(let name, let wanted):
            return shown(result.variables) { Finding(text: wanted, $0[name], none: "not set") }
        case .reply(let condition): return shown(result.reply) { finding(condition, $0) }
        case .error(let wanted):
            let isPossible = result.possible.contains { wanted == .reason($0) }
            // A status is also what an API answers for a reason.
            let isStatus = if case .status(let status) = wanted { result.error?.status == status } else { false }
            return Finding(
                result.error == wanted || isPossible || isStatus, wanted.description,
                result.error == nil ? "none" : error(of: result))
        }
    }

    private static let noSession = "no session"

    private static func shown<Value>(_ value: TurnResult.Shown<Value>, _ compare: (Value) -> Finding) -> Finding? {
        switch value {
        case .value(let value): compare(value)
        case .hidden: nil
        }
    }

    private static func finding(_ condition: ReplyCondition, _ reply: String?) -> Finding {
        let actual = reply.map(ExplanationText.whole) ?? "none"
        switch condition {
        case .text(let wanted): return Finding(text: wanted, reply, none: "none")
        case .contains(let part):
            return Finding(reply?.holds(part) ?? false, "contains \(ExplanationText.whole(part))", actual)
        case .pattern(let pattern):
            var effort = Effort()
            let holds = reply.map { pattern.captures(in: $0, &effort) != nil } ?? false
            return Finding(holds, "pattern \(ExplanationText.whole(pattern.source))", actual)
        }
    }

    private static func list(_ keys: [String]) -> String {
        keys.isEmpty ? "none" : keys.map { ExactText($0) }.sorted().map(\.text).joined(separator: ", ")
    }

    private static func error(of result: TurnResult) -> String {
        let word = result.error?.description ?? "none"
        return result.message.map { "\(word) (\($0))" } ?? word
    }
}
