import Emulator
import Exact
import Fixtures

/// `foilmock replay`: sends the requests of a journal to a new emulator, and compares the answers with those of the
/// journal.
package struct Replay {
    package struct Options: Equatable {
        let journal: String
        /// Nil: the folder that `serve` would use.
        var fixtures: String?

        package init(_ arguments: ArraySlice<String>) throws(AppError) {
            var rest = arguments
            var journal: String?
            while let argument = rest.popFirst() {
                if argument == "--fixtures" {
                    guard let folder = rest.popFirst() else { throw .usage("'--fixtures' needs a value") }
                    fixtures = folder
                } else if argument.begins(with: "--fixtures=") {
                    fixtures = String(argument.unicodeScalars.dropFirst("--fixtures=".count))
                } else if argument.begins(with: "-") {
                    let near = Suggestion.text(for: argument, among: ["--fixtures"])
                    throw .usage("'foilmock replay' has no option '\(argument)'\(near)")
                } else if journal == nil {
                    journal = argument
                } else {
                    throw .usage("'foilmock replay' takes one journal")
                }
            }
            guard let journal else { throw .usage("'foilmock replay' takes a journal: foilmock replay FILE") }
            self.journal = journal
        }
    }

    /// Prints the differences. Returns the exit code: 1 if there are any, 2 if the journal could not be replayed to its
    /// end.
    static func run(_ options: Options, environment: Environment) -> Int32 {
        do {
            let report = try report(on: options, environment: environment)
            try Terminal.out(report.lines.joined(separator: "\n"))
            return report.exitCode
        } catch {
            Terminal.error(error.message)
            return App.Exit.notReplayed
        }
    }

    package static func report(on options: Options, environment: Environment) throws(AppError) -> ReplayReport {
        let lines = try JournalLines(options.journal)
        let header = try lines.header()
        let source = FixtureSource.choose(options.fixtures, program: Program.path)
        let fixtures: LoadedFixtures
        do {
            fixtures = try source.load()
        } catch {
            throw error.atStart
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
        }
        return report
    }
}
