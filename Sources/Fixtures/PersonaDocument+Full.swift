public import Dialogue
import Exact
public import JSON

extension PersonaDocument {
    /// The whole persona as the API shows it: the real service's fields in the order of spec B.2 to B.5, each with its
    /// value or its default, `*` written out, and then the members that the fixture language adds. Saved again it is
    /// the same persona.
    public func full(of persona: Persona) -> JSONValue {
        let root = PersonaDocument.identified(root(of: persona), persona)
        return .object([
            JSONValue.Member("persona", Shape.persona.applied(to: root["persona"] ?? .null)),
            JSONValue.Member("machines", root["machines"]?.mapItems(Shape.machine) ?? .array([])),
            JSONValue.Member("variables", root["variables"] ?? .array([])),
            JSONValue.Member("machine_links", root["machine_links"]?.mapItems(Shape.link.applied) ?? .array([])),
        ])
    }
}

/// The order in which an object's members are written, and the defaults of missing ones.
private struct Shape {
    /// A missing key without a default is left out.
    let first: [(key: String, standard: JSONValue?)]
    let last: [String]

    init(_ first: [(key: String, standard: JSONValue?)], last: [String] = []) {
        self.first = first
        self.last = last
    }

    func applied(to object: JSONValue) -> JSONValue {
        let known = Set(exact: first.map(\.key) + last)
        let beginning = first.compactMap { key, standard in
            (object[key] ?? standard).map { JSONValue.Member(key, $0) }
        }
        let middle = (object.members ?? []).filter { !known.contains($0.key) }
        let end = last.compactMap { key in object[key].map { JSONValue.Member(key, $0) } }
        return .object(beginning + middle + end)
    }

    static let persona = Shape([
        ("id", nil), ("name", nil), ("description", .null), ("persona_identity_prompt", .null),
        ("perplexity_description", .null), ("is_published", .bool(true)),
        ("created_at", .string(PersonaDecoder.standardTime)),
        ("updated_at", .string(PersonaDecoder.standardTime)),
    ])

    static func machine(_ value: JSONValue) -> JSONValue {
        let states = (value["states"]?.array ?? []).enumerated().map { place, value in
            state(at: place).applied(to: value)
        }
        let transitions = Wildcard.expanded(value).map(transition.applied)
        let written = value.setting("states", to: .array(states)).setting("transitions", to: .array(transitions))
        return Shape(
            [
                ("id", nil), ("machine_key", nil), ("name", value["machine_key"]), ("description", .null),
                ("is_entry", .bool(false)), ("scoring_mode", .string(Machine.ScoringMode.scoring.rawValue)),
                ("pass_threshold", .integer(3)), ("early_fail_bound", .integer(-3)), ("creator_objective", .null),
                ("creator_win_condition", .null), ("creator_lose_condition", .null), ("chat_system_prompt", .null),
                ("system_evaluation_prompt", .null), ("system_summarization_prompt", .null),
                ("output_variables", .array([])),
            ], last: ["states", "transitions"]
        ).applied(to: written)
    }

    private static func state(at place: Int) -> Shape {
        Shape([
            ("state_key", nil), ("label", .null), ("prompt_instruction", .null), ("is_initial_state", .bool(false)),
            ("is_terminal_state", .bool(false)), ("display_order", .integer(place + 1)),
        ])
    }

    private static let transition = Shape([
        ("from_state_key", nil), ("to_state_key", nil), ("decision_type", nil), ("score_delta", .integer(0)),
        ("priority", .integer(0)), ("condition", .null),
    ])

    static let link = Shape([
        ("source_machine_key", nil), ("target_machine_key", nil), ("condition_type", nil), ("condition_value", .null),
        ("is_auto_advance", .bool(false)),
    ])
}
