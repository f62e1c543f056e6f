import Dialogue
import Fixtures
import Glibc
import Support
import Testing

@testable import Program

@Suite("Sources of fixtures")
struct FixtureSourceTests {
    let folder = TemporaryFolder()

    @Test("the built-in fixtures are the fixtures folder, byte for byte")
    func embedded() throws {
        let shipped = try Repository.files(below: "fixtures").map {
            FixtureFile(path: String($0.dropFirst("fixtures/".count)), bytes: try Repository.bytes($0))
        }
        let embedded = FixtureSource.embedded.sorted { $0.path < $1.path }
        #expect(embedded.map(\.path) == shipped.map(\.path))
        for (built, read) in zip(embedded, shipped) { #expect(built.bytes == read.bytes, "\(read.path)") }
    }

    @Test("the built-in fixtures load")
    func builtIn() throws {
        #expect(try FixtureSource.builtIn.load().catalog.personas.first?.name == "Grumpy Barista")
    }

    @Test("the given folder is used, else one beside the program, else the built-in fixtures")
    func choose() {
        let program = folder.place("foilmock")
        #expect(FixtureSource.choose(nil, program: program) == .builtIn)
        folder.makeFolder("fixtures")
        #expect(FixtureSource.choose(nil, program: program) == .folder(folder.place("fixtures")))
        #expect(FixtureSource.choose("mine", program: program) == .folder("mine"))
    }

    @Test("a file named fixtures beside the program is not used")
    func file() {
        folder.write("", to: "fixtures")
        #expect(FixtureSource.choose(nil, program: folder.place("foilmock")) == .builtIn)
    }

    @Test("a source is described as built in, or by its folder")
    func description() {
        #expect(FixtureSource.builtIn.description == "built in")
        #expect(FixtureSource.folder("/a/b").description == "/a/b")
    }

    @Test("a folder that cannot be read is an error of one line")
    func unreadable() {
        let missing = folder.place("missing")
        let error = AppError.failure("the fixture folder: \(missing) cannot be read: No such file or directory")
        #expect(throws: FixtureFailure.unreadable(error)) { try FixtureSource.folder(missing).load().catalog }
        #expect(FixtureFailure.unreadable(error).atStart == error)
    }

    @Test("mistakes are printed a line each, with the user's path, and counted at the start")
    func mistakes() {
        let path = folder.path
        let one = FixtureFailure.mistakes([
            "\(path)/personas: error: there is no persona: personas/<slug>/persona.json"
        ])
        #expect(throws: one) { try FixtureSource.folder(path).load().catalog }
        #expect(
            one.atStart.message == """
                \(path)/personas: error: there is no persona: personas/<slug>/persona.json
                Error: 1 mistake in the fixtures; nothing is served
                """)
        folder.write("{", to: "accounts.json")
        folder.write("{}", to: "persona.json")
        let two = FixtureFailure.mistakes([
            "\(path)/accounts.json:1:2: error: expected a key in double quotes or '}', found the end of the text",
            "\(path)/persona.json: error: nothing reads this file: fixtures are accounts.json, "
                + "personas/<slug>/persona.json and personas/<slug>/machines/<machine_key>.json",
        ])
        #expect(throws: two) { try FixtureSource.folder(path).load().catalog }
        #expect(two.atStart.message.hasSuffix("\nError: 2 mistakes in the fixtures; nothing is served"))
        #expect(!two.atStart.isUsage)
    }

    @Test("the running program has a path")
    func program() {
        #expect(Executable.path.hasPrefix("/"))
        #expect(access(Executable.path, F_OK) == 0)
    }
}
