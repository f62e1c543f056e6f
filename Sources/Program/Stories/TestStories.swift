import Coverage
import EventLoop
import Exact
import Fixtures
import JSON
import Stories

/// `foilmock test`: plays stories in memory, and reports what does not come out as they expect.
struct TestStories: Command {
    enum Format: String, CaseIterable {
        case text, json
    }

    /// Story files, and folders that hold some; empty: the folder `stories` of the fixtures.
    let paths: [String]
    /// Nil: those of the paths, else those that `serve` would use.
    let fixtures: String?
    /// The file for a JUnit report.
    let junit: String?
    let failsFast: Bool
    /// Words that the name or the file of a story must have to be played.
    let words: [String]
    let format: Format
    /// Whether to report what the stories reach of the machines.
    let showsCoverage: Bool
    /// The file for the coverage as lcov reads it.
    let lcov: String?
    /// The least percentage of all parts that the stories must reach.
    let least: Double?
    /// The server on which to play them; nil: in memory.
    let server: Server?

    struct Server: Equatable {
        let url: String
        /// Nil: only stories of the Handshake API are played.
        let key: String?
        let handshakeKey: String?
        /// The file with the token of the control API.
        let tokenFile: String?
        /// The sandbox of the stories, with the token; nil: `RemotePlayer.standardSandbox`.
        let sandbox: String?
    }

    static var description: CommandDescription {
        let formats = Format.allCases.map(\.rawValue).joined(separator: "|")
        return CommandDescription(
            name: "test", summary: "Play stories with the personas, in memory, and compare what comes of them",
            usage: ["test [PATH]... [OPTIONS]", "test [PATH]... --base-url URL --key KEY [OPTIONS]"],
            about: [
                "A story is a conversation in a file stories/NAME.story.json beside personas/, with what each turn must "
                    + "come to. docs/stories.md describes it.",
                "Without PATH the stories of the fixtures are played that serve would use: those of --fixtures or "
                    + "FOILMOCK_FIXTURES, else the built-in ones.",
                "With --base-url the stories are played on a server. What its API does not show is reported as not checked.",
            ],
            operands: [
                .init(
                    placeholder: "PATH", isRequired: false, repeats: true,
                    help: "A story file, or a folder with some (the folder stories of the fixtures)")
            ],
            options: [
                CommandOption(
                    flag: "--fixtures", placeholder: "DIR",
                    help: "The personas (the folder around PATH, else those that serve would use)"),
                CommandOption(
                    flag: "-k", placeholder: "WORDS", help: "Only stories whose name or file has all these words"),
                CommandOption(flag: "--fail-fast", placeholder: nil, help: "Stop at the first story that fails"),
                CommandOption(flag: "--junit", placeholder: "FILE", help: "Write a report that CI services read"),
                CommandOption(
                    flag: "--coverage", placeholder: nil,
                    help: "Say which states, transitions, alternatives, follow-ups and lines the stories reach"),
                CommandOption(
                    flag: "--fail-under", placeholder: "N", help: "Fail when they reach less than N % of all of these"),
                CommandOption(
                    flag: "--lcov", placeholder: "FILE", help: "Write the coverage for editors and CI services"),
                CommandOption(
                    flag: "--base-url", placeholder: "URL", help: "Play on this server, over plain HTTP, not in memory"),
                CommandOption(flag: "--key", placeholder: "KEY", help: "With --base-url: a key of the FoilEngine API"),
                CommandOption(
                    flag: "--handshake-key", placeholder: "KEY",
                    help: "With --base-url: a key of the Handshake API, for openers, events, nudges and pictures"),
                CommandOption(
                    flag: "--control-token-file", placeholder: "FILE",
                    help: "With --base-url: the control API's token, for clocks, seeds and what the APIs do not show"),
                CommandOption(
                    flag: "--sandbox", placeholder: "NAME",
                    help: "With --control-token-file: act in this sandbox (pk_test_story); one for each run at a time"),
                CommandOption(
                    flag: "--format", placeholder: Placeholder(formats),
                    help: "Lines for people, or JSON for programs (text)"),
            ],
            examples: [
                .init(line: "foilmock test my-fixtures", help: "Play all stories of a folder:"),
                .init(line: "foilmock test my-fixtures -k \"gate mercy\" --fail-fast", help: "Play some of them:"),
                .init(
                    line: "foilmock test --base-url http://127.0.0.1:8000 --key pk_test_story",
                    help: "Against a server that runs:"),
                .init(line: "foilmock test my-fixtures --junit stories.xml --fail-under 90", help: "In CI:"),
            ],
            exitCodes: [
                .init(code: "0", meaning: "all stories passed"),
                .init(code: "1", meaning: "a story failed, or they reach less than --fail-under"),
                .init(
                    code: "2",
                    meaning: "nothing was played, a server broke off, or a report cannot be written"), .usage,
            ])
    }

    init(_ input: CommandInput) throws(AppError) {
        paths = input.operands
        fixtures = input["--fixtures"]
        junit = input["--junit"]
        failsFast = input.isOn("--fail-fast")
        words = (input["-k"] ?? "").split(separator: " ").map(String.init)
        format = input["--format"].flatMap(Format.init) ?? .text
        lcov = input["--lcov"]
        if let junit, let lcov, junit === lcov { throw .usage("--junit and --lcov name the same file") }
        let text = input["--fail-under"]
        least = text.flatMap { Double($0) }
        if let text, least.map({ (0...100).contains($0) }) != true {
            throw .usage("--fail-under must be a number from 0 to 100, not '\(text)'")
        }
        server = try TestStories.server(input)
        showsCoverage = input.isOn("--coverage") || lcov != nil || least != nil
    }

