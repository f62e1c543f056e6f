import Dialogue
import Fixtures
import Testing

@Suite("Decoding of the engine's fields")
struct EngineDecodingTests {
    static func machine(_ text: String, persona: String = Folder.personaText()) throws -> Machine {
        let files = Folder.renamed("mira", persona: persona, gate: text) + Folder.media("x/y.jpg", "z.png")
        return try #require(try Folder.load(files).personas.first).machines[0]
    }

    static let states = #""states": [{"state_key": "s", "is_initial_state": true, "says": ["a", "b"]}]"#

    @Test("an optional field has its default")
    func defaults() throws {
        let machine = try Self.machine("{\(Self.states)}")
        #expect(machine.redirectLimit == nil)
        #expect((machine.onRedirectLimit, machine.unmatched) == (.reject, .redirect))
        #expect(machine.outputs.isEmpty)
        #expect(machine.entries.opener == nil && machine.entries.events.isEmpty && machine.entries.nudge == nil)
        #expect(machine.initialState.followUps.isEmpty)
        #expect(machine.initialState.redirectLimit == nil)
        #expect(machine.initialState.says?.pick == .inOrder)
    }

    @Test("limits, unmatched and output variables are read")
    func machineFields() throws {
        let machine = try Self.machine(
            """
            {"redirect_limit": 2, "on_redirect_limit": "kick_out", "unmatched": "pass",
             "states": [{"state_key": "s", "is_initial_state": true, "redirect_limit": 0}],
             "transitions": [{"from_state_key": "s", "decision_type": "redirect", "when": {"pattern": "(?<alias>x)"}}],
             "output_variables": [{"key": "a", "extraction_prompt": "x", "from": {"capture": "alias"}, "default": "d"},
                                  {"key": "b", "from": {"constant": "c"}, "default": null},
                                  {"key": "d", "from": {"constant": "e"}, "outcome": "ACCEPT"},
                                  {"key": "d", "from": {"constant": "f"}, "outcome": ["REJECT", "KICK_OUT"]}]}
            """)
        #expect((machine.redirectLimit, machine.onRedirectLimit, machine.unmatched) == (2, .kickOut, .pass))
        #expect(machine.initialState.redirectLimit == 0)
        #expect(
            machine.outputs == [
                OutputVariable(key: "a", source: .capture("alias"), fallback: "d"),
                OutputVariable(key: "b", source: .constant("c")),
                OutputVariable(key: "d", source: .constant("e"), outcomes: [.accept]),
                OutputVariable(key: "d", source: .constant("f"), outcomes: [.reject, .kickOut]),
            ])
    }

    @Test("follow-ups are one or a list, those without a priority first, then by priority")
    func followUps() throws {
        func followUps(_ json: String) throws -> [FollowUp] {
            try Self.machine(
                "{\"states\": [{\"state_key\": \"s\", \"is_initial_state\": true, \"follow_up\": \(json)}]}"
            ).initialState.followUps
        }
        let one = try followUps(#"{"says": "a"}"#)
        #expect(one.map(\.limit) == [1])
        #expect(one.map(\.priority) == [nil])
        #expect(one[0].when == nil)
        let many = try followUps(
            #"[{"says": "a", "priority": 9}, {"says": "b", "limit": 3}, {"says": "c", "priority": -1}, {"says": "d"}]"#)
        #expect(many.map(\.priority) == [nil, nil, -1, 9])
        #expect(many.map(\.limit) == [3, 1, 1, 1])
        #expect(Set(many.map(\.says.id)).count == 4)
    }

    /// Of the persona, the machine and the state.
    static let picks: [(Pick?, Pick?, Pick?, Pick)] = [
        (nil, nil, nil, .inOrder), (.seeded, nil, nil, .seeded), (.seeded, .byTurn, nil, .byTurn),
        (.seeded, .byTurn, .inOrder, .inOrder), (nil, .seeded, nil, .seeded), (nil, nil, .byTurn, .byTurn),
    ]

    @Test("pick is inherited from machine and persona (FIXTURES.md Replies)", arguments: picks)
    func pick(_ persona: Pick?, _ machine: Pick?, _ state: Pick?, _ expected: Pick) throws {
        func field(_ pick: Pick?) -> String { pick.map { ", \"pick\": \"\($0.rawValue)\"" } ?? "" }
        let loaded = try Self.machine(
            """
            {"greeting": "x", "states": [{"state_key": "s", "is_initial_state": true, "says": ["a", "b"]\(field(state))}]
             \(field(machine))}
            """, persona: "{\"name\": \"Mira\"\(field(persona))}")
        #expect(loaded.initialState.says?.pick == expected)
        #expect(loaded.greeting?.pick == machine ?? persona ?? .inOrder)
    }

    @Test("a line may be bubbles and a photo")
    func bubbles() throws {
        let says = """
            ["a", {"bubbles": ["b", "c"], "photo": "media/x/y.jpg"}, {"photo": "media/z.png"}, {"text": "d", "when": {"image": true}}]
            """
        let replies = try #require(
            try Self.machine(
                "{\"states\": [{\"state_key\": \"s\", \"is_initial_state\": true, \"says\": \(says)}]}"
            ).initialState.says?.replies)
        #expect(replies.map(\.bubbles.count) == [1, 2, 0, 1])
        #expect(replies.map(\.photo) == [nil, "media/x/y.jpg", "media/z.png", nil])
        #expect(replies.map { $0.when != nil } == [false, false, false, true])
    }

    @Test("a line may name a variable that any machine of the persona leaves")
    func leaves() throws {
        let gate = """
            {\(Self.states), "output_variables": [{"key": "alias", "from": {"constant": "x"}}]}
            """
        let road = """
            {"states": [{"state_key": "s", "is_initial_state": true,
              "says": "{variable.alias} {variable.score.gate} {variable.outcome.road} {variable.town}"}]}
            """
        #expect(Folder.diagnostics(Folder.files(gate: gate, road: road)) == [])
    }

    @Test("lines of a persona may name any capture, since they serve all machines")
    func personaCaptures() {
        let persona = #"{"name": "Mira", "says_on": {"pass": "{capture.anything|x}"}}"#
        #expect(Folder.diagnostics(Folder.renamed("mira", persona: persona)) == [])
    }

    @Test("entries are read")
    func entries() throws {
        let entries = try Self.machine(
            """
            {\(Self.states), "entries": {"opener": {"to_state_key": "s", "says": ["a", "b"]},
              "events": {"like": {"to_state_key": "s", "says": "c"}}, "nudge": {"says": "d", "cooldown_seconds": 5, "cap": 0}}}
            """
        ).entries
        #expect(entries.opener?.to.text == "s")
        #expect(entries.events.mapValues(\.to.text) == ["like": "s"])
        #expect((entries.nudge?.cooldownSeconds, entries.nudge?.cap) == (5, 0))
        let plain = try Self.machine("{\(Self.states), \"entries\": {\"nudge\": {\"says\": \"d\"}}}").entries
        #expect((plain.nudge?.cooldownSeconds, plain.nudge?.cap) == (0, nil))
    }

    @Test("the four examples of FIXTURES.md and seed 001's trader load as shipped")
    func examples() throws {
        let personas = try Folder.load(try CatalogTests.shipped()).personas
        #expect(
            personas.map(\.slug) == ["grumpy-barista", "hollow-market", "bakery", "warden", "maya"])
        #expect(
            personas.map { $0.machines.map(\.key) } == [
                ["opening_scene", "side_quest", "back_room", "night_shift"], ["market_stall"], ["interview"],
                ["gate", "road", "vault"], ["dm"],
            ])
    }
}
