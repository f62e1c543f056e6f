import CSQLite
import Glibc

/// A prepared statement. Each `bind` sets the next parameter. When SQLite refuses a value, the next `step` throws, so
/// that `bind` need not throw.
final class Statement {
    private let handle: OpaquePointer
    private let sql: String
    private var places: Int32 = 0
    private var refusal = SQLITE_OK
    /// Holds the texts and blobs that are bound: SQLite need not copy them, which would take memory for each of them.
    private var room: UnsafeMutableRawPointer?
    private var used = 0
    private static let roomSize = 4_096
    /// Whether SQLite holds copies of values, which had no place in the room.
    private var hasCopies = false

    init(_ sql: String, isKept: Bool, on connection: OpaquePointer) throws(SQLiteError) {
        var handle: OpaquePointer?
        let flags = isKept ? UInt32(SQLITE_PREPARE_PERSISTENT) : 0
        let code = sqlite3_prepare_v3(connection, sql, -1, flags, &handle, nil)
        guard code == SQLITE_OK, let handle else {
            throw SQLiteError(code: code, message: String(cString: sqlite3_errmsg(connection)), sql: sql)
        }
        self.handle = handle
        self.sql = sql
    }

    /// Call it once, before the connection is closed.
    func finalize() {
        sqlite3_finalize(handle)
        room?.deallocate()
        room = nil
    }

    /// Makes the statement ready for its next use.
    func reset() {
        sqlite3_reset(handle)
        if hasCopies { sqlite3_clear_bindings(handle) }
        (places, used, refusal, hasCopies) = (0, 0, SQLITE_OK, false)
    }

    /// Runs the statement to its next row. Returns true when it has one, false when the statement is done.
    func step() throws(SQLiteError) -> Bool {
        assert(places == sqlite3_bind_parameter_count(handle), "a value of the last use would stay bound")
        guard refusal == SQLITE_OK else { throw error(refusal, String(cString: sqlite3_errstr(refusal))) }
        let code = sqlite3_step(handle)
        if code == SQLITE_ROW { return true }
        guard code == SQLITE_DONE else { throw error(code, String(cString: sqlite3_errmsg(sqlite3_db_handle(handle)))) }
        return false
    }

    /// The error for a column whose value this program cannot have written.
    func unreadable(_ column: Int32) -> SQLiteError {
        let name = sqlite3_column_name(handle, column).map { String(cString: $0) } ?? "?"
        return error(SQLITE_CORRUPT, "the value of \(name) cannot be read")
    }

    private func error(_ code: Int32, _ message: String) -> SQLiteError {
        SQLiteError(code: code, message: message, sql: sql)
    }
}

// MARK: - Binding values

extension Statement {
    func bind(_ number: Int64) {
        places += 1
        note(sqlite3_bind_int64(handle, places, number))
    }

    /// Text is bound with its length, so it can contain NUL characters.
    func bind(_ text: String) {
        places += 1
        var text = text
        text.withUTF8 { utf8 in
            let (start, release) = kept(UnsafeRawBufferPointer(utf8))
            let characters = start?.assumingMemoryBound(to: CChar.self)
            note(
                sqlite3_bind_text64(
                    handle, places, characters, UInt64(utf8.count), release, UInt8(SQLITE_UTF8)))
        }
    }

    func bind(_ text: String?) {
        if let text {
            bind(text)
        } else {
            places += 1
            note(sqlite3_bind_null(handle, places))
        }
    }

    func bind(_ number: Int64?) {
        if let number {
            bind(number)
        } else {
            places += 1
            note(sqlite3_bind_null(handle, places))
        }
    }

    /// An empty blob is bound as such: SQLite would make NULL of a null pointer.
    func bind(_ bytes: UnsafeRawBufferPointer) {
        places += 1
        if bytes.isEmpty {
            note(sqlite3_bind_zeroblob(handle, places, 0))
        } else {
            let (start, release) = kept(bytes)
            note(sqlite3_bind_blob64(handle, places, start, UInt64(bytes.count), release))
        }
    }

    func bind(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { bind($0) }
    }

    /// A place where the bytes are until the reset, and how SQLite releases it. What is too long for the room stays where
    /// it is, and SQLite makes a copy.
    private func kept(_ bytes: UnsafeRawBufferPointer) -> (start: UnsafeRawPointer?, release: sqlite3_destructor_type?)
    {
        guard let start = bytes.baseAddress, bytes.count <= Self.roomSize - used else {
            hasCopies = true
            return (bytes.baseAddress, Self.copies)
        }
        let room = room ?? .allocate(byteCount: Self.roomSize, alignment: 1)
        self.room = room
        let place = room + used
        place.copyMemory(from: start, byteCount: bytes.count)
        used += bytes.count
        return (UnsafeRawPointer(place), nil)
    }

    /// SQLITE_TRANSIENT
    private static let copies = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    private func note(_ code: Int32) {
        if code != SQLITE_OK, refusal == SQLITE_OK { refusal = code }
    }
}

// MARK: - Reading columns

/// Each of these throws for a value of another type: SQLite would make "" or 0 of it, and that would be served.
extension Statement {
    func number(_ column: Int32) throws(SQLiteError) -> Int64 {
        try require(SQLITE_INTEGER, column)
        return sqlite3_column_int64(handle, column)
    }

    var columnCount: Int { Int(sqlite3_column_count(handle)) }

    func numberOrNil(_ column: Int32) throws(SQLiteError) -> Int64? {
        isNull(column) ? nil : try number(column)
    }

    func isNull(_ column: Int32) -> Bool {
        sqlite3_column_type(handle, column) == SQLITE_NULL
    }

    /// Throws also for a text that is not UTF-8.
    func text(_ column: Int32) throws(SQLiteError) -> String {
        try require(SQLITE_TEXT, column)
        guard let start = sqlite3_column_text(handle, column) else { throw unreadable(column) }
        let bytes = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
        var text = String(decoding: bytes, as: UTF8.self)
        // Bytes that are not UTF-8 were replaced. `String(validating:)` would cost 900 instructions more, because it
        // looks up the metadata of types at each call.
        let isSame = text.withUTF8 { utf8 in
            utf8.count == bytes.count && (utf8.baseAddress.map { memcmp($0, start, bytes.count) == 0 } ?? true)
        }
        guard isSame else { throw unreadable(column) }
        return text
    }

    func textOrNil(_ column: Int32) throws(SQLiteError) -> String? {
        isNull(column) ? nil : try text(column)
    }

    /// The bytes are valid until the next step or reset.
    func bytes(_ column: Int32) throws(SQLiteError) -> UnsafeRawBufferPointer {
        try require(SQLITE_BLOB, column)
        let start = sqlite3_column_blob(handle, column)
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
    }

    private func require(_ type: Int32, _ column: Int32) throws(SQLiteError) {
        guard sqlite3_column_type(handle, column) == type else { throw unreadable(column) }
    }
}
