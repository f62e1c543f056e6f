import Dialogue
import Testing

@testable import Store

@Suite("Migrations") struct MigrationTests {
    /// A database of each version that was ever released, as SQL. Never changed once it is there.
    static func vector(_ version: Int) throws -> String {
        let folder = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        return String(decoding: try contents(of: "/\(folder)/vectors/store/v\(version).sql"), as: UTF8.self)
    }

    static func schema(_ store: SQLiteStore) throws -> [String] {
        try store.database.rows("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name") {
            row throws(SQLiteError) in
            try row.text(0).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
    }

    @Test("a database of every version is migrated with all its contents", arguments: 1...Migrations.steps.count)
    func everyVersion(version: Int) throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/store.db"
            let now = Timestamp(seconds: 9)
            try runSQL(Self.vector(version), on: path)
            try closing(SQLiteStore(path: path)) { store in
                let settings = version < 6 ? "" : #"{"seed":7}"#
                #expect(
                    try store.accounts() == [
                        AccountRecord(
                            sandbox: SandboxID(number: 1), name: "demo", isOpen: false, lastUsedAt: now,
                            settings: settings),
                        AccountRecord(sandbox: SandboxID(number: 3), name: "pk_test_a", isOpen: true, lastUsedAt: now),
                    ])
                #expect(try store.sessions(of: player()).map(\.machine) == [machineA, machineB])
                #expect(try store.session(of: player(), machine: machineB) == sampleSession(2, machine: machineB))
                #expect(try store.history(of: player(), machine: machineA) == (0...2).map { sampleTurn($0) })
                let variables: Texts = version < 2 ? [:] : ["alias": "Kestrel", "score.gate": "7"]
                #expect(
                    try store.progress(of: player())
                        == Progress(inits: 2, unlocked: [machineB, machineA], variables: variables))
                #expect(
                    try store.apiKeys(of: SandboxID(number: 1)) == (version < 3 ? [] : [sampleKey(1, sandbox: 1)]))
                #expect(try store.counter("spent", of: SandboxID(number: 1)) == (version < 4 ? 0 : 7))
                #expect(try store.uploads() == (version < 4 ? [] : ["a/b.png"]))
                #expect(
                    try store.personas()
                        == (version < 5
                            ? [] : [sampleRecord(), sampleRecord(2, sandbox: 3, number: nil, document: nil)]))
                let next = try store.makeAccount(name: "next", isOpen: false, at: now)
                #expect(next.sandbox.number == 4, "3 was given already")
            }
        }
    }

    @Test("a session's memory of version 1 is cleared, and that of later versions is kept")
    func memory() throws {
        for (version, memory) in [(1, Memory()), (2, Memory(captures: ["alias": "Kestrel"], isInFollowUp: true))] {
            try withTemporaryFolder { folder in
                try runSQL(Self.vector(version), on: "\(folder)/store.db")
                try runSQL(
                    "UPDATE sessions SET memory = x'\(version == 1 ? "312061" : Self.hex(memory.encoded))'",
                    on: "\(folder)/store.db")
                try closing(SQLiteStore(path: "\(folder)/store.db")) { store in
                    let memories = try store.sessions(of: player()).map(\.memory)
                    #expect(memories == [memory, memory], "version \(version)")
                }
            }
        }
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    @Test("a database of every version gets the tables of a new one", arguments: 1...Migrations.steps.count)
    func sameSchema(version: Int) throws {
        try withTemporaryFolder { folder in
            try runSQL(Self.vector(version), on: "\(folder)/old.db")
            try closing(SQLiteStore(path: "\(folder)/old.db")) { old in
                try closing(SQLiteStore(path: "\(folder)/new.db")) { new in
                    let (migrated, made) = (try Self.schema(old), try Self.schema(new))
                    #expect(migrated == made)
                }
            }
        }
    }

    @Test("a failed migration leaves the file at the version before it")
    func failingStep() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/store.db"
            try write([], to: path)
            do {
                let database = try Database(path: path)
                #expect(throws: SQLiteError.self) {
                    try Migrations.run(
                        on: database, from: 0, steps: Migrations.steps + ["CREATE TABLE more (x); nonsense;"])
                }
            }
            let database = try Database(path: path)
            #expect(try Migrations.state(of: database) == .ours(version: Migrations.steps.count))
            #expect(try database.row("SELECT 1 FROM sqlite_schema WHERE name = 'more'") { _ in true } == nil)
            try database.close()
        }
    }
}
