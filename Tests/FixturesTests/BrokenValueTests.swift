import Fixtures
import Testing

@Suite("A broken value is refused with file, line, column and a remedy")
struct BrokenValueTests {
    static func check(_ broken: Broken) {
        #expect(Folder.diagnostics(broken.files) == [broken.expected])
    }

    static let states = [
        Broken(
            .states, #"^[{"state_key": "open"}, {"state_key": "shut"}]"#,
            #"no state has "is_initial_state": true; exactly one must"#),
        Broken(
            .states,
            #"^[{"state_key": "open", "is_initial_state": false}, {"state_key": "shut", "is_terminal_state": true}]"#,
            #"no state has "is_initial_state": true; exactly one must"#),
        Broken(
            .state, #"{"state_key": ^"b", "is_initial_state": true}"#,
            #""b" is a second initial state beside "open"; there can only be one"#),
        Broken(
            .states,
            #"[{"state_key": ^"x", "is_initial_state": true, "is_terminal_state": true}, {"state_key": "open"}, {"state_key": "shut"}]"#,
            #"the initial state "x" cannot be terminal"#),
        Broken(
            .state, #"{"state_key": "x", "outcome": ^"ACCEPT"}"#, #"only a terminal state can have an "outcome""#),
        Broken(.state, #"{"state_key": ^"*"}"#, #""*" means every state and cannot be one's key"#),
    ]

    @Test("states that make no machine are refused", arguments: states)
    func noMachine(_ broken: Broken) { Self.check(broken) }

    static let empty = [
        Broken(.says, "^[]", #""says" must hold at least one line"#),
        Broken(.says, #"^"""#, "a line must not be empty"),
        Broken(.says, #"["a", ^""]"#, "a line must not be empty"),
        Broken(.says, #"{"text": ^" "}"#, #""text" of a line must not be empty"#),
        Broken(.machine, #""greeting": ^[]"#, #""greeting" must hold at least one line"#),
        Broken(.persona, #""says_on": {"pass": ^[]}"#, #""pass" must hold at least one line"#),
        Broken(.when, "^{}", #"a matcher must hold at least one key, such as "any""#),
        Broken(.when, #"{"any": ^[]}"#, #""any" must list at least one word"#),
        Broken(.when, #"{"none": ^[]}"#, #""none" must list at least one word"#),
        Broken(.accounts, #"{"accounts": ^[]}"#, #""accounts" must list at least one account"#),
    ]

    @Test("an empty list, line or matcher is refused", arguments: empty)
    func nothing(_ broken: Broken) { Self.check(broken) }

    static let words = [
        Broken(
            .when, #"{"any": ["a", ^"?!"]}"#,
            #""?!" is no word or phrase: it needs a letter, digit or emoji, and * may only end a word"#),
        Broken(
            .when, #"{"all": [^"b*k"]}"#,
            #""b*k" is no word or phrase: it needs a letter, digit or emoji, and * may only end a word"#),
        Broken(.when, #"{"otherwise": ^false}"#, #""otherwise" can only be true"#),
        Broken(
            .transition, #"{"from_state_key": "open", "decision_type": ^"kickout"}"#,
            #""decision_type" of a transition must be one of pass, redirect, reject, kick_out, not "kickout"; did you mean "kick_out"?"#
        ),
        Broken(
            .machine, #""scoring_mode": ^"PASS_FAIL""#,
            #""scoring_mode" of the machine must be one of scoring, pass_fail, not "PASS_FAIL"; did you mean "pass_fail"?"#
        ),
        Broken(
            .machine, #""scoring_mode": ^"Pass Fail""#,
            #""scoring_mode" of the machine must be one of scoring, pass_fail, not "Pass Fail"; did you mean "pass_fail"?"#
        ),
        Broken(
            .state, #"{"state_key": "x", "is_terminal_state": true, "outcome": ^"kick_out"}"#,
            #""outcome" of a state must be one of ACCEPT, REJECT, KICK_OUT, not "kick_out"; did you mean "KICK_OUT"?"#),
        Broken(
            .state, #"{"state_key": "x", "is_terminal_state": true, "outcome": ^"ACEPT"}"#,
            #""outcome" of a state must be one of ACCEPT, REJECT, KICK_OUT, not "ACEPT"; did you mean "ACCEPT"?"#),
        Broken(
            .link, #"{"source_machine_key": "gate", "target_machine_key": "road", "condition_type": ^"allways"}"#,
            #""condition_type" of a machine link must be one of outcome, always, score_gte, score_lte, not "allways"; did you mean "always"?"#
        ),
        Broken(
            .link,
            #"{"source_machine_key": "gate", "target_machine_key": "road", "condition_type": "outcome", "condition_value": ^"WIN"}"#,
            #""condition_value" of a machine link must be one of ACCEPT, REJECT, KICK_OUT, not "WIN""#),
        Broken(
            .link,
            #"{"source_machine_key": "gate", "target_machine_key": "road", "condition_type": "score_lte", "condition_value": ^"5"}"#,
            #""condition_value" of a machine link must be a whole number, not a text"#),
        Broken(
            .link,
            #"{"source_machine_key": "gate", "target_machine_key": "road", "condition_type": "always", "condition_value": ^1}"#,
            #"the condition "always" takes no "condition_value""#),
    ]

    @Test("a word of no meaning is refused", arguments: words)
    func word(_ broken: Broken) { Self.check(broken) }

    static let templates = [
        Broken(
            .says, #"^"Hi {plyer_name}""#,
            #"unknown placeholder {plyer_name}; did you mean "player_name"?"#),
        Broken(.says, #"^"{Player_Name}""#, #"unknown placeholder {Player_Name}; did you mean "player_name"?"#),
        Broken(.says, #"^"{thier}""#, #"unknown placeholder {thier}; did you mean "their"?"#),
        Broken(.says, #"^"{ score }""#, #"unknown placeholder { score }; did you mean "score"?"#),
        Broken(.says, #"^"{Theire}""#, #"unknown placeholder {Theire}; did you mean "Their"?"#),
        Broken(.says, #"^"{variabel.town}""#, #"unknown placeholder {variabel.town}; did you mean "variable.town"?"#),
        Broken(.says, #"^"{town}""#, #"unknown placeholder {town}; did you mean "variable.town"?"#),
        Broken(
            .transition,
            #"{"from_state_key": "open", "decision_type": "redirect", "when": {"pattern": "(?<alias>.)"}, "says": ^"{alias}"}"#,
            #"unknown placeholder {alias}; did you mean "capture.alias"?"#),
        Broken(
            .says, #"^"Hi {zzzzzz}""#,
            "unknown placeholder {zzzzzz}; known are {player_name}, {persona_name}, {they}, {them}, {their}, "
                + "{theirs} (capitalised too), {score}, {capture.NAME}, {variable.NAME}, {event.NAME}, {target} and {entering}"
        ),
        Broken(.says, #"["é 🔥", ^"a } b"]"#, "a single '}' (write '}}' for a brace)"),
        Broken(.says, #"{"text": ^"a { b"}"#, "'{' is never closed (write '{{' for a brace)"),
    ]

    @Test("{entering} in a state's own line is refused")
    func enteringItself() {
        Self.check(
            Broken(
                .state, #"{"state_key": "x", "says": ^["a", "b {entering}"]}"#,
                "{entering} stands for this very line; it belongs into a transition's"))
    }

    @Test("a wrong placeholder is refused", arguments: templates)
    func template(_ broken: Broken) { Self.check(broken) }

    static let ids = [
        Broken(.persona, #""id": ^"mira""#, #""id" must be a UUID, not "mira""#),
        Broken(
            .machine, #""id": ^"00112233445566778899aabbccddeeff""#,
            #""id" must be a UUID, not "00112233445566778899aabbccddeeff""#),
        Broken(
            .account, #"{"name": "a", "keys": [^"a b"]}"#, "a key must be a text of 1 to 200 letters, digits, _ and -"),
        Broken(.account, #"{"name": "a", "keys": [^""]}"#, "a key must be a text of 1 to 200 letters, digits, _ and -"),
    ]

    @Test("an id or a key of the wrong form is refused", arguments: ids)
    func id(_ broken: Broken) { Self.check(broken) }

    static let moments = [
        "2026-03-10", "2026-03-10T12:00:00", "2026-03-10T12:00:00.0Z", "2026-03-10 12:00:00Z", "2026-3-10T12:00:00Z",
        "2026-02-29T12:00:00Z", "2026-13-10T12:00:00Z", "2026-00-10T12:00:00Z", "2026-03-00T12:00:00Z",
        "2026-04-31T12:00:00Z", "2026-03-10T24:00:00Z", "2026-03-10T12:60:00Z", "2026-03-10T12:00:60Z",
        "2100-02-29T12:00:00Z", "２026-03-10T12:00:00Z", "",
    ]

    @Test("a wrong time is refused", arguments: moments, ["created_at", "updated_at"])
    func moment(_ text: String, _ key: String) {
        Self.check(
            Broken(
                .persona, "\"\(key)\": ^\"\(text)\"", "\"\(key)\" must look like 2026-03-10T12:00:00Z, not \"\(text)\"")
        )
    }

    static let numbers = [
        Broken(
            .transition, #"{"from_state_key": "open", "decision_type": "redirect", "score_delta": ^2147483648}"#,
            #""score_delta" of a transition must be between -2147483648 and 2147483647, not 2147483648"#),
        Broken(
            .machine, #""early_fail_bound": ^-2147483649"#,
            #""early_fail_bound" of the machine must be between -2147483648 and 2147483647, not -2147483649"#),
        Broken(
            .limits, #"{"messages_per_minute": ^0}"#,
            #""messages_per_minute" of limits must be between 1 and 1000000, not 0"#),
        Broken(
            .limits, #"{"other_per_minute": ^1000001}"#,
            #""other_per_minute" of limits must be between 1 and 1000000, not 1000001"#),
        Broken(
            .limits, #"{"window": ^"slidng"}"#,
            #""window" of limits must be one of sliding, fixed, token_bucket, not "slidng"; did you mean "sliding"?"#),
        Broken(.limits, #"{"scope": ^"user"}"#, #""scope" of limits must be one of key, account, not "user""#),
    ]

    @Test("a number or a limit out of bounds is refused", arguments: numbers)
    func number(_ broken: Broken) { Self.check(broken) }

    static let syntax = [
        Broken(.wholePersona, "^", "expected a value, found the end of the text"),
        Broken(.wholeMachine, #"{"states": [^}"#, "expected a value or ']', found '}'"),
        // Comments
        Broken(.wholePersona, "{^// Mira", "expected a key in double quotes or '}', found '/'\(comment)"),
        Broken(
            .wholePersona, "{\"name\": \"Mira\", ^/* her name */",
            "expected a key in double quotes after ',', found '/'\(comment)"
        ),
        Broken(.wholePersona, "^# Mira\n{}", "expected a value, found '#'\(comment)"),
        // A comma before a bracket
        Broken(
            .accounts, "{\n  \"accounts\": [],\n^}",
            "expected a key in double quotes after ',', found '}'; remove the comma before it"),
        Broken(
            .wholeMachine, "{\"states\": [1, ^]", "expected a value after ',', found ']'; remove the comma before it"),
        Broken(.wholeMachine, "{\"states\": ^]", "expected a value after ':', found ']'"),
        // A comma that is missing between lines; the place is the end of the first
        Broken(
            .wholePersona, "{\n  \"name\": \"Mira\"^\n  \"id\": 1}", "expected ',' or '}' after a member, found '\"'"),
        Broken(.wholePersona, "{\"name\": \"Mira\" ^\"id\": 1}", "expected ',' or '}' after a member, found '\"'"),
        Broken(
            .wholePersona, "{\"name\": \"\\^d\"}",
            "expected one of \" \\ / b f n r t u after a backslash, found 'd'; write a backslash as \\\\"),
        // Tabs and line ends in strings
        Broken(
            .wholePersona, "{\"name\": \"a^\tb\"}",
            "expected the string to go on or a control character to be escaped, found U+0009; write a tab as \\t"),
        Broken(
            .wholePersona, "{\"name\": \"a^\nb\"}",
            "expected the string to go on or a control character to be escaped, found U+000A; write a line end as \\n, or "
                + "end the string with \""),
        // Other quotes
        Broken(
            .wholePersona, "{^'name': 1}",
            "expected a key in double quotes or '}', found an apostrophe; write \" in place of '"),
        Broken(
            .wholePersona, "{\"name\": ^“Mira”}", "expected a value after ':', found '“'; write \" in place of “"),
        Broken(
            .wholePersona, "{\"name\": \"Mira”,^\n}",
            "expected the string to go on or a control character to be escaped, found U+000A; a string ends with \", not "
                + "with ”"),
        Broken(
            .wholePersona, "{\"name\": \"Mira”, \"^id\": \"x\"}",
            "expected ',' or '}' after a member, found 'i'; a string ends with \", not with ”"),
        // Words of other languages
        Broken(.wholePersona, "{\"is_published\": ^True}", "expected a value after ':', found 'T'; write true"),
        Broken(.wholePersona, "{\"description\": ^None}", "expected a value after ':', found 'N'; write null"),
    ]

    static let comment = "; JSON has no comments: write \"$comment\": \"…\" in an object"

    @Test("a file that is not JSON is refused", arguments: syntax)
    func notJSON(_ broken: Broken) { Self.check(broken) }
}

@Suite("One mistake is one error")
struct SingleErrorTests {
    /// Objects with one mistake, whose other keys are right.
    static let cases = [
        Broken(
            .transition,
            #"^{"from_state_key": "open", "to_state_key": "shut", "priority": 1, "score_delta": 2, "says": "x"}"#,
            #"a transition has no "decision_type""#),
        Broken(
            .transition,
            #"{"from_state_key": "open", "decision_type": ^"kickout", "condition": "x", "follow_up": true, "when": {"any": ["a"]}}"#,
            #""decision_type" of a transition must be one of pass, redirect, reject, kick_out, not "kickout"; did you mean "kick_out"?"#
        ),
        Broken(
            .state, #"^{"is_terminal_state": true, "label": "x", "says": "x"}"#, #"a state has no "state_key""#),
        Broken(
            .link, #"^{"source_machine_key": "gate", "target_machine_key": "road", "condition_value": "ACCEPT"}"#,
            #"a machine link has no "condition_type""#),
        Broken(.account, #"^{"keys": ["k"]}"#, #"an account has no "name""#),
    ]

    @Test("a mistake does not make the keys beside it unknown", arguments: cases)
    func keysBeside(_ broken: Broken) {
        #expect(Folder.diagnostics(broken.files) == [broken.expected])
    }

    static let types = [
        Broken(.variable, #"{"key": "x", "value": ^1}"#, #""value" of a variable must be a text, not a number"#),
        Broken(.wholeMachine, #"{"states": ^{}}"#, #""states" of the machine must be a list, not an object"#),
        Broken(.accounts, #"{"accounts": ^{}}"#, #""accounts" of the file must be a list, not an object"#),
        Broken(.account, #"{"name": "a", "keys": ^"k"}"#, #""keys" of an account must be a list, not a text"#),
    ]

    @Test("a value of the wrong type is not also reported as missing", arguments: types)
    func wrongIsNotMissing(_ broken: Broken) {
        #expect(Folder.diagnostics(broken.files) == [broken.expected])
    }
}
