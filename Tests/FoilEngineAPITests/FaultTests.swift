import Emulator
import Fixtures
import HTTP
import JSON
import Store
import Support
import Testing

extension TestClient {
    /// A call of the control API; paths begin below its version.
    @discardableResult
    fileprivate func control(_ method: HTTP.Method, _ path: String, _ body: String = "") -> Answer {
        send(
            method, "/_foilmock/v1\(path)", key: nil, body: body,
            fields: ["Host": "127.0.0.1", "Authorization": "Bearer control-token"])
    }

    /// Makes a fault in the sandbox of that key.
    @discardableResult
    fileprivate func fault(_ members: String, key: String = "pk_test_a") -> Answer {
        control(.post, "/sandboxes/\(key)/faults", "{\"kind\": \(members)}")
    }

    /// How many requests a fault has met, and how many of them it has struck.
    fileprivate func counts(_ id: String = "f1", key: String = "pk_test_a") -> [String?] {
        let fault = control(.get, "/sandboxes/\(key)/faults/\(id)")
        return [fault["matched"]?.shown, fault["struck"]?.shown]
    }
}

@Suite("Faults")
struct FaultTests {
    @Test("a status fault before the turn refuses the request in the API's words, and changes nothing")
    func beforeTurn() throws {
        let client = try TestClient()
        client.begin()
        client.fault(#""status", "status": 503, "nth": 1"#)
        let refused = client.say("friend")
        #expect(refused.status == 503)
        #expect(refused.error == "The fault f1 asked for this error")
        expect(client.say("hm"), ["current_state": "\"door\"", "score": "0"])
        #expect(client.look("history")["messages"]?.array?.count == 3)
        #expect(client.counts() == ["3", "1"])
    }

    @Test("a status fault after the turn changes the answer only; the turn is made")
    func afterTurn() throws {
        let client = try TestClient()
        client.begin()
        client.fault(#""status", "status": 503, "when": "after_turn", "count": 1"#)
        #expect(client.say("friend").status == 503)
        expect(client.look("session"), ["current_state": "\"yard\"", "score": "2"])
    }

    @Test("a request that was refused anyway does not meet a fault of answers")
    func refusedAnyway() throws {
        let client = try TestClient()
        client.fault(#""malform""#)
        #expect(client.say("friend").status == 404)
        #expect(client.counts() == ["0", "0"])
    }

    @Test("a request that a fault refuses is not counted against the rate")
    func uncounted() throws {
        let client = try TestClient(limits: RateLimits(messagesPerMinute: 1, otherPerMinute: 60))
        client.begin()
        client.fault(#""status", "status": 500, "nth": 1"#)
        #expect([1, 2, 3].map { _ in client.say("hm").status } == [500, 200, 429])
    }

    /// A match, and which of these it holds for: begin, say friend, say gold as another player, session, list of personas.
    static let matches: [(String, [Int])] = [
        (#"{}"#, [1, 2, 3, 4, 5]), (#"{"method": "GET"}"#, [4, 5]), (#"{"path": "/api/v1/sdk/chat/*"}"#, [1, 2, 3, 4]),
        (#"{"route": "POST /api/v1/sdk/chat/{persona_id}/message"}"#, [2, 3]), (#"{"persona": "mira"}"#, [1, 2, 3, 4]),
        (#"{"persona": "draft"}"#, []), (#"{"player": "max"}"#, [3]), (#"{"message": "Friend"}"#, [2]),
        (#"{"message": {"any": ["gold", "friend"]}, "player": "sam"}"#, [2]),
        (#"{"key": "pk_test_a"}"#, [1, 2, 3, 4, 5]),
        (#"{"key": "pk_test_b"}"#, []),
    ]

    @Test(
        "a match selects requests by each of its members, at both moments", arguments: matches,
        ["before_turn", "after_turn"])
    func matching(_ match: (String, [Int]), _ moment: String) throws {
        let client = try TestClient()
        client.begin()
        client.begin(player: "max")
        #expect(
            client.fault("\"status\", \"status\": 418, \"when\": \"\(moment)\", \"match\": \(match.0)").status == 200)
        let answers = [
            client.begin(), client.say("friend"), client.say("gold", player: "max"), client.look("session"),
            client.get("/api/v1/sdk/personas"),
        ]
        #expect(answers.indices.filter { answers[$0].status == 418 }.map { $0 + 1 } == match.1)
        #expect(client.counts() == ["\(match.1.count)", "\(match.1.count)"])
    }

    @Test(
        "a reset fault sends no byte of the answer, before the turn and after it",
        arguments: ["before_turn", "after_turn"])
    func reset(_ moment: String) throws {
        let client = try TestClient()
        client.begin()
        client.fault("\"reset\", \"nth\": 1, \"when\": \"\(moment)\"")
        #expect(client.say("friend").delivery.steps == [.reset])
        expect(client.look("session"), ["score": moment == "after_turn" ? "2" : "0"])
    }

    @Test("several faults change one answer together, in a fixed order")
    func together() throws {
        let client = try TestClient()
        client.fault(#""delay", "seconds": 2"#)
        client.fault(#""malform""#)
        client.fault(#""patch", "patch": {"more": 1, "message": null}"#)
        let answer = client.begin()
        #expect(answer.delivery.steps.first == .wait(.seconds(2)))
        #expect(answer.text.hasPrefix(#"<"session_id""#))
        #expect(answer.text.hasSuffix(#","more":1}"#))
    }

    @Test("a status fault answers its own text, body and headers")
    func status() throws {
        let client = try TestClient()
        client.fault(#""status", "status": 502, "text": "<html>", "headers": {"Content-Type": "text/html"}, "nth": 1"#)
        client.fault(#""status", "status": 400, "body": {"odd": true}, "headers": {"X-Odd": "1"}, "nth": 2"#)
        let page = client.begin()
        #expect((page.status, page.text, page.fields[.contentType]) == (502, "<html>", "text/html"))
        let odd = client.begin()
        #expect((odd.status, odd.text) == (400, #"{"odd":true}"#))
        #expect(odd.fields[try #require(FieldName("X-Odd"))] == "1")
        #expect(odd.fields[.contentType] == "application/json")
    }

    @Test("a rate_limited fault is scaled like a real 429, and its wait passes on a clock that is not real")
    func rateLimited() throws {
        let client = try TestClient()
        client.fault(#""rate_limited", "retry_after_seconds": 30, "nth": 1"#)
        let real = client.begin()
        #expect((real.status, real.fields[.retryAfter]) == (429, "30"))
        #expect(real.error == "Rate limit exceeded. Try again in 30 s")

        client.control(.put, "/sandboxes/pk_test_b/clock", #"{"mode": "frozen", "at": "2030-01-01T00:00:00Z"}"#)
        client.fault(#""rate_limited", "retry_after_seconds": 30, "nth": 1"#, key: "pk_test_b")
        client.fault(#""rate_limited", "retry_after_seconds": 7, "nth": 2, "clock": "wall""#, key: "pk_test_b")
        #expect(client.begin(key: "pk_test_b").fields[.retryAfter] == "1")
        #expect(client.begin(key: "pk_test_b").fields[.retryAfter] == "7")
        #expect(client.begin(key: "pk_test_b").status == 200)
        expect(client.control(.get, "/sandboxes/pk_test_b/clock"), ["now": "\"2030-01-01T00:00:30Z\""])
    }

    @Test("a delay fault passes on a clock that is not real; with wall it really waits")
    func clocks() throws {
        let client = try TestClient()
        client.control(.put, "/sandboxes/pk_test_a/clock", #"{"mode": "frozen", "at": "2030-01-01T00:00:00Z"}"#)
        client.fault(#""delay", "seconds": 5, "nth": 1"#)
        client.fault(#""delay", "seconds": 7, "nth": 2, "clock": "wall""#)
        let own = client.begin()
        #expect(own.fields[.date] == "Tue, 01 Jan 2030 00:00:05 GMT")
        #expect(!own.delivery.steps.contains(.wait(.seconds(5))))
        #expect(client.begin().delivery.steps.contains(.wait(.seconds(7))))
        expect(client.control(.get, "/sandboxes/pk_test_a/clock"), ["now": "\"2030-01-01T00:00:05Z\""])
    }

    @Test("a fault expires after ttl_seconds on the sandbox's clock")
    func timeToLive() throws {
        let client = try TestClient()
        client.control(.put, "/sandboxes/pk_test_a/clock", #"{"mode": "frozen", "at": "2030-01-01T00:00:00Z"}"#)
        client.fault(#""status", "status": 500, "ttl_seconds": 60"#)
        #expect(client.begin().status == 500)
        client.control(.post, "/sandboxes/pk_test_a/clock/advance", #"{"seconds": 60}"#)
        #expect(client.begin().status == 200)
        expect(client.control(.get, "/sandboxes/pk_test_a/faults/f1"), ["state": "\"expired\"", "struck": "1"])
    }

    @Test("the journal lists the faults that struck a request")
    func journal() throws {
        let client = try TestClient()
        client.fault(#""malform""#)
        client.fault(#""status", "status": 500, "nth": 2"#)
        _ = (client.begin(), client.begin())
        let entries = client.control(.get, "/sandboxes/pk_test_a/journal").json
        let requests = entries?["entries"]?.array?.filter { $0["route"]?.string?.hasSuffix("init-session") == true }
        #expect(requests?.map { $0["faults"]?.shown } == [#"["f1 malform"]"#, #"["f2 status"]"#])
        let asked = client.control(.post, "/sandboxes/pk_test_a/verify", #"{"match": {"fault": "status"}, "count": 1}"#)
        expect(asked, ["ok": "true"])
    }

    @Test("a turn that is not stored does not count for a fault")
    func rollback() throws {
        let store = FailingStore(MemoryStore())
        let client = try TestClient(store: store)
        client.begin()
        client.fault(#""status", "status": 500, "nth": 2"#)
        store.fail(in: 1)
        #expect(client.begin().status == 503)
        #expect(client.counts() == ["0", "0"])
        #expect([1, 2, 3].map { _ in client.begin().status } == [200, 500, 200])
    }
}

@Suite("Faults over the control API")
struct FaultControlTests {
    @Test("a fault can be made, listed, read and deleted, in its own sandbox only")
    func routes() throws {
        let client = try TestClient()
        let made = client.fault(#""status", "status": 503, "count": 2"#)
        #expect(made.status == 200)
        #expect(
            made.text
                == #"{"id":"f1","kind":"status","status":503,"count":2,"when":"before_turn","matched":0,"struck":0,"state":"armed"}"#
        )
        client.fault(#""malform""#)
        let path = "/sandboxes/pk_test_a/faults"
        #expect(client.control(.get, path)["faults"]?.array?.map { $0["id"]?.string } == ["f1", "f2"])
        #expect(client.control(.get, "/sandboxes/pk_test_a")["faults"]?.integer == 2)
        _ = (client.begin(), client.begin())
        expect(client.control(.get, "\(path)/f1"), ["matched": "2", "struck": "2", "state": "\"spent\""])
        #expect(client.control(.delete, "\(path)/f1").text == #"{"deleted":"f1"}"#)
        #expect(client.control(.get, "\(path)/f1").error == "There is no fault \"f1\" in \"pk_test_a\"; it has f2")
        #expect(client.control(.delete, "\(path)/f1").status == 404)
        client.fault(#""malform""#, key: "pk_test_b")
        #expect(client.control(.delete, path).text == #"{"deleted":1}"#)
        #expect(client.control(.get, path).text == #"{"faults":[]}"#)
        #expect(client.control(.get, "/sandboxes/pk_test_b")["faults"]?.integer == 1)
        client.control(.post, "/sandboxes/pk_test_b/reset")
        #expect(client.control(.get, "/sandboxes/pk_test_b")["faults"]?.integer == 0)
    }

    @Test("an unknown route in a match is refused, with a suggestion")
    func route() throws {
        let answer = try TestClient().fault(#""malform", "match": {"route": "GET /api/v1/sdk/persona"}"#)
        #expect(answer.status == 400)
        #expect(
            answer.error
                == "$.match.route: must be the method and path of a known route, not \"GET /api/v1/sdk/persona\"; did you mean \"GET /api/v1/sdk/personas\"?"
        )
    }

    @Test("a sandbox has at most 1000 faults")
    func limit() throws {
        let client = try TestClient()
        for _ in 0..<1_000 { client.fault(#""malform""#) }
        let answer = client.fault(#""malform""#)
        #expect(answer.status == 400)
        #expect(answer.error == "The sandbox has 1000 faults, and may have no more; delete some first")
    }
}

@Suite("Magic words in a key")
struct MagicKeyTests {
    static let schedules: [(String, [Int])] = [
        ("pk_test_a+ratelimited", [200, 429, 200, 429]), ("pk_test_a+expired", [401, 401, 401, 401]),
        ("pk_test_a+slow", [200, 200, 200, 200]), ("pk_test_a+flaky", [200, 503, 503, 200]),
    ]

    @Test("a magic word gives its faults to an account of its own", arguments: schedules)
    func schedule(_ key: String, _ statuses: [Int]) throws {
        let client = try TestClient()
        let answers = statuses.map { _ in client.get("/api/v1/sdk/personas", key: key) }
        #expect(answers.map(\.status) == statuses)
        #expect(client.get("/api/v1/sdk/personas", key: "pk_test_a").delivery.steps.count == 1)
        if key.hasSuffix("slow") { #expect(answers.allSatisfy { $0.delivery.steps[0] == .wait(.seconds(2)) }) }
        if key.hasSuffix("flaky") { #expect(answers[2].delivery.steps == [.reset]) }
        if key.hasSuffix("expired") { #expect(answers[0].error == "API key has expired") }
        if key.hasSuffix("ratelimited") { #expect(answers[1].fields[.retryAfter] == "1") }
    }

    @Test(
        "an unknown or repeated magic word is a 401 that lists the known ones",
        arguments: ["pk_test_a+lucky", "pk_test_a+", "pk_test_a+slow+slow", "pk_test_a+slow+lucky"])
    func unknown(_ key: String) throws {
        let answer = try TestClient().get("/api/v1/sdk/personas", key: key)
        #expect(answer.status == 401)
        #expect(
            answer.error
                == "Invalid API key: after + in a test key stands one of ratelimited, expired, slow, flaky, broke, paused, "
                + "each once at most"
        )
    }

    @Test("a reset restarts the faults of a magic word; a path or a control call opens no such account")
    func reset() throws {
        let client = try TestClient()
        let key = "pk_test_a+ratelimited"
        #expect(client.control(.post, "/sandboxes/\(key)/reset").status == 404)
        #expect(client.get("/@\(key)/api/v1/sdk/personas").status == 404)
        #expect(client.begin(key: key).status == 200)
        expect(client.control(.post, "/sandboxes/\(key)/reset"), ["faults": "1"])
        #expect([1, 2].map { _ in client.begin(key: key).status } == [200, 429])
    }
}
