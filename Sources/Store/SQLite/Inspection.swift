import Dialogue

/// Something that is wrong in a database.
public struct DatabaseFinding: Equatable, Sendable {
    /// True for what a server answers with an error or wrongly; false for what only takes room.
    public let isError: Bool
    /// One line: the place, and what is wrong there.
    public let message: String
}

/// Reads texts that the store keeps and does not understand. Each function returns the first mistake; nil: none.
public struct TextReaders {
    let settings: (String) -> String?
    let document: (String) -> String?

    /// - Parameters:
    ///   - settings: reads the settings of a sandbox.
    ///   - document: reads the document of a persona.
    public init(settings: @escaping (String) -> String?, document: @escaping (String) -> String?) {
        (self.settings, self.document) = (settings, document)
    }
}

/// Reads all of a database, and reports what is damaged. It writes nothing.
final class Inspection {
    let database: Database
    let texts: TextReaders
    /// Called with what is read next.
    let stage: (String) -> Void
    private let report: (DatabaseFinding) -> Void
    /// The accounts' names by their sandboxes, as reports show them.
    private var names: [Int64: String] = [:]

    init(
        _ database: Database, _ texts: TextReaders, stage: @escaping (String) -> Void = { _ in },
        _ report: @escaping (DatabaseFinding) -> Void
    ) {
        (self.database, self.texts, self.stage, self.report) = (database, texts, stage, report)
    }

    /// - Parameter version: the schema of the database.
    func run(version: Int) throws(SQLiteError) {
        stage("pages")
        try part("the file") { () throws(SQLiteError) in try checkPages() }
        guard version == Migrations.steps.count else {
            if version > 0 {
                warn(
                    "its schema is \(version), so only the file as such was checked; start foilmock with it once, which "
                        + "brings it to \(Migrations.steps.count), and check again")
            }
            return
        }
        let missing = try part("the schema") { () throws(SQLiteError) in try Migrations.missingParts(of: database) }
        for part in missing ?? [] { fail("\(part) is missing") }
        guard missing?.isEmpty == true else { return }
        try part("accounts") { () throws(SQLiteError) in
            try database.each("SELECT sandbox, name FROM accounts", { _ in }) { row throws(SQLiteError) in
                names[try row.number(0)] = row.shown(1)
            }
        }
        try checkRows()
        try checkTurns()
        try checkSandboxes()
    }

    func fail(_ message: String) { report(DatabaseFinding(isError: true, message: message)) }

    func warn(_ message: String) { report(DatabaseFinding(isError: false, message: message)) }

    /// Reports the damage that ends `body`, so that the other parts are checked all the same. Nil: it has ended so.
    @discardableResult
    func part<Result>(
        _ place: String, _ body: () throws(SQLiteError) -> Result
    ) throws(SQLiteError) -> Result? {
        do throws(SQLiteError) {
            return try body()
        } catch {
            guard error.isDamage else { throw error }
            fail("\(place): \(error.message)")
            return nil
        }
    }

    /// The place of a row: the table, and columns that identify the row.
    /// - Parameter first: the place of the first of these columns in the row.
    func place(_ table: String, _ columns: [String], of row: Statement, from first: Int) -> String {
        var parts = [table]
        for (index, name) in columns.enumerated() {
            let column = Int32(first + index)
            let known = name == "sandbox" ? (try? row.number(column)).flatMap { names[$0] } : nil
            parts.append("\(name) \(known ?? row.shown(column))")
        }
        return parts.joined(separator: ", ")
    }

    private func checkPages() throws(SQLiteError) {
        try database.each("PRAGMA integrity_check(100)", { _ in }) { row throws(SQLiteError) in
            for line in try row.text(0).split(separator: "\n") where line != "ok" { fail("the file: \(line)") }
        }
    }
}

extension Statement {
    /// The value for a report, whatever its type: one line, shortened.
    func shown(_ column: Int32) -> String {
        if let number = try? number(column) { return "\(number)" }
        if let text = try? text(column) { return ExplanationText.quoted(text) }
        guard let id: SessionID = try? id(column) else { return "?" }
        return id.description
    }
}
