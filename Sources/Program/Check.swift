import Emulator
import Exact
import Fixtures
import Stories

/// `foilmock check`: reports all mistakes and warnings in a fixture folder, or all damage of a database.
struct Check: Command {
    enum Format: String, CaseIterable {
        case text, json, sarif
    }

    /// Nil: the folder that `serve` would use.
    let folder: String?
    /// The database to check in place of a folder.
    let database: String?
    let format: Format
    /// Whether warnings change the exit code.
    let isStrict: Bool

    static var description: CommandDescription {
        let formats = Format.allCases.map(\.rawValue).joined(separator: "|")
        return CommandDescription(
            name: "check", summary: "Find all that is wrong or doubtful in fixtures, or damaged in a database",
            usage: ["check [DIR] [OPTIONS]", "check --db FILE [OPTIONS]"],
            about: [
                "A finding has its place, the line of the file and a reason. A database must not be in use; "
                    + "it is read whole, and nothing is changed."
            ],
            operands: [
                .init(placeholder: "DIR", isRequired: false, help: "The fixture folder (the one that serve would use)")
            ],
            options: [
                CommandOption(flag: "--db", placeholder: "FILE", help: "Check this database in place of a folder"),
                CommandOption(
                    flag: "--format", placeholder: Placeholder(formats),
                    help: "Lines for people, or JSON or SARIF for programs (text)"),
                CommandOption(flag: "--strict", placeholder: nil, help: "Let warnings give the exit code 2"),
            ],
            examples: [
                .init(line: "foilmock check my-fixtures --strict", help: "Check a folder, for a commit hook:"),
                .init(line: "foilmock check --db foilmock.db", help: "Check a database that no server uses:"),
            ],
            exitCodes: [
                .init(code: "0", meaning: "no errors"), .init(code: "1", meaning: "errors, or nothing could be read"),
                .init(code: "2", meaning: "with --strict: warnings, and no errors"), .usage,
            ])
    }

    init(_ input: CommandInput) throws(AppError) {
        var folder = input.operand(0)
        while let path = folder, path.utf8.count > 1, path.ends(with: "/") { folder?.unicodeScalars.removeLast() }
        self.folder = folder
        database = input["--db"]
        format = input["--format"].flatMap(Format.init) ?? .text
        isStrict = input.isOn("--strict")
        if let database, database.isEmpty || database == ":memory:" { throw .usage("--db needs the name of a file") }
        if let database, DatabaseServers.names(database) {
            throw .usage("--db needs the name of a file of SQLite here; a database server has checks of its own")
        }
        if folder != nil, database != nil {
            throw .usage("'foilmock check' takes a folder or --db FILE, and not both")
        }
    }

    /// Prints the diagnostics. Returns the exit code: 1 for errors, 2 for warnings with `--strict`.
    func run(_ environment: Environment) throws(AppError) -> Int32 {
        let (diagnostics, report) = try Progress.around("reading") { progress throws(AppError) in
            try checked(progress, environment)
        }
        switch format {
        case .text: try Terminal.out(report)
        // A terminal's escapes would be no JSON.
        case .json, .sarif: try Terminal.out(Array("\(report.plain)\n".utf8))
        }
        if diagnostics.contains(where: { $0.severity == .error }) { return App.Exit.failure }
        return isStrict && !diagnostics.isEmpty ? App.Exit.warnings : App.Exit.success
    }

    private func checked(
        _ progress: Progress, _ environment: Environment
    ) throws(AppError) -> (found: [Diagnostic], report: Painted) {
        if let path = database {
            let found = try DatabaseCheck.diagnostics(of: path) { progress.say("checking the database: \($0)") }
            let report = Check.text(found, [], format)
            let isBroken = format == .text && found.contains { $0.severity == .error }
            return (found, isBroken ? "\(report)\n\(DatabaseCheck.remedy)" : report)
        }
        let source = try FixtureSource.chosen(folder, environment)
        let (files, unreadable) = try source.withStories()
        let found = Check.diagnostics(of: files) { progress.say("checking persona \($0) of \($1)") } + unreadable
        let report = Check.text(found, files, format, below: source.description)
        guard format == .text else { return (found, report) }
        let others = folder == nil ? ". For others: foilmock check DIR" : ""
        return (found, "\(report)\n\(Check.subject(source, files))\(others)")
    }

    static func place(_ source: FixtureSource) -> String {
        switch source {
        case .folder(let path): path.ends(with: "/") ? path : "\(path)/"
        case .builtIn: "the built-in fixtures"
        }
    }

    /// What was checked: `fixtures/: 5 personas, 12 machines, 20 stories`.
    static func subject(_ source: FixtureSource, _ files: [FixtureFile]) -> String {
        let count = FixtureCount(files)
        let stories = files.reduce(0) { $0 + ($1.isStory ? StoryFile($1, for: nil).count : 0) }
        let told = stories == 0 ? "" : ", \(StoryText.counted(stories))"
        return "\(place(source)): \(Counted(count.personas, "persona")), \(Counted(count.machines, "machine"))\(told)"
    }

    static func diagnostics(
        of files: [FixtureFile], willRead: (_ persona: Int, _ count: Int) -> Void = { _, _ in }
    ) -> [Diagnostic] {
        var found: [Diagnostic]
        var catalog: Catalog?
        do {
            let loaded = try Catalog.load(
                files, dialects: Wiring.fixtureKeys, identify: Identifiers.fixture, willRead: willRead)
            (catalog, found) = (loaded, loaded.warnings)
        } catch {
            found = error.diagnostics + error.warnings
        }
        found += files.flatMap { $0.isStory ? StoryFile($0, for: catalog).diagnostics : [] }
        return (found + files.compactMap { StoryFile.warning(about: $0.path) }).sorted()
    }

    /// Writes the diagnostics in a format. Each path begins with `folder`; nil: the paths are whole.
    static func text(
        _ diagnostics: [Diagnostic], _ files: [FixtureFile], _ format: Format, below folder: String? = nil
    ) -> Painted {
        let folder = folder.map { "\($0)/" } ?? ""
        return switch format {
        case .text: CheckReport.text(diagnostics, files, below: folder)
        case .json: Painted(CheckReport.json(diagnostics, below: folder))
        case .sarif: Painted(CheckReport.sarif(diagnostics, below: folder))
        }
    }
}
