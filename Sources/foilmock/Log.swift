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
            return
        }
        var writer = JSONWriter(capacity: 160)
        writer.beginObject()
        writer.member("time", time)
        writer.member("method", entry.method)
        writer.member("path", entry.path)
        writer.member("status", entry.status)
        writer.endObject()
        gathered += writer.bytes + [UInt8(ascii: "\n")]
    }

    func warning(_ message: String) {
        guard style != .off else { return }
        if style == .json {
            var writer = JSONWriter(capacity: 160)
            writer.beginObject()
            writer.member("time", clock.now().text)
            writer.member("warning", message)
            writer.endObject()
            gathered += writer.bytes + [UInt8(ascii: "\n")]
        } else {
            gathered += Array("\(clock.now().text) warning: \(message)\n".utf8)
        }
    }

    /// Writes what has gathered.
    func flush() {
        guard !gathered.isEmpty else { return }
        write(gathered)
        gathered.removeAll(keepingCapacity: true)
    }
}
