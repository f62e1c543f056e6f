import Dialogue
import Exploration
import Testing

@Suite("Walks from machine to machine")
struct TravelTests {
    static let gate = """
        {"is_entry": true, "pass_threshold": 2, "states": [{"state_key": "a", "is_initial_state": true},
        {"state_key": "z", "is_terminal_state": true}], "transitions": [
        {"from_state_key": "a", "to_state_key": "z", "decision_type": "pass", "score_delta": 1, "when": {"any": ["one"]}},
        {"from_state_key": "a", "to_state_key": "z", "decision_type": "pass", "score_delta": 3, "when": {"any": ["three"]}}]}
        """

    /// A machine whose second ending asks for a variable.
    static func room(_ variable: String) -> String {
        ExplorationTests.pair(#"{"any": ["leave"]}"#, #"{"any": ["stay"], "variable": \#(variable)}"#)
    }

    static func link(_ condition: String, from source: String = "gate", to target: String = "room") -> String {
        #"{"source_machine_key": "\#(source)", "target_machine_key": "\#(target)", \#(condition)}"#
    }

    static func explored(_ links: String..., variable: String = #"{"score.gate": {"gte": 3}}"#) throws -> Exploration {
        let persona = try Lab.persona(
            ["gate": gate, "room": room(variable)], links: "[\n\(links.joined(separator: ",\n"))\n]")
        return Exploration(of: persona, samples: [], ExplorationLimits())
    }

    static let score = #""condition_type": "score_gte", "condition_value": 3"#

    @Test("a machine is walked with each set of variables that makes a difference to it")
    func variables() throws {
        let found = try Self.explored(Self.link(Self.score))
        #expect(found.faults == [])
        let stay = try #require(found.machines[1].endings.first { $0.state?.text == "z" })
        #expect(stay.transcript.variables["score.gate"] == "3")
    }

    @Test("a variable that no ending leaves makes its transition one that never fires")
    func missingVariable() throws {
        let found = try Self.explored(Self.link(Self.score), variable: #"{"score.gate": {"gte": 4}}"#)
        #expect(found.faults == ["unreachable 3", "never_fires 5"])
    }

    /// Links, and the faults: those of links have the line of `persona.json`.
    static let links: [(String, [String])] = [
        (link(score), []),
        (link(#""condition_type": "always""#), []),
        (link(#""condition_type": "outcome", "condition_value": "REJECT""#), []),
        (link(#""condition_type": "score_gte", "condition_value": 4"#), ["link 3"]),
        (link(#""condition_type": "score_lte", "condition_value": 0"#), ["link 3"]),
        (link(#""condition_type": "outcome", "condition_value": "KICK_OUT""#), ["link 3"]),
        (
            link(#""condition_type": "always""#) + ",\n"
                + link(#""condition_type": "always""#, from: "room", to: "gate"), ["link 4"]
        ),
    ]

    @Test("a link that no ending satisfies, or that leads to an entry, never unlocks anything", arguments: links)
    func dead(_ links: String, _ faults: [String]) throws {
        let found = try Self.explored(links, variable: #"{"outcome.gate": {"any": ["accept", "reject"]}}"#)
        #expect(found.links.map { "\($0.kind.rawValue) \($0.line)" } == faults)
        for link in found.links {
            #expect(link.transcript?.unlocks == [] && link.transcript?.end.outcome != nil, "\(link.message)")
        }
    }

    @Test("a variable that holds what players say is a note when the messages do not have it")
    func captured() throws {
        let name =
            #"{"is_entry": true, "pass_threshold": 0, "output_variables": [{"key": "age", "from": {"capture": "age"}}],"#
        let ask = """
            "states": [{"state_key": "a", "is_initial_state": true}, {"state_key": "z", "is_terminal_state": true}],
            "transitions": [{"from_state_key": "a", "to_state_key": "z", "decision_type": "pass",
            "when": {"pattern": "(?<age>\\\\d+) years"}}]}
            """
        let persona = try Lab.persona([
            "gate": name + ask,
            "room": """
            {"pass_threshold": 0, "states": [{"state_key": "a", "is_initial_state": true},
            {"state_key": "z", "is_terminal_state": true}], "transitions": [{"from_state_key": "a",
            "to_state_key": "z", "decision_type": "pass", "when": {"variable": {"age": {"eq": 1984}}}}]}
            """,
        ])
        let young = Exploration(of: persona, samples: [], ExplorationLimits())
        // Without the variable, nothing leads out.
        #expect(young.faults == ["dead_end 1"])
        #expect(young.findings.contains { $0.message.contains("it asks for a variable that holds what players say") })
        let grown = Exploration(of: persona, samples: ["1984 years"], ExplorationLimits())
        #expect(grown.machines[1].lines(to: "z") != nil)
        #expect(grown.faults == ["dead_end 1"])
    }

    @Test("what is behind a locked machine is said to be so")
    func locked() throws {
        let persona = try Lab.persona(
            [
                "gate": Self.gate, "room": Self.gate.replacing("true, \"pass", with: "false, \"pass"),
                "top": Self.gate.replacing("true, \"pass", with: "false, \"pass"),
            ],
            links: "[" + Self.link(#""condition_type": "score_gte", "condition_value": 9"#) + ",\n"
                + Self.link(#""condition_type": "always""#, from: "room", to: "top") + "]")
        let found = Exploration(of: persona, samples: [], ExplorationLimits())
        #expect(found.links.count == 2)
        #expect(found.links[0].message.hasSuffix("ends with a score of 9 or more, so nobody unlocks \"room\""))
        #expect(found.links[1].transcript?.refused?.key == "room")
    }

    @Test("a conversation that an event begins at its end brings its outcome, its variables and its unlocks")
    func beginsAtItsEnd() throws {
        let gate = """
            {"is_entry": true, "entries": {"events": {"wave": {"to_state_key": "z", "says": "w"}}},
            "output_variables": [{"key": "v", "from": {"constant": "yes"}}],
            "states": [{"state_key": "a", "is_initial_state": true}, {"state_key": "z", "is_terminal_state": true,
            "outcome": "REJECT"}], "transitions": [{"from_state_key": "a", "to_state_key": "z", "decision_type": "pass",
            "when": {"variable": {"v": {"equals": "yes"}}}}]}
            """
        let outcome = #""condition_type": "outcome", "condition_value": "REJECT""#
        let persona = try Lab.persona(
            ["gate": gate, "room": Self.room(#"{"outcome.gate": {"equals": "REJECT"}}"#)],
            links: "[\(Self.link(outcome))]")
        let found = Exploration(of: persona, samples: [], ExplorationLimits())
        // Who begins with the greeting, and without the variable, cannot leave.
        #expect(found.faults == ["dead_end 3"])
        #expect(found.links.isEmpty)
    }
}
