import Dialogue
import Testing

@Suite("Templates")
struct TemplateTests {
    struct Parsed: Sendable {
        let text: String
        let parts: [Template.Part]

        init(_ text: String, _ parts: Template.Part...) { (self.text, self.parts) = (text, parts) }
    }

    static func blank(_ placeholder: Template.Placeholder, _ fallback: String? = nil) -> Template.Part {
        .placeholder(placeholder, fallback: fallback)
    }

    static let placeholders = [
        Parsed("{player_name}", blank(.playerName)), Parsed("{persona_name}", blank(.personaName)),
        Parsed("{score}", blank(.score)), Parsed("{entering}", blank(.entering)),
        Parsed("{variable.town}", blank(.variable("town"))), Parsed("{variable.a.b}", blank(.variable("a.b"))),
        Parsed("{variable. x }", blank(.variable(" x "))), Parsed("{capture.alias}", blank(.capture("alias"))),
        Parsed("{event.reaction}", blank(.event("reaction"))), Parsed("{target}", blank(.target)),
        Parsed("{they}", blank(.pronoun(.they, capitalised: false))),
        Parsed("{them}", blank(.pronoun(.them, capitalised: false))),
        Parsed("{their}", blank(.pronoun(.their, capitalised: false))),
        Parsed("{theirs}", blank(.pronoun(.theirs, capitalised: false))),
        Parsed("{They}", blank(.pronoun(.they, capitalised: true))),
        Parsed("{Them}", blank(.pronoun(.them, capitalised: true))),
        Parsed("{Their}", blank(.pronoun(.their, capitalised: true))),
        Parsed("{Theirs}", blank(.pronoun(.theirs, capitalised: true))),
    ]

    @Test("every placeholder is parsed", arguments: placeholders)
    func placeholder(_ parsed: Parsed) throws {
        #expect(try Template(parsed.text).parts == parsed.parts)
    }

    static let others = [
        Parsed(""), Parsed("Well, well…", .text("Well, well…")),
        Parsed("Hi {player_name}, {score}!", .text("Hi "), blank(.playerName), .text(", "), blank(.score), .text("!")),
        Parsed("{score}{score}", blank(.score), blank(.score)),
        // Fallbacks
        Parsed("{variable.x|none}", blank(.variable("x"), "none")), Parsed("{variable.x|}", blank(.variable("x"), "")),
        Parsed("{variable.x|a|b}", blank(.variable("x"), "a|b")), Parsed("{entering| ok }", blank(.entering, " ok ")),
        // Braces
        Parsed("{{", .text("{")), Parsed("}}", .text("}")), Parsed("{{player_name}}", .text("{player_name}")),
        Parsed("{{{score}}}", .text("{"), blank(.score), .text("}")), Parsed("a {{ b }} c", .text("a { b } c")),
        Parsed("{{{{", .text("{{")),
    ]

    @Test("texts, fallbacks and doubled braces are parsed", arguments: others)
    func parts(_ parsed: Parsed) throws {
        #expect(try Template(parsed.text).parts == parsed.parts)
    }