    private static func server(_ input: CommandInput) throws(AppError) -> Server? {
        guard let url = input["--base-url"] else {
            let others = ["--key", "--handshake-key", "--control-token-file", "--sandbox"]
            if let lone = others.first(where: { input[$0] != nil }) { throw .usage("\(lone) needs --base-url") }
            return nil
        }
        _ = try Health.address(url)
        let (handshakeKey, tokenFile) = (input["--handshake-key"], input["--control-token-file"])
        // Where the control API is there, the server is foilmock, to which a test key is a name.
        let key = input["--key"] ?? tokenFile.map { _ in RemotePlayer.standardSandbox }
        guard key != nil || handshakeKey != nil else {
            throw .usage("--base-url needs --key, a key of the FoilEngine API there, or --handshake-key")
        }
        if input["--sandbox"] != nil, tokenFile == nil { throw .usage("--sandbox needs --control-token-file") }
        if let lone = ["--coverage", "--fail-under", "--lcov"].first(where: { input[$0] != nil }) {
            throw .usage("\(lone) is for stories in memory; leave out --base-url")
        }
        return Server(
            url: url, key: key, handshakeKey: handshakeKey, tokenFile: tokenFile, sandbox: input["--sandbox"])
    }

    /// Prints the report. Returns the exit code.
    func run(_ environment: Environment) -> Int32 {
        do throws(AppError) {
            let folder = try StoryFolder(paths, fixtures: fixtures, environment)
            try protect(folder)
            for warning in folder.warnings { Terminal.error("\(warning)") }
            if paths.isEmpty, case .builtIn = folder.source, let near = TestStories.near {
                Terminal.error("warning: the built-in stories are played; for those here: foilmock test \(near)")
            }
            var coverage = showsCoverage ? Coverage(of: folder.catalog, folder.fixtures.files) : nil
            let (report, end) = try played(folder, &coverage)
            switch format {
            case .text:
                if let coverage { try Terminal.out(CoverageText.text(coverage, below: folder.fixtures.root)) }
                try Terminal.out(StoryText.summary(report, of: paths.isEmpty ? Check.place(folder.source) : nil))
            case .json: try Terminal.out(json(report, coverage, folder) + [UInt8(ascii: "\n")])
            }
            if let junit { try Disk.write(report.junit, to: junit) }
            if let lcov, let coverage { try Disk.write(coverage.lcov(below: folder.fixtures.root), to: lcov) }
            if let end { throw end }
            guard report.isPlayed else { return App.Exit.notPlayed }
            let reached = coverage?.count().percent ?? 100
            if let least, reached < least {
                Terminal.error("The stories reach \(reached) % of all parts, not \(least) %")
            }
            return report.passed && reached >= least ?? 0 ? App.Exit.success : App.Exit.failure
        } catch {
            Terminal.error(error.painted)
            return App.Exit.notPlayed
        }
    }

    /// A folder with fixtures in the working directory; nil: there is none.
    private static var near: String? {
        if ["personas", "stories"].contains(where: Disk.isFolder) { return "." }
        return Disk.isFolder("fixtures/personas") ? "fixtures" : nil
    }

    /// Refuses a report in the place of a story.
    private func protect(_ folder: StoryFolder) throws(AppError) {
        for report in [junit, lcov].compactMap(\.self) {
            let place = FixtureSource.folder(report).place
            for story in folder.files.flatMap(\.stories) where FixtureSource.folder(story.file).place == place {
                throw .failure("\(report) is a story that is played; name another file for the report")
            }
        }
    }

    /// Plays the stories, and prints those of each file as soon as they are played.
    /// - Returns: the report, and why the run ended early; the stories after that are not played.
    private func played(
        _ folder: StoryFolder, _ coverage: inout Coverage?
    ) throws(AppError) -> (report: StoryReport, end: AppError?) {
        var report = StoryReport()
        var end: AppError?
        var remote: RemotePlayer?
        if let server { remote = try RemotePlayer(server) }
        let began = Instant.now()
        for file in folder.files {
            let stories = file.stories.filter { isChosen($0) }
            guard !stories.isEmpty else { continue }
            let first = report.verdicts.count
            for story in stories {
                if let end {
                    report.add(StoryVerdict(notPlayed: story, because: end.reason))
                } else if let remote {
                    do throws(AppError) {
                        report.add(try remote.verdict(on: story))
                    } catch {
                        end = error
                        report.add(StoryVerdict(notPlayed: story, because: error.reason))
                    }
                } else {
                    report.add(
                        try StoryPlayer.verdict(on: story, folder.catalog, notes: coverage != nil) { reach, machine in
                            coverage?.add(reach, on: machine, of: story.persona)
                        })
                }
                if failsFast, !report.passed { break }
            }
            if format == .text { try Terminal.out(StoryText.file(report.verdicts[first...])) }
            if failsFast, !report.passed { break }
        }
        report.seconds = (Instant.now() - began) / .seconds(1)
        guard !report.verdicts.isEmpty else {
            throw .failure("no story has the words \"\(words.joined(separator: " "))\"")
        }
        return (report, end)
    }

    private func json(_ report: StoryReport, _ coverage: Coverage?, _ folder: StoryFolder) -> [UInt8] {
        var writer = JSONWriter(capacity: 4096)
        report.write(into: &writer) { writer in
            writer.member("fixtures", folder.source.description)
            guard let coverage else { return }
            writer.key("coverage")
            coverage.write(into: &writer, below: folder.fixtures.root)
        }
        return writer.bytes
    }

    private func isChosen(_ story: Story) -> Bool {
        let text = "\(story.file) \(story.name)".lowercased()
        return words.allSatisfy { text.contains($0.lowercased()) }
    }
}
