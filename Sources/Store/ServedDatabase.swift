public import Metrics

/// A database that a server keeps open from its start to its end.
public protocol ServedDatabase: BackingStore {
    /// Rolls back what was not committed, and closes the database. Afterwards every other operation throws.
    /// - Throws: a `StoreError` when the database cannot be closed.
    func close() throws(StoreError)

    /// Whether the database can be used now. A database on a server that was away is connected to again.
    var isReachable: Bool { get }

    /// Writes the database's metrics.
    func write(to writer: inout MetricsWriter)
}
