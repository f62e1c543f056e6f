import Dialogue
import Emulator
import Glibc
import JSON

/// Writes what happens on standard error. Lines gather during a loop turn and leave together at its end.
final class Log {
    private let style: Configuration.LogStyle
    private let clock: Clock
    private let write: ([UInt8]) -> Void
    private var gathered: [UInt8] = []

    init(
        _ style: Configuration.LogStyle, clock: Clock,
        write: @escaping ([UInt8]) -> Void = { Terminal.write($0, on: STDERR_FILENO) }
    ) {
        self.style = style
        self.clock = clock
        self.write = write
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
        add("notice", message, asText: "\(clock.now().text) \(message)")
    }

    func warning(_ message: String) {
        guard style != .off else { return }
        add("warning", message, asText: "\(clock.now().text) warning: \(message)")
    }

    /// What somebody has to mend. It is written in every style, as at the start; as text it is the line alone, so that
    /// a place stands where editors look for it.
    func error(_ line: String) {
        add("error", line, asText: line)
    }

    private func add(_ kind: String, _ message: String, asText text: String) {
        guard style == .json else {
            gathered += Array("\(text)\n".utf8)
            return
        }
        var writer = JSONWriter(capacity: 160)
        writer.beginObject()
        writer.member("time", clock.now().text)
        writer.member(kind, message)
        writer.endObject()
        gathered += writer.bytes + [UInt8(ascii: "\n")]
    }

    /// Writes what has gathered.
    func flush() {
        guard !gathered.isEmpty else { return }
        write(gathered)
        gathered.removeAll(keepingCapacity: true)
    }
}
