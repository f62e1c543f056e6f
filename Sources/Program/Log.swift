import Fixtures
import Dialogue
import Emulator
import EventLoop
import Glibc
import JSON
import Journal
import Metrics

/// The log. The lines of a batch are written together after it.
final class Log {
    /// The most bytes of lines that wait for a slow reader or disk; as many again can be in the process of writing.
    static let waitingBytes = 1 << 20

    private let style: Configuration.LogStyle
    private let clock: Clock
    private let write: ([UInt8]) -> Void
    private var gathered: [UInt8] = []
    private var warnings = 0
    /// A path can name a sandbox by its key: `/@pk_live_…/`.
    private let redactor = Redactor(Wiring.secrets)

    /// - Parameter write: called with whole lines; it must not block.
    init(_ style: Configuration.LogStyle, clock: Clock, write: @escaping ([UInt8]) -> Void) {
        self.style = style
        self.clock = clock
        self.write = write
    }

    /// The queue that writes a log's lines to a descriptor, and writes in the log's style how many were lost.
    /// - Parameter place: what the descriptor is, for that line.
    static func queue(
        _ style: Configuration.LogStyle, clock: Clock, to descriptor: Int32, _ place: String = "standard error",
        limit: Int = waitingBytes
    ) -> LineQueue {
        LineQueue(descriptor, limit: limit) { missing, why in
            let reason =
                switch why {
                case .full: "\(place) was not read"
                case .failed(let code): "\(place) could not be written: \(String(cString: strerror(code)))"
                }
            return warning(
                "\(Counted(missing, "log line")) \(missing == 1 ? "was" : "were") lost: \(reason)", style, clock)
        }
    }

    var isOff: Bool { style == .off }

    func request(_ entry: Dispatcher.Entry) {
        guard !isOff, style != .errors || entry.status.map({ $0 >= 400 }) ?? true else { return }
        let time = clock.now().text
        let path = entry.path.map(redactor.text)
        guard style == .json else {
            let status = entry.status.map(String.init) ?? "no answer"
            let refusal = entry.refusal.map { ": \($0)" } ?? ""
            gathered += Array("\(time) \(entry.method ?? "-") \(path ?? "-") \(status)\(refusal)\n".utf8)
            for line in entry.explanation { gathered += Array("  \(line)\n".utf8) }
            return
        }
        var writer = JSONWriter(capacity: 160)
        writer.beginObject()
        writer.member("time", time)
        writer.member("level", "info")
        writer.member("method", entry.method)
        writer.member("path", path)
        writer.member("route", entry.route)
        writer.member("sandbox", entry.sandbox.map(redactor.text))
        writer.member("status", entry.status)
        writer.member("duration_us", Int(entry.duration / 1_000))
        writer.member("request_id", redactor.text(entry.requestID))
        if let refusal = entry.refusal { writer.member("refusal", refusal) }
        if !entry.explanation.isEmpty { writer.list("explanation", entry.explanation) { $0.string($1) } }
        writer.endObject()
        gathered += writer.bytes + [UInt8(ascii: "\n")]
    }

    /// Logs that something succeeded.
    func notice(_ message: String) {
        guard style != .off, style != .errors else { return }
        gathered += Log.line("info", "notice", message, asText: "\(clock.now().text) \(message)", style, clock)
    }

    func warning(_ message: String) {
        warnings += 1
        guard style != .off else { return }
        gathered += Log.warning(message, style, clock)
    }

    /// Logs a warning of the start that every style shows: what was set has no effect, or less than the user thinks.
    func caution(_ message: String) {
        warnings += 1
        gathered += Log.warning(message, style, clock)
    }

    func write(to writer: inout MetricsWriter) {
        writer.metric("foilmock_warnings_total", .counter, "Warnings, logged or not.")
        writer.sample(warnings)
    }

    /// Logs a mistake that the user must correct. Every style shows it. As text it is the bare line, so that it begins
    /// with the place of the mistake, where editors look for it.
    func error(_ line: String) {
        gathered += Log.line("error", "error", line, asText: line, style, clock)
    }

    private static func warning(_ message: String, _ style: Configuration.LogStyle, _ clock: Clock) -> [UInt8] {
        line("warning", "warning", message, asText: "\(clock.now().text) warning: \(message)", style, clock)
    }

    private static func line(
        _ level: String, _ kind: StaticString, _ message: String, asText text: String, _ style: Configuration.LogStyle,
        _ clock: Clock
    ) -> [UInt8] {
        guard style == .json else { return Array("\(text.shown)\n".utf8) }
        var writer = JSONWriter(capacity: 160)
        writer.beginObject()
        writer.member("time", clock.now().text)
        writer.member("level", level)
        writer.member(kind, message)
        writer.endObject()
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    /// Writes the collected lines.
    func flush() {
        guard !gathered.isEmpty else { return }
        write(gathered)
        gathered.removeAll(keepingCapacity: true)
    }
}
