import Coverage
import Fixtures
import Glibc
import JSON
import Stories
import Support
import Testing

@testable import Program

@Suite("The files of stories")
struct StoryFolderTests {
    static func folder(_ stories: [String: String]) -> TemporaryFolder {
        let folder = TemporaryFolder()
        for name in ["personas", "personas/p", "personas/p/machines", "stories"] { folder.makeFolder(name) }
        folder.write(#"{"name": "P"}"#, to: "personas/p/persona.json")
        folder.write(
            """
            {"pass_threshold": 0,
             "states": [{"state_key": "s", "is_initial_state": true, "says": "Hi."},
                        {"state_key": "end", "is_terminal_state": true}],
             "transitions": [{"from_state_key": "s", "to_state_key": "end", "decision_type": "pass",
                              "when": {"any": ["bye"]}}]}
            """,
            to: "personas/p/machines/m.json")
        for (name, text) in stories {
            if name.hasPrefix("deep/") { folder.makeFolder("stories/deep") }
            folder.write(text, to: "stories/\(name)")
        }
        return folder
    }

    static let story = #"{"persona": "p", "turns": [{"say": "x", "expect": {"state": "s"}}]}"#

    @Test("stories are played with the personas beside them, whatever path is given")
    func paths() throws {
        let folder = Self.folder(["a.story.json": Self.story, "b.story.json": Self.story, "note.json": "{}"])
        for (paths, count) in [(["."], 2), (["./stories"], 2), (["./stories/b.story.json"], 1)] {
            let found = try StoryFolder(paths.map { folder.place($0) }, fixtures: nil, [:])
            #expect(found.files.count == count)
            #expect(try StoryTests.verdicts(found).allSatisfy { $0.passed && $0.story.file.hasPrefix(folder.path) })
        }
        #expect(try StoryFolder([], fixtures: folder.path, [:]).files.count == 2)
    }

    @Test("a file that several paths lead to is played once")
    func once() throws {
        let folder = Self.folder(["a.story.json": Self.story])
        let paths = [folder.path, folder.place("stories"), folder.place("stories/a.story.json"), folder.path + "/"]
        #expect(try StoryFolder(paths, fixtures: nil, [:]).files.count == 1)
    }

    @Test("without a path and a folder the stories are those of the settings of a server")
    func settings() throws {
        let folder = Self.folder(["a.story.json": Self.story])
        let configuration = folder.write(#"{"fixtures": "\#(folder.path)"}"#, to: "c.json")
        for environment: Environment in [
            ["FOILMOCK_FIXTURES": folder.path], ["FOILMOCK_CONFIG": configuration],
        ] {
            let found = try StoryFolder([], fixtures: nil, environment)
            #expect(found.source == .folder(folder.path) && found.files.count == 1)
        }
        let own = try StoryFolder([folder.path], fixtures: nil, ["FOILMOCK_FIXTURES": "/nowhere"])
        #expect(own.source == .folder(folder.path))
    }

    /// Entries of a folder that may have been meant as stories, and what is said of them; nil: nothing.
    static let left: [(String, Diagnostic.Severity?)] = [
        ("stories/a.story.json5", .warning), ("stories/A.STORY.JSON", .warning), ("stories/b.json", .warning),
        ("top.story.json", .warning), ("other/x.story.json", .warning), ("stories/link.story.json", .error),
        ("stories/pipe.story.json", .error), ("stories/1/2/3/4/5/6/7/8/x.story.json", .error),
        ("stories/notes.md", nil), ("stories/link.md", nil),
    ]

    @Test("what may be a story and is not played is named, by a check and by a test", arguments: left)
    func leftOut(_ path: String, _ severity: Diagnostic.Severity?) throws {
        let folder = Self.folder(["a.story.json": Self.story])
        var below = ""
        for part in path.split(separator: "/").dropLast() {
            below += below.isEmpty ? "\(part)" : "/\(part)"
            if !Disk.isFolder(folder.place(below)) { folder.makeFolder(below) }
        }
        let place = folder.place(path)
        switch true {
        case path.contains("link"): symlink("/nowhere/at/all", place)
        case path.contains("pipe"): mkfifo(place, 0o600)
        default: folder.write(Self.story, to: path)
        }
        let source = FixtureSource.folder(folder.path)
        let (files, unreadable) = try source.withStories()
        let checked = Check.diagnostics(of: files) + unreadable
        let played = try StorySources(of: source).findings
        for found in [checked, played] { #expect(found.map(\.severity) == [severity].compactMap(\.self), "\(found)") }
        if severity == .error {
            #expect(throws: AppError.self) { try StoryFolder([folder.path], fixtures: nil, [:]) }
        } else {
            #expect(try StoryFolder([folder.path], fixtures: nil, [:]).files.count == 1)
        }
    }

    @Test("a folder that holds no fixtures may hold stories anywhere")
    func anywhere() throws {
        let folder = Self.folder(["deep/a.story.json": Self.story, "b.story.json": Self.story, "c.json": "{}"])
        let found = StorySources(at: [folder.place("stories")])
        #expect(found.files.count == 2 && found.findings == [])
    }

    @Test("a report is not written over a story")
    func protected() throws {
        let folder = Self.folder(["a.story.json": Self.story])
        let place = folder.place("stories/a.story.json")
        for option in ["--junit", "--lcov"] {
            let test = try #require(try command(["test", folder.path, option, place]) as? TestStories)
            #expect(test.run([:]) == App.Exit.notPlayed)
            #expect(try FixtureFolder.contents(place) == Array(Self.story.utf8))
        }
    }

    @Test("nothing is played of a folder without stories, or with mistakes, which are named with their place")
    func refused() throws {
        let empty = Self.folder([:])
        #expect(throws: AppError.self) { try StoryFolder([empty.path], fixtures: nil, [:]) }
        let broken = Self.folder(["a.story.json": Self.story.replacing("\"s\"", with: "\"z\"")])
        do {
            _ = try StoryFolder([broken.path], fixtures: nil, [:])
            Issue.record("it was read")
        } catch {
            let place = "\(broken.path)/stories/a.story.json:1:61: error: \"state\" names no state"
            #expect(error.message.hasPrefix(place), "\(error.message)")
            #expect(error.message.hasSuffix("Error: 1 mistake in the stories; nothing is played"))
        }
        let unread = Self.folder([:])
        unread.makeFolder("stories/x.story.json")
        #expect(throws: AppError.self) { try StoryFolder([unread.place("stories/no.story.json")], fixtures: nil, [:]) }
    }

    @Test("a check has the mistakes of stories; a server neither reads nor counts them")
    func separate() throws {
        let folder = Self.folder(["a.story.json": "{", "b.json": "{}"])
        let source = FixtureSource.folder(folder.path)
        let loaded = try source.load()
        #expect(loaded.catalog.warnings == [])
        let (files, unreadable) = try source.withStories()
        #expect(unreadable == [])
        #expect(Check.diagnostics(of: files).map(\.place) == ["stories/a.story.json:1:2", "stories/b.json"])
        folder.write(Self.story, to: "stories/c.story.json")
        #expect(try source.load().digest == loaded.digest)
        #expect(!FixtureFolder.counts("stories/a.story.json"))
    }

    @Test("without a catalog the mistakes of the fixtures and of the stories come together")
    func both() throws {
        let folder = Self.folder(["a.story.json": "{"])
        folder.write("{", to: "personas/p/persona.json")
        let source = FixtureSource.folder(folder.path)
        let files = try source.withStories().files
        #expect(Check.diagnostics(of: files).map(\.file) == ["personas/p/persona.json", "stories/a.story.json"])
    }
}
