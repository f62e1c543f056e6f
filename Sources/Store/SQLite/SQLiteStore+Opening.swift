import CSQLite
import Glibc

extension SQLiteStore {
    /// Locks the file, checks that foilmock made it, and migrates it. The lock is taken first and is kept, so that a
    /// second process is refused at once. Nothing is written before the check.
    static func open(_ path: String, _ durability: Durability) throws(StoreError) -> Database {
        if path != ":memory:" {
            try makeFile(at: path)
            try requireWholePages(path)
        }
        let database = try connect(to: path)
        let version = try lock(database, path)
        try configure(database, path, durability)
        try explaining(path, try Migrations.run(on: database, from: version))
        try explaining(path, try requireSchema(of: database))
        try explaining(path, try keepTurnsOfSessions(in: database))
        return database
    }

    /// Locks the database. Returns the version of its schema.
    private static func lock(_ database: Database, _ path: String) throws(StoreError) -> Int {
        try explaining(path, try database.run("PRAGMA locking_mode = EXCLUSIVE"))
        let schema = try explaining(path, try Migrations.state(of: database))
        switch schema {
        case .foreign:
            throw refusal(path, "is the database of another program", elsewhere)
        case .newer(let version):
            let versions = "schema \(version), this one knows \(Migrations.steps.count)"
            throw refusal(path, "was made by a newer foilmock (\(versions))", "update foilmock, or \(elsewhere)")
        case .ours(let version):
            return version
        }
    }

    /// Reads all of the database at `path`, and reports what is damaged. It locks the file meanwhile, and changes
    /// neither the file nor its write-ahead log.
    ///
    /// - Parameters:
    ///   - texts: reads what the store does not understand.
    ///   - found: gets each finding.
    /// - Throws: a `StoreError` whose message is one line for the user: the file is not there, is in use, is not
    ///   foilmock's, was made by a newer version, or cannot be read.
    public static func inspect(
        _ path: String, _ texts: TextReaders, stage: @escaping (String) -> Void = { _ in },
        _ found: @escaping (DatabaseFinding) -> Void
    ) throws(StoreError) {
        var info = stat()
        guard stat(path, &info) == 0 else {
            throw refusal(path, "cannot be read (\(String(cString: strerror(errno))))", elsewhere)
        }
        guard info.st_mode & S_IFMT == S_IFREG else { throw refusal(path, "is not a regular file", elsewhere) }
        guard info.st_size > 0 else { throw refusal(path, "is empty", elsewhere) }
        try requireWholePages(path)
        let database = try connect(to: path)
        if access("\(path)-wal", F_OK) == 0 { database.keepLog() }
        let version = try lock(database, path)
        try explaining(path, try database.run("PRAGMA query_only = ON"))
        try explaining(path, try Inspection(database, texts, stage: stage, found).run(version: version))
    }

    /// Refuses a file that ends within a page: SQLite reads zeros in place of what is missing. A file beside which there
    /// is a write-ahead log may be cut off, because the log has the page.
    private static func requireWholePages(_ path: String) throws(StoreError) {
        var info = stat()
        guard stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFREG, info.st_size > 0 else { return }
        var log = stat()
        guard stat("\(path)-wal", &log) != 0 || log.st_size == 0 else { return }
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { Glibc.close(descriptor) }
        // https://www.sqlite.org/fileformat.html section 1.3: the page size, big-endian; 1 means 65536.
        var header = [UInt8](repeating: 0, count: 18)
        guard pread(descriptor, &header, header.count, 0) == header.count,
            header.starts(with: "SQLite format 3\0".utf8)
        else { return }
        let pageSize = Int(header[16]) << 8 | Int(header[17])
        guard info.st_size % (pageSize == 1 ? 65_536 : max(pageSize, 512)) != 0 else { return }
        throw refusal(path, "is damaged (it is cut off: it ends within a page)", "restore it, or \(elsewhere)")
    }

    private static func requireSchema(of database: Database) throws(SQLiteError) {
        guard let part = try Migrations.missingParts(of: database).first else { return }
        throw .damaged("\(part) is missing")
    }

    private static func connect(to path: String) throws(StoreError) -> Database {
        // Debian's SQLite would read a name that begins with "file:" as a URI.
        let unmistakable = path != ":memory:" && !path.hasPrefix("/") ? "./\(path)" : path
        let database = try explaining(path, try Database(path: unmistakable))
        if database.isReadOnly { throw refusal(path, "cannot be written", "allow it, or \(elsewhere)") }
        return database
    }

    private static func configure(
        _ database: Database, _ path: String, _ durability: Durability
    ) throws(StoreError) {
        // It has an effect on a new database. The log has a copy of each changed page with a checksum, so smaller pages
        // cost less.
        try explaining(path, try database.run("PRAGMA page_size = 2048"))
        let journal = try explaining(
            path, try database.row("PRAGMA journal_mode = WAL") { row throws(SQLiteError) in try row.text(0) })
        guard journal == "wal" || path == ":memory:" else {
            throw refusal(path, "is on a file system that SQLite's log does not work on", elsewhere)
        }
        // Earlier versions had SQLite take statistics. With those of a small database it would read all sessions to find
        // one when there are many. On a full disk they stay.
        try? database.execute(script: "DROP TABLE IF EXISTS sqlite_stat1; ANALYZE sqlite_schema")
        let settings = """
            PRAGMA synchronous = \(durability.rawValue);
            PRAGMA busy_timeout = 2000;
            PRAGMA foreign_keys = ON;
            PRAGMA trusted_schema = OFF;
            """
        try explaining(path, try database.execute(script: settings))
        database.countLoggedPages()
    }

    /// Makes an empty file, which SQLite treats as a new database, unless the file exists. Only its owner can read the
    /// file and a folder made for it.
    private static func makeFile(at path: String) throws(StoreError) {
        try makeFolder(of: path, for: path)
        let descriptor = Glibc.open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            Glibc.close(descriptor)
        } else if errno != EEXIST {
            throw refusal(path, "cannot be made (\(String(cString: strerror(errno))))", elsewhere)
        }
    }

    private static func makeFolder(of inner: String, for path: String) throws(StoreError) {
        guard let slash = inner.lastIndex(of: "/"), slash > inner.startIndex else { return }
        let folder = String(inner[..<slash])
        if access(folder, F_OK) == 0 { return }
        try makeFolder(of: folder, for: path)
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
            throw refusal(path, "has no folder, and none can be made (\(String(cString: strerror(errno))))", elsewhere)
        }
    }
}

// MARK: - Messages for the user

private let elsewhere = "name another file with --db FILE"

private func refusal(_ path: String, _ reason: String, _ remedy: String) -> StoreError {
    StoreError("\(path) \(reason): \(remedy)")
}

private func explaining<Result>(
    _ path: String, _ body: @autoclosure () throws(SQLiteError) -> Result
) throws(StoreError) -> Result {
    do throws(SQLiteError) {
        return try body()
    } catch {
        switch error.primaryCode {
        case SQLITE_BUSY:
            let holder = processHoldingLock(on: path).map { "process \($0)" } ?? "another process"
            throw refusal(path, "is in use by \(holder)", "stop it, or \(elsewhere)")
        case SQLITE_NOTADB:
            throw refusal(path, "is not a database", elsewhere)
        case SQLITE_CORRUPT:
            throw refusal(path, "is damaged (\(error.message))", "restore it, or \(elsewhere)")
        case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM:
            throw refusal(path, "cannot be written (\(error.message))", "allow it, or \(elsewhere)")
        default:
            throw refusal(path, "cannot be opened (\(error.description))", elsewhere)
        }
    }
}
