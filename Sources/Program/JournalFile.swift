import Journal
import Emulator
import EventLoop
import Fixtures
import Glibc
import JSON

/// Writes all requests to a file as JSON lines: the header, then each request with its answer. An answer that was still
/// being sent when its line was written gets a second line when it has ended. The lines of a batch are written together
/// after it. A slow or full disk does not block requests: lines are lost, and one line instead says how many.
final class JournalFile {
    /// The most bytes of lines that wait for a slow disk; as many again can be in the process of writing.
    static let waitingBytes = 64 << 20
    /// Lines are passed to the queue in pieces of about this many bytes.
    private static let pieceBytes = 64 << 10

    private let path: String
    private let descriptor: Int32
    private let queue: LineQueue
    private let book: JournalBook
    private let writer: JournalWriter
    private let warn: (String) -> Void
    /// The fixtures' digest in the last header.
    private var fixtures: String
    /// The number of lost lines that were logged.
    private var lost = 0
    private var isBehind = false

    /// Empties the file, and makes it readable for this user only. `book` has the header and the entries. A FIFO need
    /// not have a reader yet; lines wait for one.
    init(
        _ path: String, _ book: JournalBook, limit: Int = waitingBytes, warn: @escaping (String) -> Void
    ) throws(AppError) {
        try JournalFile.spareOthers(path)
        var status = stat()
        let isFIFO = stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
        // Opening a FIFO for writing only waits for a reader; opening it for both does not.
        let way = isFIFO ? O_RDWR : O_WRONLY | O_CREAT | O_NONBLOCK
        descriptor = open(path, way | O_CLOEXEC | O_NOCTTY, 0o600)
        guard descriptor >= 0 else {
            throw .failure("the journal \(path) cannot be written: \(String(cString: strerror(errno)))")
        }
        // O_NONBLOCK is for `open` only.
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
        let isFile = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        if isFile {
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                Glibc.close(descriptor)
                throw .failure("the journal \(path) is written by another server; name another file with --journal")
            }
            ftruncate(descriptor, 0)
            // An existing file keeps its permissions otherwise.
            fchmod(descriptor, 0o600)
        }
        self.path = path
        self.book = book
        self.warn = warn
        writer = JournalWriter(book)
        fixtures = book.header.fixtures
        queue = LineQueue(descriptor, limit: limit, isOwnFile: isFile) { missing, _ in JournalFile.gap(missing) }
        queue.append(header)
    }

    /// Passes the new entries to the queue. Call it after the batch's answers were released.
    func flush() {
        let (new, ended) = book.takeNew()
        // The last header can be among the lost lines.
        let isDue = reportLosses() || book.header.fixtures != fixtures
        var lines: [UInt8] = []
        func add(_ line: [UInt8]) {
            lines += line
            lines.append(UInt8(ascii: "\n"))
            guard lines.count >= JournalFile.pieceBytes else { return }
            queue.append(lines)
            lines = []
        }
        for entry in new { add(writer.line(entry)) }
        for entry in ended { add(writer.ending(entry)) }
        if isDue {
            fixtures = book.header.fixtures
            lines += header
        }
        if !lines.isEmpty { queue.append(lines) }
    }

    /// Writes the last entries, and waits until they are written or the deadline passes.
    func close(by deadline: Instant) {
        flush()
        queue.close()
        guard queue.wait(by: deadline) else {
            // The descriptor is still in use; the end of the process closes it.
            return warn("the journal \(path) is not whole: its last lines could not be written in time")
        }
        Glibc.close(descriptor)
        _ = reportLosses()
    }

    /// Waits until all flushed lines are written or lost. Returns false when the deadline passes first.
    func wait(by deadline: Instant) -> Bool { queue.wait(by: deadline) }

    /// Logs once when lines begin to be lost, and once when they no longer are; then it returns true.
    private func reportLosses() -> Bool {
        let losses = queue.losses
        if let why = losses.why, !isBehind {
            isBehind = true
            let reason =
                switch why {
                case .full: "it takes lines more slowly than they come"
                case .failed(let code): String(cString: strerror(code))
                }
            warn("the journal \(path) cannot be written: \(reason); what happens meanwhile is missing in it")
        }
        guard losses.why == nil, losses.lines > lost else { return false }
        isBehind = false
        let missing = Counted(losses.lines - lost, "line")
        warn("the journal \(path) is written again; missing in it, as a line there says: \(missing)")
        lost = losses.lines
        return true
    }

    private var header: [UInt8] {
        book.header.line(sandbox: nil, isWhole: book.header.isWhole) + [UInt8(ascii: "\n")]
    }

    /// The line that is written instead of missing lines.
    private static func gap(_ missing: Int) -> [UInt8] {
        var writer = JSONWriter(capacity: 32)
        writer.beginObject()
        writer.member("gap", missing)
        writer.endObject()
        return writer.bytes + [UInt8(ascii: "\n")]
    }
}

extension JournalFile {
    /// Refuses a file that is not a journal, so that its content is not lost.
    private static func spareOthers(_ path: String) throws(AppError) {
        guard let file = OpenFile(open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)), file.isRegular else {
            return
        }
        let start = Array("{\"foilmock\":".utf8)
        var head = [UInt8](repeating: 0, count: start.count)
        let count = read(file.descriptor, &head, head.count)
        // A journal can end within its first line, if the disk was full.
        guard count >= 0, start.starts(with: head.prefix(count)) else {
            throw .failure(
                "\(path) holds something else than a journal: remove it, or name another file with --journal FILE")
        }
    }
}
