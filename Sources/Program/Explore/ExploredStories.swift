import Exact
import Fixtures
import Glibc
import JSON

/// The folder into which stories of an exploration are written. Files without the mark are never changed.
struct ExploredStories {
    let folder: String

    /// The comment of each written story. Only files with it are replaced and removed.
    static let mark = "Written by foilmock explore, which replaces it."

    /// Writes all stories, or none, and removes those of earlier reports that are out of date.
    func write(_ report: ExploreReport) throws(AppError) {
        try Disk.makeFolders(folder)
        for story in report.stories {
            let path = "\(folder)/\(story.file)"
            guard !Disk.exists(path) || value(story.file) != nil else {
                throw .failure(
                    "\(path) was not written by explore, or is without its comment; move it, or name another folder with "
                        + "--write")
            }
        }
        let leftovers = leftovers(of: report)
        try Disk.write(report.stories.map { ($0.bytes, "\(folder)/\($0.file)") }, replaces: true)
        for file in leftovers { unlink("\(folder)/\(file)") }
    }

    private func leftovers(of report: ExploreReport) -> [String] {
        let kept = Set(exact: report.stories.map(\.file))
        let whole = report.whole
        return Disk.names(in: folder).filter { file in
            guard file.hasSuffix(".story.json"), !kept.contains(ExactText(file)), let story = value(file) else {
                return false
            }
            let (persona, machine) = (story["persona"]?.string ?? "", story["machine"]?.string ?? "")
            return whole.contains { $0.persona === persona && $0.machine === machine }
        }
    }

    /// A file that explore wrote.
    private func value(_ file: String) -> JSONValue? {
        guard Disk.isPlainFile("\(folder)/\(file)"),
            let bytes = try? FixtureFolder.contents(file, below: folder), let value = try? JSONReader.read(bytes),
            value["$comment"]?.string === ExploredStories.mark
        else { return nil }
        return value
    }
}