    @Test("a template lists its placeholders in order")
    func list() throws {
        #expect(
            try Template("{score} {{x}} {variable.a|b}{They}").placeholders == [
                .score, .variable("a"), .pronoun(.they, capitalised: true),
            ])
    }

    static let errors = [
        ("}", "a single '}' (write '}}' for a brace)"), ("a } b", "a single '}' (write '}}' for a brace)"),
        ("}}}", "a single '}' (write '}}' for a brace)"), ("{score}}", "a single '}' (write '}}' for a brace)"),
        ("{", "'{' is never closed (write '{{' for a brace)"),
        ("{score", "'{' is never closed (write '{{' for a brace)"),
        ("{{{", "'{' is never closed (write '{{' for a brace)"),
    ]

    @Test("a single brace is refused, with the remedy", arguments: errors)
    func brace(_ text: String, _ message: String) {
        let error = #expect(throws: Template.ParseError.self) { try Template(text) }
        #expect(error?.message == message)
    }

    @Test(
        "an unknown placeholder is refused by name, with those that are known",
        arguments: [
            "", " ", "name", "PLAYER_NAME", "player_name ", "variable", "variable.", "Variable.x", "THEY", "tHey",
            "Score", "capture", "capture.", "Capture.x", "event.", "target.x", "score{",
        ])
    func unknown(_ name: String) {
        let message =
            "unknown placeholder {\(name)}; known are {player_name}, {persona_name}, {they}, {them}, {their}, "
            + "{theirs} (capitalised too), {score}, {capture.NAME}, {variable.NAME}, {event.NAME}, {target} and {entering}"
        for text in ["a {\(name)} b", "{\(name)|fallback}"] {
            let error = #expect(throws: Template.ParseError.self) { try Template(text) }
            #expect(error?.message == message)
        }
    }
}

@Suite("Placeholders filled in")
struct FillingTests {
    /// What the character greets with.
    static func greeting(_ line: String, gender: Gender = .female, variables: Texts = [:]) -> String {
        Talk(machine(greeting: says(line)), variables: variables, gender: gender).greeting.reply
    }

    static let pronouns: [(Gender, String)] = [
        (.female, "she her her hers She Her Her Hers"), (.male, "he him his his He Him His His"),
        (.nonBinary, "they them their theirs They Them Their Theirs"),
    ]

    @Test("pronouns follow the player's gender", arguments: pronouns)
    func pronoun(_ gender: Gender, _ expected: String) {
        let line = "{they} {them} {their} {theirs} {They} {Them} {Their} {Theirs}"
        #expect(Self.greeting(line, gender: gender) == expected)
    }

    @Test("names, score and variables are filled in")
    func values() {
        #expect(
            Self.greeting(
                "{persona_name} to {player_name} in {variable.town}: {score}", variables: ["town": "Lowmarsh"])
                == "Mira to Sam in Lowmarsh: 0")
    }

    @Test("a fallback is used only where there is no value")
    func fallback() {
        #expect(Self.greeting("{variable.town|home}") == "home")
        #expect(Self.greeting("{variable.town|home}", variables: ["town": "Lowmarsh"]) == "Lowmarsh")
        #expect(Self.greeting("a{variable.town}b") == "ab")
        #expect(Self.greeting("{player_name|nobody}") == "Sam")
    }

    @Test("a placeholder inside a value is not filled in")
    func onceOnly() {
        #expect(Self.greeting("{variable.x}", variables: ["x": "{player_name} {{"]) == "{player_name} {{")
    }

    @Test("{entering} inserts the entered state's line")
    func entering() throws {
        let states = [places[0], State(key: key("middle"), says: says("Sit down, {player_name}."))]
        var talk = Talk(machine(states: states, [.pass(to: "middle", says: says("Good. {entering}"))]))
        #expect(try talk.hear("go").reply == "Good. Sit down, Sam.")
    }

    @Test("{entering} in a machine's greeting inserts the initial state's line")
    func enteringInGreeting() {
        let states = [State(key: key("start"), isInitial: true, says: says("Who are you?", id: "state"))]
        #expect(
            Talk(machine(greeting: says("Halt! {entering}"), states: states)).greeting.reply == "Halt! Who are you?")
    }

    @Test("{entering} is its fallback where no state with a line is entered")
    func enteringNothing() throws {
        var talk = Talk(machine([.on(.redirect, says: says("No. {entering|Again.}")), .pass(to: "middle", when: nil)]))
        #expect(try talk.hear("go").reply == "No. Again.")
    }

    @Test("{score} is the score after the turn")
    func scoreAfter() throws {
        var talk = Talk(machine([.pass(to: "middle", 15, says: says("{score}"))]))
        #expect(try talk.hear("go").reply == "15")
    }
}
