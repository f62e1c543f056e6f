import Dialogue
import Exploration
import Testing

@Suite("What a walk finds")
struct ExplorationTests {
    static let pit = """
        {"pass_threshold": 0, "states": [
          {"state_key": "door", "is_initial_state": true, "says": "Well?"},
          {"state_key": "pit"},
          {"state_key": "ledge"},
          {"state_key": "hole"},
          {"state_key": "out", "is_terminal_state": true}
        ], "transitions": [
          {"from_state_key": "door", "to_state_key": "pit", "decision_type": "pass", "when": {"any": ["jump"]}},
          {"from_state_key": "pit", "to_state_key": "ledge", "decision_type": "pass", "when": {"any": ["climb"]}},
          {"from_state_key": "ledge", "to_state_key": "pit", "decision_type": "pass", "when": {"any": ["slip"]}},
          {"from_state_key": "door", "to_state_key": "hole", "decision_type": "pass", "when": {"any": ["dig"]}},
          {"from_state_key": "door", "to_state_key": "out", "decision_type": "pass", "when": {"any": ["leave"]}},
          {"from_state_key": "*", "decision_type": "kick_out", "when": {"any": ["idiot"]}}
        ]}
        """

    @Test("an event of which nothing is said can come, so what it leads to is no fault")
    func heard() throws {
        let machine = """
            {"states": [{"state_key": "a", "is_initial_state": true, "says": "A"},
                        {"state_key": "b", "is_terminal_state": true, "says": "B"}],
             "transitions": [
               {"from_state_key": "a", "to_state_key": "b", "decision_type": "pass",
                "when": {"event": "purchase", "context": {"amount": {"gte": 10}}}}]}
            """
        let silent = Exploration(of: try Lab.persona(["m": machine]), ExplorationLimits())
        #expect(!silent.faults.isEmpty)
        let persona = try Lab.persona(["m": machine], dialects: [Lab.Payments()])
        #expect(Exploration(of: persona, ExplorationLimits()).faults == [])
    }

    @Test("a soft lock and a dead end are found where they are entered; a kick-out is no way out of them")
    func locks() throws {
        let found = try Lab.explored(Self.pit)
        #expect(found.faults == ["soft_lock 3", "dead_end 5"])
        let lock = try #require(found.findings.first?.transcript)
        #expect(lock.turns.first?.act.line == "jump")
        #expect(lock.turns.count > 2 && lock.end.outcome == nil)
    }

    @Test("a machine without any ending is one soft lock, at its beginning")
    func endless() throws {
        let found = try Lab.explored(
            """
            {"states": [{"state_key": "a", "is_initial_state": true}, {"state_key": "b"}], "transitions": [
              {"from_state_key": "a", "to_state_key": "b", "decision_type": "pass", "when": {"any": ["on"]}},
              {"from_state_key": "b", "to_state_key": "a", "decision_type": "pass", "when": {"any": ["back"]}}]}
            """)
        #expect(found.faults == ["soft_lock 1"])
        #expect(found.endings.isEmpty)
    }

    @Test("a lock that only some scores meet is found with such a score")
    func lockOfScore() throws {
        let found = try Lab.explored(
            """
            {"states": [{"state_key": "a", "is_initial_state": true},
            {"state_key": "b"}, {"state_key": "z", "is_terminal_state": true}], "transitions": [
              {"from_state_key": "a", "to_state_key": "b", "decision_type": "pass", "score_delta": 1, "when": {"any": ["x"]}},
              {"from_state_key": "a", "to_state_key": "b", "decision_type": "pass", "score_delta": 2, "when": {"any": ["y"]}},
              {"from_state_key": "b", "to_state_key": "z", "decision_type": "pass",
               "when": {"any": ["z"], "score": {"gte": 2}}}]}
            """)
        #expect(found.faults == ["dead_end 2"])
        #expect(found.findings.first?.transcript?.turns.first?.act.line == "x")
    }

