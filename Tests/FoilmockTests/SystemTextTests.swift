import Emulator
import Testing

@testable import Program

@Suite("Arguments and variables as the system holds them")
struct SystemTextTests {
    private static func text(_ bytes: UInt8...) -> SystemText { SystemText(bytes: bytes) }

    /// `é` in Latin 1, which is not UTF-8.
    private static let latin = text(0xE9)

    @Test("a command's arguments reach it byte for byte")
    func command() throws {
        let words: [SystemText] = [Self.latin, "\u{301}x", "--", "e\u{301}", Self.text(0x2D, 0x2D, 0xFF)]
        let options = try #require(
            try FoilmockTests.command(["exec", "--seed", "7", "--"] + words, environment: [:]) as? Exec)
        #expect(options.command == words)
        #expect(options.configuration.seed == 7)
    }

    static let mistakes: [([SystemText], String)] = [
        (["--db", latin], "'--db' must be UTF-8, and its value is not"),
        (
            [SystemText(bytes: Array("--control-token=".utf8) + latin.bytes)],
            "'--control-token' must be UTF-8, and its value is not"
        ),
        (["exec", "--fixtures", latin, "--", "true"], "'--fixtures' must be UTF-8, and its value is not"),
        (["check", latin], "the argument '\u{FFFD}' is not UTF-8"),
        (["--db=x", latin], "the argument '\u{FFFD}' is not UTF-8"),
    ]

    @Test("an argument of foilmock itself that is not UTF-8 is refused by its option", arguments: mistakes)
    func mistake(_ words: [SystemText], _ message: String) {
        #expect(throws: AppError.usage(message)) { try FoilmockTests.command(words) }
    }

    @Test(
        "a value may begin with a scalar that joins the sign before it",
        arguments: ["\u{301}x", "\u{200D}", "\u{FE0F}", "\u{93E}"])
    func joined(_ value: String) throws {
        let configuration = try read(Serve.self, ["--db=\(value)", "--fixtures", value]).configuration
        #expect(configuration.database.map { Array($0.utf8) } == Array(value.utf8))
        #expect(configuration.fixtures.map { Array($0.utf8) } == Array(value.utf8))
        #expect(try read(Check.self, ["--format=text", value]).folder == value)
        #expect(
            try read(Replay.self, ["j", "--fixtures=\(value)"]).fixtures.map { Array($0.utf8) } == Array(value.utf8))
        #expect(throws: AppError.self) { try FoilmockTests.command(["-\(value)"]) }
    }
}
