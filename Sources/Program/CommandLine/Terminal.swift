import EventLoop
import Exact
import Glibc

enum Terminal {
    /// Writes a line on standard output, as a terminal can show it.
    static func out(_ line: String) throws(AppError) { try out(Painted(line)) }

    static func out(_ text: Painted) throws(AppError) {
        try out(Array("\(text.shown(inColour: isColoured(STDOUT_FILENO)))\n".utf8))
    }

    /// Writes all bytes on standard output.
    static func out(_ bytes: [UInt8]) throws(AppError) {
        guard let code = Descriptor.write(bytes, on: STDOUT_FILENO).code else { return }
        throw .failure("standard output cannot be written: \(String(cString: strerror(code)))")
    }

    /// Writes a line on standard error, as a terminal can show it. It can block until the line is read, so a running server logs instead.
    static func error(_ line: String) { error(Painted(line)) }

    static func error(_ text: Painted) {
        // A failure cannot be reported anywhere.
        _ = Descriptor.write(Array("\(text.shown(inColour: isColoured(STDERR_FILENO)))\n".utf8), on: STDERR_FILENO)
    }

    static func isColoured(_ descriptor: Int32) -> Bool {
        isatty(descriptor) == 1 && takesColour(Environment.own)
    }

    /// Whether the user wants colour on a terminal (https://no-color.org), and the terminal has it.
    static func takesColour(_ environment: Environment) -> Bool {
        guard environment.value(of: "NO_COLOR")?.bytes.isEmpty ?? true else { return false }
        return isCapable(environment)
    }

    /// Whether the terminal can do more than write one line after the other.
    static func isCapable(_ environment: Environment) -> Bool {
        guard let kind = environment["TERM"] else { return false }
        return !kind.isEmpty && kind != "dumb"
    }

    /// Whether the process has a controlling terminal.
    static var isAttached: Bool {
        let descriptor = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        close(descriptor)
        return true
    }
}
