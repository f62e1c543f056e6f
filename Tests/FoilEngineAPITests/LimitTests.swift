import Fixtures
import HTTP
import Support
import Testing

@Suite("H-4: limits")
struct LimitTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let what: String
        let status: Int
        let call: @Sendable (TestClient) -> Answer

        init(_ what: String, _ status: Int, _ call: @escaping @Sendable (TestClient) -> Answer) {
            (self.what, self.status, self.call) = (what, status, call)
        }

        var testDescription: String { what }
    }

    static let messages = [
        Case("answered", 200) { $0.say("hello") },
        Case("no session", 404) { $0.say("hello", player: "nobody") },
        Case("a bad body", 400) { $0.post(TestClient.chat("message"), "{") },
        Case("an unknown directive", 400) { $0.say("[[x]]") },
        Case("a bad persona id", 400) { $0.post(TestClient.chat("message", "x"), "") },
        Case("an unknown persona", 404) { $0.post(TestClient.chat("message", World.nobody), "") },
        Case("another's persona", 403) { $0.post(TestClient.chat("message", World.own), "") },
        Case("a locked machine", 403) { $0.say("hello", on: World.road) },
    ]

    @Test("each admitted message counts, whatever its status", arguments: messages)
    func message(_ item: Case) throws {
        let client = try TestClient(limits: RateLimits(messagesPerMinute: 1))
        client.begin()
        #expect(item.call(client).status == item.status)
        let refused = client.say("hello")
        #expect(refused.status == 429)
        #expect(refused.fields[.retryAfter] == "60")
        #expect(refused.error == "Rate limit exceeded. Try again in 60 s")
        #expect(client.look("session").status == 200)
    }

    static let others = [
        Case("personas", 200) { $0.get("/api/v1/sdk/personas") }, Case("init-session", 200) { $0.begin() },
        Case("machines", 200) { $0.look("machines") }, Case("session", 404) { $0.look("session") },
        Case("history", 404) { $0.look("history") }, Case("reset", 404) { $0.reset() },
        Case("a bad query", 400) { $0.get(TestClient.chat("session")) },
        Case("HEAD", 200) { $0.send(.head, "/api/v1/sdk/personas", key: "pk_test_a", body: "") },
    ]

    @Test("each other admitted request counts, whatever its status", arguments: others)
    func other(_ item: Case) throws {
        let client = try TestClient(limits: RateLimits(otherPerMinute: 1))
        #expect(item.call(client).status == item.status)
        #expect(client.get("/api/v1/sdk/personas").status == 429)
        #expect(client.say("hello", player: "nobody").status == 404)
    }

    static let uncounted = [
        Case("no key", 401) { $0.get("/api/v1/sdk/personas", key: nil) },
        Case("an unknown key", 401) { $0.get("/api/v1/sdk/personas", key: "pk_live_x") },
        Case("no route", 404) { $0.get("/api/v1/x") }, Case("no method", 405) { $0.post("/api/v1/sdk/personas") },
        Case("a refused message", 429) { $0.say("hello") },
    ]

    @Test("a refused request, one without a known key and an unknown route are not counted", arguments: uncounted)
    func notCounted(_ item: Case) throws {
        let client = try TestClient(limits: RateLimits(messagesPerMinute: 1, otherPerMinute: 2))
        client.begin()
        client.say("hello")
        for _ in 0..<5 { #expect(item.call(client).status == item.status) }
        #expect(client.get("/api/v1/sdk/personas").status == 200)
        #expect(client.get("/api/v1/sdk/personas").status == 429)
        client.clock.advance(seconds: 60)
        #expect(client.say("hello").status == 200)
    }

    @Test("a refused request changes nothing")
    func unchanged() throws {
        let client = try TestClient(limits: RateLimits(messagesPerMinute: 1))
        client.begin()
        client.say("hello")
        let before = client.look("history").text
        #expect(client.say("friend").status == 429)
        #expect(client.look("history").text == before)
    }

    @Test("by default there are 30 messages and 60 other requests a minute, in any 60 seconds")
    func documented() throws {
        let client = try TestClient(limits: RateLimits())
        client.begin()
        #expect((1...31).map { _ in client.say("hello").status } == Array(repeating: 200, count: 30) + [429])
        #expect((2...61).map { _ in client.look("session").status } == Array(repeating: 200, count: 59) + [429])
        client.clock.advance(seconds: 59)
        let refused = client.say("hello")
        #expect(refused.fields[.retryAfter] == "1")
        client.clock.advance(seconds: 1)
        #expect(client.say("hello").status == 200)
        #expect(client.look("session").status == 200)
    }

    @Test("each key is counted apart, also two of one account")
    func keys() throws {
        let client = try TestClient(limits: RateLimits(otherPerMinute: 1))
        for key in ["pk_test_a", "pk_test_b", "pk_live_demo", "pk_live_second"] {
            #expect(client.get("/api/v1/sdk/personas", key: key).status == 200)
            #expect(client.get("/api/v1/sdk/personas", key: key).status == 429)
        }
    }

    @Test("under scope account the keys of one account are counted together")
    func account() throws {
        let client = try TestClient(limits: RateLimits(otherPerMinute: 1, scope: .account))
        #expect(client.get("/api/v1/sdk/personas", key: "pk_live_demo").status == 200)
        #expect(client.get("/api/v1/sdk/personas", key: "pk_live_second").status == 429)
        #expect(client.get("/api/v1/sdk/personas", key: "pk_live_other").status == 200)
    }
}
