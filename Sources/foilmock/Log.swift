import Dialogue
import Emulator
import EventLoop
import Glibc
import JSON

/// Tells what happens, on standard error. Lines gather during a batch and leave together at its end.
final class Log {
    /// Bytes of lines that may wait for a standard error that is slow; as many may be on their way.
    static let waitingBytes = 1 << 20

    private let style: Configuration.LogStyle
    private let clock: Clock
    private let write: ([UInt8]) -> Void
    private var gathered: [UInt8] = []

    /// - Parameter write: is given whole lines and must not wait.
    init(_ style: Configuration.LogStyle, clock: Clock, write: @escaping ([UInt8]) -> Void) {
        self.style = style
        self.clock = clock
        self.write = write
    }

    /// What writes a log's lines to a descriptor, and tells in the log's style how many were lost.
    static func queue(
        _ style: Configuration.LogStyle, clock: Clock, to descriptor: Int32, limit: Int = waitingBytes
    ) -> LineQueue {
        LineQueue(descriptor, limit: limit) { missing, why in
            let reason =
                switch why {
                case .full: "standard error was not read"
                case .failed(let code): "standard error could not be written: \(String(cString: strerror(code)))"
                }
            return warning(
                "\(Counted(missing, "log line")) \(missing == 1 ? "was" : "were") lost: \(reason)", style, clock)
        }
    }

    func request(_ entry: Dispatcher.Entry) {
        guard style != .off, style != .errors || entry.status >= 400 else { return }
        let time = clock.now().text
        guard style == .json else {
            gathered += Array("\(time) \(entry.method) \(entry.path) \(entry.status)\n".utf8)
            for line in entry.explanation { gathered += Array("  \(line)\n".utf8) }
            return
        }
        var writer = JSONWriter(capacity: 160)
        writer.beginObject()
        writer.member("time", time)
        writer.member("method", entry.method)
        writer.member("path", entry.path)
        writer.member("status", entry.status)
        if !entry.explanation.isEmpty { writer.list("explanation", entry.explanation) { $0.string($1) } }
        writer.endObject()
        gathered += writer.bytes + [UInt8(ascii: "\n")]
    }

    /// That something went as it was asked for.
    func notice(_ message: String) {
        guard style != .off, style != .errors else { return }
        gathered += Log.line("notice", message, asText: "\(clock.now().text) \(message)", style, clock)
    }

    func warning(_ message: String) {
        guard style != .off else { return }
        gathered += Log.warning(message, style, clock)
    }

    /// What somebody has to mend. It is written in every style, as at the start; as text it is the line alone, so that
    /// a place stands where editors look for it.
    func error(_ line: String) {
        gathered += Log.line("error", line, asText: line, style, clock)
    }

    /// A line that stands as it is in every style.
    func plain(_ line: String) { gathered += Array("\(line)\n".utf8) }

    private static func warning(_ message: String, _ style: Configuration.LogStyle, _ clock: Clock) -> [UInt8] {
        line("warning", message, asText: "\(clock.now().text) warning: \(message)", style, clock)
    }

    private static func line(
        _ kind: String, _ message: String, asText text: String, _ style: Configuration.LogStyle, _ clock: Clock
    ) -> [UInt8] {
        guard style == .json else { return Array("\(text)\n".utf8) }
        var writer = JSONWriter(capacity: 160)
        writer.beginObject()
        writer.member("time", clock.now().text)
        writer.member(kind, message)
        writer.endObject()
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    /// Writes what has gathered.
    func flush() {
        guard !gathered.isEmpty else { return }
        write(gathered)
        gathered.removeAll(keepingCapacity: true)
    }
}
