import Dialogue
import Exact
import Fixtures
import JSON

/// Decodes the turns of a story.
struct TurnDecoder {
    let findings: Findings
    /// Nil when it is not known; names are not checked then.
    let persona: Persona?

    private enum Kind: String, CaseIterable {
        case say, event, nudge, initialize = "init", reset, advance
    }

    /// Nil when the story has none.
    func turns(_ reader: ObjectReader, on machine: Machine?) -> [StoryTurn]? {
        guard let items = reader.array("turns") ?? reader.missing("turns") else { return nil }
        if items.isEmpty {
            findings.report("\"turns\" must list at least one turn", at: reader.position(of: "turns"))
        }
        if items.count > StoryDecoder.turnLimit {
            findings.report(
                "a story may have \(StoryDecoder.turnLimit) turns, not \(items.count)", at: reader.position(of: "turns")
            )
            return nil
        }
        var machine = machine
        return items.compactMap { turn($0, &machine) }
    }

    private func turn(_ value: JSONValue, _ machine: inout Machine?) -> StoryTurn? {
        guard let reader = ObjectReader(value, "a turn", findings) else { return nil }
        defer { reader.finish() }
        let kinds = Kind.allCases.filter { reader.value($0.rawValue) != nil }
        if kinds.count > 1 {
            let words = kinds.map { "\"\($0.rawValue)\"" }.joined(separator: " and ")
            findings.report("a turn does one thing, not \(words)", at: reader.offset)
        }
        for (key, wanted) in [("context", [Kind.event]), ("image", [.say, .event])] {
            guard let kind = kinds.first, reader.value(key) != nil, !wanted.contains(kind) else { continue }
            let words = wanted.map { "\"\($0.rawValue)\"" }.joined(separator: " or ")
            findings.report(
                "\"\(key)\" comes with \(words), not with \"\(kind.rawValue)\"", at: reader.position(of: key))
        }
        if kinds.isEmpty, !Kind.allCases.contains(where: { reader.misspells($0.rawValue) }) {
            let words = Kind.allCases.map(\.rawValue).joined(separator: ", ")
            findings.report("a turn must have one of \(words)", at: reader.offset, help: .missing)
        }
        let action = kinds.isEmpty ? nil : action(kinds[0], reader)
        let expect = reader.object("expect", "\"expect\"")
        // A session that is refused begins on no other machine.
        if kinds.first == .initialize, expect?.value("error") == nil {
            machine = if case .begin(let begun) = action { begun } else { nil }
        }
        let expectations =
            expect.map {
                ExpectationDecoder(findings: findings, persona: persona, machine: machine).expectations($0)
            } ?? []
        if case .event(let event, _) = action { check(event, on: machine, expectations, reader) }
        guard let action else { return nil }
        return StoryTurn(action: action, line: findings.line(of: reader.offset), expectations: expectations)
    }

    private func action(_ kind: Kind, _ reader: ObjectReader) -> StoryTurn.Action? {
        let isHeard = kind == .say || kind == .event
        let hasImage = isHeard ? reader.bool("image") ?? false : false
        switch kind {
        case .say:
            guard let line = reader.text("say") else { return nil }
            guard line.hasScalars(atMost: TurnDecoder.longestLine) else {
                findings.report(
                    "\"say\" may have \(TurnDecoder.longestLine) characters", at: reader.position(of: "say"))
                return nil
            }
            return .say(line, hasImage: hasImage)
        case .event:
            let context = context(reader)
            return reader.requiredText("event").map {
                .event(MatchContext.Event(id: $0, context: context), hasImage: hasImage)
            }
        case .nudge: return isTrue("nudge", reader) ? .nudge : nil
        case .reset: return isTrue("reset", reader) ? .reset : nil
        case .advance: return reader.number("advance", in: 0...TurnDecoder.longestAdvance).map { .advance($0) }
        case .initialize:
            guard let key = reader.requiredText("init"), let persona else { return nil }
            guard let next = persona.machines.first(where: { $0.key === key }) else {
                findings.report(
                    "\"init\" names no machine of \"\(persona.slug)\": \"\(key)\""
                        + Suggestion.text(for: key, among: persona.machines.map(\.key)), at: reader.position(of: "init")
                )
                return nil
            }
            return .begin(next)
        }
    }

    /// More than any API takes of a message, and few enough for a request.
    private static let longestLine = 100_000
    /// A hundred years, in seconds.
    private static let longestAdvance = 3_155_760_000.0

    private func isTrue(_ key: String, _ reader: ObjectReader) -> Bool {
        guard let value = reader.bool(key) else { return false }
        if !value { findings.report("\"\(key)\" can only be true", at: reader.position(of: key)) }
        return value
    }

    private func context(_ reader: ObjectReader) -> Texts {
        var context: Texts = [:]
        guard let item = reader.object("context", "\"context\"") else { return [:] }
        for member in reader.value("context")?.members ?? [] {
            if let text = item.text(member.key) { context[member.key] = text }
        }
        return context
    }

    /// Reports an event that the machine has no entry for, unless the story expects an error.
    private func check(
        _ event: MatchContext.Event, on machine: Machine?, _ expectations: [Expectation], _ reader: ObjectReader
    ) {
        guard let machine, machine.entries.events[event.id] == nil else { return }
        for case .error in expectations.map(\.wanted) { return }
        findings.report(
            "\"event\" names no event of the machine \"\(machine.key)\": \"\(event.id)\""
                + Suggestion.text(for: event.id, among: machine.entries.events.keys.map(\.text)),
            at: reader.position(of: "event"))
    }
}