    /// Conditions of a transition behind another, whether it never fires, and what the finding says.
    static let silent: [(String, String, String)] = [
        (#"{"any": ["leave"]}"#, #"{"all": ["leave", "now"]}"#, #"say "leave now" in "a" meets its condition, and"#),
        (#"{"any": ["leave"]}"#, #"{"any": ["x"], "score": {"gte": 4}}"#, #""score": 0 is not >= 4"#),
        (#"{"not": {"any": ["x"]}}"#, #"{"any": ["y"], "none": ["x"]}"#, "fires first"),
        (#"{"any": ["leave"]}"#, #"{"any": ["x"], "none": ["x"]}"#, "does not meet its condition"),
        (#"{"length": {"gte": 5}}"#, #"{"any": ["elephant"]}"#, "fires first"),
        (#"{"any": ["leave"]}"#, #"{"any": ["x"], "in_follow_up": true}"#, "the line answers no follow-up"),
    ]

    @Test("a transition that never wins is found, with who wins or what is missing", arguments: silent)
    func transitions(_ first: String, _ second: String, _ why: String) throws {
        let found = try Lab.explored(Self.pair(first, second))
        #expect(found.faults == ["unreachable 3", "never_fires 5"])
        #expect(found.findings.last?.message.contains(why) == true, "\(found.findings.map(\.message))")
        #expect(found.findings.last?.transcript?.turns.isEmpty == false)
    }

    /// A machine with these conditions, to `y` and behind it to `z`.
    static func pair(_ first: String, _ second: String, _ more: String = "") -> String {
        """
        {"pass_threshold": 0, \(more)"states": [{"state_key": "a", "is_initial_state": true},
        {"state_key": "y", "is_terminal_state": true},
        {"state_key": "z", "is_terminal_state": true}], "transitions": [
        {"from_state_key": "a", "to_state_key": "y", "decision_type": "pass", "priority": 1, "when": \(first)},
        {"from_state_key": "a", "to_state_key": "z", "decision_type": "pass", "priority": 2, "when": \(second)}]}
        """
    }

    @Test("a follow-up that is never asked is found")
    func followUp() throws {
        let found = try Lab.explored(
            """
            {"pass_threshold": 0, "states": [{"state_key": "a", "is_initial_state": true, "follow_up":
            {"when": {"any": ["well"], "redirects": {"gte": 9}}, "says": "?", "limit": 1}},
            {"state_key": "z", "is_terminal_state": true}], "transitions": [
            {"from_state_key": "a", "to_state_key": "z", "decision_type": "pass", "when": {"otherwise": true}}]}
            """)
        #expect(found.faults == ["never_fires 2"])
    }

    @Test("a condition behind an entry is found by the entry")
    func entries() throws {
        let found = try Lab.explored(
            """
            {"pass_threshold": 0, "entries": {"opener": {"to_state_key": "b", "says": "Hey."}}, "states": [
            {"state_key": "a", "is_initial_state": true}, {"state_key": "b"},
            {"state_key": "z", "is_terminal_state": true}], "transitions": [
            {"from_state_key": "*", "to_state_key": "z", "decision_type": "pass", "when": {"any": ["x"]}}]}
            """)
        #expect(found.faults == [])
    }

    @Test("endings have the scores with which they were reached, and a shortest conversation")
    func endings() throws {
        let found = try Lab.explored(
            """
            {"early_fail_bound": -2, "states": [{"state_key": "a", "is_initial_state": true},
            {"state_key": "z", "is_terminal_state": true}], "transitions": [
            {"from_state_key": "a", "decision_type": "redirect", "score_delta": 1, "when": {"any": ["more"]}},
            {"from_state_key": "a", "decision_type": "redirect", "score_delta": -1, "when": {"any": ["less"]}},
            {"from_state_key": "a", "to_state_key": "z", "decision_type": "pass", "when": {"any": ["end"]}}]}
            """)
        let endings = found.endings.map { ($0.ending, $0.transcript.turns.count, $0.scores.lowerBound) }
        #expect(endings.map(\.0) == [.ruled(.reject), .earlyFail, .ruled(.accept)])
        #expect(endings.map(\.1) == [1, 2, 4] && endings.map(\.2) == [-1, -2, 3])
        #expect(found.goesBeyond && found.stop == nil && found.faults == [])
    }
}
