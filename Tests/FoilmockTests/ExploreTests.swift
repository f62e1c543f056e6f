import Dialogue
import Emulator
import Exploration
import Fixtures
import JSON
import Stories
import Support
import Testing

@testable import Program

@Suite("Exploring")
struct ExploreTests {
    /// The report on a folder.
    static func report(_ catalog: Catalog, samples: [String] = [], only: String? = nil) throws -> ExploreReport {
        var report = ExploreReport(catalog: catalog, only: only)
        for persona in catalog.personas {
            try report.add(Exploration(of: persona, samples: samples, ExplorationLimits()))
        }
        return report
    }

    static func catalog(_ files: [String: String]) throws -> Catalog {
        try Catalog.load(
            files.map { FixtureFile(path: $0.key, bytes: Array($0.value.utf8)) }, dialects: Wiring.fixtureKeys,
            identify: Identifiers.fixture)
    }

    @Test("the shipped personas have no findings, and every ending can be played again")
    func shipped() throws {
        let report = try Self.report(FixtureSource.builtIn.load().catalog)
        #expect(report.findings.map(\.message) == [])
        #expect(report.differences == [] && report.stories.count > 20)
    }

    @Test("the personas of foilmock new have no findings")
    func template() throws {
        let folder = TemporaryFolder()
        let new = try read(NewPersona.self, ["persona", "Mira", "\(folder.path)/f"])
        _ = try new.write()
        let report = try Self.report(FixtureSource.folder("\(folder.path)/f").load().catalog)
        #expect(report.findings.map(\.message) == [] && report.differences == [])
    }

    // MARK: The page

    /// The blocks of docs/explore.md that begin with this line.
    static func blocks(_ begin: String) throws -> [String] {
        try Repository.text("docs/explore.md").components(between: "```").filter { $0.hasPrefix(begin) }
            .map { String($0.drop { $0 != "\n" }.dropFirst()) }
    }

    static func page() throws -> Catalog {
        let files = try blocks("json\n")
        let folder = "personas/cave"
        return try catalog([
            "\(folder)/persona.json": files[0], "\(folder)/machines/hall.json": files[1],
            "\(folder)/machines/attic.json": files[2],
        ])
    }

    @Test("the report that docs/explore.md shows is that of its example, of which check says nothing")
    func shownReport() throws {
        let catalog = try Self.page()
        #expect(catalog.warnings == [])
        let report = try Self.report(catalog)
        #expect(ExploreText.text(report, below: "my-fixtures/").plain + "\n" == (try Self.blocks("\n").first))
        #expect(report.hasFaults && report.differences == [])
    }

    @Test("docs/explore.md lists every kind of finding")
    func kinds() throws {
        let page = try Repository.text("docs/explore.md")
        for kind in Finding.Kind.allCases where ![.noMessage, .stopped].contains(kind) {
            #expect(page.contains("| `\(kind.rawValue)` |"), "\(kind)")
        }
    }

    @Test("every story that is written passes, and fails when the fault is mended")
    func stories() throws {
        let catalog = try Self.page()
        let report = try Self.report(catalog)
        let files = report.stories.map {
            StoryFile(FixtureFile(path: "stories/\($0.file)", bytes: $0.bytes), for: catalog)
        }
        #expect(files.flatMap(\.diagnostics) == [])
        let names = report.stories.map(\.file)
        #expect(
            names == [
                "cave-hall-ending-street-accept-by-score.story.json",
                "cave-attic-ending-roof-accept-by-outcome.story.json", "cave-hall-soft_lock-pit.story.json",
                "cave-hall-unreachable-garden.story.json", "cave-hall-never_fires-door-garden-pass.story.json",
                "cave-hall-link-to-attic-by-the-outcome-kick-out.story.json",
            ])
        var mended = try Self.blocks("json\n")
        mended[0].replace("\"outcome\", \"condition_value\": \"KICK_OUT\"", with: "\"always\"")
        mended[1].replace("\"out\", \"leave*\"", with: "\"out\"")
        mended[1].replace("\"ledge\", \"to_state_key\": \"pit\"", with: "\"ledge\", \"to_state_key\": \"street\"")
        let other = try Self.catalog([
            "personas/cave/persona.json": mended[0], "personas/cave/machines/hall.json": mended[1],
            "personas/cave/machines/attic.json": mended[2],
        ])
        #expect(try !Self.report(other).hasFaults)
        for story in report.stories where !story.file.contains("ending") {
            let file = StoryFile(FixtureFile(path: "stories/\(story.file)", bytes: story.bytes), for: other)
            let verdict = try StoryPlayer.verdict(on: try #require(file.stories.first), other)
            #expect(!verdict.passed, "\(story.file)")
        }
    }

