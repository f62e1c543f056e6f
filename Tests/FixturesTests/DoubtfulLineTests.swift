import Fixtures
import Testing

@Suite("Lines that are never said, and captures that can be empty, are warned of")
struct DoubtfulLineTests {
    typealias Case = DoubtfulPathTests.Case

    static func machine(
        s: String = "", m: String = "", first: String = "", second: String = "", more: String = "",
        transitions: String = "", when: String = #"{"any": ["go"]}"#
    ) -> String {
        DoubtfulPathTests.machine(
            s: s, m: m, first: first, second: second, more: more, transitions: transitions, when: when)
    }

    static func transition(_ from: String, _ decision: String, _ rest: String) -> String {
        DoubtfulPathTests.transition(from, decision, rest)
    }

    /// A greeting with one condition, and a line without.
    static func greeting(_ when: String) -> String {
        machine(more: ", \"greeting\": [{\"text\": \"Hi.\", \"when\": \(when)}, \"Ho.\"]")
    }

    static let never = "this line is never said: its \"when\" cannot hold here"
    static let always =
        "this \"when\" always holds here, so the lines without one are never said; leave it out to say them too"

    static let lines = [
        // The greeting comes before the player's first word
        Case("words in a greeting", greeting(#"{"any": ["go"]}"#), never),
        Case("earlier words in a greeting", greeting(#"{"said": ["go"]}"#), never),
        Case("a turn in a greeting", greeting(#"{"turn": {"gte": 1}}"#), never),
        Case("an event in a greeting", greeting(#"{"event": "gift"}"#), never),
        Case("one of several that must hold", greeting(#"{"image": true, "all_of": [{"length": {"gte": 1}}]}"#), never),
        Case("the score at the beginning", greeting(#"{"score": 0}"#), always),
        Case("otherwise in a greeting", greeting(#"{"otherwise": true}"#), always),
        Case("a variable in a greeting", greeting(#"{"variable": {"outcome.gate": {"equals": "ACCEPT"}}}"#)),
        Case("an image in a greeting", greeting(#"{"image": true}"#)),
        Case("one of several that may hold", greeting(#"{"any_of": [{"any": ["go"]}, {"image": true}]}"#)),
        Case(
            "a condition that always holds, alone",
            machine(more: #", "greeting": [{"text": "Hi.", "when": {"otherwise": true}}]"#)),
        // The braces of other template languages
        Case(
            "a placeholder with two braces", machine(more: #", "greeting": "Hi, {{player_name}}.""#),
            "\"{{\" is spoken as a brace; with one brace, {player_name} is filled in"),
        Case(
            "a variable with two braces", machine(more: #", "greeting": "Hi, {{variable.x}}.""#),
            "\"{{\" is spoken as a brace; with one brace, {variable.NAME} is filled in"),
        Case("other words with two braces", machine(more: #", "greeting": "{{score}} is {score}, {{x}}.""#)),
        // A transition
        Case(
            "otherwise in a transition's line",
            machine(first: #", "says": [{"text": "a", "when": {"otherwise": true}}, "b"]"#), always),
        Case(
            "an event in the line of a transition for words",
            machine(first: #", "says": [{"text": "a", "when": {"event": "gift"}}, "b"]"#), never),
        Case(
            "words in a transition's line", machine(first: #", "says": [{"text": "a", "when": {"any": ["now"]}}, "b"]"#)
        ),
        Case("words in a state's line", machine(m: #", "says": [{"text": "a", "when": {"any": ["now"]}}, "b"]"#)),
        // The initial state
        Case(
            "words in the initial state's line",
            machine(s: #", "says": ["a", {"text": "b", "when": {"any": ["now"]}}]"#),
            "line 2 is never said: the session begins with it, before the player has said anything, and no transition leads "
                + "back here"),
        Case(
            "words in an initial state's line that is entered again",
            machine(
                s: #", "says": ["a", {"text": "b", "when": {"any": ["back"]}}]"#, transitions: DoubtfulPathTests.back)),
        // Entries
        Case(
            "words in entries",
            machine(
                more: """
                    , "entries": {
                      "opener": {"to_state_key": "s", "says": [{"text": "a", "when": {"any": ["x"]}}, "b"]},
                      "events": {"gift": {"to_state_key": "s", "says": [{"text": "a", "when": {"any": ["x"]}},
                        {"text": "c", "when": {"event": "loss"}}, "b"]}},
                      "nudge": {"says": [{"text": "a", "when": {"any": ["x"]}}, {"text": "c", "when": {"turn": 3}}, "b"]}}
                    """), never, never, never),
    ]

    @Test("a line whose condition never holds where it is, or always does", arguments: lines)
    func line(_ item: Case) throws { try DoubtfulPathTests.check(item) }

    static func empty(_ name: String = "alias") -> String {
        "{capture.\(name)} can be empty here: on one way to this line no pattern has caught it; give it a fallback, as "
            + "{capture.\(name)|…}"
    }

    static let alias = #"{"pattern": "(?<alias>x)"}"#
    static let name = #", "says": "Hm, {capture.alias}.""#

    static let captures = [
        Case("caught on the only way", machine(m: name, when: alias)),
        Case("caught by the transition that says it", machine(first: name, when: alias)),
        Case("caught before", machine(second: name, when: alias)),
        Case("a fallback", machine(m: #", "says": "Hm, {capture.alias|you}.""#, transitions: skip(), when: alias)),
        Case("another way", machine(m: name, transitions: skip(), when: alias), empty()),
        Case(
            "another way that says something else", machine(m: name, transitions: skip(#", "says": "a""#), when: alias)),
        Case(
            "another way that inserts it",
            machine(m: name, transitions: skip(#", "says": "a {entering}""#), when: alias), empty()),
        Case(
            "a later line after another way",
            machine(second: name, transitions: skip(#", "says": "a""#), when: alias), empty()),
        Case(
            "another way that a directive alone takes",
            machine(
                m: name, transitions: transition("s", "pass", #""to_state_key": "m", "condition": "x""#), when: alias),
            "without \"when\" the transition fires by directive or script only"),
        Case(
            "one of two patterns", machine(m: name, when: #"{"any_of": [\#(alias), {"any": ["y"]}]}"#), empty()),
        Case("both of two patterns", machine(m: name, when: #"{"any_of": [\#(alias), {"pattern": "(?<alias>y)"}]}"#)),
        Case("beside words", machine(m: name, when: #"{"pattern": "(?<alias>x)", "any": ["y"]}"#)),
        Case("unmatched: pass", machine(m: name, more: #", "unmatched": "pass""#, when: alias), empty()),
        Case(
            "a pass beyond the redirect limit",
            machine(m: name, more: #", "redirect_limit": 2, "on_redirect_limit": "pass""#, when: alias), empty()),
        Case("the greeting", machine(more: #", "greeting": "Hm, {capture.alias}.""#, when: alias), empty()),
        Case(
            "a line with a condition",
            machine(
                m: #", "says": [{"text": "{capture.alias}!", "when": {"said": ["x"]}}, "b"]"#, transitions: skip(),
                when: alias)),
        Case(
            "a bubble of nothing else",
            machine(m: #", "says": {"bubbles": ["a", "{capture.alias}"]}"#, transitions: skip(), when: alias)),
        Case(
            "a question about what it caught",
            machine(s: #", "follow_up": {"when": {"pattern": "(?<alias>y)"}, "says": "Who is {capture.alias}?"}"#)),
        Case(
            "a question about what was caught elsewhere",
            machine(s: #", "follow_up": {"when": {"any": ["y"]}, "says": "Who is {capture.alias}?"}"#, when: alias),
            empty()),
        Case(
            "says_on of a state behind it",
            machine(
                m: #", "says_on": {"redirect": "No, {capture.alias}."}"#,
                transitions: transition("m", "redirect", #""when": {"any": ["y"]}"#), when: alias)),
        Case(
            "says_on of a state before it",
            machine(s: #", "says_on": {"redirect": "No, {capture.alias}."}"#, when: alias), empty()),
        Case(
            "says_on of the machine",
            machine(more: #", "says_on": {"redirect": "No, {capture.alias}."}"#, when: alias), empty()),
        Case(
            "says_on of the machine where each state before it has its own",
            machine(
                s: #", "says_on": {"redirect": "No."}"#, more: #", "says_on": {"redirect": "No, {capture.alias}."}"#,
                transitions: transition("m", "redirect", #""when": {"any": ["y"]}"#), when: alias)),
        Case(
            "a nudge",
            machine(more: #", "entries": {"nudge": {"says": "Still there, {capture.alias}?"}}"#, when: alias),
            empty()),
    ]

    /// Another way from "s" to "m".
    static func skip(_ more: String = "") -> String {
        transition("s", "pass", "\"to_state_key\": \"m\", \"when\": {\"any\": [\"skip\"]}\(more)")
    }

    @Test("a capture without a fallback that a path can leave empty", arguments: captures)
    func capture(_ item: Case) throws { try DoubtfulPathTests.check(item) }
}
