import Fixtures
import Testing

@Suite("A broken fixture is refused with file, line, column and a remedy")
struct BrokenFixtureTests {
    static func check(_ broken: Broken) {
        #expect(Folder.diagnostics(broken.files) == [broken.expected])
    }

    static let unknownKeys = [
        Broken(
            .persona, #"^"desciption": "x""#, #"unknown key "desciption" in the persona; did you mean "description"?"#),
        Broken(
            .persona, #"^"zzzzzz": 1"#,
            #"unknown key "zzzzzz" in the persona; known are character, created_at, description, display_order, id, "#
                + "is_published, machine_links, machines, name, owner, perplexity_description, persona_identity_prompt, "
                + "pick, platforms, says_on, updated_at, variables, vision"),
        Broken(.machine, #"^"is_entri": true"#, #"unknown key "is_entri" in the machine; did you mean "is_entry"?"#),
        Broken(.state, #"{"state_key": "x", ^"say": "hi"}"#, #"unknown key "say" in a state; did you mean "says"?"#),
        Broken(
            .transition, #"{"from_state_key": "open", "decision_type": "redirect", ^"prority": 1}"#,
            #"unknown key "prority" in a transition; did you mean "priority"?"#),
        Broken(
            .says, #"{"text": "hi", ^"wen": {"otherwise": true}}"#,
            #"unknown key "wen" in a line; did you mean "when"?"#),
        Broken(.when, #"{^"anny": ["x"]}"#, #"unknown key "anny" in a matcher; did you mean "any"?"#),
        Broken(
            .machine, #""says_on": {^"redirct": "x"}"#, #"unknown key "redirct" in says_on; did you mean "redirect"?"#),
        Broken(
            .link,
            #"{"source_machine_key": "gate", "target_machine_key": "road", "condition_type": "always", ^"auto": true}"#,
            #"unknown key "auto" in a machine link; known are condition_type, condition_value, is_auto_advance, "#
                + "source_machine_key, target_machine_key"),
        Broken(
            .variable, #"{"key": "x", "value": "y", ^"valeu": 1}"#,
            #"unknown key "valeu" in a variable; did you mean "value"?"#),
        Broken(
            .accounts, #"{"accounts": [{"name": "a", "keys": []}], ^"defualt": "a"}"#,
            #"unknown key "defualt" in the file; did you mean "default"?"#),
        Broken(
            .account, #"{"name": "a", "keys": [], ^"directive": true}"#,
            #"unknown key "directive" in an account; did you mean "directives"?"#),
        Broken(.limits, #"{^"windwo": "fixed"}"#, #"unknown key "windwo" in limits; did you mean "window"?"#),
    ]

    @Test("an unknown key is refused, with a suggestion or the known keys", arguments: unknownKeys)
    func unknownKey(_ broken: Broken) { Self.check(broken) }

    static let wrongTypes = [
        Broken(.wholePersona, "^[]", "the persona must be an object, not a list"),
        Broken(.persona, #""name": ^1"#, #""name" of the persona must be a text, not a number"#),
        Broken(.persona, #""description": ^true"#, #""description" of the persona must be a text, not true"#),
        Broken(
            .persona, #""is_published": ^"yes""#, #""is_published" of the persona must be true or false, not a text"#),
        Broken(
            .persona, #""display_order": ^1.5"#,
            #""display_order" of the persona must be a whole number between -2147483648 and 2147483647, not 1.5"#
        ),
        Broken(.persona, #""machines": ^{}"#, #""machines" of the persona must be a list, not an object"#),
        Broken(.persona, #""machines": ["gate", ^1, "road"]"#, #""machines" lists machine keys, not a number"#),
        Broken(.persona, #""machine_links": ^null"#, #""machine_links" of the persona must be a list, not null"#),
        Broken(.persona, #""says_on": ^[]"#, "says_on must be an object, not a list"),
        Broken(.wholeMachine, "^null", "the machine must be an object, not null"),
        Broken(.machine, #""is_entry": ^0"#, #""is_entry" of the machine must be true or false, not a number"#),
        Broken(
            .machine, #""pass_threshold": ^"3""#, #""pass_threshold" of the machine must be a whole number, not a text"#
        ),
        Broken(
            .machine, #""creator_objective": ^{}"#, #""creator_objective" of the machine must be a text, not an object"#
        ),
        Broken(.state, "^1", "a state must be an object, not a number"),
        Broken(.state, #"{"state_key": "x", "label": ^[]}"#, #""label" of a state must be a text, not a list"#),
        Broken(.transition, #"^"x""#, "a transition must be an object, not a text"),
        Broken(
            .transition, #"{"from_state_key": "open", "decision_type": "redirect", "follow_up": ^null}"#,
            #""follow_up" of a transition must be true or false, not null"#),
        Broken(.says, "^1", #"a line must be a text, {"text", "when"} or {"bubbles", "photo", "when"}, not a number"#),
        Broken(
            .says, #"["hi", ^null]"#,
            #"a line must be a text, {"text", "when"} or {"bubbles", "photo", "when"}, not null"#),
        Broken(.says, #"{"text": ^1}"#, #""text" of a line must be a text, not a number"#),
        Broken(.when, "^true", "a matcher must be an object, not true"),
        Broken(.when, #"{"any": ^"x"}"#, #""any" of a matcher must be a list, not a text"#),
        Broken(.when, #"{"any": ["x", ^1]}"#, "a listed word must be a text, not a number"),
        Broken(.when, #"{"equals": ^1}"#, #""equals" of a matcher must be a text, not a number"#),
        Broken(.link, "^[]", "a machine link must be an object, not a list"),
        Broken(.variable, "^null", "a variable must be an object, not null"),
        Broken(.accounts, "^[]", "the file must be an object, not a list"),
        Broken(.account, "^1", "an account must be an object, not a number"),
        Broken(.limits, "^true", "limits must be an object, not true"),
        Broken(.account, #"{"name": "a", "keys": [^1]}"#, "a key must be a text of 1 to 200 letters, digits, _ and -"),
        Broken(
            .account, #"{"name": "a", "keys": [], "seed": ^"x"}"#,
            #""seed" of an account must be a whole number, not a text"#),
    ]

    @Test("a wrong type is refused", arguments: wrongTypes)
    func wrongType(_ broken: Broken) { Self.check(broken) }

    static let missing = [
        Broken(.wholePersona, "^{}", #"the persona has no "name""#),
        Broken(.persona, #""name": ^"  ""#, #""name" of the persona must not be empty"#),
        Broken(.wholeMachine, "^{}", #"the machine has no "states""#),
        Broken(.state, "^{}", #"a state has no "state_key""#),
        Broken(.state, #"{"state_key": ^""}"#, #""state_key" of a state must not be empty"#),
        Broken(.transition, #"^{"decision_type": "redirect"}"#, #"a transition has no "from_state_key""#),
        Broken(.transition, #"^{"from_state_key": "open"}"#, #"a transition has no "decision_type""#),
        Broken(
            .transition, #"^{"from_state_key": "open", "decision_type": "pass"}"#, #"a pass needs a "to_state_key""#),
        Broken(.says, "^{}", #"a line has no "text""#),
        Broken(
            .link, #"^{"target_machine_key": "road", "condition_type": "always"}"#,
            #"a machine link has no "source_machine_key""#),
        Broken(
            .link, #"^{"source_machine_key": "gate", "condition_type": "always"}"#,
            #"a machine link has no "target_machine_key""#),
        Broken(
            .link, #"^{"source_machine_key": "gate", "target_machine_key": "road"}"#,
            #"a machine link has no "condition_type""#),
        Broken(
            .link, #"^{"source_machine_key": "gate", "target_machine_key": "road", "condition_type": "outcome"}"#,
            #"a machine link has no "condition_value""#),
        Broken(
            .link, #"^{"source_machine_key": "gate", "target_machine_key": "road", "condition_type": "score_gte"}"#,
            #"a machine link has no "condition_value""#),
        Broken(.variable, #"^{"value": "x"}"#, #"a variable has no "key""#),
        Broken(.variable, #"^{"key": "x"}"#, #"a variable has no "value""#),
        Broken(.accounts, "^{}", #"the file has no "accounts""#),
        Broken(.account, #"^{"keys": []}"#, #"an account has no "name""#),
        Broken(.account, #"^{"name": "a"}"#, #"an account has no "keys""#),
    ]

    @Test("a missing value is refused", arguments: missing)
    func absent(_ broken: Broken) { Self.check(broken) }

    static let dangling = [
        Broken(
            .transition, #"{"from_state_key": ^"opne", "decision_type": "redirect"}"#,
            #""from_state_key" names no state of this machine: "opne"; did you mean "open"?"#),
        Broken(
            .transition, #"{"from_state_key": "open", "to_state_key": ^"*", "decision_type": "pass"}"#,
            #""to_state_key" names no state of this machine: "*""#),
        Broken(
            .transition, #"{"from_state_key": ^"shut", "decision_type": "redirect"}"#,
            #"the transition leaves "shut", a terminal state, and could never fire"#),
        Broken(
            .link, #"{"source_machine_key": ^"gat", "target_machine_key": "road", "condition_type": "always"}"#,
            #""source_machine_key" names no machine of this persona: "gat"; did you mean "gate"?"#),
        Broken(
            .link, #"{"source_machine_key": "gate", "target_machine_key": ^"castle", "condition_type": "always"}"#,
            #""target_machine_key" names no machine of this persona: "castle""#),
        Broken(
            .persona, #""machines": ["gate", "road", ^"gat"]"#, #"there is no machines/gat.json; did you mean "gate"?"#),
        Broken(
            .persona, #""machines": ^["gate"]"#,
            #""machines" does not list "road", whose file exists; list it or remove the file"#),
        Broken(
            .says, #"["Hi", ^"in {variable.twn}"]"#,
            #"{variable.twn} names no variable of the persona, nor one that a machine leaves; did you mean "town"?"#),
        Broken(
            .accounts, #"{"default": ^"dmo", "accounts": [{"name": "demo", "keys": []}]}"#,
            #""default" names no account: "dmo"; did you mean "demo"?"#),
        Broken(.machine, #""machine_key": ^"gte""#, #""machine_key" must be the file's name, "gate", not "gte""#),
    ]

    @Test("an unknown name is refused", arguments: dangling)
    func dangles(_ broken: Broken) { Self.check(broken) }

    static let duplicates = [
        Broken(
            .persona, #""description": "a", ^"description": "b""#, #"the key "description" stands twice in the persona"#
        ),
        Broken(.when, #"{"any": ["a"], ^"any": ["b"]}"#, #"the key "any" stands twice in a matcher"#),
        Broken(.state, #"{"state_key": ^"shut"}"#, #"the state "shut" stands twice"#),
        Broken(.variable, #"{"key": ^"town", "value": "x"}"#, #"the variable "town" stands twice"#),
        Broken(.persona, #""machines": ["gate", "road", ^"gate"]"#, #"the machine "gate" is listed twice"#),
        Broken(.account, #"{"name": ^"demo", "keys": []}"#, #"the account "demo" stands twice"#),
        Broken(.account, #"{"name": "a", "keys": ["k", ^"k"]}"#, #"this key is already one of "a""#),
        Broken(
            .accounts, #"{"accounts": [{"name": "a", "keys": ["k"]}, {"name": "b", "keys": [^"k"]}]}"#,
            #"this key is already one of "a""#),
    ]

    @Test("a duplicate is refused", arguments: duplicates)
    func duplicate(_ broken: Broken) { Self.check(broken) }
}