    @Test("conversations with openers, events, images and earlier lines can be played again")
    func entries() throws {
        let catalog = try Self.catalog([
            "personas/p/persona.json": "{\"name\": \"P\"}",
            "personas/p/machines/m.json": """
            {"pass_threshold": 1, "entries": {"opener": {"to_state_key": "b", "says": "Hey."}, "events": {
              "gift": {"to_state_key": "c", "says": "Oh."}}}, "states": [
            {"state_key": "a", "is_initial_state": true, "follow_up": {"when": {"any": ["maybe"]}, "says": "?"}},
            {"state_key": "b"}, {"state_key": "c"},
            {"state_key": "z", "is_terminal_state": true}], "transitions": [
            {"from_state_key": "a", "to_state_key": "b", "decision_type": "reject", "score_delta": 2,
             "when": {"in_follow_up": true, "any": ["well"]}},
            {"from_state_key": "b", "to_state_key": "c", "decision_type": "pass", "when": {"image": true}},
            {"from_state_key": "c", "to_state_key": "b", "decision_type": "pass",
             "when": {"event": "gift", "context": {"what": {"equals": "A Rose"}}}},
            {"from_state_key": "c", "to_state_key": "z", "decision_type": "pass", "score_delta": 1,
             "when": {"said": ["magic"], "length": {"gte": 40}, "pattern": "open (?<what>\\\\w+)"}},
            {"from_state_key": "c", "decision_type": "kick_out", "when": {"turn": {"gte": 6}}}]}
            """,
        ])
        let report = try Self.report(catalog)
        // Who has used up the follow-up has nothing left to say.
        #expect(report.findings.map(\.kind) == [.deadEnd] && report.differences == [])
        #expect(report.machines(of: report.explorations[0])[0].endings.count == 2)
    }

    // MARK: The command

    static let wrong: [([String], String)] = [
        (["--depth", "0"], "--depth must be a whole number from 1 to 9000, not '0'"),
        (["--turns", "many"], "--turns must be a whole number from 1 to 1000000000, not 'many'"),
        (["--time", "-1"], "--time must be a whole number from 1 to 1000000, not '-1'"),
        (["--format", "xml"], "--format must be one of text, json, not 'xml'"),
        (["a", "b"], "unexpected argument 'b': foilmock explore [PERSONA] [OPTIONS]"),
    ]

    @Test("wrong arguments are refused", arguments: wrong)
    func arguments(_ words: [String], _ message: String) {
        #expect(throws: AppError.usage(message)) { try command(["explore"] + words) }
    }

    @Test("a report on one machine has its endings and findings only")
    func oneMachine() throws {
        let report = try Self.report(Self.page(), only: "attic")
        #expect(
            report.findings.isEmpty
                && report.stories.map(\.file) == ["cave-attic-ending-roof-accept-by-outcome.story.json"])
    }

    @Test("the JSON report has place, transcript and endings")
    func json() throws {
        let value = try JSONReader.read(ExploreJSON.bytes(Self.report(Self.page()), below: "f/"))
        #expect(value["passed"]?.bool == false)
        let first = value["findings"]?.array?.first
        #expect(first?["kind"]?.string == "soft_lock" && first?["is_fault"]?.bool == true)
        #expect(first?["file"]?.string == "f/personas/cave/machines/hall.json" && first?["line"]?.integer == 5)
        #expect(first?["transcript"]?["turns"]?.array?.count == 6)
        let ending = value["machines"]?.array?.first?["endings"]?.array?.first
        #expect(ending?["state"]?.string == "street" && ending?["most_score"]?.integer == 3)
    }
}

extension String {
    /// The parts at odd places between the marks.
    fileprivate func components(between mark: String) -> [String] {
        split(separator: mark, omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }
            .map { String($0.element) }
    }
}
