import Dialogue
import Glibc
import Testing

@testable import Store

@Suite("Opening a database") struct SQLiteOpeningTests {
    /// The one line that the user gets.
    private static func refusal(_ path: String) throws -> String {
        let error = try #require(throws: StoreError.self) { _ = try SQLiteStore(path: path) }
        #expect(error.message.hasPrefix(path + " "))
        #expect(error.message.contains("--db FILE"))
        #expect(!error.message.contains("\n"))
        return error.message
    }

    @Test("a new database and its folders have modes for their owner only")
    func modes() throws {
        try withTemporaryFolder { folder in
            try closing(SQLiteStore(path: "\(folder)/a/b/store.db")) { store in
                try store.begin(of: player())
                try store.commit()
                #expect(try mode(of: "\(folder)/a") == 0o700)
                #expect(try mode(of: "\(folder)/a/b") == 0o700)
                #expect(try mode(of: "\(folder)/a/b/store.db") == 0o600)
                #expect(try mode(of: "\(folder)/a/b/store.db-wal") == 0o600)
            }
        }
    }

    @Test("a file that ends within a page is refused, and is not changed", arguments: [1, 2, 8, 100, 4095])
    func cut(_ missing: Int64) throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/store.db"
            try closing(SQLiteStore(path: path)) { store in
                try store.begin(of: player())
                try store.commit()
            }
            var info = stat()
            #expect(stat(path, &info) == 0)
            let size = Int64(info.st_size) - missing
            #expect(truncate(path, Int(size)) == 0)
            #expect(try Self.refusal(path).contains("is damaged (it is cut off: it ends within a page): restore it"))
            let error = #expect(throws: StoreError.self) {
                try SQLiteStore.inspect(path, TextReaders(settings: { _ in nil }, document: { _ in nil })) { _ in }
            }
            #expect(error?.message.contains("it ends within a page") == true)
            #expect(stat(path, &info) == 0 && Int64(info.st_size) == size)
        }
    }

    @Test("an inspection refuses what is not a regular file, and a file without content")
    func nothingToInspect() throws {
        try withTemporaryFolder { folder in
            let empty = "\(folder)/empty.db"
            close(open(empty, O_CREAT | O_WRONLY, 0o600))
            for (path, reason) in [
                ("/dev/zero", "is not a regular file"), (folder, "is not a regular file"), (empty, "is empty"),
            ] {
                let error = #expect(throws: StoreError.self) {
                    try SQLiteStore.inspect(path, TextReaders(settings: { _ in nil }, document: { _ in nil })) { _ in }
                }
                #expect(error?.message.hasPrefix("\(path) \(reason): name another file") == true)
            }
        }
    }

    @Test("an existing folder keeps its mode")
    func folderKept() throws {
        try withTemporaryFolder { folder in
            try closing(SQLiteStore(path: "\(folder)/store.db")) { _ in }
            #expect(try mode(of: folder) == 0o755)
        }
    }

    @Test("a second opener is refused at once, with the process that has the file")
    func locked() async throws {
        try await withTemporaryFolder { folder in
            let path = "\(folder)/store.db"
            let store = try SQLiteStore(path: path)
            #expect(try Self.refusal(path).contains("is in use by process \(getpid()): stop it"))
            // From here the question is also whether the refused opener, as it closed, took the first one's lock along.
            await #expect(processExitsWith: .success) { [path = path as String] in
                let message = try Self.refusal(path)
                #expect(message.contains("is in use by process \(getppid()): stop it"))
            }
            try store.close()
            await #expect(processExitsWith: .success) { [path = path as String] in
                try closing(SQLiteStore(path: path)) { _ in }
            }
        }
    }

    @Test("a database of a newer version is refused and stays as it is")
    func newer() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/store.db"
            try closing(SQLiteStore(path: path)) { _ in }
            try runSQL("PRAGMA user_version = 99", on: path)
            let before = try contents(of: path)
            let versions = "schema 99, this one knows \(Migrations.steps.count)"
            #expect(try Self.refusal(path).contains("was made by a newer foilmock (\(versions))"))
            #expect(try contents(of: path) == before)
        }
    }

    static let foreignScripts = [
        "CREATE TABLE theirs (x)",
        "PRAGMA application_id = 1",
        "PRAGMA user_version = 1",
        "PRAGMA application_id = 2; PRAGMA user_version = 1; CREATE TABLE accounts (x)",
        "PRAGMA application_id = \(Migrations.applicationID); PRAGMA user_version = -1",
        "PRAGMA journal_mode = WAL; CREATE TABLE theirs (x)",
    ]

    @Test("another program's database is refused and stays as it is", arguments: foreignScripts)
    func foreign(script: String) throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/theirs.db"
            try runSQL(script, on: path)
            let before = try contents(of: path)
            #expect(try Self.refusal(path).contains("is the database of another program"))
            #expect(try contents(of: path) == before)
        }
    }

    /// What another program may have done to the schema, and what the user reads of it.
    static let incompleteSchemas = [
        ("DROP TABLE turns", "is damaged (table turns is missing): restore it"),
        ("ALTER TABLE turns DROP COLUMN score", "is damaged (column turns.score INTEGER is missing): restore it"),
        ("DROP INDEX sessions_by_id", "is damaged (index sessions_by_id is missing): restore it"),
        ("ALTER TABLE personas RENAME TO others", "is damaged (table personas is missing): restore it"),
        (
            "PRAGMA user_version = 7",
            "is damaged (it is not of schema 7, as it says: index sessions_by_id already exists)"
        ),
        ("PRAGMA user_version = 1", "is damaged (it is not of schema 1, as it says: duplicate column name: variables)"),
        ("PRAGMA user_version = 0", "is damaged (it is not of schema 0, as it says: table accounts already exists)"),
    ]

    @Test("a database that lacks a part of its schema is refused", arguments: incompleteSchemas)
    func incomplete(script: String, reason: String) throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/store.db"
            try closing(SQLiteStore(path: path)) { _ in }
            try runSQL(script, on: path)
            #expect(try Self.refusal(path).contains(reason))
        }
    }

    @Test("a database to which another program has added tables and indexes is opened")
    func added() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/store.db"
            try closing(SQLiteStore(path: path)) { _ in }
            try runSQL("CREATE TABLE theirs (x); CREATE INDEX more ON turns (number)", on: path)
            try closing(SQLiteStore(path: path)) { try $0.begin(of: player()) }
        }
    }

    @Test("an empty file is a new database")
    func emptyFile() throws {
        try withTemporaryFolder { folder in
            try write([], to: "\(folder)/store.db")
            try closing(SQLiteStore(path: "\(folder)/store.db")) { try $0.begin(of: player()) }
        }
    }

    @Test("a file that is no database is refused and stays as it is", arguments: [2, 5, 100, 512, 4_096, 10_000])
    func notDatabase(size: Int) throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/letter.txt"
            let bytes = [UInt8](repeating: UInt8(ascii: "x"), count: size)
            try write(bytes, to: path)
            #expect(try Self.refusal(path).contains("is not a database"))
            #expect(try contents(of: path) == bytes)
        }
    }

    @Test("a folder is refused")
    func folder() throws {
        try withTemporaryFolder { folder in
            let message = try Self.refusal(folder)
            #expect(message.contains("cannot be written"))
        }
    }

    @Test("a file in the place of the folder is refused")
    func fileAsFolder() throws {
        try withTemporaryFolder { folder in
            try write([], to: "\(folder)/file")
            #expect(try Self.refusal("\(folder)/file/store.db").contains("cannot be made (Not a directory)"))
            #expect(try Self.refusal("\(folder)/file/sub/store.db").contains("has no folder, and none can be made"))
        }
    }

    /// Mode bits do not hold back root, so these run as nobody in a process of their own.
    private static func becomeNobody() throws {
        guard geteuid() == 0 else { return }
        try #require(setgid(65_534) == 0)
        try #require(setuid(65_534) == 0)
    }

    @Test("a file that may not be written is refused")
    func readOnlyFile() async throws {
        try await withTemporaryFolder { folder in
            let path = "\(folder)/store.db"
            try closing(SQLiteStore(path: path)) { _ in }
            try #require(chmod(folder, 0o777) == 0)
            try #require(chmod(path, 0o444) == 0)
            await #expect(processExitsWith: .success) { [path = path as String] in
                try Self.becomeNobody()
                #expect(try Self.refusal(path).contains("cannot be written"))
            }
        }
    }

    @Test("a folder that may not be written is refused")
    func readOnlyFolder() async throws {
        try await withTemporaryFolder { folder in
            let path = "\(folder)/store.db"
            try closing(SQLiteStore(path: path)) { _ in }
            try #require(chmod(path, 0o666) == 0)
            try #require(chmod(folder, 0o555) == 0)
            await #expect(processExitsWith: .success) { [folder = folder as String] in
                try Self.becomeNobody()
                #expect(try Self.refusal("\(folder)/store.db").contains("cannot be written"))
                #expect(try Self.refusal("\(folder)/new.db").contains("cannot be made (Permission denied)"))
                #expect(try Self.refusal("\(folder)/sub/new.db").contains("none can be made (Permission denied)"))
            }
        }
    }

    @Test("a name like a URI is a file name, and a relative name is in the working folder")
    func uri() async throws {
        try await withTemporaryFolder { folder in
            await #expect(processExitsWith: .success) { [folder = folder as String] in
                try #require(chdir(folder) == 0)
                try closing(SQLiteStore(path: "file:store.db?mode=memory")) { _ in }
                #expect(try contents(of: "\(folder)/file:store.db?mode=memory").count > 0)
            }
        }
    }
}
