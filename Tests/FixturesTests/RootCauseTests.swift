import Fixtures
import Testing

@Suite("What follows from a mistake is left out")
struct RootCauseTests {
    /// One mistake in a folder that is right otherwise, and all that is reported of it.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let files: [FixtureFile]
        let expected: [String]

        init(_ name: String, _ files: [FixtureFile], _ expected: String...) {
            (testDescription, self.files, self.expected) = (name, files, expected)
        }
    }

    /// A machine whose states and transitions are named in several places.
    static func machine(
        open: String = #"{"state_key": "open", "is_initial_state": true}"#, more: String = "",
        pattern: String = #""pattern": "(?<alias>x)""#, output: String = #""key": "alias""#
    ) -> String {
        """
        {
          "states": [
            \(open),
            {"state_key": "talk", "says": "Well, {capture.alias|you}?"},
            {"state_key": "shut", "is_terminal_state": true}
          ],
          "transitions": [
            {"from_state_key": "open", "to_state_key": "talk", "decision_type": "pass", "when": {\(pattern)}},
            {"from_state_key": "open", "decision_type": "redirect", "when": {"otherwise": true}},
            {"from_state_key": "talk", "to_state_key": "open", "decision_type": "pass", "when": {"any": ["back"]}},
            {"from_state_key": "talk", "to_state_key": "shut", "decision_type": "pass", "when": {"otherwise": true}}
          ],
          "output_variables": [{\(output), "from": {"capture": "alias"}}]\(more)
        }
        """
    }

    static let road = """
        {"states": [{"state_key": "s", "is_initial_state": true, "says": "{variable.alias} {variable.outcome.gate}"}]}
        """

    static let links = """
        {
          "name": "Mira",
          "machines": ["gate", "road"],
          "machine_links": [
            {"source_machine_key": "gate", "target_machine_key": "road", "condition_type": "always"},
            {"source_machine_key": "road", "target_machine_key": "gate", "condition_type": "always"}
          ],
          "says_on": {"pass": "{variable.outcome.gate} {variable.score.gate} {variable.alias}"}
        }
        """

    static let accounts = """
        {"accounts": [
          {"name": "a", "keys": [], "handshake_keys": [{"key": "ft_sk_a", "persona": "mira", "machine": "gate"}]}
        ]}
        """

    static let persona = "personas/mira/persona.json"
    static let gate = "personas/mira/machines/gate.json"

    static func files(persona: String = links, gate: String? = machine(), road: String? = road) -> [FixtureFile] {
        [Folder.file("accounts.json", accounts), Folder.file(Self.persona, persona)]
            + [(Self.gate, gate), ("personas/mira/machines/road.json", road)].compactMap { path, text in
                text.map { Folder.file(path, $0) }
            }
    }

    static let cases = [
        Case("nothing is wrong", files()),
        Case(
            "the folder of the machines is misspelt",
            [Folder.file(persona, #"{"name": "Mira"}"#), Folder.file("personas/mira/machine/gate.json", machine())],
            "personas/mira/machine/gate.json: error: nothing reads this file: fixtures are accounts.json, "
                + "personas/<slug>/persona.json and personas/<slug>/machines/<machine_key>.json"),
        Case(
            "a state's key is misspelt", files(gate: machine(open: #"{"state_ky": "open", "is_initial_state": true}"#)),
            #"\#(gate):3:6: error: unknown key "state_ky" in a state; did you mean "state_key"?"#),
        Case(
            "a state's key has another type",
            files(gate: machine(open: #"{"state_key": 1, "is_initial_state": true}"#)),
            #"\#(gate):3:19: error: "state_key" of a state must be a text, not a number"#),
        Case(
            "a state's name is misspelt",
            files(gate: machine(open: #"{"state_key": "opne", "is_initial_state": true}"#)),
            #"\#(gate):3:19: error: nothing names the state "opne", but 3 places "open"; did you mean "open"?"#),
        Case(
            "a state is missing",
            files(
                gate: machine(open: #"{"state_key": "begin", "is_initial_state": true}"#)),
            #"\#(gate):8:24: error: "from_state_key" names no state of this machine: "open" (3 places name it)"#),
        Case(
            "is_initial_state is misspelt", files(gate: machine(open: #"{"state_key": "open", "is_initial": true}"#)),
            #"\#(gate):3:27: error: unknown key "is_initial" in a state; did you mean "is_initial_state"?"#),
        Case(
            "is_initial_state has another type",
            files(gate: machine(open: #"{"state_key": "open", "is_initial_state": "yes"}"#)),
            #"\#(gate):3:47: error: "is_initial_state" of a state must be true or false, not a text"#),
        Case(
            "a state stands twice",
            files(
                gate: machine(
                    open: """
                        {"state_key": "open", "is_initial_state": true}, {"state_key": "open", "is_initial_state": true}
                        """)),
            #"\#(gate):3:68: error: the state "open" stands twice"#),
        Case(
            "there are no states", files(gate: "{\n\"states\": {}" + machine().drop { $0 != "]" }.dropFirst()),
            #"\#(gate):2:11: error: "states" of the machine must be a list, not an object"#),
        Case(
            "a pattern does not compile", files(gate: machine(pattern: #""pattern": "(?<alias>x""#)),
            #"\#(gate):8:112: error: the pattern does not compile: missing closing parenthesis (at its byte 10)"#),
        Case(
            "the key of a pattern is misspelt", files(gate: machine(pattern: #""patern": "(?<alias>x)""#)),
            #"\#(gate):8:90: error: unknown key "patern" in a matcher; did you mean "pattern"?"#),
        Case(
            "the target of a pass is misspelt",
            files(gate: machine().replacing(#""to_state_key": "shut""#, with: #""to_state": "shut""#)),
            #"\#(gate):11:32: error: unknown key "to_state" in a transition; did you mean "to_state_key"?"#),
        Case(
            "the key of an output variable is misspelt", files(gate: machine(output: #""kye": "alias""#)),
            #"\#(gate):13:25: error: unknown key "kye" in an output variable; did you mean "key"?"#),
        Case(
            "the source of an output variable is misspelt",
            files(gate: machine().replacing(#"{"capture": "alias"}"#, with: #"{"capturd": "alias"}"#)),
            #"\#(gate):13:50: error: unknown key "capturd" in "from"; did you mean "capture"?"#),
        Case(
            "output_variables is misspelt",
            files(gate: machine().replacing("output_variables", with: "output_variable")),
            #"\#(gate):13:3: error: unknown key "output_variable" in the machine; did you mean "output_variables"?"#),
        Case(
            "a machine's file is missing", files(gate: nil),
            "\(persona):3:16: error: there is no machines/gate.json"),
        Case(
            "a machine's file has another name",
            files(gate: nil) + [Folder.file("personas/mira/machines/gaet.json", machine())],
            #"\#(persona):3:16: error: there is no machines/gate.json; did you mean "gaet"?"#),
        Case(
            "no machine has a file", files(gate: nil, road: nil),
            "\(persona):1:1: error: the persona has no machine: machines/ beside this file holds no .json file"),
        Case(
            "a machine is not JSON", files(gate: "{"),
            "\(gate):1:2: error: expected a key in double quotes or '}', found the end of the text"),
        Case(
            "a persona's name is misspelt", files(persona: links.replacing(#""name""#, with: #""nmae""#)),
            #"\#(persona):2:3: error: unknown key "nmae" in the persona; did you mean "name"?"#),
    ]

    @Test("one mistake is one error, however many places it spoils", arguments: cases)
    func one(_ item: Case) {
        #expect(Folder.diagnostics(item.files) == item.expected.sorted())
    }

    static let variables = [
        #""variables": [{"kye": "town", "value": "x"}]"#, #""variables": {"town": "x"}"#,
        #""varaibles": [{"key": "town", "value": "x"}]"#,
    ]

    @Test("a variable that may be one whose name could not be read is no mistake", arguments: variables)
    func variable(_ json: String) {
        let files = Folder.renamed(
            "mira", persona: "{\"name\": \"Mira\", \(json)}",
            gate: Folder.machineText("\"greeting\": \"{variable.town} {variable.outcome.gaet}\""))
        let errors = Folder.diagnostics(files)
        #expect(errors.count == 2, "\(errors)")
        #expect(errors.contains { $0.hasSuffix(#"machine leaves; did you mean "outcome.gate"?"#) })
        #expect(!errors.contains { $0.contains("{variable.town}") })
    }

    @Test("an account without a name may be the default one")
    func account() {
        let files = Folder.files(
            accounts: #"{"default": "b", "accounts": [{"name": "a", "keys": []}, {"nmae": "b", "keys": []}]}"#)
        #expect(
            Folder.diagnostics(files) == [
                #"accounts.json:1:59: error: unknown key "nmae" in an account; did you mean "name"?"#
            ])
    }
}
