import Dialogue
import Exact
import Fixtures
import JSON

/// Brings the objects of a `/full` document into the language of fixtures.
enum MachineImport {
    /// A kind of object, whose members its JSON Schema lists.
    enum Kind {
        case persona, machine, state, transition, outputVariable, link, variable
    }

    /// A machine with drafts of what the language needs and the document does not have.
    static func tidied(_ machine: JSONValue, key: String, _ leftOut: inout LeftOut) -> JSONValue {
        var machine = tidied(machine, as: .machine, at: "machines[]", &leftOut)
        if let id = machine["id"], id.string.flatMap(MachineID.init) == nil {
            leftOut.note("machines[].id")
            machine = machine.setting("id", to: nil)
        }
        machine = machine.setting("machine_key", to: .string(key))
        let states = (machine["states"]?.array ?? []).enumerated().map { place, state in
            let tidied = tidied(state, as: .state, at: "machines[].states[]", &leftOut)
            return tidied["display_order"]?.integer == place + 1 ? tidied.setting("display_order", to: nil) : tidied
        }
        if machine["states"] != nil { machine = machine.setting("states", to: .array(states)) }
        let ends = Set(
            exact: states.filter { $0["is_terminal_state"]?.bool == true }.compactMap { $0["state_key"]?.string })
        // Joined before anything is added to one of them.
        var transitions: [JSONValue] = []
        for transition in PersonaDocument.joinedTransitions(of: machine) ?? [] {
            if let from = transition["from_state_key"]?.string, ends.contains(from) {
                leftOut.note("machines[].transitions[] of terminal states, which never fire")
                continue
            }
            let tidied = tidied(transition, as: .transition, at: "machines[].transitions[]", &leftOut)
            transitions.append(ConditionDraft.applied(to: tidied))
        }
        if machine["transitions"] != nil { machine = machine.setting("transitions", to: .array(transitions)) }
        guard let outputs = machine["output_variables"]?.array else { return machine }
        let drafted = outputs.map {
            withSource(tidied($0, as: .outputVariable, at: "machines[].output_variables[]", &leftOut))
        }
        return machine.setting("output_variables", to: drafted.isEmpty ? nil : .array(drafted))
    }

    /// A language model takes the value from the conversation. Here a capture or a constant must be named.
    private static func withSource(_ output: JSONValue) -> JSONValue {
        guard output["from"] == nil else { return output }
        let prompt = output["extraction_prompt"]?.string ?? "where the value comes from"
        let source = JSONValue.object([JSONValue.Member("constant", .string(""))])
        return output.setting("$comment", to: .string("\(Task.open) \(prompt)")).setting("from", to: source)
    }

    /// The object without members that the language does not have, that are null, or that are false or 0 as they are
    /// by default.
    static func tidied(
        _ object: JSONValue, as kind: Kind, at path: String, _ leftOut: inout LeftOut
    ) -> JSONValue {
        let known = KnownMember.of(kind)
        var kept: [JSONValue.Member] = []
        var seen: Set<ExactText> = []
        for member in object.members ?? [] where seen.insert(member.key) {
            guard let known = known[member.key] else {
                if !member.value.isNull { leftOut.note("\(path).\(ShortText.of(member.key))") }
                continue
            }
            guard let value = object[member.key], !value.isNull else { continue }
            if known.isNothing(value) { continue }
            kept.append(JSONValue.Member(member.key, value))
        }
        return .object(kept)
    }
}

/// The words with which a comment begins that `foilmock check` reports.
enum Task {
    static let open = "to do:"
    static let draft = "draft:"
}

/// A member of a kind of object.
private struct KnownMember {
    /// Its default; nil: it has none.
    let standard: JSONValue?

    /// Whether the value is false or 0, and would be without the member too.
    func isNothing(_ value: JSONValue) -> Bool {
        value.bool == false && standard?.bool == false || value.integer == 0 && standard?.integer == 0
    }

    static func of(_ kind: MachineImport.Kind) -> [ExactText: KnownMember] { all[kind] ?? [:] }

    private static let all: [MachineImport.Kind: [ExactText: KnownMember]] = {
        func read(_ schema: Schema) -> JSONValue { (try? JSONReader.read(schema.file.bytes)) ?? .null }
        let (persona, machine) = (read(.persona), read(.machine))
        func members(_ object: JSONValue?) -> [ExactText: KnownMember] {
            let listed = object?["properties"]?.members ?? []
            return Dictionary(
                listed.map { (ExactText($0.key), KnownMember(standard: $0.value["default"])) },
                uniquingKeysWith: { first, _ in first })
        }
        return [
            .persona: members(persona), .machine: members(machine), .state: members(machine["$defs"]?["state"]),
            .transition: members(machine["$defs"]?["transition"]),
            .outputVariable: members(machine["$defs"]?["output_variable"]),
            .link: members(persona["$defs"]?["machine_link"]), .variable: members(persona["$defs"]?["variable"]),
        ]
    }()
}
