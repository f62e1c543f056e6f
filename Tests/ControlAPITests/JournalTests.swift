import Journal
import Emulator
import HTTP
import JSON
import Store
import Support
import Testing

extension ControlClient {
    /// The journal of a sandbox as JSON.
    func journal(_ query: String = "", of sandbox: String = "pk_test_a") -> Answer {
        control(.get, "/sandboxes/\(sandbox)/journal" + (query.isEmpty ? "" : "?\(query)"))
    }

    /// The numbers of the entries that a query finds.
    func numbers(_ query: String = "", of sandbox: String = "pk_test_a") -> [Int] {
        (journal(query, of: sandbox)["entries"]?.array ?? []).compactMap { $0["number"]?.integer }
    }

    /// The counters, as `requests errors duplicates unanswered kept`.
    func counters(of sandbox: String = "pk_test_a") -> [Int] {
        (journal(of: sandbox)["counters"]?.members ?? []).compactMap(\.value.integer)
    }
}

@Suite("A sandbox's journal")
struct JournalTests {
    @Test("a path that no dialect has is a request of the path's sandbox, else of the default account's")
    func noDialect() throws {
        let client = try ControlClient()
        client.begin()
        #expect(client.send(.get, "/@pk_test_a/nothing").status == 404)
        #expect(client.send(.get, "/nothing", fields: ["X-API-Key": "pk_test_a"]).status == 404)
        let found = client.journal("status=404")["entries"]?.array ?? []
        #expect(found.map { $0["request"]?["path"]?.string } == ["/@pk_test_a/nothing"])
    }

    @Test("a request id that looks like a secret is hidden")
    func secretID() throws {
        let client = try ControlClient()
        client.begin()
        let fields = ["X-API-Key": "pk_test_a", "X-Request-ID": "sk-proj-abcdefghijklmnop0123456789"]
        #expect(client.send(.get, "/@pk_test_a/nothing", fields: fields).status == 404)
        let entry = try #require(client.journal("status=404")["entries"]?.array?.first)
        #expect(entry["request_id"]?.string?.hasPrefix("sk-…") == true)
    }

    @Test("an entry holds a request, its answer and what was learned of it")
    func entry() throws {
        let client = try ControlClient()
        client.freeze()
        client.begin()
        let reply = client.say("gold")
        let entry = try #require(client.journal("decision=pass")["entries"]?.array?.first)
        #expect(entry["number"]?.integer == 3)
        #expect(entry["arrival"]?.integer == 3)
        #expect(entry["sandbox"]?.string == "pk_test_a")
        #expect(entry["kind"]?.string == "request")
        #expect(entry["time"]?.string == "2026-03-10T12:00:00.000000000Z")
        #expect(entry["received"]?.string == "2026-03-10T12:00:00.000000000Z")
        #expect(entry["route"]?.string == "POST /api/v1/sdk/chat/{persona_id}/message")
        #expect(entry["key"]?.string == "pk_test_a")
        #expect(entry["persona"]?.string == "mira")
        #expect(entry["player"]?.string == "sam")
        #expect(entry["message"]?.string == "gold")
        #expect(entry["session"]?.string == reply["session_id"]?.string)
        #expect(entry["turn"]?.integer == 1)
        #expect(entry["duplicate"]?.bool == false)
        #expect(entry["request"]?["path"]?.string == "/api/v1/sdk/chat/\(World.mira)/message")
        #expect(entry["request"]?["body"]?.string == #"{"message":"gold","user_session_id":"sam"}"#)
        #expect(entry["response"]?["status"]?.integer == 200)
        #expect(entry["response"]?["body"]?.string == reply.text)
        #expect(entry["delivered"]?.isNull == true)
    }

    @Test("the oldest entries leave beyond the limit, and the counters stay exact")
    func limit() throws {
        let client = try ControlClient(journal: JournalBook(limit: 3))
        client.begin()
        for _ in 0..<2 { client.say("hm") }
        for _ in 0..<2 { _ = client.api(.get, "nothing") }
        #expect(client.numbers() == [3, 4, 5])
        #expect(client.counters() == [5, 2, 1, 5, 3])
        #expect(client.control(.get, "/sandboxes/pk_test_a")["journal"]?["requests"]?.integer == 5)
    }

    @Test("a journal with a limit of 0 counts requests and errors only")
    func off() throws {
        let client = try ControlClient(journal: JournalBook(limit: 0))
        client.begin()
        client.begin()
        _ = client.api(.get, "nothing")
        #expect(client.numbers() == [])
        #expect(client.counters() == [3, 1, 0, 0, 0])
    }

