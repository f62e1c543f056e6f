public import Dialogue
import Exact
import JSON
import Text

/// Decodes a condition (FIXTURES.md "Matchers").
struct MatcherDecoder {
    let findings: Findings
    /// The variables that a matcher can name.
    let variables: VariableNames
    /// What is certain when the matcher is asked.
    var scene = Scene.any

    /// The matchers that a conversation must go before.
    private static let conversational = [
        "said", "turn", "score", "redirects", "variable", "context", "in_follow_up", "event",
    ]

    private var hasConversation: Bool { if case .publicText = scene { false } else { true } }

    func matcher(_ value: JSONValue) -> Matcher? {
        guard let reader = ObjectReader(value, "a matcher", findings) else { return nil }
        defer { reader.finish() }
        var matchers = texts(of: reader).map { Matcher.text($0) }
        if hasConversation, let phrases = phrases("said", of: reader) { matchers.append(.said(phrases)) }
        if let number = number("length", of: reader) { matchers.append(.length(number)) }
        if hasConversation {
            matchers += ofConversation(reader)
        } else {
            for key in MatcherDecoder.conversational {
                reader.refuse(
                    key,
                    "\"\(key)\" asks about a conversation, and what is written in public is in none; ask about the text (\"any\", \"pattern\" …)"
                )
            }
        }
        if let wanted = reader.bool("image") { matchers.append(.image(wanted)) }
        if let inside = list("all_of", of: reader) { matchers.append(.allOf(inside)) }
        if let inside = list("any_of", of: reader) { matchers.append(.some(inside)) }
        if let inside = reader.value("not").flatMap(matcher) { matchers.append(.not(inside)) }
        if let otherwise = reader.bool("otherwise") {
            if otherwise {
                matchers.append(.otherwise)
            } else {
                findings.report("\"otherwise\" can only be true", at: reader.position(of: "otherwise"))
            }
        }
        if reader.isEmpty {
            findings.report("a matcher must hold at least one key, such as \"any\"", at: value.offset)
        }
        return matchers.count == 1 ? matchers[0] : .every(matchers)
    }

    /// The keys about the conversation.
    private func ofConversation(_ reader: ObjectReader) -> [Matcher] {
        var matchers: [Matcher] = []
        if let number = number("turn", of: reader) { matchers.append(.turn(number)) }
        if let number = number("score", of: reader) { matchers.append(.score(number)) }
        if let number = number("redirects", of: reader) { matchers.append(.redirects(number)) }
        for (name, matcher, offset) in values("variable", of: reader) {
            if variables.lacks(name) {
                findings.report(
                    "\"\(name)\" is no variable of the persona, nor one that a machine leaves"
                        + variables.suggestion(for: name), at: offset)
            }
            matchers.append(.variable(name, matcher))
        }
        matchers += values("context", of: reader).map { .context($0.name, $0.matcher) }
        if let wanted = reader.bool("in_follow_up") { matchers.append(.inFollowUp(wanted)) }
        if let id = reader.text("event") { matchers.append(.event(id)) }
        return matchers
    }

    private func texts(of reader: ObjectReader) -> [TextMatcher] {
        var texts: [TextMatcher] = []
        if let phrases = phrases("any", of: reader) { texts.append(.any(phrases)) }
        if let phrases = phrases("all", of: reader) { texts.append(.all(phrases)) }
        if let phrases = phrases("none", of: reader) { texts.append(.none(phrases)) }
        if let text = reader.text("equals") { texts.append(.equals(FoldedText(text))) }
        if let source = reader.text("pattern") {
            do {
                texts.append(.pattern(try findings.pattern(source)))
            } catch {
                let start = reader.position(of: "pattern")
                switch error {
                case .broken(let error):
                    findings.report(
                        "the pattern does not compile: \(error.message) (at its byte \(error.offset))",
                        at: findings.offset(ofByte: error.offset, inStringAt: start))
                case .tooMany: findings.report(MatcherDecoder.tooMany, at: start)
                }
            }
        }
        return texts
    }

    private static let tooMany =
        "a persona that is sent may have at most \(PatternShelf.documentLimit) different patterns, which compile to at most "
        + "\(PatternShelf.documentBytes) bytes; use words (\"any\", \"all\") where they will do, or a fixture file"

    private func list(_ key: String, of reader: ObjectReader) -> [Matcher]? {
        guard let items = reader.array(key) else { return nil }
        if items.isEmpty { findings.report("\"\(key)\" must list at least one matcher", at: reader.position(of: key)) }
        return items.compactMap(matcher)
    }

    /// A number alone, or its bounds.
    fileprivate func number(_ key: String, of reader: ObjectReader) -> NumberMatcher? {
        guard let value = reader.value(key) else { return nil }
        if value.integer != nil {
            return reader.integer(key).map { NumberMatcher(atLeast: $0, atMost: $0) }
        }
        guard case .object = value.kind, let bounds = ObjectReader(value, "\"\(key)\"", findings) else {
            findings.report("\"\(key)\" must be a whole number or {\"gte\", \"lte\", \"eq\"}", at: value.offset)
            return nil
        }
        defer { bounds.finish() }
        let number = self.bounds(of: bounds)
        if bounds.isEmpty {
            findings.report("\"\(key)\" must hold \"gte\", \"lte\" or \"eq\"", at: value.offset)
        }
        return number
    }

    private func bounds(of reader: ObjectReader) -> NumberMatcher? {
        let exactly = reader.integer("eq")
        let atLeast = reader.integer("gte")
        let atMost = reader.integer("lte")
        guard exactly != nil || atLeast != nil || atMost != nil else { return nil }
        let low = [exactly, atLeast].compactMap(\.self).max()
        let high = [exactly, atMost].compactMap(\.self).min()
        if let low, let high, low > high {
            findings.report("no number is at least \(low) and at most \(high)", at: reader.offset)
        }
        return NumberMatcher(atLeast: low, atMost: high)
    }

    /// Names with a text or number matcher each.
    private func values(_ key: String, of reader: ObjectReader) -> [(name: String, matcher: ValueMatcher, offset: Int)]
    {
        guard let value = reader.value(key) else { return [] }
        guard case .object(let members) = value.kind, !members.isEmpty else {
            findings.report("\"\(key)\" must be an object of names, each with a matcher", at: value.offset)
            return []
        }
        return members.compactMap { member in
            valueMatcher(member.value, of: member.key).map { (member.key, $0, member.keyOffset) }
        }
    }

    fileprivate func valueMatcher(_ value: JSONValue, of name: String) -> ValueMatcher? {
        guard let inside = ObjectReader(value, "the matcher of \"\(name)\"", findings) else { return nil }
        defer { inside.finish() }
        if inside.isEmpty {
            findings.report("the matcher of \"\(name)\" must hold at least one key", at: value.offset)
        }
        return ValueMatcher(texts: texts(of: inside), number: bounds(of: inside))
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

extension ObjectReader {
    /// A text that must be equal except for case and accents, or the matchers of a text (`any`, `none`, `pattern` …).
    public func textMatcher(_ key: String) -> ValueMatcher? {
        guard let value = value(key) else { return nil }
        if case .string(let text) = value.kind { return ValueMatcher(texts: [.equals(FoldedText(text))]) }
        return MatcherDecoder(findings: findings, variables: VariableNames()).valueMatcher(value, of: key)
    }

    /// A whole number, or its bounds (`gte`, `lte`, `eq`).
    public func numberMatcher(_ key: String) -> NumberMatcher? {
        MatcherDecoder(findings: findings, variables: VariableNames()).number(key, of: self)
    }
}
