import EventLoop
import Fixtures
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

    static var description: CommandDescription {
        let formats = Format.allCases.map(\.rawValue).joined(separator: "|")
        return CommandDescription(
            name: "test", summary: "Play stories with the personas, in memory, and compare what comes of them",
            usage: ["test [PATH]... [OPTIONS]"],
            about: [
                "A story is a conversation in a file stories/NAME.story.json beside personas/, with what each turn must "
                    + "come to. docs/stories.md describes it."
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
                    flag: "--format", placeholder: Placeholder(formats),
                    help: "Lines for people, or JSON for programs (text)"),
            ],
            examples: [
                .init(line: "foilmock test my-fixtures", help: "Play all stories of a folder:"),
                .init(line: "foilmock test my-fixtures -k \"gate mercy\" --fail-fast", help: "Play some of them:"),
                .init(line: "foilmock test my-fixtures --junit stories.xml", help: "In CI:"),
            ],
            exitCodes: [
                .init(code: "0", meaning: "all stories passed"), .init(code: "1", meaning: "a story failed"),
                .init(code: "2", meaning: "nothing was played: the stories or the fixtures cannot be read"), .usage,
            ])
    }

    init(_ input: CommandInput) {
        paths = input.operands
        fixtures = input["--fixtures"]
        junit = input["--junit"]
        failsFast = input.isOn("--fail-fast")
        words = (input["-k"] ?? "").split(separator: " ").map(String.init)
        format = input["--format"].flatMap(Format.init) ?? .text
    }

    /// Prints the report. Returns the exit code.
    func run(_ environment: Environment) -> Int32 {
        do {
            let folder = try StoryFolder(paths, fixtures: fixtures)
            let report = try played(folder)
            switch format {
            case .text: try Terminal.out(StoryText.summary(report))
            case .json: try Terminal.out(report.json + [UInt8(ascii: "\n")])
            }
            if let junit { try Disk.write(report.junit, to: junit) }
            return report.passed ? App.Exit.success : App.Exit.failure
        } catch {
            Terminal.error(error.painted)
            return App.Exit.notPlayed
        }
    }

    /// Plays the stories, and prints those of each file as soon as they are played.
    private func played(_ folder: StoryFolder) throws(AppError) -> StoryReport {
        var report = StoryReport()
        let began = Instant.now()
        for file in folder.files {
            let stories = file.stories.filter { isChosen($0) }
            guard !stories.isEmpty else { continue }
            let first = report.verdicts.count
            for story in stories {
                report.add(try StoryPlayer.verdict(on: story, folder.catalog))
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

    private func isChosen(_ story: Story) -> Bool {
        let text = "\(story.file) \(story.name)".lowercased()
        return words.allSatisfy { text.contains($0.lowercased()) }
    }
}
