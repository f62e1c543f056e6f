import Journal
import Emulator
import EventLoop
import Fixtures
import Glibc
import HTTP
import JSON
import Store
import Support
import Testing

@testable import Program

@Suite("The journal's file")
struct JournalFileTests {
    private let folder = TemporaryFolder()
    private let book = JournalBook(isTaken: true)
    private static var deadline: Instant { Instant.now() + .seconds(10) }

    private final class Warnings {
        var texts: [String] = []
    }

    private func lines(_ path: String) throws -> [JSONValue] {
        try FixtureFolder.contents(path).split(separator: UInt8(ascii: "\n")).map { try JSONReader.read(Array($0)) }
    }

    @Test("a journal that cannot be written is refused before the server starts")
    func unwritable() {
        let message = "the journal /dev/null/j cannot be written: Not a directory"
        #expect(throws: AppError.failure(message)) {
            try JournalFile("/dev/null/j", book, warn: { _ in })
        }
    }

    @Test("a journal that another server writes is refused, and keeps its lines")
    func inUse() throws {
        let path = folder.place("shared.jsonl")
        let first = try JournalFile(path, book, warn: { _ in })
        #expect(
            throws: AppError.failure(
                "the journal \(path) is written by another server; name another file with --journal")
        ) { try JournalFile(path, book, warn: { _ in }) }
        first.close(by: Self.deadline)
        #expect(try lines(path).count == 1)
    }

    @Test("only the user may read the journal, also a file that existed before")
    func mode() throws {
        let path = folder.write(#"{"foilmock":"journal"}"#, to: "journal.jsonl")
        chmod(path, 0o644)
        try JournalFile(path, book, warn: { _ in }).close(by: Self.deadline)
        var status = stat()
        #expect(stat(path, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
        #expect(try lines(path).count == 1)
    }

    @Test("a full disk is warned of once")
    func full() throws {
        let warnings = Warnings()
        let file = try JournalFile("/dev/full", book, warn: { warnings.texts.append($0) })
        for number in 0..<3 {
            #expect(file.wait(by: Self.deadline))
            book.header.fixtures = "other \(number)"
            file.flush()
        }
        file.close(by: Self.deadline)
        #expect(
            warnings.texts == [
                "the journal /dev/full cannot be written: No space left on device; what happens meanwhile is missing in it"
            ])
    }

    @Test("a FIFO without a reader blocks nothing, and a later reader gets all that had room")
    func fifo() throws {
        let path = folder.place("fifo")
        #expect(mkfifo(path, 0o600) == 0)
        let warnings = Warnings()
        let file = try JournalFile(path, book, limit: 1 << 10, warn: { warnings.texts.append($0) })
        var written = 1
        func write() {
            book.header.fixtures = "fixtures \(written)"
            file.flush()
            written += 1
        }
        // The pipe holds more.
        for _ in 0..<20 {
            write()
            #expect(file.wait(by: Self.deadline))
        }
        #expect(warnings.texts == [])
        // Neither the pipe nor the queue holds so many.
        while warnings.texts.isEmpty, written < 10_000 { write() }
        #expect(
            warnings.texts == [
                "the journal \(path) cannot be written: it takes lines more slowly than they come; "
                    + "what happens meanwhile is missing in it"
            ])
        let reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        #expect(reader >= 0)
        defer { close(reader) }
        let text = Reading(reader).all(while: { !file.wait(by: Instant.now()) })
        let lines = try text.split(separator: "\n").map { try JSONReader.read(Array($0.utf8)) }
        let missing = lines.compactMap { $0["gap"]?.integer }
        #expect(lines.count - missing.count + missing.reduce(0, +) == written)
        #expect(lines[..<21].allSatisfy { $0["foilmock"] != nil })

        file.flush()
        #expect(
            warnings.texts.last
                == "the journal \(path) is written again; missing in it, as a line there says: "
                + "\(Counted(missing.reduce(0, +), "line"))")
        #expect(file.wait(by: Self.deadline))
        // The header may be among the missing lines.
        #expect(Reading(reader).all(while: { false }).contains("fixtures \(written - 1)"))
        file.close(by: Self.deadline)
    }
}
