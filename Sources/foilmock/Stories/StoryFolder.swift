import Exact
import Fixtures
import Glibc
import Stories

/// The stories that a command is about, with the fixtures that they are played with.
struct StoryFolder {
    let catalog: Catalog
    /// The files of the catalog, and what their paths begin with where they can be found.
    let fixtures: (files: [FixtureFile], root: String)
    /// Each without mistakes.
    let files: [StoryFile]

    /// - Parameters:
    ///   - paths: story files, and folders that hold some; empty: the folder `stories` of the fixtures.
    ///   - fixtures: the folder of the fixtures; nil: the one around the paths, else the one that `serve` would use.
    init(_ paths: [String], fixtures: String?) throws(AppError) {
        let source = try StoryFolder.source(paths, fixtures)
        let found = try source.files()
        let root = if case .folder(let folder) = source { "\(folder)/" } else { "" }
        self.fixtures = (found, root)
        catalog = try source.catalog(of: found)
        var (read, diagnostics) = paths.isEmpty ? source.stories(among: found) : StoryFolder.files(at: paths)
        let catalog = catalog
        files = read.map { StoryFile($0, for: catalog) }
        diagnostics += files.flatMap(\.diagnostics).filter { $0.severity == .error }
        guard diagnostics.isEmpty else {
            throw CheckReport.failure(diagnostics, read, "in the stories; nothing is played", below: "")
        }
        guard !files.isEmpty else {
            let place = paths.isEmpty ? source.description : paths.joined(separator: ", ")
            throw .failure("there is no story in \(place): a story is a file stories/NAME.story.json beside personas/")
        }
    }

    // MARK: Where they are

    private static func source(_ paths: [String], _ fixtures: String?) throws(AppError) -> FixtureSource {
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
        return around.first.map { .folder($0.name) } ?? FixtureSource.choose(nil, program: Program.path)
    }

    /// The nearest folder at or above the path that holds `personas`; nil when there is none. It is named as the path
    /// names it, if it does.
    private static func folder(around path: String) -> String? {
        var folder = path
        while true {
            if isFolder("\(folder)/personas") { return folder }
            guard let slash = folder.lastIndex(of: "/"), slash > folder.startIndex else { break }
            folder = String(folder[..<slash])
        }
        guard path.first != "/", let here = realpath(".", nil) else { return nil }
        defer { free(here) }
        return isFolder("personas") ? "." : self.folder(around: String(cString: here))
    }

    private static func isFolder(_ path: String) -> Bool {
        var info = stat()
        return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
    }

    private static func files(
        at paths: [String]
    ) -> (read: [FixtureFile], unreadable: [Diagnostic]) {
        var (read, unreadable): ([FixtureFile], [Diagnostic]) = ([], [])
        for path in paths {
            do throws(Diagnostic) {
                if isFolder(path) {
                    for story in try FixtureFolder.read(path) where story.path.ends(with: ".story.json") {
                        read.append(
                            FixtureFile(
                                path: "\(path)/\(story.path)",
                                bytes: try FixtureFolder.contents(story.path, below: path)))
                    }
                } else {
                    read.append(FixtureFile(path: path, bytes: try FixtureFolder.contents(path)))
                }
            } catch {
                unreadable.append(error)
            }
        }
        return (read, unreadable)
    }
}

extension FixtureSource {
    /// The files with the bytes of the stories among them, and why some cannot be read.
    func withStories(_ files: [FixtureFile]) -> (files: [FixtureFile], unreadable: [Diagnostic]) {
        guard case .folder(let root) = self else { return (files, []) }
        var unreadable: [Diagnostic] = []
        let read = files.compactMap { file -> FixtureFile? in
            guard file.isStory else { return file }
            do throws(Diagnostic) {
                return FixtureFile(path: file.path, bytes: try FixtureFolder.contents(file.path, below: root))
            } catch {
                unreadable.append(Diagnostic(file: file.path, message: error.message))
                return nil
            }
        }
        return (read, unreadable)
    }

    /// The stories among the files, each under the path at which it can be found, and why some cannot be read.
    func stories(among files: [FixtureFile]) -> (read: [FixtureFile], unreadable: [Diagnostic]) {
        let (files, unreadable) = withStories(files)
        guard case .folder(let root) = self else { return (files.filter(\.isStory), unreadable) }
        return (
            files.filter(\.isStory).map { FixtureFile(path: "\(root)/\($0.path)", bytes: $0.bytes) },
            unreadable.map { Diagnostic(file: "\(root)/\($0.file)", message: $0.message) }
        )
    }
}
