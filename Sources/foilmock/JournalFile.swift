import Emulator
import Fixtures
import Glibc

/// Writes all that is asked to a file as JSON lines: the header, then each request with its answer. An answer that was
/// under way when its line was written gets a line of its own when it has ended. Lines gather during a loop turn and leave
/// together at its end.
final class JournalFile {
    private let path: String
    private let descriptor: Int32
    private let book: JournalBook
    private let writer: JournalWriter
    private let warn: (String) -> Void
    /// Of the last header.
    private var fixtures: String
    private var isBroken = false

    /// Begins the file anew. `book` has its header, and keeps what is to be written.
    init(_ path: String, _ book: JournalBook, warn: @escaping (String) -> Void) throws(AppError) {
        try JournalFile.spareOthers(path)
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            throw .failure("the journal \(path) cannot be written: \(String(cString: strerror(errno)))")
        }
        self.path = path
        self.book = book
        self.warn = warn
        writer = JournalWriter(book)
        fixtures = book.header.fixtures
        put([header])
    }

    deinit { close(descriptor) }

    /// Writes what has gathered. To be called when the loop turn's answers have been let go.
    func flush() {
        let (new, ended) = book.takeNew()
        var lines = new.map(writer.line) + ended.map(writer.ending)
        if book.header.fixtures != fixtures {
            fixtures = book.header.fixtures
            lines.append(header)
        }
        if !lines.isEmpty { put(lines) }
    }

    private var header: [UInt8] { book.header.line(sandbox: nil, isWhole: book.header.isWhole) }

    private func put(_ lines: [[UInt8]]) {
        guard !isBroken else { return }
        let bytes = lines.reduce(into: [UInt8]()) { $0 += $1 + [UInt8(ascii: "\n")] }
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + sent, bytes.count - sent) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                isBroken = true
                warn("the journal \(path) ends here: \(String(cString: strerror(errno)))")
                return
            }
            sent += count
        }
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
