import Dialogue
import Exact
import JSON

/// Decodes one machine (FIXTURES.md machines/<machine_key>.json).
struct MachineDecoder {
    let findings: Findings
    let surroundings: Surroundings
    /// Makes the id of a machine without an `id`.
    let identify: (String) -> MachineID
    let source: Machine.Source

    var replies: ReplyDecoder { ReplyDecoder(findings: findings, surroundings: surroundings) }

    /// Decodes the machine; nil when a mistake was reported. `fileName` is the file's name without `.json`.
    func machine(_ value: JSONValue, slug: String, fileName: String) -> Machine? {
        guard let reader = ObjectReader(value, "the machine", findings) else { return nil }
        let key = reader.text("machine_key") ?? fileName
        if key !== fileName {
            findings.report(
                "\"machine_key\" must be the file's name, \"\(fileName)\", not \"\(key)\"",
                at: reader.position(of: "machine_key"))
        }
        let list: [JSONValue]? = reader.array("states") ?? reader.missing("states")
        let states = (list ?? []).enumerated().compactMap { state($1, $0) }
        if let list { checkStates(states, of: list, reader) }
        let keys = StateNames(states, isWhole: !states.isEmpty && states.count == list?.count)
        let transitions = (reader.array("transitions") ?? []).enumerated().compactMap { index, value in
            transition(value, index, keys)
        }
        let outputs = outputs(reader)
        let entriesReader = reader.object("entries", "entries")
        var entries = entries(entriesReader, keys)
        keys.reportUnknown(in: findings)
        let redirectLimit = reader.integer("redirect_limit", in: 0...1_000_000)
        let onRedirectLimit = reader.choice("on_redirect_limit", Decision.self) ?? .reject
        if onRedirectLimit == .redirect {
            findings.report(
                "a redirect beyond the limit cannot become a redirect", at: reader.position(of: "on_redirect_limit"))
        }
        let unmatched = reader.choice("unmatched", Unmatched.self) ?? .redirect
        let id = PersonaDecoder.identifier(of: reader) ?? identify("\(slug)/\(key)")
        let name = reader.text("name") ?? key
        let description = reader.text("description", nullable: true)
        let isEntry = reader.bool("is_entry") ?? false
        let scoringMode = reader.choice("scoring_mode", Machine.ScoringMode.self) ?? .scoring
        let passThreshold = reader.integer("pass_threshold") ?? 3
        let earlyFailBound = reader.integer("early_fail_bound") ?? -3
        let greeting = replies.list("greeting", of: reader, id: "greeting", in: .beginning)
        let saysOn = replies.saysOn(of: reader, id: "machine")
        let reading = MachineReading(reader, entries: entriesReader, replies)
        for dialect in surroundings.dialects { dialect.read(reading) }
        entries.heard = reading.heard
        entriesReader?.finish()
        reader.acceptTexts(
            "creator_objective", "creator_win_condition", "creator_lose_condition", "chat_system_prompt",
            "system_evaluation_prompt", "system_summarization_prompt")
        reader.finish()
        guard findings.count == 0 else { return nil }
        let machine = Machine(
            id: id, key: key, name: name, description: description, isEntry: isEntry, scoringMode: scoringMode,
            passThreshold: passThreshold, earlyFailBound: earlyFailBound, redirectLimit: redirectLimit,
            onRedirectLimit: onRedirectLimit, unmatched: unmatched == .pass ? .pass : .redirect, outputs: outputs,
            entries: entries, greeting: greeting, saysOn: saysOn, states: states.map(\.state),
            transitions: transitions.map(\.transition), settings: reading.settings, source: source)
        if findings.isFile {
            MachineReview(
                findings: findings, reader: reader, machine: machine, states: states, transitions: transitions
            ).run()
        }
        return machine
    }

    /// The position of a part in the machine's source, from its byte offset and its index in its list.
    func position(_ offset: Int, index: Int) -> Int32 {
        switch source {
        case .file: Int32(clamping: findings.line(of: offset))
        case .document: Int32(clamping: index)
        }
    }

    private enum Unmatched: String, CaseIterable {
        case redirect, pass
    }

