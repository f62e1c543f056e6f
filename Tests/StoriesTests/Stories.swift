import CharactersAPI
import Emulator
import Fixtures
import Stories
import Support
import Testing

/// Story files about the shipped personas.
enum Samples {
    static func catalog() throws -> Catalog {
        let files = try Repository.files(below: "fixtures").map {
            FixtureFile(path: String($0.dropFirst("fixtures/".count)), bytes: try Repository.bytes($0))
        }
        return try Catalog.load(files, dialects: [CharactersKeys()], identify: Identifiers.fixture)
    }

    static func read(_ text: String, knowing catalog: Catalog?) -> StoryFile {
        StoryFile(FixtureFile(path: "stories/s.story.json", bytes: Array(text.utf8)), for: catalog)
    }

    /// The stories of a file without mistakes.
    static func stories(_ text: String) throws -> [Story] {
        let file = read(text, knowing: try catalog())
        #expect(file.diagnostics.filter { $0.severity == .error } == [])
        return file.stories
    }

    /// A story about the gate of the warden with one turn, which expects this.
    static func expecting(_ expectation: String) throws -> Story {
        let text = #"{"persona": "warden", "turns": [{"say": "x", "expect": \#(expectation)}]}"#
        return try #require(try stories(text).first)
    }
}
