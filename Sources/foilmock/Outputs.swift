import Emulator
import EventLoop
import Glibc

/// Standard output, and the log on standard error. Writing to them does not block the loop.
final class Outputs {
    let log: Log
    private let output = LineQueue(STDOUT_FILENO, limit: 0) { _, _ in [] }
    private let errors: LineQueue

    /// How long the start waits for standard output, and the end for both outputs.
    static let farewell = Duration.seconds(1)

    init(_ style: Configuration.LogStyle) {
        errors = Log.queue(style, clock: .system, to: STDERR_FILENO)
        log = Log(style, clock: .system, write: errors.append)
    }

    /// Writes to standard output, once, and waits for at most `farewell`: if one terminal shows both outputs, the log's
    /// later lines come after it.
    func print(_ text: String) {
        output.append(Array("\(text)\n".utf8))
        output.close()
        _ = output.wait(by: Instant.now() + Outputs.farewell)
        guard case .failed(let code)? = output.losses.why else { return }
        log.warning("standard output cannot be written: \(String(cString: strerror(code)))")
    }

    /// Writes everything that is left, and waits for at most `farewell`.
    func close() {
        let deadline = Instant.now() + Outputs.farewell
        log.flush()
        for queue in [output, errors] {
            queue.close()
            _ = queue.wait(by: deadline)
        }
    }
}
