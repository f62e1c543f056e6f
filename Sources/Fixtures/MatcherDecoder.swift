import Dialogue
import JSON
import Text

/// Decodes a condition (FIXTURES.md "Matchers").
struct MatcherDecoder {
    let findings: Findings

    func matcher(_ value: JSONValue) -> Matcher? {
        guard let reader = ObjectReader(value, "a matcher", findings) else { return nil }
        defer { reader.finish() }
        var matchers: [Matcher] = []
        if let phrases = phrases("any", of: reader) { matchers.append(.any(phrases)) }
        if let phrases = phrases("all", of: reader) { matchers.append(.all(phrases)) }
        if let phrases = phrases("none", of: reader) { matchers.append(.none(phrases)) }
        if let text = reader.text("equals") { matchers.append(.equals(FoldedText(text))) }
        if let otherwise = reader.bool("otherwise") {
            if otherwise {
                matchers.append(.otherwise)
            } else {
                findings.report("\"otherwise\" can only be true", at: reader.position(of: "otherwise"))
            }
        }
        if case .object(let members) = value.kind, members.isEmpty {
            findings.report("a matcher must hold at least one key, such as \"any\"", at: value.offset)
        }
        return matchers.count == 1 ? matchers[0] : .every(matchers)
    }

    private func phrases(_ key: String, of reader: ObjectReader) -> [Phrase]? {
        guard let items = reader.array(key) else { return nil }
        if items.isEmpty { findings.report("\"\(key)\" must list at least one word", at: reader.position(of: key)) }
        return items.compactMap { item in
            guard case .string(let text) = item.kind else {
                findings.report("a listed word must be a text, not \(item.typeName)", at: item.offset)
                return nil
            }
            guard let phrase = Phrase(text) else {
                findings.report(
                    "\"\(text)\" is no word or phrase: it needs a letter, digit or emoji, and * may only end a word",
                    at: item.offset)
                return nil
            }
            return phrase
        }
    }
}
