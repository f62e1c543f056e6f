import Dialogue
import Fixtures
import Glibc
import Support
import Testing

@testable import Program

@Suite("The folder of an import")
struct ImportFolderTests {
    let folder = TemporaryFolder()

    /// Imports a persona named P with one machine m.
    func run(
        _ options: String..., name: String = "P", id: String? = nil, machines: [String] = ["m"]
    ) throws -> String {
        let machines = machines.map {
            #"{"machine_key": "\#($0)", "states": [{"state_key": "a", "is_initial_state": true}]}"#
        }.joined(separator: ",")
        let id = id.map { #", "id": "\#($0)""# } ?? ""
        let file = folder.write(
            #"{"persona": {"name": "\#(name)"\#(id)}, "machines": [\#(machines)]}"#, to: "full.json")
        return try read(ImportPersona.self, [file, folder.place("f")] + options).write()
    }

    func text(_ path: String) throws -> String {
        String(decoding: try FixtureFolder.contents(folder.place(path)), as: UTF8.self)
    }

    @Test("the files, their schemas and what to do next are said")
    func written() throws {
        let said = try run()
        #expect(said.hasPrefix("Written:\n  \(folder.place("f"))/personas/p/machines/m.json\n"))
        #expect(said.hasSuffix("Next:\n  foilmock check \(folder.place("f"))"))
        #expect(folder.names(in: "f/personas/p") == ["machines", "persona.json"])
        #expect(try text("f/.schema/machine.schema.json").hasPrefix("{"))
        #expect(try FixtureSource.folder(folder.place("f")).load().catalog.personas.map(\.name) == ["P"])
    }

    @Test("nothing is overwritten without --force")
    func again() throws {
        _ = try run()
        let before = try text("f/personas/p/persona.json")
        let error = try #require(throws: AppError.self) { try run(name: "p") }
        #expect(error.message.contains("there is already") && error.message.contains("--force"))
        #expect(try text("f/personas/p/persona.json") == before)
        _ = try run("--force", name: "p")
        #expect(try text("f/personas/p/persona.json").contains(#""name": "p""#))
    }

    @Test(
        "with --force only files that an import has written are replaced",
        arguments: ["persona.json", "machines/m.json"])
    func foreign(_ path: String) throws {
        _ = try run()
        folder.write(#"{"name": "mine"}"#, to: "f/personas/p/\(path)")
        let error = try #require(throws: AppError.self) { try run("--force", name: "p") }
        #expect(error.message.contains("was not written by an import"))
        #expect(try text("f/personas/p/\(path)") == #"{"name": "mine"}"#)
    }

    @Test("a link in the place of a file is not followed")
    func link() throws {
        _ = try run()
        let target = folder.write("mine", to: "target")
        let place = folder.place("f/personas/p/persona.json")
        #expect(unlink(place) == 0 && symlink(target, place) == 0)
        #expect(throws: AppError.self) { try run("--force") }
        #expect(try text("target") == "mine")
    }

    @Test("a link in the place of a schema is not followed, and a schema of another maker stays")
    func schemas() throws {
        _ = try run()
        let target = folder.write("mine", to: "target")
        let place = folder.place("f/.schema/story.schema.json")
        #expect(unlink(place) == 0 && symlink(target, place) == 0)
        folder.write(#"{"title": "Mine"}"#, to: "f/.schema/machine.schema.json")
        folder.write(#"{"title": "A character of foilmock: old"}"#, to: "f/.schema/persona.schema.json")
        _ = try run("--force")
        #expect(try text("target") == "mine")
        #expect(try text("f/.schema/machine.schema.json") == #"{"title": "Mine"}"#)
        #expect(try text("f/.schema/persona.schema.json").contains("$schema"))
    }

    private static let ids = ["00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"]

    @Test("another persona is not replaced, and a persona does not come twice")
    func identity() throws {
        _ = try run(id: Self.ids[0])
        let other = try #require(throws: AppError.self) { try run("--force", id: Self.ids[1]) }
        #expect(other.message.contains("holds another persona") && other.message.contains("--slug"))
        let twice = try #require(throws: AppError.self) { try run("--slug=q", id: Self.ids[0]) }
        #expect(twice.message.contains("--slug p --force"))
        #expect(folder.names(in: "f/personas") == ["p"])
    }

    @Test("with --force a machine that the persona has no more is removed, if an import wrote it")
    func leftovers() throws {
        _ = try run(machines: ["m", "n", "o"])
        folder.write("{}", to: "f/personas/p/machines/o.json")
        let said = try run("--force", machines: ["m"])
        #expect(said.contains("no more:\n  \(folder.place("f"))/personas/p/machines/n.json\nNext:"))
        #expect(folder.names(in: "f/personas/p/machines") == ["m.json", "o.json"])
    }

    @Test("a file that cannot be written leaves nothing behind")
    func failure() throws {
        let places = ["a", "missing/b"].map { (bytes: [UInt8](), path: folder.place($0)) }
        #expect(throws: AppError.self) { try Disk.write(places, replaces: false) }
        folder.write("mine", to: "b")
        let taken = ["a", "b"].map { (bytes: [UInt8](), path: folder.place($0)) }
        #expect(throws: AppError.self) { try Disk.write(taken, replaces: false) }
        #expect(folder.names(in: "") == ["b"])
        #expect(try text("b") == "mine")
    }

    @Test("a mistake in the file is shown with its line, and nothing is written")
    func refused() throws {
        let file = folder.write("{\n \"persona\": 3}", to: "full.json")
        let error = try #require(throws: AppError.self) {
            try read(ImportPersona.self, [file, folder.place("f")]).write()
        }
        #expect(error.message.contains("\(file):2:13: error: the persona must be an object"))
        #expect(error.message.hasSuffix("Error: 2 mistakes; nothing is written") && folder.names(in: "f").isEmpty)
    }

    @Test(
        "--slug names the folder, and takes no path",
        arguments: ["../x", "a/b", "", ".", "a b", "-x", "CON", "com1", String(repeating: "x", count: 300)])
    func slug(_ slug: String) throws {
        let error = try #require(throws: AppError.self) { try run("--slug=\(slug)") }
        #expect(error.message.contains("at most 100 bytes") && error.message.count < 250)
        _ = try run("--slug=other")
        #expect(folder.names(in: "f/personas") == ["other"])
    }

    @Test("of imports to one place at the same time one writes all of its files, and the others none")
    func concurrent() async throws {
        let place = folder.place("f")
        let files = (0..<8).map { number in
            let machine = #"{"machine_key": "m", "states": [{"state_key": "a\#(number)", "is_initial_state": true}]}"#
            return folder.write(
                #"{"persona": {"name": "N\#(number)"}, "machines": [\#(machine)]}"#, to: "full\(number).json")
        }
        let written = await withTaskGroup(of: Int?.self) { group in
            for (number, file) in files.enumerated() {
                group.addTask {
                    let command = try? read(ImportPersona.self, [file, place, "--slug=p"])
                    return (try? command?.write()) == nil ? nil : number
                }
            }
            return await group.reduce(into: []) { $0 += [$1].compactMap(\.self) }
        }
        let winner = try #require(written.first)
        #expect(written.count == 1)
        #expect(try text("f/personas/p/persona.json").contains("N\(winner)"))
        #expect(try text("f/personas/p/machines/m.json").contains("a\(winner)"))
    }

    @Test("what export writes can be imported, as deep as a fixture may be")
    func depth() throws {
        let deepest = 58
        let when =
            String(repeating: #"{"not":"#, count: deepest) + #"{"any": ["x"]}"# + String(repeating: "}", count: deepest)
        let machine =
            #"{"states": [{"state_key": "a", "is_initial_state": true}, {"state_key": "b"}], "transitions": "#
            + #"[{"from_state_key": "a", "to_state_key": "b", "decision_type": "pass", "when": \#(when)}]}"#
        for part in ["g", "g/personas", "g/personas/p", "g/personas/p/machines"] { folder.makeFolder(part) }
        folder.write(#"{"name": "P"}"#, to: "g/personas/p/persona.json")
        folder.write(machine, to: "g/personas/p/machines/m.json")
        let full = try read(ExportPersona.self, ["p", "--fixtures", folder.place("g")]).document().text
        let file = folder.write(String(decoding: full, as: UTF8.self), to: "deep.json")
        _ = try read(ImportPersona.self, [file, folder.place("f")]).write()
        #expect(try FixtureSource.folder(folder.place("f")).load().catalog.personas.count == 1)
    }
}