    private func state(_ value: JSONValue, _ index: Int) -> PlacedState? {
        guard let reader = ObjectReader(value, "a state", findings) else { return nil }
        defer { reader.finish() }
        let key = reader.requiredText("state_key").flatMap { StateKey($0) }
        let isTerminal = reader.bool("is_terminal_state") ?? false
        let outcome = reader.choice("outcome", Outcome.self)
        if outcome != nil, !isTerminal {
            findings.report("only a terminal state can have an \"outcome\"", at: reader.position(of: "outcome"))
        }
        if key?.text == "*" {
            findings.report("\"*\" means every state and cannot be one's key", at: reader.position(of: "state_key"))
        }
        if let key, key.text.unicodeScalars.contains(where: { $0.value < 0x20 }) {
            findings.warn(
                "the key of a state has a line end or another control character, which reports cannot show",
                at: reader.position(of: "state_key"))
        }
        reader.acceptTexts("label", "prompt_instruction")
        _ = reader.integer("display_order")
        let isInitial = reader.bool("is_initial_state") ?? false
        let name = "state \(key?.text ?? "")"
        let says = replies.list("says", of: reader, id: name, isEntered: true)
        let saysOn = replies.saysOn(of: reader, id: name)
        let followUps = followUps(reader, name)
        let redirectLimit = reader.integer("redirect_limit", in: 0...1_000_000)
        guard let key else { return nil }
        let state = State(
            key: key, isInitial: isInitial, isTerminal: isTerminal, outcome: outcome, says: says, saysOn: saysOn,
            followUps: followUps, redirectLimit: redirectLimit, position: position(reader.offset, index: index))
        return PlacedState(state: state, offset: reader.position(of: "state_key"), reader: reader)
    }

    private func checkStates(_ states: [PlacedState], of list: [JSONValue], _ reader: ObjectReader) {
        var seen: Set<StateKey> = []
        for placed in states where !seen.insert(placed.state.key).inserted {
            findings.report("the state \"\(placed.state.key)\" stands twice", at: placed.offset)
        }
        let initial = states.filter(\.state.isInitial)
        if let second = initial.dropFirst().first, !findings.isFile || second.state.key != initial[0].state.key {
            findings.report(
                "\"\(second.state.key)\" is a second initial state beside \"\(initial[0].state.key)\"; there can only be one",
                at: second.offset)
        }
        if initial.isEmpty, !findings.isFile || !list.contains(where: mayBeInitial) {
            findings.report(
                "no state has \"is_initial_state\": true; exactly one must", at: reader.position(of: "states"))
        }
        for placed in initial where placed.state.isTerminal {
            findings.report("the initial state \"\(placed.state.key)\" cannot be terminal", at: placed.offset)
        }
    }

    /// Whether a state that could not be read as the initial one may be meant as it.
    private func mayBeInitial(_ state: JSONValue) -> Bool {
        (state.members ?? []).contains {
            Suggestion.nearest(to: $0.key, among: ["is_initial_state", "is_terminal_state"]) == "is_initial_state"
                && $0.value.bool != false
        }
    }

    private func transition(_ value: JSONValue, _ index: Int, _ states: StateNames) -> PlacedTransition? {
        guard let reader = ObjectReader(value, "a transition", findings) else { return nil }
        defer { reader.finish() }
        let from = stateKey("from_state_key", of: reader, states, wildcard: true)
        let to = stateKey("to_state_key", of: reader, states, wildcard: false)
        if from == nil { let _: StateKey? = reader.missing("from_state_key") }
        let decision = reader.choice("decision_type", Decision.self) ?? reader.missing("decision_type")
        if decision == .pass, reader.value("to_state_key") == nil {
            reader.report(missing: "to_state_key", "a pass needs a \"to_state_key\"")
        }
        if let from, from.text != "*", states.terminal.contains(from.text) {
            findings.report(
                "the transition leaves \"\(from)\", a terminal state, and could never fire",
                at: reader.position(of: "from_state_key"))
        }
        let condition = reader.text("condition", nullable: true)
        let scoreDelta = reader.integer("score_delta") ?? 0
        let priority = reader.integer("priority") ?? 0
        let when = reader.value("when").flatMap {
            MatcherDecoder(findings: findings, variables: surroundings.variables).matcher($0)
        }
        let followUp = reader.bool("follow_up") ?? false
        let isOfEvent = when?.contains { if case .event = $0 { true } else { false } } ?? false
        let says = replies.list("says", of: reader, id: "transition \(index)", in: isOfEvent ? .any : .line)
        guard let decision else { return nil }
        let transition = Transition(
            from: from?.text == "*" ? nil : from, to: to, decision: decision, scoreDelta: scoreDelta,
            priority: priority, when: when, followUp: followUp, says: says, condition: condition,
            position: position(reader.offset, index: index))
        return PlacedTransition(transition: transition, offset: reader.offset, reader: reader)
    }

    func stateKey(_ key: String, of reader: ObjectReader, _ states: StateNames, wildcard: Bool) -> StateKey? {
        guard let text = reader.text(key) else { return nil }
        if wildcard, text == "*" { return StateKey(text) }
        return states.use(text, as: key, at: reader.position(of: key), findings) ? StateKey(text) : nil
    }
}

/// A state, the offset of its key, and what it was read from.
struct PlacedState {
    let state: State
    let offset: Int
    let reader: ObjectReader
}

/// A transition, its offset, and what it was read from.
struct PlacedTransition {
    let transition: Transition
    let offset: Int
    let reader: ObjectReader
}
