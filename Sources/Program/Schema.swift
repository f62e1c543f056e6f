import Embedded
import Fixtures
import Glibc
import JSON

/// `foilmock schema`: the JSON Schemas of the fixture files, for editors.
enum Schema: String, CaseIterable, Command {
    case persona, machine, accounts, story

    static var description: CommandDescription {
        let words = allCases.map(\.rawValue).joined(separator: "|")
        return CommandDescription(
            name: "schema", summary: "Print the JSON Schema of a kind of fixture file, for an editor",
            usage: ["schema \(words)"],
            operands: [.init(placeholder: Placeholder(words), help: "The kind of file")],
            examples: [.init(line: "foilmock schema machine > machine.schema.json", help: "Save a schema:")])
    }

    init(_ input: CommandInput) {
        // The operand is required, and one of these words.
        self = Schema(rawValue: input.operands[0])!
    }

    func run(_ environment: Environment) throws(AppError) -> Int32 {
        try Terminal.out(file.bytes)
        return App.Exit.success
    }

    var file: FixtureFile {
        switch self {
        case .persona:
            return Schema.joined(
                embedded_persona_schema(), with: Wiring.fixtureKeys.compactMap(\.personaSchema),
                at: [("persona", ["properties"]), ("$defs", ["$defs"])])
        case .machine:
            return Schema.joined(
                embedded_machine_schema(), with: Wiring.fixtureKeys.compactMap(\.machineSchema),
                at: [
                    ("machine", ["properties"]), ("entries", ["$defs", "entries", "properties"]),
                    ("$defs", ["$defs"]),
                ])
        case .story: return FixtureFile(embedded_story_schema())
        case .accounts:
            return Schema.joined(
                embedded_accounts_schema(), with: Wiring.fixtureKeys.map(\.accountsSchema),
                at: [
                    ("account", ["$defs", "account", "properties"]), ("compat", ["$defs", "compat", "properties"]),
                    ("$defs", ["$defs"]),
                ])
        }
    }

    /// Writes all schemas to a folder, which is made if it is missing. A file of another maker stays.
    static func writeAll(to folder: String) throws(AppError) {
        try Disk.makeFolders(folder)
        let files = allCases.map { (bytes: $0.file.bytes, path: "\(folder)/\($0.file.path)") }
        try Disk.write(files.filter { isOurs($0.path) }, replaces: true)
    }

    /// Whether nothing is at the path, or a schema of some version of foilmock.
    private static func isOurs(_ path: String) -> Bool {
        var info = stat()
        guard lstat(path, &info) == 0 else { return true }
        guard info.st_mode & S_IFMT == S_IFREG, let bytes = try? FixtureFolder.contents(path) else { return false }
        return (try? JSONReader.read(bytes))?["title"]?.string?.unicodeScalars.split(separator: " ").contains {
            $0.starts(with: "foilmock".unicodeScalars)
        } ?? false
    }

    /// A schema with the members that dialects add.
    /// - Parameter places: the parts of what a dialect adds, and the paths of the objects that get their members.
    private static func joined(
        _ file: EmbeddedFile, with added: [[UInt8]], at places: [(part: String, path: [String])]
    ) -> FixtureFile {
        let file = FixtureFile(file)
        let whole = added.map(read).reduce(read(file.bytes)) { whole, added in
            places.reduce(whole) { whole, place in whole.adding(added[place.part]?.members ?? [], at: place.path[...]) }
        }
        return FixtureFile(path: file.path, bytes: whole.indented)
    }

    /// Reads a schema that is part of the program.
    private static func read(_ text: [UInt8]) -> JSONValue {
        guard let value = try? JSONReader.read(text) else { preconditionFailure("a schema is not JSON") }
        return value
    }
}

extension JSONValue {
    /// Adds members at the end of the object at that path.
    fileprivate func adding(_ added: [Member], at path: ArraySlice<String>) -> JSONValue {
        guard let key = path.first else { return .object((members ?? []) + added) }
        return setting(key, to: self[key]?.adding(added, at: path.dropFirst()))
    }
}
