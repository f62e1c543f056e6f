import EventLoop
import Glibc
import Support
import Testing

@testable import Program

@Suite("A log that is not read")
struct LogQueueTests {
    static let styles: [(Configuration.LogStyle, String)] = [
        (.text, "2026-03-10T12:00:00Z warning: 1 log line was lost: standard error was not read\n"),
        (.errors, "2026-03-10T12:00:00Z warning: 1 log line was lost: standard error was not read\n"),
        (.off, "2026-03-10T12:00:00Z warning: 1 log line was lost: standard error was not read\n"),
        (
            .json,
            #"{"time":"2026-03-10T12:00:00Z","level":"warning","warning":"1 log line was lost: standard error was not read"}"#
                + "\n"
        ),
    ]

    @Test("the notice of lost lines has the style of the log", arguments: styles)
    func told(_ style: Configuration.LogStyle, _ expected: String) {
        let pipe = Pipe()
        let clock = TestClock().clock
        let queue = Log.queue(style, clock: clock, to: pipe.writer, limit: 0)
        var written = 0
        while queue.losses.lines == 0, written < 10_000 {
            queue.append(Array("a line\n".utf8))
            written += 1
        }
        queue.close()
        let text = Reading(pipe.reader).all(while: { !queue.wait(by: Instant.now()) })
        #expect(text == String(repeating: "a line\n", count: written - 1) + expected)
    }
}
