import Dialogue
import Fixtures
import Support
import Testing

@Suite("The examples of docs/fixtures.md")
struct DocumentedExampleTests {
    /// The conversation's first session on the machine of an example: the code block with these words.
    static func machine(with words: String) throws -> (machine: Machine, persona: Persona) {
        let blocks = try Repository.text("docs/fixtures.md").split(separator: "```json\n").dropFirst()
        let texts = blocks.compactMap { $0.split(separator: "```").first }
        let text = String(try #require(texts.first { $0.contains(words) }))
        let persona = try #require(
            try Folder.load([
                Folder.file(Folder.persona, Folder.personaText()),
                Folder.file("personas/mira/machines/desk.json", text),
            ]).personas.first)
        return (persona.defaultMachine, persona)
    }

    @Test("the language that the player chose stays")
    func language() throws {
        let (machine, persona) = try Self.machine(with: "\"desk\"")
        var session = FixtureExplanationTests.begin(machine, of: persona)
        var earlier: [String] = []
        let replies = ["A room?", "Deutsch, bitte", "Kaffee", "Danke"].map { line in
            let input = Session.Input(message: line, instruction: Instruction(plain: line), earlier: earlier)
            earlier.append(line)
            return session.answer(input, on: machine, of: persona, at: Timestamp(seconds: 1)).turn.reply
        }
        #expect(
            replies == ["What will it be?", "Was darf es sein?", "Sonst noch etwas?", "Sonst noch etwas?"])
    }
}
