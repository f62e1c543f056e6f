import ControlAPI
import Emulator
import Fixtures
import HTTP
import Store
import Support
import Testing

@Suite("Metrics over the control API")
struct MetricsRouteTests {
    private static func samples(_ client: ControlClient) -> Set<String> {
        let answer = client.send(.get, "/_foilmock/metrics", fields: ControlClient.guardedFields)
        return Set(answer.text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") })
    }

    private static let message = #"method="POST",route="/api/v1/sdk/chat/{persona_id}/message""#

    @Test("the page is text of Prometheus, and needs the token")
    func access() throws {
        let client = try ControlClient()
        let answer = client.send(.get, "/_foilmock/metrics", fields: ControlClient.guardedFields)
        #expect(answer.status == 200)
        #expect(answer.fields[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
        #expect(client.send(.get, "/_foilmock/metrics", fields: ["Host": "localhost"]).status == 401)
        let foreign = ControlClient.guardedFields.merging(["Host": "evil.example"]) { $1 }
        #expect(client.send(.get, "/_foilmock/metrics", fields: foreign).status == 403)
    }

    @Test("a request is counted under its route and status, and none under its path, key or player")
    func routes() throws {
        let client = try ControlClient()
        client.begin(player: "secret-player")
        client.say("hm", player: "secret-player")
        client.say("hm", player: "nobody")
        _ = client.api(.get, "nothing-here")
        let samples = Self.samples(client)
        #expect(samples.contains("foilmock_http_requests_total{\(Self.message),status=\"200\"} 1"))
        #expect(samples.contains("foilmock_http_requests_total{\(Self.message),status=\"404\"} 1"))
        #expect(samples.contains(#"foilmock_http_requests_total{method="any",route="none",status="404"} 1"#))
        #expect(samples.contains("foilmock_http_request_duration_seconds_count{\(Self.message)} 2"))
        for word in ["secret-player", "nobody", "nothing-here", "pk_test_a"] {
            #expect(samples.allSatisfy { !$0.contains(word) }, "\(word)")
        }
    }

    @Test("turns are counted by their decision, and sessions when they begin")
    func turns() throws {
        let client = try ControlClient()
        client.begin()
        client.say("hm")
        client.say("gold")
        let samples = Self.samples(client)
        #expect(samples.contains("foilmock_sessions_begun_total 1"))
        #expect(samples.contains(#"foilmock_turns_total{decision="none"} 1"#))
        #expect(samples.contains(#"foilmock_turns_total{decision="redirect"} 1"#))
        #expect(samples.contains(#"foilmock_turns_total{decision="pass"} 1"#))
    }

    @Test("requests that a limit refuses and that a fault strikes are counted")
    func refusals() throws {
        let client = try ControlClient(limits: RateLimits(messagesPerMinute: 1, otherPerMinute: 9))
        client.control(.post, "/sandboxes/pk_test_b/faults", #"{"kind":"status","status":502}"#)
        client.begin()
        client.say("hm")
        #expect(client.say("hm").status == 429)
        #expect(client.begin(key: "pk_test_b").status == 502)
        let samples = Self.samples(client)
        #expect(samples.contains(#"foilmock_rate_limited_total{kind="message"} 1"#))
        #expect(samples.contains(#"foilmock_faults_struck_total{kind="status"} 1"#))
        #expect(samples.contains(#"foilmock_accounts{kind="open"} 2"#))
    }

    @Test("a request of a batch that was not kept is counted with the status that its client got")
    func dropped() throws {
        let store = FailingStore(MemoryStore())
        let client = try ControlClient(store: store)
        client.begin()
        let calls = store.calls
        client.say("hm")
        store.fail(in: store.calls - calls)
        #expect(client.say("hm").status == 503)
        let samples = Self.samples(client)
        #expect(samples.contains("foilmock_http_requests_total{\(Self.message),status=\"200\"} 1"))
        #expect(samples.contains("foilmock_http_requests_total{\(Self.message),status=\"503\"} 1"))
    }

    @Test("a request that is refused before its route is asked is counted under that route")
    func refused() throws {
        let client = try ControlClient()
        let head = RequestHead(method: .post, path: "/api/v1/sdk/chat/x/message", query: "")
        _ = client.dispatcher.response(to: ProtocolError(.contentTooLarge, "too large"), head: head)
        _ = client.dispatcher.response(to: ProtocolError(.badRequest, "no head"), head: nil)
        let samples = Self.samples(client)
        #expect(samples.contains("foilmock_http_requests_total{\(Self.message),status=\"413\"} 1"))
        #expect(samples.contains(#"foilmock_http_requests_total{method="any",route="none",status="400"} 1"#))
    }

    @Test("the requests of a batch are counted together")
    func batches() throws {
        let client = try ControlClient()
        for _ in 1...3 {
            let request = ControlClient.request(.get, "/_foilmock/health", "", fields: [:]).request
            _ = client.dispatcher.respond(to: request)
        }
        _ = client.dispatcher.endBatch()
        let samples = Self.samples(client)
        #expect(samples.contains(#"foilmock_batch_requests_bucket{le="2"} 0"#))
        #expect(samples.contains(#"foilmock_batch_requests_bucket{le="4"} 1"#))
        #expect(samples.contains("foilmock_batch_requests_sum 3"))
    }
}
