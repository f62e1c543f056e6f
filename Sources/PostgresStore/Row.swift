import CPQ
import Dialogue
import Glibc
import Store

/// What a statement gave.
final class Answer {
    private let handle: OpaquePointer

    /// Owns the result.
    init(_ handle: OpaquePointer) { self.handle = handle }

    deinit { PQclear(handle) }

    var rows: [Row] { (0..<PQntuples(handle)).map { Row(answer: self, handle: handle, index: $0) } }

    var first: Row? { PQntuples(handle) > 0 ? Row(answer: self, handle: handle, index: 0) : nil }

    /// The number of rows that the statement changed.
    var changes: Int { Int(String(cString: PQcmdTuples(handle))) ?? 0 }

    /// The statement's name and count, as `COMMIT`.
    var command: String { String(cString: PQcmdStatus(handle)) }
}

/// A row of an answer. Each method that reads a column throws for a value that this program cannot have written.
struct Row {
    let answer: Answer
    fileprivate let handle: OpaquePointer
    fileprivate let index: Int32

    fileprivate init(answer: Answer, handle: OpaquePointer, index: Int32) {
        (self.answer, self.handle, self.index) = (answer, handle, index)
    }

    /// The error for a column whose value this program cannot have written.
    func unreadable(_ column: Int32) -> PostgresError {
        .damaged("the value of \(PQfname(handle, column).map { String(cString: $0) } ?? "?") cannot be read")
    }

    func isNull(_ column: Int32) -> Bool { PQgetisnull(handle, index, column) == 1 }

    func bytes(_ column: Int32) throws(PostgresError) -> [UInt8] {
        guard !isNull(column), let start = PQgetvalue(handle, index, column) else { throw unreadable(column) }
        return [UInt8](UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(handle, index, column))))
    }

    func number(_ column: Int32) throws(PostgresError) -> Int64 {
        let bytes = try bytes(column)
        guard bytes.count == 8 else { throw unreadable(column) }
        return bytes.reduce(0) { $0 << 8 | Int64($1) }
    }

    func flag(_ column: Int32) throws(PostgresError) -> Bool {
        let bytes = try bytes(column)
        guard bytes.count == 1 else { throw unreadable(column) }
        return bytes[0] != 0
    }

    /// Throws also for a text that is not UTF-8.
    func text(_ column: Int32) throws(PostgresError) -> String {
        guard let text = String(validating: try bytes(column), as: UTF8.self) else { throw unreadable(column) }
        return text
    }

    func textOrNil(_ column: Int32) throws(PostgresError) -> String? { isNull(column) ? nil : try text(column) }

    func count(_ column: Int32) throws(PostgresError) -> Int { try int(column, in: Bounds.storedCounts) }

    func score(_ column: Int32) throws(PostgresError) -> Int { try int(column, in: Bounds.scores) }

    private func int(_ column: Int32, in range: ClosedRange<Int>) throws(PostgresError) -> Int {
        let number = Int(try number(column))
        guard range.contains(number) else { throw unreadable(column) }
        return number
    }

    func moment(_ column: Int32) throws(PostgresError) -> Timestamp {
        let nanoseconds = try number(column)
        guard Bounds.moments.contains(nanoseconds) else { throw unreadable(column) }
        return Timestamp(nanoseconds: nanoseconds)
    }

    func momentOrNil(_ column: Int32) throws(PostgresError) -> Timestamp? { isNull(column) ? nil : try moment(column) }

    func sandbox(_ column: Int32) throws(PostgresError) -> SandboxID { SandboxID(number: try number(column)) }

    func id<Subject>(_ column: Int32) throws(PostgresError) -> Identifier<Subject> {
        guard let id = Identifier<Subject>(bytes: try bytes(column)) else { throw unreadable(column) }
        return id
    }

    /// Reads identifiers, 16 bytes each.
    func ids<Subject>(_ column: Int32) throws(PostgresError) -> [Identifier<Subject>] {
        let bytes = try bytes(column)
        guard bytes.count.isMultiple(of: 16) else { throw unreadable(column) }
        return stride(from: 0, to: bytes.count, by: 16).compactMap { Identifier(bytes: Array(bytes[$0..<$0 + 16])) }
    }

    func stateKey(_ column: Int32) throws(PostgresError) -> StateKey {
        guard let key = StateKey(try text(column)) else { throw unreadable(column) }
        return key
    }

    /// The case whose raw value is the column's text.
    func word<Word: RawRepresentable<String>>(_ column: Int32) throws(PostgresError) -> Word {
        guard let word = Word(rawValue: try text(column)) else { throw unreadable(column) }
        return word
    }

    func wordOrNil<Word: RawRepresentable<String>>(_ column: Int32) throws(PostgresError) -> Word? {
        isNull(column) ? nil : try word(column)
    }
}
