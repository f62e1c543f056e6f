import Exact
import Fixtures
import Stories

/// The files of stories, and what is wrong or doubtful about their places. In a fixture folder stories are in `stories/`;
/// another folder may hold them anywhere.
struct StorySources {
    /// Each under the path at which it can be found, and once.
    private(set) var files: [FixtureFile] = []
    var findings: [Diagnostic] = []
    private var places: [SystemText] = []

    /// The stories of fixtures.
    init(of source: FixtureSource) throws(AppError) {
        switch source {
        case .builtIn: files = FixtureSource.embedded.filter(\.isStory)
        case .folder(let root):
            do {
                try read(folder: root)
            } catch {
                throw .failure("\(error.file) \(error.message)")
            }
        }
    }

    /// - Parameter paths: story files, and folders.
    init(at paths: [String]) {
        for path in paths {
            do throws(Diagnostic) {
                if Disk.isFolder(path) {
                    try read(folder: path)
                } else if isNew(path) {
                    files.append(FixtureFile(path: path, bytes: try FixtureFolder.contents(path)))
                }
            } catch {
                findings.append(error)
            }
        }
    }

    private mutating func read(folder: String) throws(Diagnostic) {
        let root = folder.count > 1 && folder.ends(with: "/") ? String(folder.dropLast()) : folder
        let holdsFixtures = Disk.isFolder("\(root)/personas") || Disk.isFolder("\(root)/stories")
        let (listed, left) = try StorySources.listed(root, isInPlace: !holdsFixtures)
        var found = left
        if holdsFixtures { found += listed.compactMap { StoryFile.warning(about: $0.path) } }
        findings += found.map { Diagnostic($0.severity, file: "\(root)/\($0.file)", message: $0.message) }
        for file in listed where holdsFixtures ? file.isStory : file.path.ends(with: ".story.json") {
            let path = "\(root)/\(file.path)"
            guard isNew(path) else { continue }
            do throws(Diagnostic) {
                files.append(FixtureFile(path: path, bytes: try FixtureFolder.contents(file.path, below: root)))
            } catch {
                findings.append(error)
            }
        }
    }

    private mutating func isNew(_ path: String) -> Bool {
        guard let place = FixtureSource.folder(path).place, !places.contains(place) else { return false }
        places.append(place)
        return true
    }

    /// The files of a folder, and what was passed over in it though it may be a story, by paths below it.
    static func listed(
        _ root: String, isInPlace: Bool
    ) throws(Diagnostic) -> (files: [FixtureFile], left: [Diagnostic]) {
        var left: [Diagnostic] = []
        let files = try FixtureFolder.read(root) { entry in
            if let finding = StoryFile.finding(about: entry, isInPlace: isInPlace) { left.append(finding) }
        }
        return (files, left)
    }
}

extension FixtureSource {
    /// The files of the fixtures with the bytes of the stories among them, and why some stories cannot be read.
    func withStories() throws(AppError) -> (files: [FixtureFile], unreadable: [Diagnostic]) {
        guard case .folder(let root) = self else { return (try files(), []) }
        let (listed, left): ([FixtureFile], [Diagnostic])
        do {
            (listed, left) = try StorySources.listed(root, isInPlace: false)
        } catch {
            throw FixtureSource.unreadable(error)
        }
        var unreadable = left
        let read = listed.compactMap { file -> FixtureFile? in
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
}
