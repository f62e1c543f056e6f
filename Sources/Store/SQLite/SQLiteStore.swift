/// How much a power cut may take. A killed process loses nothing that was committed, in either case.
public enum Durability: String, CaseIterable, Sendable {
    /// The newest commits may be lost; the database stays whole.
    case normal
    /// Nothing committed is lost. Every commit waits for the disk.
    case full
}

/// A store in one SQLite file, which it keeps to itself while it is open.
public final class SQLiteStore: Store {
    let database: Database
    /// A failed write may have left a part of itself in the transaction.
    private var mustRollBack = false
    /// Histories that are being read.
    var openReaders = 0
    /// False when the table of leftovers is empty for certain.
    var mayHaveLeftovers = true

    /// Opens the database at `path`, or makes it, with its folder, where there is none. ":memory:" is a database that
    /// goes with the store.
    ///
    /// The error is one line for the user, which names the file and what to do: the file is in use, was made by a
    /// newer version, belongs to another program, or cannot be read or written.
    public init(path: String, durability: Durability = .normal) throws(StoreError) {
        database = try Self.open(path, durability)
    }

    /// Closes the file for good, without what was not committed. Nothing may be asked of the store afterwards. A store
    /// that is dropped without this is closed as well, but leaves its log beside the file for the next one to read.
    public func close() throws(StoreError) {
        try reading(try database.close())
    }

    public func commit() throws(StoreError) {
        guard !mustRollBack else { throw StoreError("a write failed: the transaction can only be rolled back") }
        guard database.isInTransaction else { return }
        try reading(try database.run("COMMIT"))
    }

    public func rollback() {
        mustRollBack = false
        guard database.isInTransaction else { return }
        mayHaveLeftovers = true
        // It fails only when the disk did, and then every later statement says so.
        try? database.run("ROLLBACK")
    }

    func reading<Result>(_ body: @autoclosure () throws(SQLiteError) -> Result) throws(StoreError) -> Result {
        do throws(SQLiteError) {
            return try body()
        } catch {
            throw StoreError(error.description)
        }
    }

    /// The first write since the last commit begins the transaction.
    func writing<Result>(_ body: @autoclosure () throws(SQLiteError) -> Result) throws(StoreError) -> Result {
        do throws(SQLiteError) {
            if !database.isInTransaction { try database.run("BEGIN IMMEDIATE") }
            return try body()
        } catch {
            mustRollBack = true
            throw StoreError(error.description)
        }
    }
}
