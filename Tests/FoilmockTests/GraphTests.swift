import Dialogue
import Fixtures
import Testing

@testable import Program

@Suite("Diagrams of personas")
struct GraphTests {
    static func persona(_ machines: [String: String], persona: String = #"{"name": "P"}"#) throws -> Persona {
        let files = machines.map {
            FixtureFile(path: "personas/p/machines/\($0.key).json", bytes: Array($0.value.utf8))
        }
        let head = FixtureFile(path: "personas/p/persona.json", bytes: Array(persona.utf8))
        let catalog = try Catalog.load(
            [head] + files, dialects: Wiring.fixtureKeys, identify: { _ in Array(repeating: 7, count: 16) })
        return catalog.personas[0]
    }

    /// A machine with the states a (initial), b and end (terminal).
    static func machine(_ transitions: String, _ besides: String = "", ofA: String = "", ofEnd: String = "") -> String {
        """
        {\(besides) "states": [{"state_key": "a", "is_initial_state": true\(ofA)}, {"state_key": "b"},
         {"state_key": "end", "is_terminal_state": true\(ofEnd)}], "transitions": [\(transitions)]}
        """
    }

    static func group(_ machine: String) throws -> Graph.Group {
        try PersonaDrawing.graph(of: persona(["m": machine]), nil).groups[0]
    }

    /// The arrows in words: `a → b: pass: x`.
    static func arrows(_ group: Graph.Group) -> [String] {
        group.edges.map {
            let ends = "\(group.nodes[$0.from].lines[0]) → \(group.nodes[$0.to].lines[0])"
            return $0.lines.isEmpty ? ends : "\(ends): \($0.lines.joined(separator: " / "))"
        }
    }

    // MARK: What is drawn

