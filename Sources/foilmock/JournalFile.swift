import Emulator
import EventLoop
import Fixtures
import Glibc
import JSON

/// Writes all that is asked to a file as JSON lines: the header, then each request with its answer. An answer that was
/// under way when its line was written gets a line of its own when it has ended. Lines gather during a batch and leave
/// together at its end. A file that is slow or full keeps nobody waiting: lines are lost then, and one in their place tells
/// how many.
final class JournalFile {
    /// Bytes of lines that may wait for a disk that is slow; as many may be on their way.
    static let waitingBytes = 64 << 20
    /// Lines are handed on when there are so many bytes of them.
    private static let pieceBytes = 64 << 10

    private let path: String
    private let descriptor: Int32
    private let queue: LineQueue
    private let book: JournalBook
    private let writer: JournalWriter
    private let warn: (String) -> Void
    /// Of the last header.
    private var fixtures: String
    /// Lines of which it was warned that they are lost.
    private var lost = 0
    private var isBehind = false

    /// Begins the file anew, for nobody else to read. `book` has its header, and keeps what is to be written. A FIFO may
    /// have no reader yet; lines wait for one.
    init(
        _ path: String, _ book: JournalBook, limit: Int = waitingBytes, warn: @escaping (String) -> Void
    ) throws(AppError) {
        try JournalFile.spareOthers(path)
        var status = stat()
        let isFIFO = stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
        // To open a FIFO for writing alone waits for a reader; for both it does not.
        let way = isFIFO ? O_RDWR : O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK
        descriptor = open(path, way | O_CLOEXEC | O_NOCTTY, 0o600)
        guard descriptor >= 0 else {
            throw .failure("the journal \(path) cannot be written: \(String(cString: strerror(errno)))")
        }
        // Not to wait was meant for `open`.
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
        let isFile = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        // One that was there before keeps its rights otherwise.
        if isFile { fchmod(descriptor, 0o600) }
        self.path = path
        self.book = book
        self.warn = warn
        writer = JournalWriter(book)
        fixtures = book.header.fixtures
        queue = LineQueue(descriptor, limit: limit, isOwnFile: isFile) { missing, _ in JournalFile.gap(missing) }
        queue.append(header)
    }

    /// Writes what has gathered. To be called when the batch's answers have been let go.
    func flush() {
        let (new, ended) = book.takeNew()
        // The last header may be among the lines that were lost.
        let isDue = tellLosses() || book.header.fixtures != fixtures
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

    /// Writes what has gathered, and waits for it until the deadline.
    func close(by deadline: Instant) {
        flush()
        queue.close()
        guard queue.wait(by: deadline) else {
            // The descriptor is still in use; it goes with the process.
            return warn("the journal \(path) is not whole: its last lines could not be written in time")
        }
        Glibc.close(descriptor)
        _ = tellLosses()
    }

    /// Waits until what was flushed is written or lost; false where that was not so by the deadline.
    func wait(by deadline: Instant) -> Bool { queue.wait(by: deadline) }

    /// Warns once when lines begin to be lost, and once when they no longer are: then it returns true.
    private func tellLosses() -> Bool {
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

    /// The line that stands for lines that are missing.
    private static func gap(_ missing: Int) -> [UInt8] {
        var writer = JSONWriter(capacity: 32)
        writer.beginObject()
        writer.member("gap", missing)
        writer.endObject()
        return writer.bytes + [UInt8(ascii: "\n")]
    }
}

extension JournalFile {
    /// Refuses a file that holds something else than a journal, which would be lost.
    private static func spareOthers(_ path: String) throws(AppError) {
        guard let file = OpenFile(open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)), file.isRegular else {
            return
        }
        let start = Array("{\"foilmock\":".utf8)
        var head = [UInt8](repeating: 0, count: start.count)
        let count = read(file.descriptor, &head, head.count)
        // A journal may end within its first line, on a disk that was full.
        guard count >= 0, start.starts(with: head.prefix(count)) else {
            throw .failure(
                "\(path) holds something else than a journal: remove it, or name another file with --journal FILE")
        }
    }
}
