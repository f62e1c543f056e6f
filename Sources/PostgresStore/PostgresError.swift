import Store

/// Why PostgreSQL did not do what it was asked. It does not contain values of statements, because those could be keys or
/// messages.
struct PostgresError: Error {
    enum Kind {
        /// The connection is gone, or the server is.
        case lost
        /// The server refused a statement, with that SQLSTATE
        /// (https://www.postgresql.org/docs/15/errcodes-appendix.html).
        case refused(String)
        /// A row holds what this program cannot have written.
        case damaged
        /// Another server uses the database. The message names it, and says why this one cannot.
        case held
        /// The database has a schema that this program does not know. The message names both versions.
        case newer
    }

    let kind: Kind
    let message: String

    static func lost(_ message: String) -> PostgresError { PostgresError(kind: .lost, message: oneLine(message)) }
    static func damaged(_ message: String) -> PostgresError { PostgresError(kind: .damaged, message: message) }

    static func refused(_ state: String, _ message: String) -> PostgresError {
        PostgresError(kind: .refused(state), message: oneLine(message))
    }

    var isLost: Bool {
        if case .lost = kind { true } else { false }
    }

    /// The SQLSTATE; empty when the server sent none.
    var state: String {
        if case .refused(let state) = kind { state } else { "" }
    }

    /// Whether the database holds what no store wrote. Class 23: a row does not fit its table, which each write makes
    /// sure of beforehand; another server can only have written the same key meanwhile (unique_violation).
    var isDamage: Bool {
        if case .damaged = kind { true } else { state.hasPrefix("23") && state != "23505" }
    }

    /// Whether the same batch may succeed when it is run again: the connection is lost, or two servers got in each other's
    /// way (serialization_failure, deadlock_detected, unique_violation; division_by_zero is what a batch that was begun
    /// ahead gets).
    var isPassing: Bool { isLost || ["40001", "40P01", "23505", "22012"].contains(state) }

    /// libpq's messages have several lines.
    private static func oneLine(_ text: String) -> String {
        text.unicodeScalars.split { $0.properties.isWhitespace }.map(String.init).joined(separator: " ")
    }
}

extension StoreError {
    /// - Parameter database: its name, without a password.
    init(_ error: PostgresError, of database: String) {
        switch error.kind {
        case .lost: self.init("the database \(database) is away: \(error.message)", isPassing: true)
        case _ where error.isDamage:
            self.init("the database \(database) is damaged: \(error.message); restore it", isDamage: true)
        case .held: self.init("the database \(database) is in use by \(error.message)")
        case .damaged, .refused, .newer:
            self.init(
                "the database \(database) refused a statement: \(error.message) (SQLSTATE \(error.state))",
                isPassing: error.isPassing)
        }
    }
}
