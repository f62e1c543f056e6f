import Dialogue
import Fixtures
import FuzzChecks
import Testing

@Suite("Decoding of fixtures")
struct DecodingTests {
    static func persona(_ files: [FixtureFile]) throws -> Persona {
        try #require(try Folder.load(files).personas.first)
    }

    @Test("an optional field of a persona has its default")
    func personaDefaults() throws {
        let persona = try Self.persona(Folder.renamed("mira", persona: #"{"name": "Mira"}"#))
        #expect(persona.id == PersonaID(bytes: FuzzFolder.identify("mira")))
        #expect(persona.slug == "mira")
        #expect(persona.description == nil)
        #expect(persona.owner == .everyone)
        #expect(persona.isPublished)
        #expect(persona.displayOrder == Int(Int32.max))
        #expect(persona.createdAt == "2026-03-10T12:00:00Z")
        #expect(persona.updatedAt == "2026-03-10T12:00:00Z")
        #expect(persona.machines.map(\.key) == ["gate"])
        #expect(persona.links.isEmpty)
        #expect(persona.variables.isEmpty)
        #expect(persona.saysOn.isEmpty)
    }

    @Test("an optional field of a machine has its default")
    func machineDefaults() throws {
        let machine = try Self.persona(
            Folder.renamed("mira", gate: #"{"states": [{"state_key": "s", "is_initial_state": true}]}"#)
        ).machines[0]
        #expect(machine.id == MachineID(bytes: FuzzFolder.identify("mira/gate")))
        #expect(machine.key == "gate")
        #expect(machine.name == "gate")
        #expect(machine.description == nil)
        #expect(!machine.isEntry)
        #expect(machine.scoringMode == .scoring)
        #expect(machine.passThreshold == 3)
        #expect(machine.earlyFailBound == -3)
        #expect(machine.greeting == nil)
        #expect(machine.saysOn.isEmpty)
        #expect(machine.transitions(from: machine.initialState.key).isEmpty)
    }

    @Test("an optional field of a state and a transition has its default")
    func stateDefaults() throws {
        let machine = try Self.persona(Folder.files()).machines[0]
        let state = machine.initialState
        #expect(state.key.text == "open")
        #expect(!state.isTerminal)
        #expect(state.outcome == nil)
        #expect(state.says == nil)
        #expect(state.saysOn.isEmpty)
        #expect(machine.state(StateKey("shut")!)?.isInitial == false)
        let transition = try #require(machine.transitions(from: state.key).first)
        #expect(transition.scoreDelta == 0)
        #expect(transition.priority == 0)
        #expect(transition.when == nil)
        #expect(!transition.followUp)
        #expect(transition.says == nil)
    }

    @Test("every field of a persona is read")
    func personaFields() throws {
        let persona = try Self.persona(
            Folder.files(
                persona: """
                    {"$schema": "x", "$comment": ["any", "thing"], "id": "00112233-4455-6677-8899-AABBCCDDEEFF",
                     "name": "Mira", "description": "A guide", "persona_identity_prompt": "x", "perplexity_description": null,
                     "owner": "demo", "is_published": false, "display_order": -7, "created_at": "2024-02-29T23:59:59Z",
                     "updated_at": "2025-01-01T00:00:00Z", "machines": ["road", "gate"],
                     "machine_links": [
                       {"source_machine_key": "road", "target_machine_key": "gate", "condition_type": "score_gte",
                        "condition_value": 5, "is_auto_advance": true},
                       {"source_machine_key": "road", "target_machine_key": "gate", "condition_type": "score_lte",
                        "condition_value": -5},
                       {"source_machine_key": "road", "target_machine_key": "gate", "condition_type": "outcome",
                        "condition_value": "KICK_OUT"},
                       {"source_machine_key": "road", "target_machine_key": "gate", "condition_type": "always",
                        "condition_value": null}],
                     "variables": [{"key": "town", "value": "Lowmarsh"}, {"key": "none", "value": ""}],
                     "says_on": {"pass": "Fine.", "kick_out": ["Out.", {"text": "Go!", "when": {"otherwise": true}}]}}
                    """))
        #expect(persona.id.description == "00112233-4455-6677-8899-aabbccddeeff")
        #expect(persona.description == "A guide")
        #expect(persona.owner == .account("demo"))
        #expect(!persona.isPublished)
        #expect(persona.displayOrder == -7)
        #expect(persona.createdAt == "2024-02-29T23:59:59Z")
        #expect(persona.updatedAt == "2025-01-01T00:00:00Z")
        #expect(persona.machines.map(\.key) == ["road", "gate"])
        #expect(persona.variables == ["town": "Lowmarsh", "none": ""])
        #expect(Set(persona.saysOn.keys) == [.pass, .kickOut])
        #expect(persona.saysOn[.kickOut]?.replies.map { $0.when == nil } == [true, false])
        let links = persona.links
        #expect(links.map(\.condition) == [.scoreAtLeast(5), .scoreAtMost(-5), .outcome(.kickOut), .always])
        #expect(links.map(\.isAutoAdvance) == [true, false, false, false])
        #expect(links.allSatisfy { $0.source == persona.machines[0].id && $0.target == persona.machines[1].id })
    }

    @Test("every field of a machine is read")
    func machineFields() throws {
        let machine = try Self.persona(
            Folder.renamed(
                "mira",
                gate: """
                    {"id": "00112233-4455-6677-8899-aabbccddeeff", "machine_key": "gate", "name": "The Gate",
                     "description": "First", "is_entry": true, "scoring_mode": "pass_fail", "pass_threshold": 7,
                     "early_fail_bound": -9, "creator_objective": "x", "creator_win_condition": null,
                     "creator_lose_condition": "x", "chat_system_prompt": "x", "system_evaluation_prompt": "x",
                     "system_summarization_prompt": "x", "greeting": "Halt!", "says_on": {"redirect": ["Well?"]},
                     "states": [
                       {"state_key": "s", "label": "S", "prompt_instruction": "x", "is_initial_state": true,
                        "is_terminal_state": false, "display_order": 2, "says": ["a", "b"], "says_on": {"reject": "No."}},
                       {"state_key": "e", "is_terminal_state": true, "outcome": "REJECT"}],
                     "transitions": [
                       {"from_state_key": "*", "to_state_key": "e", "decision_type": "pass", "score_delta": -4,
                        "priority": 9, "condition": "x", "follow_up": true, "says": "Bye.",
                        "when": {"any": ["a*"], "all": ["b"], "none": ["c"], "equals": "d", "otherwise": true}}]}
                    """)
        ).machines[0]
        #expect(machine.id.description == "00112233-4455-6677-8899-aabbccddeeff")
        #expect(machine.name == "The Gate")
        #expect(machine.description == "First")
        #expect(machine.isEntry)
        #expect(machine.scoringMode == .passFail)
        #expect((machine.passThreshold, machine.earlyFailBound) == (7, -9))
        #expect(machine.greeting?.replies.count == 1)
        #expect(Array(machine.saysOn.keys) == [.redirect])
        #expect(machine.initialState.says?.replies.count == 2)
        #expect(Array(machine.initialState.saysOn.keys) == [.reject])
        #expect(machine.state(StateKey("e")!)?.outcome == .reject)
        let transition = try #require(machine.transitions(from: machine.initialState.key).first)
        #expect(transition.from == nil)
        #expect(transition.to?.text == "e")
        #expect(transition.decision == .pass)
        #expect((transition.scoreDelta, transition.priority) == (-4, 9))
        #expect(transition.followUp)
        #expect(transition.says?.replies.count == 1)
        guard case .every(let matchers)? = transition.when else { throw Unexpected() }
        #expect(matchers.count == 5)
    }

    @Test("machines are in the persona's order, else sorted by key")
    func machineOrder() throws {
        #expect(try Self.persona(Folder.files()).machines.map(\.key) == ["gate", "road"])
        let persona = Folder.personaText(#""machines": ["road", "gate"]"#)
        #expect(try Self.persona(Folder.files(persona: persona)).machines.map(\.key) == ["road", "gate"])
    }

    @Test("each list of lines has an id of its own")
    func listNames() throws {
        let lines = #"["a", "b"]"#
        let table = "{\"pass\": \(lines), \"redirect\": \(lines)}"
        let persona = try Self.persona(
            Folder.renamed(
                "mira", persona: "{\"name\": \"Mira\", \"says_on\": \(table)}",
                gate: """
                    {"greeting": \(lines), "says_on": \(table),
                     "states": [{"state_key": "s", "is_initial_state": true, "says": \(lines), "says_on": \(table)},
                       {"state_key": "t", "says": \(lines), "says_on": \(table)}],
                     "transitions": [{"from_state_key": "s", "decision_type": "redirect", "says": \(lines)},
                       {"from_state_key": "s", "decision_type": "redirect", "says": \(lines)}]}
                    """))
        let machine = persona.machines[0]
        let states = ["s", "t"].compactMap { StateKey($0).flatMap(machine.state) }
        let tables = [persona.saysOn, machine.saysOn] + states.map(\.saysOn)
        let lists =
            tables.flatMap(\.values) + [machine.greeting].compactMap(\.self) + states.compactMap(\.says)
            + machine.transitions(from: machine.initialState.key).compactMap(\.says)
        #expect(lists.count == 13)
        #expect(Set(lists.map(\.id)).count == lists.count)
    }

    struct Unexpected: Error {}
}

@Suite("accounts.json")
struct AccountsTests {
    static func accounts(_ text: String) throws -> AccountDefinitions {
        try Folder.load(Folder.files(accounts: text)).accounts
    }

    @Test("without the file there is one account, demo, with directives")
    func demo() throws {
        let accounts = try Folder.load(Folder.files()).accounts
        #expect(accounts == .demo)
        #expect(accounts.defaultAccount == AccountDefinition(name: "demo", keys: ["pk_live_demo"], directives: true))
    }

    @Test("an optional field of an account has its default")
    func defaults() throws {
        let accounts = try Self.accounts(#"{"accounts": [{"name": "a", "keys": []}, {"name": "b", "keys": ["k"]}]}"#)
        #expect(accounts.defaultName == "a")
        #expect(
            accounts.accounts == [
                AccountDefinition(name: "a", keys: [], directives: false, seed: nil, limits: .server),
                AccountDefinition(name: "b", keys: ["k"], directives: false, seed: nil, limits: .server),
            ])
    }

    @Test("every field of an account is read")
    func fields() throws {
        let accounts = try Self.accounts(
            """
            {"$comment": "x", "default": "b", "accounts": [
              {"name": "a", "keys": ["pk_live_a", "pk_test_a-1"], "directives": true, "seed": -9223372036854775808,
               "limits": {"messages_per_minute": 1, "other_per_minute": 1000000, "window": "token_bucket",
                          "scope": "account"}},
              {"name": "b", "keys": [], "limits": null}]}
            """)
        #expect(accounts.defaultAccount.name == "b")
        #expect(
            accounts.accounts == [
                AccountDefinition(
                    name: "a", keys: ["pk_live_a", "pk_test_a-1"], directives: true, seed: .min,
                    limits: .perMinute(
                        RateLimits(
                            messagesPerMinute: 1, otherPerMinute: 1_000_000, window: .tokenBucket, scope: .account)
                    )),
                AccountDefinition(name: "b", keys: [], limits: .lifted),
            ])
    }

    static let windows: [(String, RateLimits)] = [
        ("{}", RateLimits()), (#"{"window": "fixed"}"#, RateLimits(window: .fixed)),
        (#"{"window": "sliding"}"#, RateLimits(window: .sliding)), (#"{"scope": "key"}"#, RateLimits(scope: .key)),
        (#"{"messages_per_minute": 5}"#, RateLimits(messagesPerMinute: 5)),
        (#"{"other_per_minute": 5}"#, RateLimits(otherPerMinute: 5)),
    ]

    @Test("limits left out are the documented ones: 30 and 60, sliding, per key (H-4)", arguments: windows)
    func limits(_ json: String, _ limits: RateLimits) throws {
        let accounts = try Self.accounts("{\"accounts\": [{\"name\": \"a\", \"keys\": [], \"limits\": \(json)}]}")
        #expect(accounts.accounts[0].limits == .perMinute(limits))
        #expect((RateLimits().messagesPerMinute, RateLimits().otherPerMinute) == (30, 60))
    }
}
