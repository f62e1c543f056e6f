import Fixtures
import JSON
import Stories
import Program

extension FuzzTarget {
    /// Turns at most of one input, so that a run is short.
    private static let mostTurns = 200

    /// A file is refused with mistakes at places in it, or its stories are played, and the reports on them can be read.
    static func story(_ input: [UInt8]) -> String? {
        let file = FixtureFile(path: "stories/x.story.json", bytes: input)
        // Without a catalog no name is checked; with one there are never fewer mistakes.
        let alone = StoryFile(file, for: nil)
        let read = StoryFile(file, for: FuzzServer.catalog)
        if alone.hasMistakes, !read.hasMistakes { return "refused only without a catalog" }
        for diagnostic in alone.diagnostics + read.diagnostics
        where diagnostic.file != file.path || diagnostic.message.isEmpty || diagnostic.line < 1 {
            return "an unsound diagnostic: \(diagnostic)"
        }
        guard !read.hasMistakes else { return read.stories.isEmpty ? nil : "a file with mistakes has stories" }
        var report = StoryReport()
        for story in read.stories where report.turns < mostTurns && story.turns.count < mostTurns {
            do throws(AppError) {
                report.add(try StoryPlayer.verdict(on: story, FuzzServer.catalog))
            } catch {
                return error.message
            }
        }
        var writer = JSONWriter(capacity: 1024)
        report.write(into: &writer)
        return (try? JSONReader.read(writer.bytes)) == nil ? "the report is not JSON" : nil
    }
}
