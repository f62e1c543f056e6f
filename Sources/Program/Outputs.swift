import Emulator
import EventLoop
import Glibc

/// Standard output, standard error, and the log, which is on standard error or in a file. Writing to them does not
/// block the loop.
final class Outputs {
    let log: Log
    private let output = LineQueue(STDOUT_FILENO, limit: 0) { _, _ in [] }
    private let errors: LineQueue
    /// The queue of the log's file; nil: the log is on standard error.
    private let file: LineQueue?

    /// How long the start waits for standard output, and the end for both outputs.
    static let farewell = Duration.seconds(1)

    /// - Parameter path: the file that the log is appended to; nil: standard error.
    init(_ style: Configuration.LogStyle, logFile path: String? = nil) throws(AppError) {
        errors = Log.queue(style, clock: .system, to: STDERR_FILENO)
        file = try path.map { path throws(AppError) in
            // Without O_NONBLOCK opening a pipe would wait for a reader. The log can hold a player's words.
            let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw Disk.failure(path) }
            return Log.queue(style, clock: .system, to: descriptor, path)
        }
        log = Log(style, clock: .system, write: (file ?? errors).append)
    }

    /// Writes a line on standard error, whatever the log's style is, after the log's lines so far.
    func tell(_ line: String) {
        log.flush()
        errors.append(Array("\(line)\n".utf8))
    }

    /// Writes to standard output, once, and waits for at most `farewell`: if one terminal shows both outputs, the log's
    /// later lines come after it.
    func print(_ text: Painted) {
        output.append(Array("\(text.shown(inColour: Terminal.isColoured(STDOUT_FILENO)))\n".utf8))
        output.close()
        _ = output.wait(by: Instant.now() + Outputs.farewell)
        guard case .failed(let code)? = output.losses.why else { return }
        log.warning("standard output cannot be written: \(String(cString: strerror(code)))")
    }

    /// Writes everything that is left, and waits for at most `farewell`.
    func close() {
        let deadline = Instant.now() + Outputs.farewell
        log.flush()
        for queue in [output, errors] + [file].compactMap(\.self) {
            queue.close()
            _ = queue.wait(by: deadline)
        }
    }
}
