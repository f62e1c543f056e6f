import Fixtures
import HTTP
import JSON
import Journal
import PostgresStore
import Store
import Support
import Testing

@testable import Emulator

@Suite("Servers that share a database")
struct ReplicaTests {
    // MARK: By turns

    private static let document = """
        {"persona": {"name": "Nora"}, "machines": [{"machine_key": "talk",
          "states": [{"state_key": "s", "is_initial_state": true, "says": "Hi."}]}]}
        """
    private static let sandbox = "/sandboxes/pk_test_a"
    private static let user = ["Authorization": "Bearer ann-token"]

    private static func key(_ client: ControlClient) -> String {
        client.api(.post, "sdk/api-keys", #"{"name":"second"}"#, key: nil, fields: user)["key"]?.string ?? ""
    }

    /// What a course does, one call after the other.
    static let steps: [@Sendable (ControlClient) -> Answer] = [
        { $0.control(.put, "\(sandbox)/limits", #"{"messages_per_minute":7,"other_per_minute":9}"#) },
        { $0.begin() }, { $0.say("hm") }, { $0.say("hm again") }, { $0.history() },
        { $0.control(.put, "\(sandbox)/seed", #"{"seed":9}"#) }, { $0.begin(player: "eve") },
        { $0.control(.post, "\(sandbox)/scripts", #"{"steps":[{"reply":"a"},{"reply":"b"},{"reply":"c"}]}"#) },
        { $0.say("one") }, { $0.say("two") }, { $0.control(.get, "\(sandbox)/scripts") }, { $0.say("three") },
        { $0.say("after the script") }, { $0.control(.get, "\(sandbox)/limits") },
        { $0.control(.post, "\(sandbox)/faults", #"{"kind":"status","status":503,"nth":2}"#) },
        { $0.control(.get, "\(sandbox)/faults") },
        { $0.say("first", player: "eve") }, { $0.say("second", player: "eve") }, { $0.say("third", player: "eve") },
        { $0.control(.get, "\(sandbox)/faults") }, { $0.control(.get, "\(sandbox)/clock") },
        { $0.say("[[error 500 x1]] hm") }, { $0.say("[[error 500 x1]] hm") }, { $0.say("[[delay 5s]] hm") },
        { $0.control(.get, "\(sandbox)/clock") }, { $0.control(.put, "\(sandbox)/personas/nora", document) },
        { $0.api(.get, "sdk/personas") }, { $0.control(.delete, "\(sandbox)/personas/nora") },
        { $0.api(.get, "sdk/personas") }, { $0.say("gold") }, { $0.history() },
        { $0.api(.get, "sdk/personas", key: key($0)) },
        { $0.api(.post, "creator/save", document, key: nil, fields: user) },
        { $0.api(.get, "sdk/personas", key: "pk_live_demo") },
        { $0.control(.post, "\(sandbox)/reset") }, { $0.history() }, { $0.begin() }, { $0.history() },
        { $0.control(.get, "\(sandbox)/sessions") }, { $0.control(.delete, sandbox) },
        { $0.control(.get, "\(sandbox)/clock") }, { $0.begin() },
    ]

    @Test(
        "answer by turns as one server does",
        arguments: [(1, 1), (2, 1), (3, 1), (2, 6), (3, 9)] as [(count: Int, inRow: Int)], [true, false])
    func turns(servers given: (count: Int, inRow: Int), keepsJournal: Bool) throws {
        let one = try ControlClient(journal: keepsJournal ? nil : JournalBook(limit: 0))
        let servers = try Replicas.Servers(given.count, keepsJournal: keepsJournal, inRow: given.inRow)
        _ = one.begin()
        _ = servers.next.begin()
        for client in [one, servers.next] {
            client.freeze("pk_test_a", "2026-03-10T12:00:00Z", #","auto_advance_seconds":3"#)
            client.freeze("demo")
        }
        for (number, step) in Self.steps.enumerated() {
            let (expected, found) = (step(one), step(servers.next))
            #expect(found.status == expected.status, "step \(number): \(found.text.prefix(200))")
            // From the reset on the clock is real.
            guard number < Self.steps.count - 8 else { continue }
            #expect(found.uncounted == expected.uncounted, "step \(number)")
        }
        // Without calls in a row no server knows a sandbox as it is.
        #expect((servers.answeredAhead > 0) == (given.count == 1 || given.inRow > 1))
    }

    @Test("admit together what one admits", arguments: [2, 3], [true, false])
    func limits(count: Int, keepsJournal: Bool) throws {
        let servers = try Replicas.Servers(
            count, limits: RateLimits(messagesPerMinute: 30, otherPerMinute: 60), keepsJournal: keepsJournal)
        servers.next.begin()
        var codes: [Int] = []
        for number in 0..<40 { codes.append(servers.next.say("line \(number)").status) }
        #expect(codes.count { $0 == 200 } == 30)
        #expect(codes.suffix(10).allSatisfy { $0 == 429 })
        #expect(servers.next.lines().count == 30)
    }

    @Test("count by a clock that was set back at another", arguments: ["fixed", "sliding", "token_bucket"])
    func clockSetBack(window: String) throws {
        let servers = try Replicas.Servers()
        let (first, second) = (servers.all[0], servers.all[1])
        first.control(
            .put, "\(Self.sandbox)/limits",
            "{\"messages_per_minute\":3,\"other_per_minute\":60,\"window\":\"\(window)\"}")
        first.freeze()
        first.begin()
        second.freeze("pk_test_a", "2026-03-10T11:00:00Z")
        #expect((0..<3).map { _ in second.say("hm").status } == [200, 200, 200])
        first.control(.put, "\(Self.sandbox)/seed", #"{"seed":9}"#)
        #expect(second.say("hm").status == 429)
    }

    @Test("count at once what one of them sets in a sandbox in which nothing was counted")
    func settings() throws {
        let servers = try Replicas.Servers(3, keepsJournal: false)
        servers.next.begin()
        for server in servers.all { #expect(server.say("hm").status == 200) }
        servers.next.control(.put, "/sandboxes/pk_test_a/limits", #"{"messages_per_minute":2,"other_per_minute":60}"#)
        #expect(servers.all.map { $0.say("hm").status } == [200, 200, 429])
        servers.next.control(.put, "/sandboxes/pk_test_a/limits", "null")
        servers.next.control(.post, "/sandboxes/pk_test_a/faults", #"{"kind":"status","status":503,"count":2}"#)
        #expect(servers.all.map { $0.say("hm").status } == [503, 503, 200])
        #expect(servers.all.map { $0.say("[[error 503 x1]]").status } == [503, 200, 200])
    }

    @Test("see what the others open and remove")
    func accounts() throws {
        let servers = try Replicas.Servers()
        let names = (0..<6).map { "pk_test_\($0)" }
        for name in names { #expect(servers.next.begin(key: name).status == 200) }
        for name in names {
            #expect(servers.next.control(.get, "/sandboxes/\(name)").status == 200)
            #expect(servers.next.say("hm", key: name).status == 200)
        }
        let all = servers.all.map { server in
            server.control(.get, "/sandboxes")["sandboxes"]?.array?.compactMap { $0["name"]?.string } ?? []
        }
        #expect(all[0].filter { $0.hasPrefix("pk_test_") } == names)
        #expect(all[0] == all[1])
        #expect(servers.next.control(.delete, "/sandboxes/pk_test_3").status == 200)
        #expect(servers.next.control(.get, "/sandboxes/pk_test_3").status == 404)
        #expect(servers.next.control(.get, "/sandboxes/pk_test_3").status == 404)
        #expect(servers.next.history(key: "pk_test_3").status == 404)
    }

    @Test("know the keys for a page that each makes")
    func pageKeys() throws {
        let servers = try Replicas.Servers()
        servers.next.begin()
        for sandbox in ["pk_test_a", "demo"] {
            let key = servers.next.control(.post, "/sandboxes/\(sandbox)/keys")["key"]?.string ?? ""
            #expect(servers.next.begin(key: key).status == 200)
            #expect(servers.next.say("hm", key: key).status == 200)
        }
        #expect(servers.next.lines() == ["hm"])
    }

    @Test("have the pictures that each got, until the sandbox is reset")
    func uploads() throws {
        let servers = try Replicas.Servers()
        let form = """
            --b\r\nContent-Disposition: form-data; name="file"; filename="a.gif"\r\n\r\nGIF89a..\r\n--b--\r\n
            """
        let sent = servers.next.send(
            .post, "/api/v1/bot/upload", form,
            fields: [
                "X-API-Key": "ft_sk_demo", "Host": "mock:8000", "Content-Type": "multipart/form-data; boundary=b",
            ])
        let path = String(try #require(sent["url"]?.string).dropFirst("http://mock:8000".count))
        for _ in servers.all {
            let picture = servers.next.send(.get, path)
            #expect(picture.text == "GIF89a..")
            #expect(picture.fields[.contentType] == "image/gif")
        }
        servers.next.control(.post, "/sandboxes/demo/reset")
        for _ in servers.all { #expect(servers.next.send(.get, path).status == 404) }
    }

    @Test("a batch that is dropped at one is dropped for all")
    func dropped() throws {
        let servers = try Replicas.Servers(limits: RateLimits(messagesPerMinute: 2, otherPerMinute: 60))
        servers.next.begin()
        let disturbed = DisturbedDatabase(try PostgresStore(PostgresServer.address(servers.schema)))
        let client = try ControlClient(
            store: disturbed.base, sharing: disturbed, limits: RateLimits(messagesPerMinute: 2, otherPerMinute: 60))
        for _ in 0..<3 {
            disturbed.fail(.commit, StoreError("the disk is full"))
            #expect(client.say("hm").status == 503)
        }
        #expect(servers.next.say("one").status == 200)
        #expect(servers.next.say("two").status == 200)
        #expect(servers.next.say("three").status == 429)
        #expect(servers.next.lines() == ["one", "two"])
    }

    // MARK: At once

    /// Has three servers of a database, each on a thread of its own, carry out a body.
    private func atOnce<Result: Sendable>(
        _ schema: String, limits: RateLimits? = nil, keepsJournal: Bool = true,
        _ body: @escaping @Sendable (ControlClient, Int) -> Result
    ) async throws -> [Result] {
        try await withThrowingTaskGroup(of: Result.self) { group in
            for number in 0..<3 {
                group.addTask { body(try Replicas.server(schema, limits: limits, keepsJournal: keepsJournal), number) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    @Test("open the same accounts at once, and every request succeeds")
    func opening() async throws {
        let schema = PostgresServer.schema()
        let codes = try await atOnce(schema) { client, _ in
            (0..<20).flatMap { number in
                [client.begin(key: "pk_test_\(number)"), client.say("hm", key: "pk_test_\(number)")].map(\.status)
            }
        }
        #expect(codes.joined().allSatisfy { $0 == 200 })
        #expect(PostgresServer.run("SELECT count(*) FROM accounts WHERE is_open", in: schema) == "20")
    }

    @Test("talk for one player at once: one order, no turn lost or told twice", arguments: [true, false])
    func onePlayer(keepsJournal: Bool) async throws {
        let schema = PostgresServer.schema()
        let first = try Replicas.server(schema, keepsJournal: keepsJournal)
        first.begin()
        let codes = try await atOnce(schema, keepsJournal: keepsJournal) { client, server in
            (0..<30).map { client.say("\(server) \($0)").status }
        }
        #expect(codes.joined().allSatisfy { $0 == 200 })
        let lines = first.lines()
        #expect(lines.count == 90)
        for server in 0..<3 {
            #expect(lines.filter { $0.hasPrefix("\(server) ") } == (0..<30).map { "\(server) \($0)" })
        }
    }

    @Test("talk for three players of a sandbox at once, who begin, talk and reset", arguments: [true, false])
    func threePlayers(keepsJournal: Bool) async throws {
        let schema = PostgresServer.schema()
        let first = try Replicas.server(schema, keepsJournal: keepsJournal)
        for player in 0..<3 { first.begin(player: "p\(player)") }
        let codes = try await atOnce(schema, keepsJournal: keepsJournal) { client, server in
            (0..<30).flatMap { number in
                let player = "p\((server + number / 5) % 3)"
                return [
                    client.begin(player: "own\(server)"), client.say("\(server) \(number)", player: player),
                    client.say("hm", player: "own\(server)"),
                ].map(\.status)
            }
        }
        #expect(codes.joined().allSatisfy { $0 == 200 })
        let lines = (0..<3).map { first.lines(player: "p\($0)") }
        #expect(lines.map(\.count) == [30, 30, 30])
        #expect(Set(lines.joined()).count == 90)
    }

    @Test("talk for two players at once, each in a sandbox of its own and in both")
    func twoPlayers() async throws {
        let schema = PostgresServer.schema()
        let first = try Replicas.server(schema)
        let keys = ["pk_test_a", "pk_test_b"]
        for key in keys { first.begin(key: key) }
        let codes = try await atOnce(schema) { client, server in
            (0..<20).map { client.say("\(server) \($0)", key: keys[($0 + server) % 2]).status }
        }
        #expect(codes.joined().allSatisfy { $0 == 200 })
        #expect(keys.map { first.lines(key: $0).count } == [30, 30])
    }

    @Test("admit together what one admits, at once")
    func limitsAtOnce() async throws {
        let codes = try await atOnce(
            PostgresServer.schema(), limits: RateLimits(messagesPerMinute: 30, otherPerMinute: 600)
        ) { client, server in
            _ = client.begin()
            return (0..<20).map { client.say("\(server) \($0)").status }
        }
        #expect(codes.joined().allSatisfy { [200, 429].contains($0) })
        #expect(codes.joined().count { $0 == 200 } == 30)
    }
}
