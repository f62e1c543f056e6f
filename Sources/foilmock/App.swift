import EventLoop
import Fixtures
import Glibc

/// The program: reads its arguments, runs a command, and ends with its exit code.
enum App {
    static let version = "0.2.0"

    /// Exit codes: 64 is EX_USAGE of sysexits.h.
    enum Exit {
        static let success: Int32 = 0
        static let failure: Int32 = 1
        /// Exit code of `check --strict` when it finds only warnings.
        static let warnings: Int32 = 2
        /// Exit code of `replay` when the journal could not be replayed, which says nothing about the answers.
        static let notReplayed: Int32 = 2
        static let usage: Int32 = 64
        /// Exit code of a server that got two signals to end.
        static let atOnce: Int32 = 130
    }

    static func main() -> Never {
        // Read before any signal is handled in another way.
        _ = IgnoredSignals.atStart
        // A file that reaches its size limit (RLIMIT_FSIZE) gives an error, like a full disk.
        signal(SIGXFSZ, SIG_IGN)
        do throws(AppError) {
            guard let arguments = Arguments.all else {
                throw .failure("the arguments cannot be read: Swift takes them from /proc, which is not mounted here")
            }
            let environment = Environment.own
            let command = try Command(arguments, environment: environment)
            switch command {
            case .help: try Terminal.out(Help.text)
            case .version: try Terminal.out(Help.version)
            case .check(let options): exit(Check.run(options))
            case .newPersona(let persona): try Terminal.out(try persona.write())
            case .schema(let schema): try Terminal.out(schema.file.bytes)
            case .health(let url): exit(Health.check(url))
            case .replay(let options): exit(Replay.run(options, environment: environment))
            case .exec(let options): exit(Exec.run(options, environment: environment))
            case .serve(let configuration): exit(Serve.run(configuration, environment: environment))
            }
            exit(Exit.success)
        } catch {
            Terminal.error(error.message)
            if error.isUsage { Terminal.error("See 'foilmock --help' for more information.") }
            exit(error.exitCode)
        }
    }
}

/// Why the program cannot carry out a command: one line for the user.
package struct AppError: Error, Equatable {
    package let message: String
    /// Whether the arguments or settings are wrong; false for an error of the system.
    let isUsage: Bool

    var exitCode: Int32 { isUsage ? App.Exit.usage : App.Exit.failure }

    static func usage(_ message: String) -> AppError { AppError(message: "Error: \(message)", isUsage: true) }
    static func failure(_ message: String) -> AppError { AppError(message: "Error: \(message)", isUsage: false) }
}

enum Terminal {
    /// Writes a line on standard output, as a terminal can show it.
    static func out(_ line: String) throws(AppError) { try out(Array("\(line.shown)\n".utf8)) }

    /// Writes all bytes on standard output.
    static func out(_ bytes: [UInt8]) throws(AppError) {
        guard let code = Descriptor.write(bytes, on: STDOUT_FILENO).code else { return }
        throw .failure("standard output cannot be written: \(String(cString: strerror(code)))")
    }

    /// Writes a line on standard error, as a terminal can show it. It can block until the line is read, so a running server logs instead.
    static func error(_ line: String) {
        // A failure cannot be reported anywhere.
        _ = Descriptor.write(Array("\(line.shown)\n".utf8), on: STDERR_FILENO)
    }

    /// Whether the process has a controlling terminal.
    static var isAttached: Bool {
        let descriptor = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        close(descriptor)
        return true
    }
}
