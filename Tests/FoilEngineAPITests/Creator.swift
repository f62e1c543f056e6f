import HTTP
import JSON
import Testing

/// What creators do, and the persona that they begin with.
extension Web {
    static let item = ["id", "name", "description", "is_published", "created_at", "updated_at"]

    /// A document with one machine; the arguments are members more, each with a comma behind it.
    static func document(
        persona: String = "", machine: String = "", transition: String = "", more: String = "", name: String = "Nora"
    ) -> String {
        """
        {"persona": {\(persona)"name": "\(name)"}, \(more)
         "machines": [{\(machine)"machine_key": "talk", "is_entry": true,
           "states": [{"state_key": "s0", "is_initial_state": true, "says": "Hello, {player_name}."},
                      {"state_key": "s1", "says": "Go on."}, {"state_key": "end", "is_terminal_state": true}],
           "transitions": [
             {"from_state_key": "s0", "to_state_key": "s1", "decision_type": "pass", "when": {"any": ["on"]}},
             {"from_state_key": "s1", "to_state_key": "end", "decision_type": "pass", "when": {"any": ["on"]}},
             {\(transition)"from_state_key": "*", "decision_type": "redirect", "when": {"any": ["hm"]}, "says": ["A", "B", "C"]}]}]}
        """
    }

    @discardableResult
    func save(_ document: String = document(), over persona: String? = nil, token: String? = "ann-token") -> Answer {
        call(.post, "creator/save" + (persona.map { "?persona_id=\($0)" } ?? ""), document, token: token)
    }

    /// Saves, and returns the new persona's id.
    func made(_ document: String = document(), token: String = "ann-token") -> String {
        save(document, token: token)["persona"]?["id"]?.string ?? ""
    }

    func full(_ persona: String, token: String? = "ann-token") -> Answer {
        call(.get, "personas/\(persona)/full", token: token)
    }

    func publish(_ persona: String, _ verb: String = "publish", token: String? = "ann-token") -> Answer {
        call(.post, "personas/\(persona)/\(verb)", token: token)
    }

    @discardableResult
    func delete(_ persona: String, token: String? = "ann-token") -> Answer {
        call(.delete, "personas/\(persona)", token: token)
    }

    /// The names in a list of personas.
    func names(_ query: String = "", token: String? = nil) -> [String] {
        call(.get, "personas?\(query)", token: token).json?.array?.compactMap { $0["name"]?.string } ?? []
    }
}

extension JSONValue {
    /// The value without ids and times, as JSON.
    var lasting: String { stripped.shown }

    private var stripped: JSONValue {
        switch kind {
        case .array(let items): .array(items.map(\.stripped))
        case .object(let members):
            .object(
                members.filter { !["id", "created_at", "updated_at"].contains($0.key) }
                    .map { Member($0.key, $0.value.stripped) })
        default: self
        }
    }
}
