import Dialogue
import Exploration
import Testing

@Suite("What conversations do is no finding")
struct TruthTests {
    static func list(_ count: Int) -> String { (0..<count).map { "\"w\($0)\"" }.joined(separator: ", ") }

    static let pairs =
        "{\"all_of\": [" + (0..<7).map { "{\"any\": [\"p\($0)\", \"q\($0)\"]}" }.joined(separator: ", ") + "]}"

    /// A condition that comes first, and one that a message meets past it.
    static let past: [(String, String)] = [
        (#"{"any": ["fish"]}"#, #"{"any": ["fish*"]}"#),
        (#"{"any": ["fish*"]}"#, #"{"any": ["fi*"]}"#),
        (#"{"any": ["a b"]}"#, #"{"all": ["a", "b"]}"#),
        (#"{"any": ["a b", "b a"]}"#, #"{"all": ["a", "b"]}"#),
        (#"{"equals": "fish"}"#, #"{"any": ["fish"]}"#),
        (#"{"pattern": "cat"}"#, #"{"pattern": "cat|dog"}"#),
        (#"{"pattern": "[ab]"}"#, #"{"pattern": "[a-c]"}"#),
        (#"{"pattern": "fishes"}"#, #"{"pattern": "fish(?:es)?"}"#),
        (#"{"pattern": "fish"}"#, #"{"pattern": "(?:gold)?fi(?:sh)?"}"#),
        (#"{"pattern": "^hello"}"#, #"{"pattern": "hello"}"#),
        (#"{"pattern": "hello$"}"#, #"{"pattern": "hello"}"#),
        (#"{"pattern": "\\bcat\\b"}"#, #"{"pattern": "cat"}"#),
        (#"{"length": {"lte": 7}}"#, #"{"pattern": "cat"}"#),
        (#"{"length": {"gte": 2}}"#, #"{"length": {"lte": 1}}"#),
        (#"{"length": {"gte": 3}}"#, #"{"otherwise": true}"#),
        ("{\"any\": [\(list(60))]}", "{\"any\": [\(list(61))]}"),
        (#"{"any": ["p0 p1"]}"#, pairs),
        (#"{"said": ["magic"]}"#, #"{"all_of": [{"any": ["open"]}, {"none": ["x"]}]}"#),
    ]

    @Test("a message is made that gets past a condition which many others meet", arguments: past)
    func messages(_ first: String, _ second: String) throws {
        let found = try Lab.explored(ExplorationTests.pair(first, second))
        #expect(found.faults == [] && found.notes == [], "\(found.findings.map(\.message))")
        #expect(found.lines(to: "z")?.count == 1)
    }

    /// Conditions of which no made message meets the second, though one of a player's could.
    static let open: [(String, String)] = [
        (#"{"pattern": "out|leave"}"#, #"{"all": ["leave", "back door"]}"#),
        (#"{"pattern": "cat"}"#, #"{"pattern": "^(?=.*fox)(?=.*hen)"}"#),
        (#"{"any": ["leave"]}"#, #"{"any": ["x"], "pattern": "(a)\\1\\1"}"#),
        // A picture without words.
        (#"{"length": {"gte": 1}}"#, #"{"none": ["k"]}"#),
    ]

    @Test("what no message was made for is a note, and so is all behind it", arguments: open)
    func notes(_ first: String, _ second: String) throws {
        let found = try Lab.explored(ExplorationTests.pair(first, second))
        #expect(found.faults == [])
        #expect(
            found.notes.count == 2 && found.notes[1].hasPrefix("could not make a message for the transition a → z pass")
        )
    }

    @Test("what a later turn asks for is said in the turn before it")
    func twoPurposes() throws {
        let found = try Lab.explored(
            """
            {"pass_threshold": 0, "states": [{"state_key": "a", "is_initial_state": true}, {"state_key": "b"},
            {"state_key": "e", "is_terminal_state": true}, {"state_key": "f", "is_terminal_state": true}],
            "transitions": [
            {"from_state_key": "a", "to_state_key": "b", "decision_type": "pass", "when": {"any": ["hello"]}},
            {"from_state_key": "a", "to_state_key": "f", "decision_type": "pass", "when": {"otherwise": true}},
            {"from_state_key": "b", "to_state_key": "e", "decision_type": "pass", "priority": 1,
             "when": {"all_of": [{"said": ["please"]}, {"any": ["open"]}]}},
            {"from_state_key": "b", "to_state_key": "f", "decision_type": "pass", "priority": 2, "when": {"otherwise": true}}]}
            """)
        #expect(found.faults == [] && found.notes == [])
        #expect(found.lines(to: "e")?.count == 2)
    }

    /// A state `b`, what leads out of it to `z`, and what more the machine has.
    static let ways: [(String, String)] = [
        (#""when": {"any": ["x"], "turn": {"gte": 4}}"#, ""), (#""when": {"any": ["x"], "redirects": {"gte": 3}}"#, ""),
        (#""when": {"any": ["x"], "said": ["please"]}"#, ""),
        (
            #""when": {"any": ["x"], "score": {"gte": 2}}"#,
            #"""
            {"from_state_key": "b", "decision_type": "redirect", "score_delta": 1, "when": {"any": ["more"]}},
            """#
        ),
    ]

    @Test(
        "a state that is left by a condition on turn, score, redirects or earlier lines is no dead end", arguments: ways
    )
    func waysOut(_ when: String, _ more: String) throws {
        let found = try Lab.explored(
            """
            {"pass_threshold": 0, "states": [{"state_key": "a", "is_initial_state": true}, {"state_key": "b"},
            {"state_key": "z", "is_terminal_state": true}], "transitions": [\(more)
            {"from_state_key": "a", "to_state_key": "b", "decision_type": "pass", "when": {"any": ["on"]}},
            {"from_state_key": "b", "to_state_key": "z", "decision_type": "pass", \(when)}]}
            """)
        #expect(found.faults == [] && found.notes == [])
    }

    @Test("a way out for which no message was made is a way out")
    func openWay() throws {
        let found = try Lab.explored(
            """
            {"pass_threshold": 0, "states": [{"state_key": "a", "is_initial_state": true}, {"state_key": "b"},
            {"state_key": "z", "is_terminal_state": true}], "transitions": [
            {"from_state_key": "a", "to_state_key": "b", "decision_type": "pass", "when": {"any": ["on"]}},
            {"from_state_key": "b", "to_state_key": "z", "decision_type": "pass", "when": {"pattern": "(?=fox)"}}]}
            """)
        #expect(found.faults == [])
    }

    @Test("a soft lock after one way in says so, and one that other ways leave is named with its score")
    func partialLock() throws {
        let found = try Lab.explored(
            """
            {"states": [{"state_key": "a", "is_initial_state": true}, {"state_key": "b"},
            {"state_key": "z", "is_terminal_state": true}], "transitions": [
            {"from_state_key": "a", "to_state_key": "b", "decision_type": "pass", "when": {"any": ["poor"]}},
            {"from_state_key": "a", "to_state_key": "b", "decision_type": "pass", "score_delta": 2, "when": {"any": ["rich"]}},
            {"from_state_key": "b", "to_state_key": "z", "decision_type": "pass", "when": {"score": {"gte": 2}}}]}
            """)
        #expect(
            found.findings.map(\.message) == [
                "the state \"b\" (score 0) is a dead end after this conversation: no message leads out of it, but for a kick-out"
            ])
    }

    @Test("messages are such as players can send: not blank, and of at most 10000 characters")
    func sendable() throws {
        let long = try Lab.explored(ExplorationTests.pair(#"{"any": ["y"]}"#, #"{"length": {"gte": 10000}}"#))
        #expect(long.faults == [] && long.lines(to: "z") != nil)
        let longer = try Lab.explored(ExplorationTests.pair(#"{"any": ["y"]}"#, #"{"length": {"gte": 10001}}"#))
        #expect(longer.faults == ["unreachable 3", "never_fires 5"])
        let blank = try Lab.explored(ExplorationTests.pair(#"{"pattern": "\\S"}"#, #"{"any_of": [{"pattern": "^ "}]}"#))
        // One API takes blank lines, so this is not impossible.
        #expect(blank.faults == [] && blank.notes.count == 2)
        for act in long.endings.flatMap(\.transcript.turns).map(\.act) {
            #expect(act.line.unicodeScalars.count <= 10_000 && act.line.contains { !$0.isWhitespace })
        }
    }

    @Test("what a passing story reaches is neither a finding nor a note")
    func stories() throws {
        let persona = try Lab.persona([
            "m": """
            {"scoring_mode": "pass_fail", "states": [{"state_key": "a", "is_initial_state": true},
            {"state_key": "y", "is_terminal_state": true},
            {"state_key": "z", "is_terminal_state": true}], "transitions": [
            {"from_state_key": "a", "to_state_key": "y", "decision_type": "pass", "priority": 1, "when": {"any": ["leave"]}},
            {"from_state_key": "a", "to_state_key": "z", "decision_type": "reject", "priority": 2,
             "when": {"all": ["leave", "now"]}}]}
            """
        ])
        let machine = persona.machines[0]
        let session = Session.silent(
            id: SessionID(high: 0, low: 1), machine: machine, player: Player(name: "Sam", gender: .nonBinary),
            at: Timestamp(seconds: 0))
        let input = Session.Input(message: "[[reject]]", instruction: try Instruction("[[reject]]"))
        var parts = StoryParts()
        parts.add(session.reach(input, on: machine, of: persona, at: Timestamp(seconds: 0)), on: machine)
        #expect(Exploration(of: persona, ExplorationLimits()).faults == ["unreachable 3", "never_fires 5"])
        #expect(Exploration(of: persona, stories: parts, ExplorationLimits()).findings.isEmpty)
    }
}
