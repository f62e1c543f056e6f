/// The write-ahead log. Commits append pages to it, and a checkpoint copies them to the database. A commit makes a
/// checkpoint only in a log that has become long, so that whoever uses the store chooses the moment.
extension SQLiteStore {
    /// The pages in the log at which `commit` makes a checkpoint: 16 MiB, and 32 in a database with pages of 4 KiB.
    static let mostLoggedPages = 8_192

    /// The pages that commits have written to the log since it began anew; 0 for a database in memory.
    public var loggedPages: Int { database.loggedPages }

    /// The whole path of the log; nil for a database in memory.
    public var logPath: String? { database.paths?.log }

    /// Copies the pages of the log to the database, and waits for the disk. The next commit begins the log anew. Call it
    /// after a commit.
    /// - Throws: a `StoreError` when the database cannot be written. Nothing is lost then: the log keeps its pages.
    public func checkpoint() throws(StoreError) { try reading(try database.checkpoint()) }
}
