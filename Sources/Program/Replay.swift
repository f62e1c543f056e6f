import Emulator
import Exact
import Fixtures

/// `foilmock replay`: sends the requests of a journal to a new emulator, and compares the answers with those of the
/// journal.
package struct Replay: Command {
    let journal: String
    /// Nil: the folder that `serve` would use.
    let fixtures: String?

    static var description: CommandDescription {
        CommandDescription(
            name: "replay", summary: "Send what a journal holds once more, and find what is answered otherwise",
            usage: ["replay JOURNAL [--fixtures DIR]"],
            about: [
                "The requests go to an emulator of its own, at the times of the journal, with the settings that the journal "
                    + "notes. A journal is written by foilmock serve --journal FILE."
            ],
            operands: [.init(placeholder: "JOURNAL", help: "The file that --journal has written")],
            options: [
                CommandOption(
                    flag: "--fixtures", placeholder: "DIR",
                    help: "The fixtures of the journal (those that serve would use)")
            ],
            examples: [
                .init(line: "foilmock replay journal.jsonl --fixtures my-fixtures", help: "Replay what was recorded:")
            ],
            exitCodes: [
                .init(code: "0", meaning: "all was answered as before"), .init(code: "1", meaning: "something was not"),
                .init(code: "2", meaning: "it cannot be told: the journal could not be replayed to its end"), .usage,
            ])
    }

    package init(journal: String, fixtures: String? = nil) { (self.journal, self.fixtures) = (journal, fixtures) }

    init(_ input: CommandInput) {
        self.init(journal: input.operands[0], fixtures: input["--fixtures"])
    }

    /// Prints the differences.
    func run(_ environment: Environment) -> Int32 {
        do {
            let report = try Progress.around("replaying") { progress throws(AppError) -> ReplayReport in
                try self.report(environment: environment, said: progress.say)
            }
            try Terminal.out(report.lines.joined(separator: "\n"))
            return report.exitCode
        } catch {
            Terminal.error(error.painted)
            return App.Exit.notReplayed
        }
    }

    /// - Parameter said: called with how far the work is.
    package func report(
        environment: Environment, said: (String) -> Void = { _ in }
    ) throws(AppError) -> ReplayReport {
        let lines = try JournalLines(journal)
        let header = try lines.header()
        let source = try FixtureSource.chosen(self.fixtures, environment)
        let fixtures: LoadedFixtures
        do {
            fixtures = try source.load()
        } catch {
            throw error.failure(else: "nothing is replayed")
        }
        guard header.fixtures == fixtures.digest else {
            throw .failure(
                "the journal was written with other fixtures: it has \(header.fixtures), these (\(source.description)) are "
                    + "\(fixtures.digest); name the right ones with --fixtures DIR")
        }
        var report = ReplayReport(isWhole: header.isWhole, writtenBy: header.version)
        let uploads = UploadFolder(temporaryIn: Service.temporaryFolder(environment))
        defer { uploads.removeTemporary() }
        let stage = try ReplayStage(header, source, fixtures, uploads)
        while let line = try lines.next() {
            switch line {
            case .header(let again):
                guard again.fixtures == header.fixtures else {
                    report.end(at: lines.number)
                    return report
                }
            case .ending: break
            case .gap(let missing):
                stage.lose()
                report.miss(missing, at: lines.number)
            case .unreadable(let why):
                stage.lose()
                report.leaveOut(lines.number, why)
            case .entry(let entry): report.add(try stage.play(entry), of: entry)
            }
            said("replaying: \(Counted(lines.number, "line"))\(lines.part.map { ", \($0) %" } ?? "")")
        }
        return report
    }
}
