import Dialogue
import Exact
import Fixtures
import JSON

/// `foilmock export`: writes a persona as `GET /personas/{id}/full` returns it.
struct ExportPersona: Command {
    /// A slug; nil: the only persona.
    let persona: String?
    let fixtures: String?
    /// Nil: standard output.
    let output: String?

    static var description: CommandDescription {
        CommandDescription(
            name: "export", summary: "Write a persona as an API's /full returns it",
            usage: ["export [PERSONA] [OPTIONS]"],
            about: [
                "The JSON has the whole persona, and can be saved on a server (creator/save) or imported again. It has no place "
                    + "for the persona's owner, its photos, and its stories."
            ],
            operands: [
                .init(placeholder: "PERSONA", isRequired: false, help: "The name of its folder (the only persona)")
            ],
            options: [
                CommandOption(
                    flag: "--fixtures", placeholder: "DIR", help: "The fixture folder (the one that serve would use)"),
                CommandOption(flag: "--output", placeholder: "FILE", help: "Write it here (standard output)"),
            ],
            examples: [.init(line: "foilmock export warden --output warden.json", help: "Write a persona to a file:")])
    }

    init(_ input: CommandInput) throws(AppError) {
        persona = input.operand(0)
        fixtures = input["--fixtures"]
        output = input["--output"]
    }

    func run(_ environment: Environment) throws(AppError) -> Int32 {
        let (text, lost) = try document(environment)
        if let output { try Disk.write(text, to: output) } else { try Terminal.out(text) }
        for what in lost { Terminal.error("warning: not in it: \(what)") }
        return App.Exit.success
    }

    /// The document, and what of the persona's files it has no place for.
    func document(_ environment: Environment = [:]) throws(AppError) -> (text: [UInt8], lost: [String]) {
        let source = try FixtureSource.chosen(fixtures, environment)
        let files = try source.files()
        let catalog = try source.catalog(of: files, else: "nothing is written")
        let persona = try catalog.chosen(persona)
        guard let document = catalog.documents[persona.id] else { throw .failure("the persona has no files") }
        let photos = "personas/\(persona.slug)/media/"
        var lost = files.map(\.path).filter { $0.begins(with: photos) }
        if case .account(let owner) = persona.owner { lost.append("the owner \"\(ShortText.of(owner))\"") }
        return (document.full(of: persona).indented, lost)
    }
}
