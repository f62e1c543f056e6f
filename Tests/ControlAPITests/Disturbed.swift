import Emulator
import Fixtures
import FoilEngineAPI
import HTTP
import JSON
import Journal
import Metrics
import PostgresStore
import Store
import Support
import Testing

/// A server whose database and whose store fail where the test says.
struct Disturbed {
    let database: DisturbedDatabase
    let store: FailingStore
    let client: ControlClient

    /// - Parameter monotonic: the monotonic clock, in nanoseconds.
    init(
        limits: RateLimits? = nil, keepsJournal: Bool = true,
        monotonic: @escaping () -> Int64 = MonotonicClock.now
    ) throws {
        database = DisturbedDatabase(try PostgresStore(PostgresServer.address(PostgresServer.schema())))
        store = FailingStore(database.base)
        store.failure = DisturbedDatabase.conflict
        client = try ControlClient(
            store: CachedStore(store, players: 100), sharing: database, limits: limits,
            journal: JournalBook(
                limit: keepsJournal ? JournalBook.standardLimit : 0, secrets: [FoilEngine.secrets],
                server: database.server, monotonic: monotonic))
    }

    /// The metrics that count requests and turns.
    var counts: [Substring] {
        client.send(.get, "/_foilmock/metrics", fields: ControlClient.guardedFields).text.split(separator: "\n")
            .filter {
                $0.hasPrefix("foilmock_turns_total") || $0.hasPrefix("foilmock_sessions_begun_total")
                    || $0.hasPrefix("foilmock_requests_total") || $0.hasPrefix("foilmock_rate_limited_total")
                    || $0.hasPrefix("foilmock_faults_struck_total")
            }
    }

    /// Says a line, which waits for a batch.
    /// - Parameter answered: called with the answer.
    func say(_ line: String, answered: @escaping () -> Void) {
        let (_, request) = ControlClient.request(
            .post, "/api/v1/sdk/chat/\(World.mira)/message", #"{"message":"\#(line)","user_session_id":"sam"}"#,
            fields: ["X-API-Key": "pk_test_a", "Content-Type": "application/json"])
        guard case .pending(let begin) = client.dispatcher.respond(to: request) else {
            Issue.record("the request does not wait for a batch")
            return
        }
        begin { answer in
            guard case .response(let response) = answer, response.status == .ok else { return }
            answered()
        }
    }

    /// What the journal says of the requests, without their times.
    var entries: [String] {
        client.control(.get, "/sandboxes/pk_test_a/journal")["entries"]?.array?.map { entry in
            let number = entry["number"]?.integer ?? 0
            let path = entry["request"]?["path"]?.string ?? ""
            let status = entry["response"]?["status"]?.integer ?? 0
            return "\(number) \(path) \(status) \(entry["duplicate"]?.bool ?? false)"
        } ?? []
    }
}
