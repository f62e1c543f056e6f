import Dialogue
import Testing

@Suite("Variables that a completed machine leaves (B.10, G-46)")
struct OutputVariableTests {
    static func ended(
        _ outcome: Outcome? = .accept, score: Int = 7, captures: Texts = [:]
    ) -> Session {
        var session = LinkTests.session(outcome, score: score)
        session.memory.captures = captures
        return session
    }

    static let sources: [(OutputVariable.Source, String?, Texts, String?)] = [
        (.capture("alias"), nil, ["alias": "Kestrel"], "Kestrel"),
        (.capture("alias"), "stranger", ["alias": "Kestrel"], "Kestrel"),
        (.capture("alias"), "stranger", ["other": "x"], "stranger"), (.capture("alias"), nil, [:], nil),
        (.capture("alias"), "stranger", ["alias": ""], ""), (.constant("gold"), nil, ["alias": "x"], "gold"),
    ]

    @Test("an output variable is what was caught, else its default; or a constant", arguments: sources)
    func value(
        _ source: OutputVariable.Source, _ fallback: String?, _ captures: Texts, _ value: String?
    ) {
        var progress = Progress()
        let machine = machine(key: "gate", outputs: [OutputVariable(key: "out", source: source, fallback: fallback)])
        progress.complete(Self.ended(captures: captures), on: machine)
        #expect(progress.variables["out"] == value)
    }

    @Test("an output variable of an outcome is set with that outcome alone", arguments: Outcome.allCases)
    func ofOutcome(_ outcome: Outcome) {
        let outputs = [
            OutputVariable(key: "mood", source: .constant("warm"), outcomes: [.accept]),
            OutputVariable(key: "mood", source: .constant("cold"), outcomes: [.reject]),
            OutputVariable(key: "alias", source: .capture("alias"), fallback: "stranger", outcomes: [.reject]),
        ]
        var progress = Progress(variables: ["mood": "as before"])
        progress.complete(Self.ended(outcome), on: machine(outputs: outputs))
        let expected: [Outcome: String] = [.accept: "warm", .reject: "cold", .kickOut: "as before"]
        #expect(progress.variables["mood"] == expected[outcome])
        #expect(progress.variables["alias"] == (outcome == .reject ? "stranger" : nil))
    }

    @Test("each completed machine leaves outcome.<machine_key> and score.<machine_key>", arguments: Outcome.allCases)
    func outcome(_ outcome: Outcome) {
        var progress = Progress()
        progress.complete(Self.ended(outcome, score: -4), on: machine(key: "gate"))
        progress.complete(Self.ended(.accept, score: 9), on: machine(key: "road"))
        #expect(
            progress.variables == [
                "outcome.gate": outcome.rawValue, "score.gate": "-4", "outcome.road": "ACCEPT", "score.road": "9",
            ])
    }

    @Test("a machine that has not ended leaves no variables")
    func running() {
        var progress = Progress()
        progress.complete(Self.ended(nil), on: machine(outputs: [OutputVariable(key: "x", source: .constant("y"))]))
        #expect(progress == Progress())
    }

    @Test("the latest value wins, and a missing value leaves the former one")
    func latest() {
        let gate = machine(key: "gate", outputs: [OutputVariable(key: "alias", source: .capture("alias"))])
        var progress = Progress()
        for captures: Texts in [["alias": "Kestrel"], ["alias": "Robin"], [:]] {
            progress.complete(Self.ended(captures: captures), on: gate)
        }
        #expect(progress.variables["alias"] == "Robin")
    }

    @Test("variables are read as they were stored, and equal ones have equal bytes")
    func stored() {
        let progress = Progress(variables: ["b": "2", "a": "é 🔥\n", "": "", "score.x": "-1"])
        #expect(Progress.variables(encoded: progress.encodedVariables) == progress.variables)
        #expect(Progress.variables(encoded: []) == [:])
        #expect(Progress().encodedVariables.isEmpty)
        let other = Progress(variables: ["score.x": "-1", "": "", "a": "é 🔥\n", "b": "2"])
        #expect(progress.encodedVariables == other.encodedVariables)
        for bytes in ["a", "a\0", "a\0b\0c\0"] { #expect(Progress.variables(encoded: Array(bytes.utf8)) == nil) }
    }

    @Test("a later session greets and answers with the variables")
    func used() throws {
        let states = [State(key: key("start"), isInitial: true, says: says("Keep close, {variable.alias|you}."))]
        let road = machine(states: states, [.on(.redirect, says: says("{variable.score.gate}"))])
        var talk = Talk(road, left: ["alias": "Kestrel", "score.gate": "7"])
        #expect(talk.greeting.reply == "Keep close, Kestrel.")
        #expect(try talk.hear("go").reply == "7")
        #expect(Talk(road).greeting.reply == "Keep close, you.")
    }

    @Test("{capture.x} is the session's own, {target} the player's name, {event.x} empty without an event")
    func placeholders() throws {
        var talk = Talk(
            machine([.on(.redirect, when: .otherwise, says: says("{capture.x|-} {target} {event.y|-}"))]),
            left: ["x": "left"])
        #expect(try talk.hear("hm").reply == "- Sam -")
    }
}
