import Exact
import Fixtures
import Glibc
import Stories

/// The stories that a command is about, with the fixtures that they are played with.
struct StoryFolder {
    let source: FixtureSource
    let catalog: Catalog
    /// The files of the catalog, and what their paths begin with where they can be found.
    let fixtures: (files: [FixtureFile], root: String)
    /// Each without mistakes.
    let files: [StoryFile]
    /// What is doubtful about the stories' places.
    let warnings: [Diagnostic]

    /// - Parameters:
    ///   - paths: story files, and folders that hold some; empty: the folder `stories` of the fixtures.
    ///   - fixtures: the folder of the fixtures; nil: the one around the paths, else the one that `serve` would use.
    init(_ paths: [String], fixtures: String?, _ environment: Environment) throws(AppError) {
        source = try StoryFolder.source(paths, fixtures, environment)
        let found = try source.files()
        let root = if case .folder(let folder) = source { "\(folder)/" } else { "" }
        self.fixtures = (found, root)
        catalog = try source.catalog(of: found)
        var sources = try paths.isEmpty ? StorySources(of: source) : StorySources(at: paths)
        let catalog = catalog
        files = sources.files.map { StoryFile($0, for: catalog) }
        sources.findings += files.flatMap(\.diagnostics).filter { $0.severity == .error }
        let mistakes = sources.findings.filter { $0.severity == .error }
        guard mistakes.isEmpty else {
            let place =
                if case .builtIn = source, !paths.isEmpty {
                    "in the stories, played with the built-in personas because no folder personas/ is around them"
                } else { "in the stories" }
            throw CheckReport.failure(mistakes, sources.files, "\(place); nothing is played", below: "")
        }
        warnings = sources.findings
        guard !files.isEmpty else {
            let place = paths.isEmpty ? source.description : paths.joined(separator: ", ")
            let notes = warnings.map { "\n\($0)" }.joined()
            throw .failure(
                "there is no story in \(place): a story is a file stories/NAME.story.json beside personas/\(notes)")
        }
    }

    // MARK: Where the fixtures are

    private static func source(
        _ paths: [String], _ fixtures: String?, _ environment: Environment
    ) throws(AppError) -> FixtureSource {
        if let fixtures { return .folder(fixtures) }
        var around: [(name: String, place: SystemText?)] = []
        for path in paths {
            guard let name = folder(around: path) else { continue }
            let place = FixtureSource.folder(name).place
            if !around.contains(where: { $0.place == place }) { around.append((name, place)) }
        }
        guard around.count <= 1 else {
            let names = around.map(\.name).joined(separator: " and ")
            throw .failure(
                "the stories belong to \(around.count) fixture folders, \(names); test one at a time, or name the personas "
                    + "with --fixtures DIR")
        }
        if let only = around.first { return .folder(only.name) }
        return try FixtureSource.chosen(nil, environment)
    }

    /// The nearest folder at or above the path that holds `personas`; nil when there is none. It is named as the path
    /// names it, if it does.
    private static func folder(around path: String) -> String? {
        var folder = path
        while true {
            if Disk.isFolder("\(folder)/personas") { return folder }
            guard let slash = folder.lastIndex(of: "/"), slash > folder.startIndex else { break }
            folder = String(folder[..<slash])
        }
        guard path.first != "/", let here = realpath(".", nil) else { return nil }
        defer { free(here) }
        return Disk.isFolder("personas") ? "." : self.folder(around: String(cString: here))
    }
}
