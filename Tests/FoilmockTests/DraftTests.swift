import Fixtures
import JSON
import Support
import Testing

@testable import Program

@Suite("Drafts of conditions")
struct DraftTests {
    static let conditions: [(String, [String])] = [
        (#"The player says "friend""#, ["friend"]), (#"Says "friend" or "open sesame"."#, ["friend", "open sesame"]),
        ("Names “bread” or „Brot“ or «pain»", ["bread", "Brot", "pain"]),
        ("Says 'please' or ‘thank you’", ["please", "thank you"]),
        (#"Says 'it's late'"#, ["it's late"]), ("The player's name isn't known, or don't ask 'x'", []),
        (#"Says "a" twice: "A""#, ["a"]), (#"Does not say "please""#, []), (#"Says "x" without "y""#, []),
        (#"Never says "x""#, []), ("Is polite", []), (#"Says "friend"#, []), (#"Says """#, []), (#"Says "!?""#, []),
        (#"Says "bak*""#, ["bak*"]), ("the players' and sailors' words", []),
        (#"Says ""# + String(repeating: "x", count: 101) + #"""#, []),
    ]

    @Test("words in quotes become a draft, unless the condition says what must not be", arguments: conditions)
    func words(_ condition: String, _ words: [String]) {
        #expect(ConditionDraft.words(in: condition) == words)
    }

    static let document = #"""
        {"persona": {"name": "P"}, "machines": [{"machine_key": "m",
          "states": [{"state_key": "a", "is_initial_state": true}, {"state_key": "b"}, {"state_key": "end", "is_terminal_state": true}],
          "transitions": [
           {"from_state_key": "a", "to_state_key": "b", "decision_type": "pass", "condition": "Offers help"},
           {"from_state_key": "a", "decision_type": "redirect"},
           {"from_state_key": "a", "decision_type": "kick_out", "when": {"any": ["idiot"]}},
           {"from_state_key": "b", "to_state_key": "end", "decision_type": "pass"},
           {"from_state_key": "b", "to_state_key": "b", "decision_type": "pass"}]}]}
        """#

    /// A history in which each line had a decision and led to a state.
    static func history(_ turns: [(line: String, decision: String, after: String)]) -> String {
        var messages = [#"{"role": "assistant", "content": "Hello", "state_key_at_time": "a", "decision": null}"#]
        for turn in turns {
            messages.append(
                #"{"role": "user", "content": "\#(turn.line)", "state_key_at_time": "\#(turn.after)", "decision": null}"#
            )
            messages.append(
                #"{"role": "assistant", "content": "x", "state_key_at_time": "\#(turn.after)", "decision": "\#(turn.decision)"}"#
            )
        }
        return #"{"session_id": "s", "messages": [\#(messages.joined(separator: ","))]}"#
    }

    /// The words of the drafts of `document`, by transition.
    static func drafts(_ histories: [String]) throws -> [[String]] {
        let imported = try ImportTests.imported(document, histories: histories)
        let transitions = try #require(try ImportTests.value(imported, "machines/m.json")["transitions"]?.array)
        return transitions.map { $0["when"]?["any"]?.array?.compactMap(\.string) ?? [] }
    }

    @Test("words that only the lines before a transition have become its draft")
    func history() throws {
        let drafts = try Self.drafts([
            Self.history([("What about the weather?", "redirect", "a"), ("I bring bread for the weather", "pass", "b")]
            ),
            Self.history([("you idiot", "kick_out", "a")]), Self.history([("some bread and water", "pass", "b")]),
        ])
        #expect(drafts == [["bread"], [], ["idiot"], [], []])
    }

    @Test("each line has a word of the draft, where it has one of its own")
    func cover() throws {
        let lines = ["apples here", "apples there", "pears", "the and you"].map { ($0, "pass", "b") }
        #expect(try Self.drafts(lines.map { Self.history([$0]) })[0] == ["apples", "pears"])
    }

    @Test("where several transitions can have fired, no words are drafted")
    func ambiguous() throws {
        // Both passes of b lead on, but only one of them to the end.
        let history = Self.history([("bread", "pass", "b"), ("butter", "pass", "b"), ("cheese", "pass", "end")])
        #expect(try Self.drafts([history]) == [["bread"], [], ["idiot"], ["cheese"], ["butter"]])
        let twin = #"{"from_state_key": "a", "to_state_key": "b", "decision_type": "pass"}"#
        let document = Self.document.replacing(#""transitions": ["#, with: #""transitions": [\#(twin),"#)
        let imported = try ImportTests.imported(document, histories: [history])
        let transitions = try ImportTests.value(imported, "machines/m.json")["transitions"]?.array ?? []
        #expect(transitions.prefix(2).allSatisfy { $0["when"] == nil })
    }

    @Test("a draft says where it comes from")
    func comment() throws {
        let imported = try ImportTests.imported(Self.document, histories: [Self.history([("bread", "pass", "b")])])
        let first = try ImportTests.value(imported, "machines/m.json")["transitions"]?.array?[0]
        #expect(first?["$comment"]?.string == #"draft: "when" is what players said in 1 line before it"#)
        #expect(first?["condition"]?.string == "Offers help")
    }

    @Test("a history of another persona is not used, and one that is no history is refused")
    func foreign() throws {
        let other = Self.history([("x", "pass", "nowhere")])
        #expect(try ImportTests.imported(Self.document, histories: [other]).unusedHistories == 1)
        let refusal = try #require(throws: ImportedPersona.Refusal.self) {
            try ImportTests.imported(Self.document, histories: ["{}"])
        }
        #expect(refusal.diagnostics[0].description == #"history.json:1:1: error: the history has no list "messages""#)
    }
}
