/// An error of SQLite. It does not contain bound values, because those could be keys or messages.
struct SQLiteError: Error, Equatable, CustomStringConvertible {
    /// An extended result code (https://sqlite.org/rescode.html).
    let code: Int32
    let message: String
    let sql: String

    /// The error for invalid content of the file (SQLITE_CORRUPT).
    static func damaged(_ message: String) -> SQLiteError {
        SQLiteError(code: 11, message: message, sql: "")
    }

    /// The error for the use of a database after `close` (SQLITE_MISUSE).
    static func closed(running sql: String) -> SQLiteError {
        SQLiteError(code: 21, message: "the database is closed", sql: sql)
    }

    /// The code without its extension: `SQLITE_BUSY` for all its variants.
    var primaryCode: Int32 { code & 0xff }

    /// Whether the content of the file is invalid (SQLITE_CORRUPT, SQLITE_NOTADB). Trying again does not help then.
    var isDamage: Bool { primaryCode == 11 || primaryCode == 26 }

    /// Whether SQLite could not make sense of a statement (SQLITE_ERROR): a table or column is missing, or there already.
    var isStatementRefused: Bool { primaryCode == 1 }

    /// Whether a row does not fit its table (SQLITE_CONSTRAINT).
    var isRowRefused: Bool { primaryCode == 19 }

    /// One line.
    var description: String {
        let line = sql.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return "SQLite error \(code): \(message)" + (line.isEmpty ? "" : ", in: \(line)")
    }
}
