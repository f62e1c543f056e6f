import Emulator
import EventLoop
import Glibc

/// Where the server writes for people: standard output and the log on standard error. Nobody waits for either.
final class Outputs {
    let log: Log
    private let output = LineQueue(STDOUT_FILENO, limit: 0) { _, _ in [] }
    private let errors: LineQueue

    /// How long the start waits for standard output to be read, and the end for all that is written to be.
    static let farewell = Duration.seconds(1)

    init(_ style: Configuration.LogStyle) {
        errors = Log.queue(style, clock: .system, to: STDERR_FILENO)
        log = Log(style, clock: .system, write: errors.append)
    }

    /// Writes all that standard output ever gets, and waits a moment for it: one terminal may show both, and what the log says
    /// then comes after it.
    func print(_ text: String) {
        output.append(Array("\(text)\n".utf8))
        output.close()
        _ = output.wait(by: Instant.now() + Outputs.farewell)
        guard case .failed(let code)? = output.losses.why else { return }
        log.warning("standard output cannot be written: \(String(cString: strerror(code)))")
    }

    /// Has all be written, but waits no longer than a moment.
    func close() {
        let deadline = Instant.now() + Outputs.farewell
        log.flush()
        for queue in [output, errors] {
            queue.close()
            _ = queue.wait(by: deadline)
        }
    }
}
