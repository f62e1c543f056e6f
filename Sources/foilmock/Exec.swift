import Emulator
import Glibc

/// `foilmock exec`: a server for one command, such as a test suite, and for no longer.
enum Exec {
    struct Options: Equatable {
        var configuration: Configuration
        /// As the system holds it.
        let command: [SystemText]

        /// `[OPTIONS] -- COMMAND [ARGUMENTS]`. Where nothing else is said, the port is any free one, the database goes with
        /// the server, and errors alone are logged.
        init(
            _ arguments: ArraySlice<String>, command: [SystemText], environment: [String: String]
        ) throws(AppError) {
            guard !command.isEmpty else {
                throw .usage("'foilmock exec' takes a command after --: foilmock exec [OPTIONS] -- COMMAND")
            }
            self.command = command
            var standard = Configuration()
            standard.port = 0
            standard.database = ":memory:"
            standard.log = .errors
            configuration = try Configuration(
                flags: Flags(arguments), environment: environment, standard: standard)
        }
    }

    /// Serves while the command runs; returns its exit code.
    static func run(_ options: Options, environment: [String: String]) -> Int32 {
        var exitCode = App.Exit.failure
        let serving = Serve.run(options.configuration, environment: environment) { ready in
            do throws(Child.NotStarted) {
                let child = try Child(options.command, variables: variables(ready), on: ready.loop) { code in
                    exitCode = code
                    ready.log.plain(ready.journal.totals.summary)
                    ready.stop()
                }
                // A signal from the terminal reaches the command by itself; one that is sent to us is passed on.
                return { signal in if signal != SIGINT { child.send(signal) } }
            } catch {
                ready.log.plain("Error: \(error.message)")
                exitCode = error.exitCode
                ready.stop()
                return { _ in }
            }
        }
        return serving == App.Exit.success ? exitCode : serving
    }

    private static func variables(_ ready: Serve.Ready) -> [String: String] {
        [
            "FOILENGINE_BASE_URL": ready.url, "FOILENGINE_API_KEY": ready.key,
            "FOILMOCK_CONTROL_URL": "\(ready.url)/_foilmock", "FOILMOCK_CONTROL_TOKEN": ready.token,
        ]
    }
}

extension Counts {
    /// In one line.
    var summary: String {
        let counted = [
            Counted(requests, "request"), Counted(errors, "error"), Counted(duplicates, "duplicate"),
        ]
        return "foilmock: \(counted.map(\.description).joined(separator: ", ")), \(unanswered) unanswered"
    }
}
