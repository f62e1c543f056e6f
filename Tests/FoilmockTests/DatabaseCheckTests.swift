import Dialogue
import Fixtures
import Glibc
import Support
import Testing

@testable import Store
@testable import Program

@Suite("Checking a database from the command line") struct DatabaseCheckTests {
    @Test("findings beyond the limit are counted")
    func limit() throws {
        let path = "/tmp/foilmock-check-\(getpid()).db"
        defer { unlink(path) }
        let store = try SQLiteStore(path: path)
        _ = try store.makeAccount(name: "a", isOpen: true, at: .latest)
        let rows = DatabaseCheck.limit + 5
        try store.database.execute(
            script: """
                WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(rows))
                INSERT INTO counters SELECT 1, i, -1 FROM n;
                INSERT INTO counters VALUES (2, 'of nobody', 1);
                """)
        try store.commit()
        try store.close()
        let found = try DatabaseCheck.diagnostics(of: path)
        #expect(found.count == DatabaseCheck.limit + 2)
        #expect(found.first?.description.hasPrefix("\(path): error: counters, sandbox \"a\", name \"1\": ") == true)
        #expect(found.suffix(2).map(\.message) == ["and 5 more errors", "and 1 more warning"])
    }

    @Test("settings and documents are read as the server reads them")
    func texts() throws {
        let path = "/tmp/foilmock-check-texts-\(getpid()).db"
        defer { unlink(path) }
        let store = try SQLiteStore(path: path)
        let sandbox = try store.makeAccount(name: "a", isOpen: true, at: .latest).sandbox
        try store.saveSettings(#"{"seed":"x"}"#, of: sandbox)
        try store.save(PersonaRecord(sandbox: sandbox, persona: .init(high: 1, low: 1), number: 1, document: "{"))
        try store.commit()
        try store.close()
        var stages: [String] = []
        let found = try DatabaseCheck.diagnostics(of: path) { stages.append($0) }.map(\.message)
        #expect(stages.first == "pages" && stages.contains("sessions") && stages.contains("turns"), "\(stages)")
        #expect(found.count == 2)
        #expect(found.first?.hasPrefix("accounts, sandbox \"a\": its settings: ") == true, "\(found)")
        #expect(found.last?.contains(": its document: ") == true, "\(found)")
    }
}
