import Testing
import Text

@testable import Dialogue

/// Scalars that join the scalar before them: Swift takes both for one `Character`.
private let joiners = ["\u{301}", "\u{200C}", "\u{200D}", "\u{FE0F}", "\u{5B0}", "\u{93E}", "\u{E33}", "\u{1F3FD}"]

@Suite("Placeholders in every script")
struct TemplateScriptTests {
    /// An author's line, and the line that Sam gets, byte for byte.
    static let lines: [(String, String)] = [
        (
            "\u{633}\u{644}\u{627}\u{645} {player_name}\u{200C}\u{62C}\u{627}\u{646}",
            "\u{633}\u{644}\u{627}\u{645} Sam\u{200C}\u{62C}\u{627}\u{646}"
        ),
        (
            "\u{5E9}\u{5B8}\u{5C1}\u{5DC}\u{5D5}\u{5B9}\u{5DD} {player_name}\u{5BE}{score}",
            "\u{5E9}\u{5B8}\u{5C1}\u{5DC}\u{5D5}\u{5B9}\u{5DD} Sam\u{5BE}0"
        ),
        (
            "\u{E2A}\u{E27}\u{E31}\u{E2A}\u{E14}\u{E35}{player_name}\u{E33}",
            "\u{E2A}\u{E27}\u{E31}\u{E2A}\u{E14}\u{E35}Sam\u{E33}"
        ),
        (
            "\u{928}\u{92E}\u{938}\u{94D}\u{924}\u{947} {player_name}\u{93E}",
            "\u{928}\u{92E}\u{938}\u{94D}\u{924}\u{947} Sam\u{93E}"
        ),
    ]

    @Test("a placeholder between letters of any script is filled in, and all other bytes stay", arguments: lines)
    func script(_ line: String, _ said: String) {
        #expect(Array(FillingTests.greeting(line).utf8) == Array(said.utf8))
    }

    @Test("a scalar that joins a brace is text beside it", arguments: joiners)
    func beside(_ joiner: String) throws {
        func said(_ line: String) -> [UInt8] { Array(FillingTests.greeting(line).utf8) }
        #expect(said("a\(joiner){score}\(joiner)b") == Array("a\(joiner)0\(joiner)b".utf8))
        #expect(said("{{\(joiner)}}\(joiner)") == Array("{\(joiner)}\(joiner)".utf8))
        #expect(said("{variable.x|\(joiner)}") == Array(joiner.utf8))
        #expect(said("{variable.x|a}\(joiner){{") == Array("a\(joiner){".utf8))
        let mistakes = ["{\(joiner)score}", "{score\(joiner)}", "{score", "}\(joiner)", "{\(joiner)"]
        for mistake in mistakes { #expect(throws: Template.ParseError.self) { try Template(mistake) } }
        #expect(try Template("{variable.\(joiner)}").placeholders == [.variable(joiner)])
    }

    @Test("a scalar that joins a bracket is text beside the directive", arguments: joiners)
    func directives(_ joiner: String) throws {
        let instruction = try Instruction("a\(joiner)[[pass]]\(joiner)b[[delay 2s]]")
        #expect(Array(instruction.text.utf8) == Array("a\(joiner)\(joiner)b".utf8))
        #expect(instruction.directives == [.decide(.pass), .delay(.seconds(2))])
        #expect(throws: Instruction.UnknownDirective(name: "pass\(joiner)")) { try Instruction("[[pass\(joiner)]]") }
    }
}

@Suite("Names by their bytes")
struct NameByteTests {
    private static let (one, two) = ("Zo\u{EB}", "Zoe\u{308}")

    @Test("events whose names differ in bytes are two, for a matcher and for its reason")
    func events() {
        let matcher = Matcher.event(Self.one)
        let context = MatchContext(text: "", event: MatchContext.Event(id: Self.two))
        var effort = Effort()
        #expect(!matcher.holds(in: context, &effort))
        #expect(!matcher.covers(.event(Self.two)))
        #expect(matcher.covers(.event(Self.one)))
        let reasons = matcher.account(in: context, &effort).reasons
        #expect(reasons.map(\.text) == ["the event is \"\(Self.two)\", not \"\(Self.one)\""])
    }

    @Test("states, variables and captures whose names differ in bytes are two")
    func names() throws {
        #expect(StateKey(Self.one) != StateKey(Self.two))
        #expect(Set([Self.one, Self.two].map { StateKey($0) }).count == 2)
        var memory = Memory()
        memory.captures[Self.one] = "1"
        memory.captures[Self.two] = "2"
        let read = try #require(Memory(encoded: memory.encoded))
        #expect(read.captures[Self.one] == "1")
        #expect(read.captures[Self.two] == "2")
        #expect(FillingTests.greeting("{variable.\(Self.two)|none}", variables: [ExactText(Self.one): "x"]) == "none")
    }

    @Test(
        "names and values keep every byte, a zero too",
        arguments: ["\0", "a\0", "\0a\0", "\u{301}", "", "\u{C0}\u{80}"])
    func zero(_ text: String) throws {
        let memory = Memory(captures: [ExactText(text): text, "other": "x"], note: text)
        #expect(Memory(encoded: memory.encoded) == memory)
        let progress = Progress(variables: [ExactText(text): text, "other": "x"])
        let read = try #require(Progress.variables(encoded: progress.encodedVariables))
        #expect(read == progress.variables)
        #expect(read[text].map { Array($0.utf8) } == Array(text.utf8))
    }

    @Test("an event matcher compares ids by their bytes")
    func event() {
        let context = MatchContext(
            text: "", event: MatchContext.Event(id: Self.one, context: [ExactText(Self.one): "x"]))
        #expect(Matcher.event(Self.one).holds(in: context))
        #expect(!Matcher.event(Self.two).holds(in: context))
        #expect(Matcher.context(Self.one, ValueMatcher()).holds(in: context))
        #expect(!Matcher.context(Self.two, ValueMatcher()).holds(in: context))
    }
}
