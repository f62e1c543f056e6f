import Coverage
import EventLoop
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
        let key: String
        let handshakeKey: String?
        /// The file with the token of the control API.
        let tokenFile: String?
    }

    static var description: CommandDescription {
        let formats = Format.allCases.map(\.rawValue).joined(separator: "|")
        return CommandDescription(
            name: "test", summary: "Play stories with the personas, in memory, and compare what comes of them",
            usage: ["test [PATH]... [OPTIONS]", "test [PATH]... --base-url URL --key KEY [OPTIONS]"],
            about: [
                "A story is a conversation in a file stories/NAME.story.json beside personas/, with what each turn must "
                    + "come to. docs/stories.md describes it.",
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
                .init(code: "2", meaning: "nothing was played: the stories or the fixtures cannot be read"), .usage,
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
            let others = ["--key", "--handshake-key", "--control-token-file"]
            if let lone = others.first(where: { input[$0] != nil }) { throw .usage("\(lone) needs --base-url") }
            return nil
        }
        _ = try Health.address(url)
        guard let key = input["--key"] else { throw .usage("--base-url needs --key") }
        if let lone = ["--coverage", "--fail-under", "--lcov"].first(where: { input[$0] != nil }) {
            throw .usage("\(lone) is for stories in memory; leave out --base-url")
        }
        return Server(
            url: url, key: key, handshakeKey: input["--handshake-key"], tokenFile: input["--control-token-file"])
    }

    /// Prints the report. Returns the exit code.
    func run(_ environment: Environment) -> Int32 {
        do {
            let folder = try StoryFolder(paths, fixtures: fixtures)
            var coverage = showsCoverage ? Coverage(of: folder.catalog, folder.fixtures.files) : nil
            let report = try played(folder, &coverage)
            switch format {
            case .text:
                if let coverage { try Terminal.out(CoverageText.text(coverage, below: folder.fixtures.root)) }
                try Terminal.out(StoryText.summary(report))
            case .json: try Terminal.out(json(report, coverage, folder) + [UInt8(ascii: "\n")])
            }
            if let junit { try Disk.write(report.junit, to: junit) }
            if let lcov, let coverage { try Disk.write(coverage.lcov(below: folder.fixtures.root), to: lcov) }
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

    /// Plays the stories, and prints those of each file as soon as they are played.
    private func played(_ folder: StoryFolder, _ coverage: inout Coverage?) throws(AppError) -> StoryReport {
        var report = StoryReport()
        var remote: RemotePlayer?
        if let server { remote = try RemotePlayer(server) }
        let began = Instant.now()
        for file in folder.files {
            let stories = file.stories.filter { isChosen($0) }
            guard !stories.isEmpty else { continue }
            let first = report.verdicts.count
            for story in stories {
                if let remote {
                    report.add(try remote.verdict(on: story))
                } else {
                    report.add(try StoryPlayer.verdict(on: story, folder.catalog, noting: &coverage))
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
        return report
    }

    private func json(_ report: StoryReport, _ coverage: Coverage?, _ folder: StoryFolder) -> [UInt8] {
        var writer = JSONWriter(capacity: 4096)
        report.write(into: &writer) { writer in
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
