import Fixtures
import Glibc

/// The program: reads its arguments, runs a command, and ends with its exit code.
enum App {
    static let version = "0.1.0"

    /// Exit codes: 64 is EX_USAGE of sysexits.h.
    enum Exit {
        static let success: Int32 = 0
        static let failure: Int32 = 1
        /// Of `check --strict`.
        static let warnings: Int32 = 2
        static let usage: Int32 = 64
    }

    static func main() -> Never {
        let environment = Environment.all
        do throws(AppError) {
            guard !CommandLine.arguments.isEmpty else {
                throw .failure("the arguments cannot be read: Swift takes them from /proc, which is not mounted here")
            }
            let command = try Command(Array(CommandLine.arguments.dropFirst()), environment: environment)
            switch command {
            case .help: Terminal.out(Help.text)
            case .version: Terminal.out(Help.version)
            case .check(let options): exit(Check.run(options))
            case .newPersona(let persona): Terminal.out(try persona.write())
            case .schema(let schema): Terminal.write(schema.file.bytes, on: STDOUT_FILENO)
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

/// Why the program cannot do what it was asked: one line for the user.
package struct AppError: Error, Equatable {
    package let message: String
    /// Whether the arguments or settings are wrong, rather than the machine.
    let isUsage: Bool

    var exitCode: Int32 { isUsage ? App.Exit.usage : App.Exit.failure }

    static func usage(_ message: String) -> AppError { AppError(message: "Error: \(message)", isUsage: true) }
    static func failure(_ message: String) -> AppError { AppError(message: "Error: \(message)", isUsage: false) }
}

enum Environment {
    /// The environment's variables by name.
    static var all: [String: String] {
        var variables: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if let equals = text.firstIndex(of: "=") {
                variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            next += 1
        }
        return variables
    }
}

enum Terminal {
    static func out(_ line: String) { put(line, on: STDOUT_FILENO) }
    static func error(_ line: String) { put(line, on: STDERR_FILENO) }

    /// Whether the process has a terminal that controls it.
    static var isAttached: Bool {
        let descriptor = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        close(descriptor)
        return true
    }

    private static func put(_ line: String, on descriptor: Int32) {
        write(Array((line + "\n").utf8), on: descriptor)
    }

    /// Writes all bytes, or gives up where the other end is gone.
    static func write(_ bytes: [UInt8], on descriptor: Int32) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + sent, bytes.count - sent) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            sent += count
        }
    }
}
