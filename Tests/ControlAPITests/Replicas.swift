import Fixtures
import Journal
import PostgresStore
import Store
import Support

/// Servers that share a database.
enum Replicas {
    /// Servers of one new database.
    final class Servers {
        let all: [ControlClient]
        let schema = PostgresServer.schema()
        private var turn = 0

        init(_ count: Int = 2, limits: RateLimits? = nil, keepsJournal: Bool = true) throws {
            let schema = schema
            all = try (0..<count).map { _ in
                try Replicas.server(schema, limits: limits, keepsJournal: keepsJournal)
            }
        }

        /// The server whose turn it is.
        var next: ControlClient {
            turn += 1
            return all[turn % all.count]
        }
    }

    static func server(
        _ schema: String, limits: RateLimits? = nil, keepsJournal: Bool = true
    ) throws -> ControlClient {
        let store = try PostgresStore(PostgresServer.address(schema))
        return try ControlClient(
            store: CachedStore(store, players: 100), sharing: store, limits: limits,
            journal: keepsJournal ? nil : JournalBook(limit: 0, server: store.server))
    }
}