    @Test("the oldest entries of all sandboxes leave first when the journals take too much memory")
    func budget() throws {
        let client = try ControlClient(journal: JournalBook(budget: 100_000))
        client.begin(key: "pk_test_old")
        for _ in 0..<100 { client.say("hm") }
        client.begin(key: "pk_test_new")
        #expect(client.numbers(of: "pk_test_old") == [])
        #expect(client.counters(of: "pk_test_old") == [1, 0, 0, 1, 0])
        #expect(client.numbers(of: "pk_test_new") == [1])
        let kept = client.numbers()
        #expect((10..<90).contains(kept.count))
        #expect(kept == Array((1...100).suffix(kept.count)))
    }

    @Test("an answer counts as unanswered until it is delivered, whole or cut")
    func unanswered() throws {
        let client = try ControlClient()
        var tickets: [Ticket] = []
        for _ in 0..<4 {
            let (_, request) = ControlClient.request(
                .get, "/api/v1/sdk/personas", "", fields: ["X-API-Key": "pk_test_a"])
            tickets.append(client.dispatcher.respond(to: request).workedOut().ticket)
            #expect(client.dispatcher.endBatch())
        }
        #expect(Set(tickets).count == 4)
        #expect(client.counters() == [4, 0, 0, 4, 4])
        client.dispatcher.delivered(tickets[0], .complete)
        client.dispatcher.delivered(tickets[1], .cut)
        client.dispatcher.delivered(tickets[2], .aborted)
        #expect(client.counters() == [4, 0, 0, 2, 4])
        let delivered = (client.journal()["entries"]?.array ?? []).map { $0["delivered"]?.string }
        #expect(delivered == ["complete", "cut", "aborted", nil])
        #expect(client.emulator.journal.totals.unanswered == 2)
    }

    static let pairs: [(String, String, Bool)] = [
        ("POST sdk/chat/x/message {} pk_test_a", "POST sdk/chat/x/message {} pk_test_a", true),
        ("POST sdk/chat/x/message {} pk_test_a", "POST sdk/chat/x/message {} pk_test_b", false),
        ("POST sdk/chat/x/message {} pk_test_a", "POST sdk/chat/x/message {1} pk_test_a", false),
        ("POST sdk/chat/x/message {} pk_test_a", "POST sdk/chat/y/message {} pk_test_a", false),
        ("POST sdk/chat/x/reset?a=1 {} pk_test_a", "POST sdk/chat/x/reset?a=2 {} pk_test_a", false),
        ("DELETE personas/x {} pk_test_a", "DELETE personas/x {} pk_test_a", true),
        ("GET sdk/personas {} pk_test_a", "GET sdk/personas {} pk_test_a", false),
    ]

    @Test("a repeated request of the same caller is a duplicate, unless it only reads", arguments: pairs)
    func duplicates(_ first: String, _ second: String, _ isDuplicate: Bool) throws {
        let client = try ControlClient()
        for text in [first, second] {
            let parts = text.split(separator: " ").map(String.init)
            _ = client.api(HTTP.Method(parts[0]), parts[1], parts[2], key: parts[3], place: "cart")
        }
        let flags = (client.journal(of: "cart")["entries"]?.array ?? []).map { $0["duplicate"]?.bool }
        #expect(flags == [false, isDuplicate])
        #expect(client.numbers("duplicate=true", of: "cart") == (isDuplicate ? [2] : []))
    }

    @Test("control calls are listed only with control=true, and are not counted")
    func control() throws {
        let client = try ControlClient()
        client.begin()
        client.freeze()
        _ = client.control(.post, "/sandboxes/pk_test_a/verify", "{}")
        #expect(client.numbers() == [1])
        #expect(client.numbers("control=true") == [1, 2])
        #expect(client.counters() == [1, 0, 0, 1, 1])
        let entry = try #require(client.journal("control=true&after=1")["entries"]?.array?.first)
        #expect(entry["kind"]?.string == "control")
        #expect(entry["request"]?["path"]?.string == "/_foilmock/v1/sandboxes/pk_test_a/clock")
    }

    @Test("a request without a valid key is entered in the sandbox of its path, else in the default one")
    func refused() throws {
        let client = try ControlClient()
        _ = client.api(.get, "sdk/personas", key: "pk_live_wrong")
        _ = client.api(.get, "sdk/personas", key: "pk_live_wrong", place: "cart")
        _ = client.send(.get, "/favicon.ico")
        #expect(client.counters(of: "demo") == [2, 2, 0, 2, 2])
        #expect(client.counters(of: "cart") == [1, 1, 0, 1, 1])
    }

