import EventLoop
import Fixtures
import Glibc

/// The program: reads its arguments, runs a command, and ends with its exit code.
package enum App {
    static let version = "0.2.0"
    /// The day of this version, which the manual page shows.
    static let released = "2026-11-30"

    /// Exit codes: 64 is EX_USAGE of sysexits.h.
    enum Exit {
        static let success: Int32 = 0
        static let failure: Int32 = 1
        /// Exit code of `check --strict` when it finds only warnings.
        static let warnings: Int32 = 2
        /// Exit code of `replay` when the journal could not be replayed, which says nothing about the answers.
        static let notReplayed: Int32 = 2
        /// Exit code of `test` when no story could be played.
        static let notPlayed: Int32 = 2
        static let usage: Int32 = 64
        /// Exit code of a server that got two signals to end.
        static let atOnce: Int32 = 130
    }

    /// - Parameter servers: opens databases of database servers; nil: the program knows files of SQLite alone.
    package static func main(databases servers: DatabaseServers? = nil) -> Never {
        StandardStreams.fill()
        // Read before any signal is handled in another way.
        _ = IgnoredSignals.atStart
        // A file that reaches its size limit (RLIMIT_FSIZE) gives an error, like a full disk.
        signal(SIGXFSZ, SIG_IGN)
        var help = "foilmock --help"
        do throws(AppError) {
            guard let arguments = Arguments.all else {
                throw .failure("the arguments cannot be read: Swift takes them from /proc, which is not mounted here")
            }
            let line = try Invocation(arguments)
            if line.name != "help" { help = "foilmock \(line.name) --help" }
            var environment = Environment.own
            environment.databaseServers = servers
            exit(try line.read(environment).run(environment))
        } catch {
            Terminal.error(error.painted)
            if error.isUsage { Terminal.error("See '\(help)'.") }
            exit(error.exitCode)
        }
    }
}

/// Why the program cannot carry out a command: one line for the user.
package struct AppError: Error, Equatable {
    package let message: String
    /// Whether the arguments or settings are wrong; false for an error of the system.
    let isUsage: Bool

    /// The last line begins with `Error:`, in colour where there is one.
    var painted: Painted {
        let word = "Error:"
        var lines = message.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map {
            Painted(String($0))
        }
        if let last = lines.last?.plain, last.hasPrefix(word) {
            lines[lines.count - 1] = "\(word, .error)\(String(last.dropFirst(word.count)))"
        }
        return lines.joined(separator: "\n")
    }

    /// The message without the word before it.
    var reason: String { message.hasPrefix("Error: ") ? String(message.dropFirst("Error: ".count)) : message }

    var exitCode: Int32 { isUsage ? App.Exit.usage : App.Exit.failure }

    static func usage(_ message: String) -> AppError { AppError(message: "Error: \(message)", isUsage: true) }
    static func failure(_ message: String) -> AppError { AppError(message: "Error: \(message)", isUsage: false) }
}
