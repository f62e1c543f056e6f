import EventLoop
import Glibc

/// Says on a terminal how far long work is: one line on standard error, which is rewritten and is gone at the end.
/// Nothing is written where standard error is no terminal, or where the work is done within a second.
final class Progress: Sendable {
    private struct State {
        var text: String
        var isEnded = false
        var isDrawing: Bool
    }

    private let state: Locked<State>
    private let began = Instant.now()

    /// Does the work. The line is gone before this returns or throws.
    /// - Parameter text: what is done; plain ASCII.
    static func around<Result>(
        _ text: String, _ work: (Progress) throws(AppError) -> Result
    ) throws(AppError) -> Result {
        let progress = Progress(text)
        defer { progress.end() }
        return try work(progress)
    }

    private init(_ text: String) {
        let isShown = isatty(STDERR_FILENO) == 1 && Terminal.isCapable(Environment.own)
        state = Locked(State(text: text, isDrawing: isShown))
        // Where the system cannot make a thread, the work goes on without a word.
        if isShown, !Background.run(draw) { state.change { $0.isDrawing = false } }
    }

    /// - Parameter text: how far the work is; plain ASCII.
    func say(_ text: String) { state.withLock { $0.text = text } }

    /// Removes the line. Waits for that, but not for a paused terminal.
    private func end() {
        state.change { $0.isEnded = true }
        state.change(once: { !$0.isDrawing }, by: Instant.now() + Outputs.farewell) { _ in }
    }

    /// On a thread of its own, so that it goes on while the work is in one long call.
    @Sendable private func draw() {
        var line = ProgressLine()
        var next = began + ProgressLine.delay
        while !state.change(once: \.isEnded, by: next, { $0.isEnded }) {
            let now = Instant.now()
            Progress.write(line.drawn(state.withLock { $0.text }, after: now - began, columns: Progress.columns))
            next = now + ProgressLine.interval
        }
        Progress.write(line.erased())
        state.change { $0.isDrawing = false }
    }

    private static func write(_ text: String) { _ = Descriptor.write(Array(text.utf8), on: STDERR_FILENO) }

    /// The width of the terminal.
    private static var columns: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}

/// What the line is made of.
struct ProgressLine {
    /// How long work takes before the line appears.
    static let delay = Duration.seconds(1)
    static let interval = Duration.milliseconds(200)

    /// How many columns are written.
    private var width = 0

    /// What to write to show the text in place of the last one.
    mutating func drawn(_ text: String, after elapsed: Duration, columns: Int) -> String {
        // A line that fills the terminal's last column would begin another one. A number that is cut off would be wrong.
        let line = ["\(text), \(elapsed.components.seconds) s", text].first { $0.count < columns } ?? ""
        let rest = String(repeating: " ", count: max(0, width - line.count))
        width = line.count
        return "\r\(line)\(rest)"
    }

    /// What to write to remove the line.
    mutating func erased() -> String {
        guard width > 0 else { return "" }
        defer { width = 0 }
        return "\r\(String(repeating: " ", count: width))\r"
    }
}
