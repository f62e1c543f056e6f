import Embedded
import Fixtures
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
        case .persona: return FixtureFile(embedded_persona_schema())
        case .machine: return FixtureFile(embedded_machine_schema())
        case .story: return FixtureFile(embedded_story_schema())
        case .accounts:
            let file = FixtureFile(embedded_accounts_schema())
            return FixtureFile(path: file.path, bytes: Schema.accounts(file.bytes, with: Wiring.fixtureKeys).indented)
        }
    }

    /// Writes all schemas to a folder, which is made if it is missing.
    static func writeAll(to folder: String) throws(AppError) {
        try Disk.makeFolders(folder)
        for schema in allCases { try Disk.write(schema.file.bytes, to: "\(folder)/\(schema.file.path)") }
    }

    /// The schema of accounts with the members that dialects add.
    static func accounts(_ schema: [UInt8], with dialects: [any DialectKeys]) -> JSONValue {
        let places = [
            ("account", ["$defs", "account", "properties"]), ("compat", ["$defs", "compat", "properties"]),
            ("$defs", ["$defs"]),
        ]
        return dialects.map { read($0.accountsSchema) }.reduce(read(schema)) { whole, part in
            places.reduce(whole) { whole, place in
                whole.adding(part[place.0]?.members ?? [], at: place.1[...])
            }
        }
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
