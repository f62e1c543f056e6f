import Dialogue
import Text

/// A condition in a few words: `bread, bak* & score ≥ 3`.
enum ConditionText {
    /// The most words of a list, and the most conditions within one, that are shown.
    private static let items = 3

    static func short(_ matcher: Matcher) -> String {
        switch matcher {
        case .text(let text): short(text)
        case .said(let phrases): "said: \(list(phrases))"
        case .length(let range): "length \(short(range))"
        case .turn(let range): "turn \(short(range))"
        case .score(let range): "score \(short(range))"
        case .redirects(let range): "redirects \(short(range))"
        case .variable(let name, let value): "variable \(ShortText.of(name)) \(short(value))"
        case .inFollowUp(let wanted): wanted ? "in a follow-up" : "not in a follow-up"
        case .event(let id): "event \(ShortText.of(id))"
        case .context(let name, let value): "context \(ShortText.of(name)) \(short(value))"
        case .image(let wanted): wanted ? "image" : "no image"
        case .otherwise: "otherwise"
        case .every(let matchers), .allOf(let matchers): joined(matchers, by: " & ")
        case .some(let matchers): joined(matchers, by: " or ")
        case .not(let matcher): "not (\(short(matcher)))"
        }
    }

    private static func joined(_ matchers: [Matcher], by word: String) -> String {
        let shown = matchers.prefix(items).map(short).joined(separator: word)
        return matchers.count > items ? "\(shown)\(word)…" : shown
    }

    private static func short(_ text: TextMatcher) -> String {
        switch text {
        case .any(let phrases): list(phrases)
        case .all(let phrases): "all of: \(list(phrases))"
        case .none(let phrases): "none of: \(list(phrases))"
        case .equals(let text): "= \(ShortText.of(text.written))"
        case .pattern(let pattern): "pattern \(ShortText.of(pattern.source))"
        }
    }

    private static func short(_ value: ValueMatcher) -> String {
        (value.texts.map(short) + [value.number.map(short)].compactMap(\.self)).joined(separator: " & ")
    }

    private static func short(_ range: NumberMatcher) -> String {
        if let atLeast = range.atLeast, atLeast == range.atMost { return "= \(atLeast)" }
        return [range.atLeast.map { "≥ \($0)" }, range.atMost.map { "≤ \($0)" }].compactMap(\.self)
            .joined(separator: " & ")
    }

    private static func list(_ phrases: [Phrase]) -> String {
        let shown = phrases.prefix(items).map { ShortText.of($0.written) }.joined(separator: ", ")
        return phrases.count > items ? "\(shown) +\(phrases.count - items)" : shown
    }
}
