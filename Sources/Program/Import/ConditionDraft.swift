import Exact
import JSON
import Text

/// Drafts a transition's `when` from the condition that its author wrote for a language model.
enum ConditionDraft {
    /// The most words of a draft.
    private static let limit = 50
    /// The most Unicode scalars of one.
    private static let length = 100

    /// The transition with a draft, or with a comment that holds its condition; unchanged if it has a `when` or no
    /// condition.
    static func applied(to transition: JSONValue) -> JSONValue {
        guard transition["when"] == nil, let condition = transition["condition"]?.string, !condition.isBlank else {
            return transition
        }
        let words = words(in: condition)
        guard !words.isEmpty else {
            return transition.setting("$comment", to: .string("\(Task.open) \(condition)"))
        }
        return drafted(transition, words, from: "the words in quotes of its condition")
    }

    /// The transition with a `when` of these words.
    static func drafted(_ transition: JSONValue, _ words: [String], from source: String) -> JSONValue {
        let when = JSONValue.object([JSONValue.Member("any", .array(words.map { .string($0) }))])
        return transition.setting("when", to: when)
            .setting("$comment", to: .string("\(Task.draft) \"when\" is \(source)"))
    }

    /// What the condition has in quotes, if it says nothing of what must not be: then no draft would be better.
    static func words(in condition: String) -> [String] {
        var words: [String] = []
        var outside = "".unicodeScalars
        var rest = condition.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            let isWithinWord = outside.last.map(isLetter) ?? false
            guard let close = closing[scalar], scalar != "'" && scalar != "‘" || !isWithinWord,
                let end = end(of: close, in: rest)
            else {
                outside.append(scalar)
                continue
            }
            words.append(String(rest[..<end]))
            rest = rest[rest.index(after: end)...]
            outside.append(" ")
        }
        guard !isNegative(String(outside)) else { return [] }
        var seen: Set<Phrase> = []
        return words.filter { word in
            guard word.hasScalars(atMost: length), let phrase = Phrase(word) else { return false }
            return seen.insert(phrase).inserted
        }.prefix(limit).map(\.self)
    }

    private static let closing: [Unicode.Scalar: [Unicode.Scalar]] = [
        "\"": ["\""], "“": ["”"], "„": ["“", "”"], "«": ["»"], "»": ["«"], "'": ["'"], "‘": ["’"],
    ]

    /// The place of the closing quote. An apostrophe within a word closes nothing.
    private static func end(
        of close: [Unicode.Scalar], in rest: Substring.UnicodeScalarView
    ) -> String.UnicodeScalarView.Index? {
        var place = rest.startIndex
        while place < rest.endIndex {
            let next = rest.index(after: place)
            if close.contains(rest[place]) {
                let isApostrophe = close == ["'"] || close == ["’"]
                if !isApostrophe || next == rest.endIndex || !isLetter(rest[next]) { return place }
            }
            place = next
        }
        return nil
    }

    private static let negations: Set<String> = [
        "no", "not", "never", "without", "none", "neither", "nor", "unless", "except", "anything", "refuses", "refuse",
        "fails", "lacks", "avoids", "denies", "cannot", "other", "else", "instead", "nothing",
    ]

    private static func isNegative(_ text: String) -> Bool {
        let plain = text.lowercased().with("'", inPlaceOf: "’")
        return plain.holds("n't")
            || plain.unicodeScalars.split { !isLetter($0) }.contains { negations.contains(String($0)) }
    }

    static func isLetter(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isAlphabetic }
}
