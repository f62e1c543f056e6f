import Dialogue
import Exact
import JSON

extension MachineDecoder {
    /// A state's `follow_up`: one question or a list, in the order in which they are tried.
    func followUps(_ reader: ObjectReader, _ state: String) -> [FollowUp] {
        guard let value = reader.value("follow_up") else { return [] }
        let items: [JSONValue]
        let isList: Bool
        if case .array(let list) = value.kind {
            (items, isList) = (list, true)
        } else {
            (items, isList) = ([value], false)
        }
        let followUps = items.enumerated().compactMap { place, item -> FollowUp? in
            guard let reader = ObjectReader(item, "a follow-up", findings) else { return nil }
            defer { reader.finish() }
            let when = reader.value("when").flatMap {
                MatcherDecoder(findings: findings, variables: surroundings.variables).matcher($0)
            }
            let says = replies.list("says", of: reader, id: "follow-up \(place) of \(state)", in: .line)
            let limit = reader.integer("limit", in: 1...1_000_000) ?? 1
            let priority = reader.integer("priority")
            guard let says = says ?? reader.missing("says") else { return nil }
            return FollowUp(
                when: when, says: says, limit: limit, priority: priority,
                position: position(reader.offset, index: isList ? place : -1))
        }
        return followUps.enumerated().sorted {
            ($0.element.priority ?? .min, $0.offset) < ($1.element.priority ?? .min, $1.offset)
        }.map(\.element)
    }

    /// The variables that a completed machine sets (`output_variables`).
    func outputs(_ reader: ObjectReader) -> [OutputVariable] {
        var seen: [ExactText: Set<Outcome>] = [:]
        return (reader.array("output_variables") ?? []).compactMap { value in
            guard let item = ObjectReader(value, "an output variable", findings) else { return nil }
            defer { item.finish() }
            item.acceptTexts("extraction_prompt")
            let fallback = item.text("default", nullable: true)
            let outcomes = Set(
                item.choices("outcome", Outcome.self) ?? (item.value("outcome") == nil ? Outcome.allCases : []))
            let key = item.requiredText("key")
            if let key, !outcomes.isDisjoint(with: seen[key] ?? []) {
                findings.report(
                    "the output variable \"\(key)\" stands twice for one outcome; give each an \"outcome\" of its own",
                    at: item.position(of: "key"))
            }
            if let key { seen[key, default: []].formUnion(outcomes) }
            guard let source = source(item), let key else { return nil }
            return OutputVariable(key: key, source: source, fallback: fallback, outcomes: outcomes)
        }
    }

    private func source(_ item: ObjectReader) -> OutputVariable.Source? {
        guard let from = item.object("from", "\"from\"") ?? item.missing("from") else { return nil }
        defer { from.finish() }
        let capture = from.text("capture")
        let constant = from.text("constant")
        switch (capture, constant) {
        case (let name?, nil):
            if let captures = surroundings.captures, let what = captures.problem(with: name) {
                findings.report(
                    "\"capture\" \(what): \"\(name)\"\(captures.remedy(for: name))", at: from.position(of: "capture"))
            }
            return .capture(name)
        case (nil, let text?): return .constant(text)
        default:
            // A member that was not read is a mistake of its own.
            if from.isEmpty || capture != nil || !findings.isFile {
                findings.report("\"from\" must hold either \"capture\" or \"constant\"", at: from.offset)
            }
            return nil
        }
    }

    /// The ways in which a conversation can start other than with the player's line (`entries`).
    func entries(_ entries: ObjectReader?, _ states: StateNames) -> Entries {
        guard let entries else { return Entries() }
        let opener = entries.value("opener").flatMap { entry($0, "the opener", id: "opener", states, in: .beginning) }
        var events: [ExactText: Entries.Entry] = [:]
        if let value = entries.value("events") {
            if case .object(let members) = value.kind {
                for member in members {
                    events[member.key] = entry(
                        member.value, "an event's entry", id: "event \(member.key)", states, in: .event(member.key))
                }
            } else {
                findings.report("\"events\" must be an object of event ids, not \(value.typeName)", at: value.offset)
            }
        }
        return Entries(opener: opener, events: events, nudge: nudge(entries))
    }

    private func entry(
        _ value: JSONValue, _ what: String, id: String, _ states: StateNames, in scene: Scene
    ) -> Entries.Entry? {
        guard let reader = ObjectReader(value, what, findings) else { return nil }
        defer { reader.finish() }
        let to: StateKey? =
            stateKey("to_state_key", of: reader, states, wildcard: false) ?? reader.missing("to_state_key")
        let says: ReplyList? = replies.list("says", of: reader, id: id, in: scene) ?? reader.missing("says")
        guard let to, let says else { return nil }
        return Entries.Entry(to: to, says: says, position: position(reader.offset, index: -1))
    }

    private func nudge(_ entries: ObjectReader) -> Entries.Nudge? {
        guard let reader = entries.object("nudge", "the nudge") else { return nil }
        defer { reader.finish() }
        let cooldown = reader.integer("cooldown_seconds", in: 0...Int(Int32.max)) ?? 0
        let cap = reader.integer("cap", in: 0...Int(Int32.max))
        guard let says = replies.list("says", of: reader, id: "nudge", in: .nudge) ?? reader.missing("says") else {
            return nil
        }
        return Entries.Nudge(says: says, cooldownSeconds: cooldown, cap: cap)
    }
}
