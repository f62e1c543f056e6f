import Fixtures
import Testing

@Suite("A broken condition, follow-up or entry is refused with file, line, column and a remedy")
struct BrokenEngineTests {
    static func check(_ broken: Broken) {
        #expect(Folder.diagnostics(broken.files) == [broken.expected])
    }

    static let patterns = [
        Broken(
            .when, #"{"pattern": "a(b^"}"#,
            "the pattern does not compile: missing closing parenthesis (at its byte 3)"),
        Broken(
            .when, #"{"all_of": [{"any": ["a"]}, {"not": {"pattern": "[a^"}}]}"#,
            "the pattern does not compile: missing terminating ] for character class (at its byte 2)"),
        Broken(
            .when, #"{"variable": {"town": {"pattern": "^*"}}}"#,
            "the pattern does not compile: quantifier does not follow a repeatable item (at its byte 0)"),
        // The place is that of the file, where an escape is longer than what it means
        Broken(
            .when, ##"{"pattern": "\\w\"\u00e9\ud83d\ude00é(?<^1>x)"}"##,
            "the pattern does not compile: subpattern name must start with a non-digit (at its byte 14)"),
        Broken(
            .transition,
            #"{"from_state_key": "open", "decision_type": "redirect", "says": "{capture.alias}", "when": {"pattern": "(?<alias>a*^*+)"}}"#,
            "the pattern does not compile: quantifier does not follow a repeatable item (at its byte 11)"),
        Broken(.when, #"{"pattern": ^1}"#, #""pattern" of a matcher must be a text, not a number"#),
    ]

    @Test("a pattern that does not compile is refused", arguments: patterns)
    func pattern(_ broken: Broken) { Self.check(broken) }

    static let numbers =
        ["length", "turn", "score", "redirects"].flatMap { key in
            [
                Broken(
                    .when, "{\"\(key)\": ^\"3\"}", "\"\(key)\" must be a whole number or {\"gte\", \"lte\", \"eq\"}"),
                Broken(.when, "{\"\(key)\": ^1.5}", "\"\(key)\" must be a whole number or {\"gte\", \"lte\", \"eq\"}"),
                Broken(
                    .when, "{\"\(key)\": ^9223372036854775807}",
                    "\"\(key)\" of a matcher must be between -2147483648 and 2147483647, not 9223372036854775807"),
                Broken(
                    .when, "{\"\(key)\": {\"gte\": ^\"3\"}}",
                    "\"gte\" of \"\(key)\" must be a whole number, not a text"),
                Broken(
                    .when, "{\"\(key)\": {\"lte\": 1, ^\"gt\": 3}}",
                    "unknown key \"gt\" in \"\(key)\"; did you mean \"gte\"?"),
                Broken(.when, "{\"\(key)\": ^{}}", "\"\(key)\" must hold \"gte\", \"lte\" or \"eq\""),
                Broken(.when, "{\"\(key)\": ^{\"gte\": 3, \"lte\": 2}}", "no number is at least 3 and at most 2"),
                Broken(.when, "{\"\(key)\": ^{\"gte\": 3, \"eq\": 2}}", "no number is at least 3 and at most 2"),
            ]
        }

    @Test("a wrong number matcher is refused", arguments: numbers)
    func number(_ broken: Broken) { Self.check(broken) }

    static let matchers = [
        Broken(.when, #"{"all_of": ^[]}"#, #""all_of" must list at least one matcher"#),
        Broken(.when, #"{"any_of": ^[]}"#, #""any_of" must list at least one matcher"#),
        Broken(.when, #"{"any_of": ^{"any": ["a"]}}"#, #""any_of" of a matcher must be a list, not an object"#),
        Broken(.when, #"{"all_of": [^"a"]}"#, "a matcher must be an object, not a text"),
        Broken(.when, #"{"not": ^[]}"#, "a matcher must be an object, not a list"),
        Broken(.when, #"{"not": ^{}}"#, #"a matcher must hold at least one key, such as "any""#),
        Broken(.when, #"^{"$comment": "x"}"#, #"a matcher must hold at least one key, such as "any""#),
        Broken(
            .when, #"{"variable": {^"twn": {"any": ["a"]}}}"#,
            #""twn" is no variable of the persona, nor one that a machine leaves; did you mean "town"?"#),
        Broken(.when, #"{"said": ^"gold"}"#, #""said" of a matcher must be a list, not a text"#),
        Broken(.when, #"{"said": ^[]}"#, #""said" must list at least one word"#),
        Broken(.when, #"{"said": [^1]}"#, "a listed word must be a text, not a number"),
        Broken(.when, #"{"in_follow_up": ^"yes"}"#, #""in_follow_up" of a matcher must be true or false, not a text"#),
        Broken(.when, #"{"image": ^1}"#, #""image" of a matcher must be true or false, not a number"#),
        Broken(.when, #"{"event": ^true}"#, #""event" of a matcher must be a text, not true"#),
        Broken(.when, #"{"variable": ^"town"}"#, #""variable" must be an object of names, each with a matcher"#),
        Broken(.when, #"{"variable": ^{}}"#, #""variable" must be an object of names, each with a matcher"#),
        Broken(.when, #"{"variable": {"town": ^{}}}"#, #"the matcher of "town" must hold at least one key"#),
        Broken(.when, #"{"variable": {"town": ^"x"}}"#, #"the matcher of "town" must be an object, not a text"#),
        Broken(
            .when, #"{"event": "e", "context": {"reaction": {"any": ["a"], ^"equal": "x"}}}"#,
            #"unknown key "equal" in the matcher of "reaction"; did you mean "equals"?"#),
        Broken(
            .when, #"{"event": "e", "context": ^[]}"#, #""context" must be an object of names, each with a matcher"#),
    ]

    @Test("an empty or wrong matcher is refused", arguments: matchers)
    func matcher(_ broken: Broken) { Self.check(broken) }

    static let lines = [
        Broken(
            .says, #"["a", ^"{capture.alias}"]"#, "{capture.alias} names no group of a pattern in this machine"),
        Broken(
            .transition,
            #"{"from_state_key": "open", "decision_type": "redirect", "when": {"pattern": "(?<alias>.)"}, "says": ^"{capture.alais}"}"#,
            #"{capture.alais} names no group of a pattern in this machine; did you mean "alias"?"#),
        Broken(
            .says, #"^"{variable.score.gat}""#,
            #"{variable.score.gat} names no variable of the persona, nor one that a machine leaves; did you mean "score.gate"?"#
        ),
        Broken(.says, #"{"bubbles": ^[]}"#, #""bubbles" must hold at least one text"#),
        Broken(.says, #"{"bubbles": ["a", ^1]}"#, "a bubble must be a text, not a number"),
        Broken(.says, #"{"bubbles": ["a", ^""]}"#, "a line must not be empty"),
        Broken(
            .says, #"{"bubbles": ["a"], "text": ^"b"}"#,
            #"a line with "bubbles" has its text in "bubbles": ["…"]"#),
    ]

    @Test("a line with an unknown name or a wrong bubble is refused", arguments: lines)
    func line(_ broken: Broken) { Self.check(broken) }

    static let photos = [
        "beach.jpg", "/media/beach.jpg", "media/../x.jpg", "media/./x.jpg", "media//x.jpg", "media/", "media",
        "../media/x.jpg", "Media/x.jpg", "media/a/../../x.jpg", #"media\\\\x.jpg"#, "",
    ]

    @Test("a photo outside the persona's media folder is refused", arguments: photos)
    func photo(_ path: String) {
        let shown = path.replacing(#"\\"#, with: #"\"#)
        Self.check(
            Broken(
                .says, "{\"bubbles\": [\"a\"], \"photo\": ^\"\(path)\"}",
                "\"photo\" must be a path below the persona's media folder, such as \"media/beach.jpg\", not \"\(shown)\""
            )
        )
    }

    @Test("a line with only such a photo is one error")
    func photoAlone() {
        Self.check(
            Broken(
                .says, #"{"photo": ^"x.jpg"}"#,
                "\"photo\" must be a path below the persona's media folder, such as \"media/beach.jpg\", not \"x.jpg\"")
        )
    }

    static let questions = [
        Broken(.state, #"{"state_key": "x", "follow_up": ^{"when": {"any": ["a"]}}}"#, #"a follow-up has no "says""#),
        Broken(
            .state, #"{"state_key": "x", "follow_up": [{"says": "a"}, ^1]}"#,
            "a follow-up must be an object, not a number"),
        Broken(.state, #"{"state_key": "x", "follow_up": ^true}"#, "a follow-up must be an object, not true"),
        Broken(
            .state, #"{"state_key": "x", "follow_up": {"says": "a", "limit": ^0}}"#,
            #""limit" of a follow-up must be between 1 and 1000000, not 0"#),
        Broken(
            .state, #"{"state_key": "x", "follow_up": {"says": "a", ^"prioriy": 1}}"#,
            #"unknown key "prioriy" in a follow-up; did you mean "priority"?"#),
        Broken(.state, #"{"state_key": "x", "follow_up": {"says": ^[]}}"#, #""says" must hold at least one line"#),
    ]

    @Test("a wrong follow-up is refused", arguments: questions)
    func followUp(_ broken: Broken) { Self.check(broken) }

    static let limits = [
        Broken(
            .machine, #""on_redirect_limit": ^"redirect""#, "a redirect beyond the limit cannot become a redirect"),
        Broken(
            .machine, #""on_redirect_limit": ^"kickout""#,
            #""on_redirect_limit" of the machine must be one of pass, redirect, reject, kick_out, not "kickout"; did you mean "kick_out"?"#
        ),
        Broken(
            .machine, #""redirect_limit": ^-1"#,
            #""redirect_limit" of the machine must be between 0 and 1000000, not -1"#),
        Broken(
            .state, #"{"state_key": "x", "redirect_limit": ^-1}"#,
            #""redirect_limit" of a state must be between 0 and 1000000, not -1"#),
        Broken(
            .machine, #""unmatched": ^"reject""#,
            #""unmatched" of the machine must be one of redirect, pass, not "reject""#),
        Broken(
            .transition, #"{"from_state_key": "open", "decision_type": "redirect", "says": "a", "pick": ^"in-order"}"#,
            #""pick" of a transition must be one of in_order, by_turn, seeded, not "in-order"; did you mean "in_order"?"#
        ),
    ]

    @Test("a wrong limit or pick is refused", arguments: limits)
    func limit(_ broken: Broken) { Self.check(broken) }

    static let picks = [
        Broken(.persona, #""pick": ^"any""#, "the persona"),
        Broken(.machine, #""greeting": "a", "pick": ^"any""#, "the machine"),
        Broken(.state, #"{"state_key": "x", "says": "a", "says_on": {"pass": "b"}, "pick": ^"any"}"#, "a state"),
    ]

    @Test("a wrong pick is one error, however many lists inherit it", arguments: picks)
    func pick(_ broken: Broken) {
        let message = "\"pick\" of \(broken.message) must be one of in_order, by_turn, seeded, not \"any\""
        Self.check(Broken(broken.place, broken.json, message))
    }

    static let outputs = [
        Broken(.machine, #""output_variables": [^{"key": "a"}]"#, #"an output variable has no "from""#),
        Broken(
            .machine, #""output_variables": [^{"from": {"constant": "a"}}]"#, #"an output variable has no "key""#),
        Broken(
            .machine, #""output_variables": [{"key": "a", "from": ^{}}]"#,
            #""from" must hold either "capture" or "constant""#),
        Broken(
            .machine, #""output_variables": [{"key": "a", "from": ^{"capture": "x", "constant": "y"}}]"#,
            #""from" must hold either "capture" or "constant""#),
        Broken(
            .machine, #""output_variables": [{"key": "a", "from": {"capture": ^"alias"}}]"#,
            #""capture" names no group of a pattern in this machine: "alias""#),
        Broken(
            .machine,
            #""output_variables": [{"key": "a", "from": {"constant": "x"}}, {"key": ^"a", "from": {"constant": "y"}}]"#,
            #"the output variable "a" stands twice for one outcome; give each an "outcome" of its own"#),
        Broken(
            .machine,
            #""output_variables": [{"key": "a", "from": {"constant": "x"}, "outcome": "ACCEPT"}, {"key": ^"a", "from": {"constant": "y"}, "outcome": ["REJECT", "ACCEPT"]}]"#,
            #"the output variable "a" stands twice for one outcome; give each an "outcome" of its own"#),
        Broken(
            .machine, #""output_variables": [{"key": "a", "from": {"constant": "x"}, "outcome": ^"WIN"}]"#,
            #""outcome" of an output variable must be one of ACCEPT, REJECT, KICK_OUT, not "WIN""#),
        Broken(
            .machine, #""output_variables": [{"key": "a", "from": {"constant": "x"}, "outcome": ["ACCEPT", ^1]}]"#,
            #""outcome" of an output variable must be a text or a list of texts, not a number"#),
        Broken(
            .machine, #""output_variables": [{"key": "a", "from": {"constant": "x"}, "outcome": ^[]}]"#,
            #""outcome" of an output variable must hold at least one"#),
        Broken(
            .machine, #""output_variables": [{"key": "a", "from": {"constant": "x"}, ^"defualt": "y"}]"#,
            #"unknown key "defualt" in an output variable; did you mean "default"?"#),
        Broken(
            .machine, #""output_variables": [{"key": "a", "from": {"constant": "x"}, "default": ^1}]"#,
            #""default" of an output variable must be a text, not a number"#),
    ]

    @Test("a wrong output variable is refused", arguments: outputs)
    func output(_ broken: Broken) { Self.check(broken) }

    static let entries = [
        Broken(
            .machine, #""entries": {"opener": {"to_state_key": ^"opne", "says": "a"}}"#,
            #""to_state_key" names no state of this machine: "opne"; did you mean "open"?"#),
        Broken(.machine, #""entries": {"opener": ^{"says": "a"}}"#, #"the opener has no "to_state_key""#),
        Broken(.machine, #""entries": {"opener": ^{"to_state_key": "open"}}"#, #"the opener has no "says""#),
        Broken(
            .machine, #""entries": {"events": {"like": ^{"to_state_key": "open"}}}"#, #"an event's entry has no "says""#
        ),
        Broken(.machine, #""entries": {"events": ^[]}"#, #""events" must be an object of event ids, not a list"#),
        Broken(.machine, #""entries": {"nudge": ^{"cap": 1}}"#, #"the nudge has no "says""#),
        Broken(
            .machine, #""entries": {"nudge": {"says": "a", "cooldown_seconds": ^-1}}"#,
            #""cooldown_seconds" of the nudge must be between 0 and 2147483647, not -1"#),
        Broken(
            .machine, #""entries": {^"opner": {}}"#, #"unknown key "opner" in entries; did you mean "opener"?"#),
    ]

    @Test("a wrong entry is refused", arguments: entries)
    func entry(_ broken: Broken) { Self.check(broken) }
}
