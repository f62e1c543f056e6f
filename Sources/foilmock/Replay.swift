import Emulator
import Glibc

/// `foilmock replay`: sends what a journal holds once more, to an emulator of its own, and holds the answers against those
/// that the journal has.
package struct Replay {
    package struct Options: Equatable {
        let journal: String
        /// Nil: the folder that `serve` would take.
        var fixtures: String?

        package init(_ arguments: ArraySlice<String>) throws(AppError) {
            var rest = arguments
            var journal: String?
            while let argument = rest.popFirst() {
                if argument == "--fixtures" {
                    guard let folder = rest.popFirst() else { throw .usage("'--fixtures' needs a value") }
                    fixtures = folder
                } else if argument.hasPrefix("--fixtures=") {
                    fixtures = String(argument.dropFirst("--fixtures=".count))
                } else if argument.hasPrefix("-") {
                    throw .usage("'foilmock replay' has no option '\(argument)'")
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

    /// Prints what differs; returns the exit code: 1 if anything does.
    static func run(_ options: Options, environment: [String: String]) -> Int32 {
        do {
            let report = try report(on: options, environment: environment)
            for line in report.lines { Terminal.out(line) }
            return report.differing == 0 ? App.Exit.success : App.Exit.failure
        } catch {
            Terminal.error(error.message)
            return error.exitCode
        }
    }

    package static func report(on options: Options, environment: [String: String]) throws(AppError) -> ReplayReport {
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
        let folder = "\(Serve.temporaryFolder(environment))/foilmock-replay-\(getpid())-uploads"
        let uploads = UploadFolder(folder)
        defer { uploads.removeAll() }
        let stage = try ReplayStage(header, source, fixtures, uploads)
        while let line = try lines.next() {
            switch line {
            case .header(let again):
                guard again.fixtures == header.fixtures else {
                    throw .failure(
                        "line \(lines.number): the fixtures changed here while the server ran; what follows cannot be "
                            + "replayed. What stands before: \(report.summary)")
                }
            case .ending: break
            case .entry(let entry): report.add(try stage.play(entry), of: entry)
            }
        }
        return report
    }
}
