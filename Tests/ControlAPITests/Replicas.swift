import Fixtures
import Journal
import PostgresStore
import Store
import Support

@testable import Emulator

/// Servers that share a database.
enum Replicas {
    /// Servers of one new database.
    final class Servers {
        let all: [ControlClient]
        let schema = PostgresServer.schema()
        /// How many calls in a row one server gets.
        private let length: Int
        private var turn = 0

        init(_ count: Int = 2, limits: RateLimits? = nil, keepsJournal: Bool = true, inRow length: Int = 1) throws {
            let schema = schema
            self.length = length
            all = try (0..<count).map { _ in
                try Replicas.server(schema, limits: limits, keepsJournal: keepsJournal)
            }
        }

        /// The server whose turn it is.
        var next: ControlClient {
            turn += 1
            return all[turn / length % all.count]
        }

        /// How many batches the servers have answered before the database was asked.
        var answeredAhead: Int { all.reduce(0) { $0 + ($1.dispatcher.shared?.answeredAhead ?? 0) } }
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
