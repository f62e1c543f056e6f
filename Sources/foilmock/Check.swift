import Emulator
import Exact
import Fixtures

/// `foilmock check`: reports all mistakes and warnings in a fixture folder, or all damage of a database.
enum Check {
    enum Format: String, CaseIterable {
        case text, json, sarif
    }

    struct Options: Equatable {
        /// Nil: the folder that `serve` would use.
        var folder: String?
        /// The database to check in place of a folder.
        var database: String?
        var format = Format.text
        /// Whether warnings change the exit code.
        var isStrict = false

        init() {}

        init(_ arguments: ArraySlice<String>) throws(AppError) {
            var rest = arguments
            while let argument = rest.popFirst() {
                switch argument {
                case "--strict": isStrict = true
                case "--format": try setFormat(rest.popFirst())
                case "--db": try setDatabase(rest.popFirst())
                case _ where argument.begins(with: "--db="):
                    try setDatabase(String(argument.unicodeScalars.dropFirst(5)))
                case _ where argument.begins(with: "--format="):
                    try setFormat(String(argument.unicodeScalars.dropFirst(9)))
                case _ where argument.begins(with: "-"):
                    let near = Suggestion.text(for: argument, among: ["--format", "--strict"])
                    throw .usage("'foilmock check' has no option '\(argument)'\(near)")
                case _ where folder != nil: throw .usage("'foilmock check' takes at most one folder")
                default: folder = argument
                }
            }
            if folder != nil, database != nil {
                throw .usage("'foilmock check' takes a folder or --db FILE, and not both")
            }
        }

        private mutating func setDatabase(_ path: String?) throws(AppError) {
            guard let path, !path.isEmpty, path != ":memory:" else { throw .usage("--db needs the name of a file") }
            database = path
        }

        private mutating func setFormat(_ text: String?) throws(AppError) {
            guard let format = text.flatMap(Format.init) else {
                throw .usage("--format must be one of text, json, sarif")
            }
            self.format = format
        }
    }

    /// Prints the diagnostics. Returns the exit code: 1 for errors, 2 for warnings with `--strict`.
    static func run(_ options: Options) -> Int32 {
        do throws(AppError) {
            let (diagnostics, report) = try checked(options)
            try Terminal.out(report)
            if diagnostics.contains(where: { $0.severity == .error }) { return App.Exit.failure }
            return options.isStrict && !diagnostics.isEmpty ? App.Exit.warnings : App.Exit.success
        } catch {
            Terminal.error(error.message)
            return App.Exit.failure
        }
    }

    private static func checked(_ options: Options) throws(AppError) -> (found: [Diagnostic], report: String) {
        if let path = options.database {
            let found = try DatabaseCheck.diagnostics(of: path)
            let report = text(found, [], options.format)
            let isBroken = options.format == .text && found.contains { $0.severity == .error }
            return (found, isBroken ? "\(report)\n\(DatabaseCheck.remedy)" : report)
        }
        let source = FixtureSource.choose(options.folder, program: Program.path)
        let files = try source.files()
        let found = diagnostics(of: files)
        let report = text(found, files, options.format, below: source.description)
        guard options.folder == nil, options.format == .text else { return (found, report) }
        return (found, "\(report)\nThese are the fixtures \(source.phrase). For others: foilmock check DIR")
    }

    static func diagnostics(of files: [FixtureFile]) -> [Diagnostic] {
        do {
            return try Catalog.load(files, dialects: Wiring.fixtureKeys, identify: Identifiers.fixture).warnings
        } catch {
            return (error.diagnostics + error.warnings).sorted()
        }
    }

    /// Writes the diagnostics in a format. Each path begins with `folder`; nil: the paths are whole.
    static func text(
        _ diagnostics: [Diagnostic], _ files: [FixtureFile], _ format: Format, below folder: String? = nil
    ) -> String {
        let folder = folder.map { "\($0)/" } ?? ""
        return switch format {
        case .text: CheckReport.text(diagnostics, files, below: folder)
        case .json: CheckReport.json(diagnostics, below: folder)
        case .sarif: CheckReport.sarif(diagnostics, below: folder)
        }
    }
}