    @Test("a request that is refused before it reaches an API is entered and counted")
    func malformed() throws {
        let client = try ControlClient()
        client.begin()
        let (head, _) = ControlClient.request(
            .post, "/api/v1/sdk/chat/x/message", "", fields: ["X-API-Key": "pk_test_a"])
        let response = client.dispatcher.response(to: ProtocolError(.contentTooLarge, "too much"), head: head)
        #expect(response.ticket != 0)
        let entry = try #require(client.journal("status=413")["entries"]?.array?.first)
        #expect(entry["kind"]?.string == "refused")
        #expect(entry["request"]?["refusal"]?.string == "too much")
        #expect(client.counters() == [2, 1, 0, 2, 2])
    }

    @Test("a reset empties the journal and is its first entry; clearing it leaves the sandbox alone")
    func clearing() throws {
        let client = try ControlClient()
        client.begin()
        client.say("hm")
        _ = client.control(.post, "/sandboxes/pk_test_a/reset")
        #expect(client.counters() == [0, 0, 0, 0, 0])
        #expect(client.numbers("control=true") == [1])
        client.begin()
        _ = client.control(.delete, "/sandboxes/pk_test_a/journal")
        #expect(client.counters() == [0, 0, 0, 0, 0])
        #expect(client.lines() == [])
        #expect(client.history().status == 200)
    }

    @Test("a failed batch leaves the journal as it was, and adds the 503s that its clients got")
    func failedTurn() throws {
        let store = FailingStore(MemoryStore())
        let client = try ControlClient(store: store)
        client.begin()
        store.fail(in: 1)
        #expect(client.control(.post, "/sandboxes/pk_test_a/reset").status == 503)
        store.fail(in: 1)
        #expect(client.say("hm").status == 503)
        #expect(client.numbers() == [1, 3])
        #expect(client.numbers("control=true") == [1, 2, 3])
        #expect(client.counters() == [2, 1, 0, 2, 2])
        let entry = try #require(client.journal("status=503")["entries"]?.array?.first)
        #expect(entry["unsaved"]?.bool == true)
        #expect(client.say("hm").status == 200)
        #expect(client.numbers("duplicate=true") == [4])
    }

    @Test("each request of a failed batch has an entry of its own")
    func sharedFailure() throws {
        let store = FailingStore(MemoryStore())
        let client = try ControlClient(store: store)
        client.begin()
        let requests = ["one", "two"].map { line in
            ControlClient.request(
                .post, "/api/v1/sdk/chat/\(World.mira)/message",
                "{\"message\":\"\(line)\",\"user_session_id\":\"sam\"}",
                fields: ["X-API-Key": "pk_test_a"])
        }
        let held = requests.map { client.dispatcher.respond(to: $0.request).workedOut() }
        #expect(held.map(\.status) == [.ok, .ok])
        store.fail(in: 1)
        #expect(!client.dispatcher.endBatch())
        for (request, held) in zip(requests, held) {
            let response = client.dispatcher.unsavedResponse(to: request.head, inPlaceOf: held)
            client.dispatcher.delivered(response.ticket, .complete)
        }
        #expect(client.numbers("status=503") == [2, 3])
        #expect(client.counters() == [3, 2, 0, 1, 3])
    }

    @Test("no secret is in the journal", arguments: ["json", "jsonl", "har"])
    func secrets(_ format: String) throws {
        let client = try ControlClient()
        let fields = ["X-LLM-API-Key": "sk-very-secret-thing", "Cookie": "very-secret-thing"]
        _ = client.api(.get, "sdk/personas", key: "pk_live_demo", fields: fields)
        _ = client.api(.get, "auth/me", key: nil, fields: ["Authorization": "Bearer ann-token"])
        let made = client.api(
            .post, "sdk/api-keys", #"{"name":"a"}"#, key: nil, fields: ["Authorization": "Bearer ann-token"])
        let key = try #require(made["key"]?.string)
        _ = client.api(.get, "sdk/personas?token=very-secret-thing", key: key)
        _ = client.control(.put, "/sandboxes/demo/seed", #"{"seed":2}"#)
        let text = client.journal("control=true&format=\(format)", of: "demo").text
        for secret in ["pk_live_demo", "very-secret-thing", "ann-token", key, ControlClient.token] {
            #expect(!text.contains(secret), "\(secret)")
        }
        #expect(text.contains("pk_live_…"))
    }
}
