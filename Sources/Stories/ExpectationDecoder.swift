import Dialogue
import Exact
import Fixtures
import JSON
import Text

/// Decodes what a story expects of a turn.
struct ExpectationDecoder {
    let findings: Findings
    /// Nil when it is not known; names are not checked then.
    let persona: Persona?
    /// The machine that the turn is about.
    let machine: Machine?

    func expectations(_ reader: ObjectReader) -> [Expectation] {
        defer { reader.finish() }
        var found: [Expectation] = []
        func add(_ key: String, _ wanted: Expectation.Wanted?) {
            guard let wanted else { return }
            found.append(Expectation(wanted: wanted, line: findings.line(of: reader.position(of: key))))
        }
        let failure = error(reader)
        add("error", failure)
        if failure != nil { warnOfImpossible(reader) }
        add("decision", choiceOrNull("decision", reader).map { .decision($0) })
        add("state", state(reader).map { .state($0) })
        add("score", reader.integer("score").map { .score($0) })
        add("outcome", choiceOrNull("outcome", reader).map { .outcome($0) })
        add("follow_up", reader.bool("follow_up").map { .followUp($0) })
        add("redirect_count", reader.integer("redirect_count", in: 0...Int(Int32.max)).map { .redirectCount($0) })
        add("unlocks", unlocks(reader).map { .unlocks($0) })
        found += variables(reader) + replies(reader)
        return found
    }

    /// Warns of what a turn that is refused cannot have.
    private func warnOfImpossible(_ reader: ObjectReader) {
        let hasDecision = reader.value("decision").map { !$0.isNull } ?? false
        let impossible = [
            ("decision", hasDecision), ("follow_up", reader.value("follow_up")?.bool ?? false),
            ("unlocks", reader.value("unlocks")?.array?.isEmpty == false), ("reply", reader.value("reply") != nil),
        ]
        for (key, isThere) in impossible where isThere {
            findings.warn("a turn with an error has no \"\(key)\", so this never passes", at: reader.position(of: key))
        }
    }

    /// One of the words, or null for none; nil without the key.
    private func choiceOrNull<Choice: RawRepresentable & CaseIterable>(
        _ key: String, _ reader: ObjectReader
    ) -> Choice?? where Choice.RawValue == String {
        guard let value = reader.value(key) else { return nil }
        if value.isNull { return .some(nil) }
        return reader.choice(key, Choice.self).map { .some($0) }
    }

    private func state(_ reader: ObjectReader) -> String? {
        guard let key = reader.textIfAny("state") else { return nil }
        guard let machine, StateKey(key).flatMap(machine.state) == nil else { return key }
        findings.report(
            "\"state\" names no state of the machine \"\(machine.key)\": \"\(key)\""
                + Suggestion.text(for: key, among: machine.stateKeys.map(\.text)), at: reader.position(of: "state"))
        return nil
    }

    private func unlocks(_ reader: ObjectReader) -> [String]? {
        reader.array("unlocks")?.compactMap { item in
            guard let key = item.string else {
                findings.report("\"unlocks\" lists keys of machines", at: item.offset)
                return nil
            }
            if let persona, !persona.machines.contains(where: { $0.key === key }) {
                findings.report(
                    "\"unlocks\" names no machine of \"\(persona.slug)\": \"\(key)\""
                        + Suggestion.text(for: key, among: persona.machines.map(\.key)), at: item.offset)
            }
            return key
        }
    }

    private func variables(_ reader: ObjectReader) -> [Expectation] {
        guard let item = reader.object("variables", "\"variables\"") else { return [] }
        return (reader.value("variables")?.members ?? []).compactMap { member in
            persona?.check(variable: member.key, at: member.keyOffset, findings)
            let text = item.text(member.key, nullable: true)
            guard text != nil || member.value.isNull else { return nil }
            return Expectation(
                wanted: .variable(member.key, text), line: findings.line(of: member.value.offset))
        }
    }

    /// A text is the whole reply; an object says what it must contain.
    private func replies(_ reader: ObjectReader) -> [Expectation] {
        guard let value = reader.value("reply") else { return [] }
        let line = findings.line(of: value.offset)
        if let text = value.string { return [Expectation(wanted: .reply(.text(text)), line: line)] }
        guard value.members != nil else {
            findings.report("\"reply\" must be a text or {\"contains\", \"pattern\"}", at: value.offset)
            return []
        }
        guard let item = reader.object("reply", "\"reply\"") else { return [] }
        defer { item.finish() }
        let conditions = parts(item).map { ReplyCondition.contains($0) } + [pattern(item)].compactMap(\.self)
        if item.isEmpty { findings.report("\"reply\" must hold \"contains\" or \"pattern\"", at: value.offset) }
        return conditions.map { Expectation(wanted: .reply($0), line: line) }
    }

    /// A text, or a list of them.
    private func parts(_ reader: ObjectReader) -> [String] {
        guard let value = reader.value("contains") else { return [] }
        if (value.array ?? [value]).contains(where: { $0.string?.isEmpty ?? false }) {
            findings.warn("every reply contains an empty text", at: value.offset)
        }
        if let text = value.string { return [text] }
        guard let items = value.array else {
            findings.report("\"contains\" must be a text or a list of texts", at: value.offset)
            return []
        }
        return items.compactMap { item in
            if item.string == nil { findings.report("\"contains\" lists texts", at: item.offset) }
            return item.string
        }
    }

    private func pattern(_ reader: ObjectReader) -> ReplyCondition? {
        guard let source = reader.text("pattern") else { return nil }
        do {
            return .pattern(try Pattern(source))
        } catch {
            findings.report(
                "the pattern does not compile: \(error.message) (at its byte \(error.offset))",
                at: reader.position(of: "pattern"))
            return nil
        }
    }

    /// A word, or an HTTP status.
    private func error(_ reader: ObjectReader) -> Expectation.Wanted? {
        guard let value = reader.value("error") else { return nil }
        if value.number != nil { return reader.integer("error", in: 400...599).map { .error(.status($0)) } }
        if let word = value.string, let reason = StoryError.Reason(rawValue: word) { return .error(.reason(reason)) }
        let words = StoryError.Reason.allCases.map(\.rawValue)
        let found = value.string.map { ", not \"\($0)\"\(Suggestion.text(for: $0, among: words))" } ?? ""
        findings.report(
            "\"error\" is an HTTP status such as 503, or must be one of \(words.joined(separator: ", "))\(found)",
            at: value.offset)
        return nil
    }
}
