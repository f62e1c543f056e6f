import Exact
import Fixtures
import Glibc

/// `foilmock import`: writes a persona's files from what `GET /personas/{id}/full` returns.
struct ImportPersona: Command {
    let file: String
    let folder: String
    let histories: [String]
    /// Nil: it is made from the persona's name.
    let slug: String?
    let replaces: Bool

    static var description: CommandDescription {
        CommandDescription(
            name: "import", summary: "Write a persona's files from what an API's /full returns",
            usage: ["import FILE [DIR] [OPTIONS]"],
            about: [
                "FILE is what GET /api/v1/personas/{id}/full returns, of the real service or of this server. Conditions that the "
                    + "service leaves to a language model become drafts where they name words in quotes; foilmock check lists "
                    + "what is still to be done."
            ],
            operands: [
                .init(placeholder: "FILE", help: "The JSON of the persona"),
                .init(
                    placeholder: "DIR", isRequired: false, help: "The fixture folder, made if it is missing (fixtures)"),
            ],
            options: [
                CommandOption(
                    flag: "--history", placeholder: "FILE",
                    help: "Draft conditions from what players said in this /history too; can be given again"),
                CommandOption(
                    flag: "--slug", placeholder: "NAME", help: "The persona's folder (made from the character's name)"),
                CommandOption(
                    flag: "--force", placeholder: nil, help: "Replace files that an import has written before"),
            ],
            examples: [
                .init(line: "foilmock import full.json my-fixtures", help: "Write the files of a persona:"),
                .init(
                    line: "foilmock import full.json my-fixtures --history a.json --history b.json",
                    help: "Draft from two conversations too:"),
            ])
    }

    init(_ input: CommandInput) throws(AppError) {
        file = input.operands[0]
        var folder = input.operand(1) ?? "fixtures"
        while folder.utf8.count > 1, folder.ends(with: "/") { folder.unicodeScalars.removeLast() }
        guard !folder.isEmpty else { throw .usage("the folder must be a path, not ''") }
        self.folder = folder
        histories = input.options.filter { $0.option.flag == "--history" }.map(\.value)
        slug = input["--slug"]
        replaces = input.isOn("--force")
        if let slug, slug.isEmpty || FileName.of(slug, else: "") !== slug {
            throw .usage(
                "--slug must be a name of letters, digits, '-' and '_', of at most \(FileName.limit) bytes, that does not begin "
                    + "with '-' and is no device of Windows, not '\(ShortText.of(slug))'")
        }
    }

    func run(_ environment: Environment) throws(AppError) -> Int32 {
        try Terminal.out(try write())
        return App.Exit.success
    }

    /// An answer that writes `*` out for each state is larger than its files are.
    private static let sizeLimit = 64 << 20

    /// Writes all files, or none. Returns the message for the user.
    func write() throws(AppError) -> String {
        let files = try ([file] + histories).map { path throws(AppError) in try ImportPersona.read(path) }
        let imported: ImportedPersona
        do throws(ImportedPersona.Refusal) {
            imported = try ImportedPersona(files[0], slug: slug, histories: Array(files.dropFirst()))
        } catch {
            let count = Counted(error.diagnostics.count, "mistake")
            let report = CheckReport.findings(error.diagnostics, files, below: "")
            throw AppError(message: "\(report.plain)\nError: \(count); nothing is written", isUsage: false)
        }
        let removed = try ImportFolder(folder, replaces: replaces).write(imported)
        return message(imported, removed)
    }

    private static func read(_ path: String) throws(AppError) -> FixtureFile {
        do throws(Diagnostic) {
            return FixtureFile(path: path, bytes: try FixtureFolder.contents(path, limit: sizeLimit))
        } catch {
            throw .failure("\(error.file) \(error.message)")
        }
    }

    /// The most lines about one subject.
    private static let listed = 20

    private func message(_ imported: ImportedPersona, _ removed: [String]) -> String {
        var lines = ["Written:"] + imported.files.map { "  \(folder)/\($0.path)" }.sorted()
        func add(_ title: String, _ items: [String]) {
            guard !items.isEmpty else { return }
            lines.append(title)
            lines += items.prefix(ImportPersona.listed).map { "  \($0)" }
            if items.count > ImportPersona.listed { lines.append("  and \(items.count - ImportPersona.listed) more") }
        }
        add("Removed, because the persona has them no more:", removed.map { "\(folder)/\($0)" })
        add("Left out, because fixtures have no place for it:", imported.leftOut.lines)
        add(
            "Renamed, because a machine's key is the name of its file (change conditions on outcome.KEY and score.KEY):",
            imported.renamed.map { "\(ShortText.of($0.old)) to \($0.new)" })
        add(
            "Copy these photos, which are no part of FILE:",
            imported.photos.map { "\(folder)/personas/\(imported.slug)/\(ShortText.of($0))" })
        if imported.unusedHistories > 0 {
            lines.append(
                "\(Counted(imported.unusedHistories, "history file")) not used: it fits no machine, or several")
        }
        return (lines + ["Next:", "  foilmock check \(ShellWord(folder))"]).joined(separator: "\n")
    }
}
