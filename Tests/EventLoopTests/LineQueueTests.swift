import EventLoop
import Glibc
import Support
import Testing

struct LineQueueTests {
    private let pipe = Pipe()
    private static var deadline: Instant { Instant.now() + .seconds(10) }

    private static func notice(_ missing: Int, _ why: LineLoss) -> [UInt8] { Array("missing \(missing) \(why)\n".utf8) }

    private func queue(limit: Int = 1 << 20) -> LineQueue {
        LineQueue(pipe.writer, limit: limit, notice: Self.notice)
    }

    /// Of 64 bytes with its end.
    private static func line(_ number: Int) -> [UInt8] {
        let text = "line \(number) "
        return Array((text + String(repeating: ".", count: 63 - text.utf8.count) + "\n").utf8)
    }

    private static func text(_ numbers: some Sequence<Int>) -> String {
        numbers.map { String(decoding: line($0), as: UTF8.self) }.joined()
    }

    @Test("lines come out whole and in their order")
    func order() {
        let queue = queue()
        for number in 0..<1000 { queue.append(Self.line(number)) }
        queue.close()
        let text = Reading(pipe.reader).all(while: { !queue.wait(by: Instant.now()) })
        #expect(text == Self.text(0..<1000))
        #expect(queue.losses.lines == 0)
    }

    @Test("lines beyond the limit are dropped, and a notice takes their place")
    func full() {
        // A full pipe, whose line ends the text below does not show.
        let filler = [UInt8](repeating: UInt8(ascii: "\n"), count: 4096)
        #expect(write(pipe.writer, filler, filler.count) == filler.count)
        let queue = queue(limit: 640)
        for number in 0..<1000 { queue.append(Self.line(number)) }
        let losses = queue.losses
        #expect(losses.why == .full)
        // Ten lines wait, and ten may be on their way.
        #expect(losses.lines >= 1000 - 20)
        let text = Reading(pipe.reader).all(while: { !queue.wait(by: Instant.now()) })
        var next = 0
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            let number = Int(words[1]) ?? -1
            if words[0] == "missing" {
                #expect(words[2] == "full")
                next += number
            } else {
                #expect(number == next)
                next += 1
            }
        }
        #expect(next == 1000)
        #expect(queue.losses == (losses.lines, nil))
        queue.append(Self.line(1000))
        queue.close()
        #expect(Reading(pipe.reader).all(while: { !queue.wait(by: Instant.now()) }) == Self.text(1000...1000))
    }

    @Test("a piece larger than the limit is accepted when the queue is empty")
    func large() {
        let queue = queue(limit: 10)
        queue.append(Self.text(0..<100).utf8.map { $0 })
        queue.close()
        #expect(Reading(pipe.reader).all(while: { !queue.wait(by: Instant.now()) }) == Self.text(0..<100))
    }

    @Test("wait(by:) returns at its deadline, and the lines still come out")
    func bounded() {
        let queue = queue()
        for number in 0..<100 { queue.append(Self.line(number)) }
        queue.close()
        #expect(!queue.wait(by: Instant.now() + .milliseconds(20)))
        #expect(Reading(pipe.reader).all(while: { !queue.wait(by: Instant.now()) }) == Self.text(0..<100))
    }

    @Test("a non-blocking descriptor stays non-blocking, and all lines come out")
    func nonBlocking() {
        _ = fcntl(pipe.writer, F_SETFL, fcntl(pipe.writer, F_GETFL) | O_NONBLOCK)
        let queue = queue()
        queue.append(Self.text(0..<500).utf8.map { $0 })
        queue.close()
        #expect(Reading(pipe.reader).all(while: { !queue.wait(by: Instant.now()) }) == Self.text(0..<500))
        #expect(fcntl(pipe.writer, F_GETFL) & O_NONBLOCK != 0)
    }

    @Test("an unused queue has no thread to wait for")
    func unused() {
        let queue = queue()
        #expect(queue.wait(by: Instant.now()))
        queue.close()
        #expect(queue.wait(by: Instant.now()))
    }

    @Test("a line after close() is lost")
    func closed() {
        let queue = queue()
        queue.close()
        queue.append(Self.line(1))
        #expect(queue.losses.lines == 1)
        #expect(Reading(pipe.reader).all(while: { false }) == "")
    }

    @Test("lines to a closed pipe are lost, without another harm")
    func broken() throws {
        let loop = Loop()  // without it the signal of a closed pipe ends the process
        var ends: [Int32] = [0, 0]
        #expect(Glibc.pipe(&ends) == 0)
        close(ends[0])
        let queue = LineQueue(ends[1], limit: 1 << 20, notice: Self.notice)
        queue.append(Self.line(1))
        #expect(queue.wait(by: Self.deadline))
        #expect(queue.losses == (1, .failed(EPIPE)))
        queue.append(Self.line(2))
        queue.close()
        #expect(queue.wait(by: Self.deadline))
        #expect(queue.losses == (2, .failed(EPIPE)))
        close(ends[1])
        withExtendedLifetime(loop) {}
    }
}

