import HTTP
import JSON
import PostgresStore
import Store
import Support
import Testing

@Suite("The journal of servers that share a database")
struct ReplicaJournalTests {
    private static let sandbox = "/sandboxes/pk_test_a"

    /// The journal of `pk_test_a` without what is of one process.
    private static func journal(_ client: ControlClient, _ query: String = "control=true") -> String {
        client.control(.get, "\(Self.sandbox)/journal?\(query)").text
            .replacing(#/"(?:arrival|monotonic_ns|latency_ns)":\d+/#, with: "").replacing(
                #/"last_event_id":"[^"]*"/#, with: "")
    }

    @Test("have one journal, which counts, finds repeats and verifies as that of one server", arguments: [2, 3])
    func journal(count: Int) throws {
        let servers = try Replicas.Servers(count)
        servers.next.begin()
        for number in 0..<6 { servers.next.say("line \(number / 2)") }
        servers.next.say("my key is pk_live_0123456789abcdef")
        servers.next.control(.put, "\(Self.sandbox)/seed", #"{"seed":9}"#)
        #expect(servers.next.api(.get, "sdk/nothing").status == 404)
        for query in ["control=true", "format=har", "format=jsonl", "newest=2", "duplicate=true", "key=pk_test_a"] {
            let texts = servers.all.map { Self.journal($0, query) }
            #expect(texts.allSatisfy { $0 == texts[0] }, "\(query)")
        }
        for server in servers.all {
            let counters = server.control(.get, "\(Self.sandbox)/journal")["counters"]
            #expect(counters?["requests"]?.integer == 9)
            #expect(counters?["errors"]?.integer == 1)
            #expect(counters?["duplicates"]?.integer == 3)
            #expect(counters?["unanswered"]?.integer == 0)
            #expect(counters?["kept"]?.integer == 9)
            #expect(server.numbers("control=true") == Array(1...10))
            let listed = server.control(.get, "/sandboxes")["sandboxes"]?.array?.first {
                $0["name"]?.string == "pk_test_a"
            }
            #expect(listed?["journal"]?["kept"]?.integer == 9)
            let found = server.control(
                .post, "\(Self.sandbox)/verify", #"{"match":{"message":{"any":["line"]}},"count":6}"#)
            #expect(found["ok"]?.bool == true)
        }
    }

    @Test("find entries by a key that is no test key")
    func journalKeys() throws {
        let servers = try Replicas.Servers()
        servers.next.begin(key: "pk_live_demo")
        for server in servers.all {
            #expect(server.control(.get, "/sandboxes/demo/journal?key=pk_live_demo")["entries"]?.array?.count == 1)
            #expect(
                server.control(.get, "/sandboxes/demo/journal?key=pk_live_other")["entries"]?.array?.isEmpty == true)
        }
    }

    @Test("keep the journal when all end, and clear it at each")
    func journalRestart() throws {
        let schema = PostgresServer.schema()
        try { for server in [try Replicas.server(schema), try Replicas.server(schema)] { server.begin() } }()
        let servers = [try Replicas.server(schema), try Replicas.server(schema)]
        #expect(servers.map { $0.numbers("") } == [[1, 2], [1, 2]])
        servers[0].control(.delete, "\(Self.sandbox)/journal")
        #expect(servers[1].numbers("").isEmpty)
        servers[1].begin()
        #expect(servers.map { $0.numbers("control=true") } == [[1, 2], [1, 2]])
        servers[1].control(.post, "\(Self.sandbox)/reset")
        #expect(servers.map { $0.numbers("control=true") } == [[1], [1]])
        servers[0].control(.delete, Self.sandbox)
        #expect(PostgresServer.run("SELECT count(*) FROM journal", in: schema) == "0")
    }

    @Test("begin the journal with the control call that opened the account")
    func journalOpened() throws {
        let servers = try Replicas.Servers()
        #expect(servers.all[0].freeze().status == 200)
        servers.all[1].begin()
        for server in servers.all {
            let entries = server.control(.get, "\(Self.sandbox)/journal?control=true")["entries"]?.array ?? []
            #expect(entries.map { $0["number"]?.integer } == [1, 2])
            #expect(entries.first?["request"]?["method"]?.string == "PUT")
        }
    }

    @Test("have the requests of a batch that was not kept once the server acts in the sandbox again")
    func journalUnsaved() throws {
        let servers = try Replicas.Servers()
        servers.next.begin()
        let disturbed = DisturbedDatabase(try PostgresStore(PostgresServer.address(servers.schema)))
        let (first, second) = (try ControlClient(store: disturbed.base, sharing: disturbed), servers.all[1])
        disturbed.fail(.commit, StoreError("the disk is full"))
        #expect(first.say("hm").status == 503)
        #expect(second.numbers("") == [1])
        #expect(first.numbers("status=503") == [2])
        #expect(second.numbers("status=503") == [2])
    }

    @Test("has the requests of a key that no account has yet, which are refused before they open one")
    func refused() throws {
        let servers = try Replicas.Servers()
        for number in 0..<6 {
            let answer = servers.next.api(.get, "sdk/nothing", key: "pk_test_new_\(number % 2)")
            #expect(answer.status == 404)
        }
        for server in servers.all {
            let entries = server.control(.get, "/sandboxes/demo/journal")["entries"]?.array ?? []
            #expect(entries.map { $0["number"]?.integer } == [1, 2, 3, 4, 5, 6])
        }
    }
}