    static let moves: [(String, String, String)] = [
        (#"{"from_state_key": "a", "to_state_key": "b", "decision_type": "pass"}"#, "", "a → b: pass: by directive"),
        (
            #"{"from_state_key": "a", "to_state_key": "b", "decision_type": "pass", "condition": "pays"}"#, "",
            "a → b: pass: by directive (pays)"
        ),
        (
            #"{"from_state_key": "a", "to_state_key": "b", "decision_type": "pass", "score_delta": 2, "when": {"any": ["Café", "y*"]}}"#,
            "", "a → b: pass +2: Café, y*"
        ),
        (
            #"{"from_state_key": "a", "decision_type": "redirect", "score_delta": -1}"#, "",
            "a → a: redirect −1: by directive"
        ),
        (#"{"from_state_key": "a", "decision_type": "kick_out"}"#, "", "a → session ends: kick_out: by directive"),
        (
            #"{"from_state_key": "a", "to_state_key": "b", "decision_type": "kick_out"}"#, "",
            "a → session ends: kick_out: by directive"
        ),
        (
            #"{"from_state_key": "a", "to_state_key": "end", "decision_type": "kick_out"}"#, "",
            "a → end: kick_out: by directive"
        ),
        (
            #"{"from_state_key": "*", "decision_type": "kick_out"}"#, "",
            "in every state → session ends: kick_out: by directive"
        ),
        (
            #"{"from_state_key": "*", "to_state_key": "b", "decision_type": "pass"}"#, "",
            "in every state → b: pass: by directive"
        ),
        // In scoring a reject moves where a pass would.
        (
            #"{"from_state_key": "a", "to_state_key": "b", "decision_type": "reject"}"#, "",
            "a → b: reject: by directive"
        ),
        (#"{"from_state_key": "a", "decision_type": "reject"}"#, "", "a → a: reject: by directive"),
        (
            #"{"from_state_key": "a", "to_state_key": "b", "decision_type": "reject"}, {"from_state_key": "a", "to_state_key": "end", "decision_type": "pass", "priority": 1}"#,
            "", "a → end: reject: by directive / pass: by directive"
        ),
        (
            #"{"from_state_key": "*", "decision_type": "reject"}"#, "",
            "in every state → in every state: reject: by directive, moves as a pass"
        ),
        (
            #"{"from_state_key": "a", "decision_type": "reject"}"#, #""scoring_mode": "pass_fail","#,
            "a → session ends: reject: by directive"
        ),
        (
            #"{"from_state_key": "a", "to_state_key": "end", "decision_type": "reject"}"#,
            #""scoring_mode": "pass_fail","#, "a → end: reject: by directive"
        ),
    ]

    @Test("an arrow leads where the transition leads, with decision, score and condition", arguments: moves)
    func arrow(_ transition: String, _ besides: String, _ expected: String) throws {
        #expect(Self.arrows(try Self.group(Self.machine(transition, besides))) == ["start → a", expected])
    }

    @Test("of transitions between the same states three are named, and the others counted")
    func parallel() throws {
        let many = (1...5).map {
            #"{"from_state_key": "a", "to_state_key": "b", "decision_type": "pass", "when": {"any": ["w\#($0)"]}}"#
        }
        let group = try Self.group(Self.machine(many.joined(separator: ",")))
        #expect(Self.arrows(group)[1] == "a → b: pass: w1 / pass: w2 / pass: w3 / + 2 more")
    }

    @Test("follow-ups, openers and events are arrows")
    func otherArrows() throws {
        let entries =
            #""entries": {"opener": {"to_state_key": "a", "says": "x"}, "events": {"e": {"to_state_key": "b", "says": "x"}}},"#
        let follow = #", "follow_up": {"says": "x", "limit": 2, "when": {"length": {"lte": 3}}}"#
        #expect(
            Self.arrows(try Self.group(Self.machine("", entries, ofA: follow)))
                == ["start → a", "start → a: opener", "start → b: event e", "a → a: asks back 2 ×: length ≤ 3"])
    }

    static let ends: [(String, String, [String])] = [
        ("", "", ["end", "ACCEPT from 3, else REJECT"]), (#", "outcome": "KICK_OUT""#, "", ["end", "KICK_OUT"]),
        ("", #""scoring_mode": "pass_fail","#, ["end", "ACCEPT, after a reject REJECT"]),
    ]

    @Test("an end names its outcome", arguments: ends)
    func ending(_ state: String, _ besides: String, _ lines: [String]) throws {
        let nodes = try Self.group(Self.machine("", besides, ofEnd: state)).nodes
        #expect(nodes.filter { $0.shape == .ending }.map(\.lines) == [lines])
    }

    @Test("a machine's title says what holds in all of its states")
    func title() throws {
        let besides =
            #""redirect_limit": 2, "on_redirect_limit": "kick_out", "unmatched": "pass", "early_fail_bound": -9, "entries": {"nudge": {"says": "x", "cooldown_seconds": 60, "cap": 2}},"#
        #expect(
            try Self.group(Self.machine("", besides)).lines == [
                "m", "a score of -9 or less: REJECT at once", "after 2 redirects in a state: kick_out",
                "what nothing matches is a pass", "nudge after 60 s, 2 at most",
            ])
    }

    @Test("of several machines the links are drawn too")
    func links() throws {
        let link = { (type: String, value: String) in
            #"{"source_machine_key": "m", "target_machine_key": "n", "condition_type": "\#(type)"\#(value)}"#
        }
        let links = [
            link("outcome", #", "condition_value": "ACCEPT", "is_auto_advance": true"#),
            link("score_gte", #", "condition_value": 3"#), link("score_lte", #", "condition_value": 1"#),
            link("always", ""),
        ]
        let machine = { (id: Int) in Self.machine("", #""id": "00000000-0000-0000-0000-00000000000\#(id)","#) }
        let persona = try Self.persona(
            ["m": machine(1), "n": machine(2)],
            persona: #"{"name": "P", "machine_links": [\#(links.joined(separator: ","))]}"#)
        let graph = PersonaDrawing.graph(of: persona, nil)
        #expect(graph.groups.map { $0.lines[0] } == ["P", "m", "n"])
        #expect(graph.groups[0].nodes.map(\.lines) == [["m", "open from the start"], ["n", "locked at first"]])
        #expect(
            Self.arrows(graph.groups[0]) == [
                "m → n: ACCEPT, by itself", "m → n: score ≥ 3", "m → n: score ≤ 1", "m → n: always",
            ])
    }

    static let conditions: [(String, String)] = [
        (#"{"any": ["É", "b c", "d", "e", "f"]}"#, "É, b c, d +2"), (#"{"all": ["x", "y"]}"#, "all of: x, y"),
        (#"{"none": ["x"]}"#, "none of: x"), (#"{"equals": "Yes."}"#, "= Yes."), (#"{"pattern": "a+"}"#, "pattern a+"),
        (#"{"said": ["x"]}"#, "said: x"), (#"{"length": 3}"#, "length = 3"),
        (#"{"turn": {"gte": 2, "lte": 4}}"#, "turn ≥ 2 & ≤ 4"), (#"{"score": {"gte": 1}}"#, "score ≥ 1"),
        (#"{"redirects": {"gte": 1}}"#, "redirects ≥ 1"), (#"{"in_follow_up": true}"#, "in a follow-up"),
        (#"{"in_follow_up": false}"#, "not in a follow-up"), (#"{"event": "e"}"#, "event e"),
        (#"{"context": {"c": {"any": ["x"]}}}"#, "context c x"), (#"{"image": true}"#, "image"),
        (#"{"image": false}"#, "no image"), (#"{"otherwise": true}"#, "otherwise"),
        (#"{"variable": {"outcome.m": {"equals": "ACCEPT"}}}"#, "variable outcome.m = ACCEPT"),
        (#"{"any_of": [{"any": ["x"]}, {"score": 1}]}"#, "x or score = 1"),
        (#"{"all_of": [{"any": ["x"]}, {"score": 1}]}"#, "x & score = 1"),
        (#"{"not": {"image": true}}"#, "not (image)"),
    ]

    @Test("a condition is shown in short", arguments: conditions)
    func condition(_ json: String, _ text: String) throws {
        let events = #""entries": {"events": {"e": {"to_state_key": "b", "says": "x"}}},"#
        let transition = #"{"from_state_key": "a", "to_state_key": "b", "decision_type": "pass", "when": \#(json)}"#
        let persona = try Self.persona(["m": Self.machine(transition, events)])
        let when = try #require(persona.machines[0].transitions(from: persona.machines[0].initialState.key).first?.when)
        #expect(ConditionText.short(when) == text)
    }
}