/// A file that cannot grow beyond a limit, as on a full disk. The limit is the process's: it is so high that it touches no
/// other test's files, and the file here begins just below it, with a hole.
@Suite(.serialized) struct FullDiskTests {
    private let folder = TemporaryFolder()
    private static let start = off_t(1) << 30
    private static var deadline: Instant { Instant.now() + .seconds(10) }

    private static func notice(_ missing: Int, _ why: LineLoss) -> [UInt8] { Array("gap \(missing)\n".utf8) }

    /// Writes lines of 10 bytes while the file has room for `room` bytes, then two more without a limit; what is in it, and
    /// how many were lost.
    private func written(_ lines: [Int], room: Int, isOwnFile: Bool) -> (text: String, lost: Int) {
        let path = folder.place("file")
        let descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        defer { close(descriptor) }
        lseek(descriptor, Self.start, SEEK_SET)
        signal(SIGXFSZ, SIG_IGN)
        var before = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &before)
        var limit = rlimit(rlim_cur: rlim_t(Self.start) + rlim_t(room), rlim_max: before.rlim_max)
        setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
        let queue = LineQueue(descriptor, limit: 1 << 20, isOwnFile: isOwnFile, notice: Self.notice)
        for count in lines {
            queue.append((0..<count).flatMap { Array("line \($0 % 10)...\n".utf8) })
            #expect(queue.wait(by: Self.deadline))
        }
        let lost = queue.losses
        #expect(lost.why == .failed(EFBIG))
        setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &before)
        queue.append(Array("last\n".utf8))
        queue.close()
        #expect(queue.wait(by: Self.deadline))
        #expect(queue.losses == (lost.lines, nil))
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = pread(descriptor, &bytes, bytes.count, Self.start)
        return (String(decoding: bytes[..<max(0, count)], as: UTF8.self), lost.lines)
    }

    @Test("a line written in part is removed, and the next line follows the notice of the gap")
    func own() {
        let (text, lost) = written([2, 3, 1], room: 25, isOwnFile: true)
        #expect(text == "line 0...\nline 1...\ngap 4\nlast\n")
        #expect(lost == 4)
    }

    @Test("no notice is written when there is room for nothing but the notice")
    func noticesAlone() {
        let (text, lost) = written([1, 1, 1, 1], room: 28, isOwnFile: true)
        #expect(text == "line 0...\nline 0...\ngap 2\nlast\n")
        #expect(lost == 2)
    }

    @Test("in a file shared with others half a line is ended and stays")
    func shared() {
        let (text, lost) = written([3, 1], room: 25, isOwnFile: false)
        #expect(text == "line 0...\nline 1...\nline \ngap 2\nlast\n")
        #expect(lost == 2)
    }
}
