import Dialogue
import Fixtures
import HTTP
import JSON
import Store
import Support
import Testing

extension ControlClient {
    fileprivate func report(_ query: String = "", of sandbox: String = "pk_test_a") -> Answer {
        control(.get, "/sandboxes/\(sandbox)/limits/report\(query)")
    }

    fileprivate func admitted(_ kind: String = "messages", row: Int = 0) -> Int? {
        report()["keys"]?.array?.dropFirst(row).first?[kind]?["admitted"]?.integer
    }
}

extension JSONValue {
    fileprivate var text: String { String(decoding: bytes, as: UTF8.self) }
}

@Suite("The report on rates")
struct RateReportTests {
    static let limits = RateLimits(messagesPerMinute: 2, otherPerMinute: 5)

    /// Two messages are admitted; then two are refused, of which the second is a retry 48 s too early; then one is in time.
    private static func rehearsed() throws -> ControlClient {
        let client = try ControlClient(limits: limits)
        client.begin()
        for (wait, status) in [(0, 200), (1, 200), (1, 429), (10, 429), (48, 200)] {
            client.clock.advance(seconds: Int64(wait))
            #expect(client.say("hello").status == status)
        }
        return client
    }

    @Test("the report shows what was admitted and refused, and how early each retry came, to the byte")
    func bytes() throws {
        let answer = try Self.rehearsed().report()
        #expect(answer.status == 200)
        let nothing =
            #"{"count":0,"early":0,"earliest_seconds":null,"median_seconds":null,"latest_seconds":null}"#
        #expect(
            answer.text == #"{"server":null,"since":"2026-03-10T12:00:00Z","kept_since":"2026-03-10T12:00:00Z","#
                + #""complete":true,"#
                + #""keys":[{"key":"pk_test_a","messages":{"admitted":3,"refused":2,"#
                + #""retries":{"count":2,"early":1,"earliest_seconds":48,"median_seconds":24,"latest_seconds":0}},"#
                + #""other":{"admitted":1,"refused":0,"retries":\#(nothing)}}],"what_if":null}"#)
    }

    @Test("the report shows what other limits would have done to the same requests")
    func whatIf() throws {
        let rerun = try Self.rehearsed().report("?messages_per_minute=4&window=fixed")["what_if"]
        #expect(
            rerun?["limits"]?.text
                == #"{"messages_per_minute":4,"other_per_minute":5,"window":"fixed","scope":"key"}"#)
        #expect(
            rerun?["keys"]?.text
                == #"[{"key":"pk_test_a","messages":{"admitted":5,"refused":0},"other":{"admitted":1,"refused":0}}]"#)
        #expect(rerun?["note"]?.string?.hasPrefix("open loop: ") == true)
    }

    @Test("the report as CSV has a row for each second and key, to the byte")
    func table() throws {
        let client = try Self.rehearsed()
        client.begin(key: "pk_live_demo")
        let table = client.control(.get, "/sandboxes/pk_test_a/limits/report.csv")
        #expect(table.fields[.contentType] == "text/csv; charset=utf-8; header=present")
        #expect(
            table.text == """
                second,key,messages_admitted,messages_refused,other_admitted,other_refused\r
                2026-03-10T12:00:00Z,pk_test_a,1,0,1,0\r
                2026-03-10T12:00:01Z,pk_test_a,1,0,0,0\r
                2026-03-10T12:00:02Z,pk_test_a,0,1,0,0\r
                2026-03-10T12:00:12Z,pk_test_a,0,1,0,0\r
                2026-03-10T12:01:00Z,pk_test_a,1,0,0,0\r

                """)
    }

    @Test("without limits the report counts everything as admitted, and can still try other limits")
    func unlimited() throws {
        let client = try ControlClient()
        client.begin()
        for _ in 0..<40 { client.say("hello") }
        #expect(client.admitted() == 40)
        let rerun = client.report("?scope=account")["what_if"]
        #expect(rerun?["limits"]?["messages_per_minute"]?.integer == 30)
        #expect(rerun?["keys"]?.array?.first?["messages"]?["refused"]?.integer == 10)
    }

    @Test("the report lists every caller of a sandbox, and hides secret keys")
    func keys() throws {
        let client = try ControlClient()
        _ = client.api(.get, "sdk/personas", key: "pk_live_demo", place: "cart")
        _ = client.api(.get, "sdk/personas", place: "cart")
        _ = client.history(key: nil, place: "cart")
        let shown = client.report(of: "cart")["keys"]?.array?.compactMap { $0["key"]?.string }
        #expect(shown == ["pk_live_…d98076c9", "pk_test_a", "web"])
        #expect(client.control(.get, "/sandboxes/cart/limits/report.csv").text.contains("pk_live_demo") == false)
    }

    static let renewals: [(String, HTTP.Method, String)] = [
        ("limits", .put, #"{"messages_per_minute":9}"#), ("limits", .put, "null"), ("reset", .post, ""),
        ("clock", .put, #"{"mode":"frozen"}"#), ("clock", .put, #"{"mode":"real"}"#),
    ]

    @Test("new limits, a clock that is set, and a reset begin the report anew", arguments: renewals)
    func anew(_ path: String, _ method: HTTP.Method, _ body: String) throws {
        let client = try Self.rehearsed()
        #expect(client.control(method, "/sandboxes/pk_test_a/\(path)", body).status == 200)
        #expect(
            client.report().text
                == #"{"server":null,"since":null,"kept_since":null,"complete":true,"keys":[],"what_if":null}"#)
        client.begin()
        client.say("hello")
        #expect(client.admitted() == 1)
    }

    @Test("an advanced clock, a new seed, and reading the limits do not begin the report anew")
    func further() throws {
        let client = try ControlClient(limits: Self.limits)
        #expect(
            client.control(.put, "/sandboxes/pk_test_a/clock", #"{"mode":"frozen","at":"2026-01-01T00:00:00Z"}"#).status
                == 200)
        client.begin()
        client.say("hello")
        #expect(client.control(.post, "/sandboxes/pk_test_a/clock/advance", #"{"seconds":90}"#).status == 200)
        #expect(client.control(.put, "/sandboxes/pk_test_a/seed", #"{"seed":3}"#).status == 200)
        #expect(client.control(.get, "/sandboxes/pk_test_a/limits").status == 200)
        client.say("hello")
        #expect(client.admitted() == 2)
        #expect(client.report()["since"]?.string == "2026-01-01T00:00:00Z")
    }

    @Test("under a frozen clock a retry is compared with the Retry-After that was sent")
    func frozen() throws {
        let client = try ControlClient(limits: Self.limits)
        #expect(
            client.control(.put, "/sandboxes/pk_test_a/clock", #"{"mode":"frozen","retry_after_scale":0.1}"#).status
                == 200)
        client.begin()
        for _ in 0..<2 { client.say("hello") }
        #expect(client.say("hello").fields[.retryAfter] == "6")
        client.clock.advance(seconds: 2)
        #expect(client.say("hello").status == 200)
        let retries = client.report()["keys"]?.array?.first?["messages"]?["retries"]
        #expect(
            retries?.text
                == #"{"count":1,"early":1,"earliest_seconds":4,"median_seconds":4,"latest_seconds":4}"#)
    }

    @Test("a request that is not stored is not in the report, and limits that are not stored are not set")
    func unsaved() throws {
        let store = FailingStore(MemoryStore())
        let client = try ControlClient(store: store, limits: Self.limits)
        client.begin()
        client.say("hello")
        let before = client.report().text
        for call in 1... {
            store.fail(in: call)
            let status = client.say("hello").status
            guard store.hasFailed else { break }
            #expect(status == 503)
            #expect(client.report().text == before)
        }
        store.fail(in: 1000)
        let after = client.report().text
        for (path, method, body) in Self.renewals {
            store.fail(in: 1)
            #expect(client.control(method, "/sandboxes/pk_test_a/\(path)", body).status == 503)
            #expect(store.hasFailed)
            #expect(client.report().text == after)
            #expect(client.control(.get, "/sandboxes/pk_test_a/limits")["messages_per_minute"]?.integer == 2)
        }
    }

    static let mistakes = [
        (
            "?messages_per_minut=3",
            "unknown key \"messages_per_minut\" in the limits; did you mean \"messages_per_minute\"?"
        ),
        ("?messages_per_minute=many", "\"messages_per_minute\" of the limits must be a whole number, not a text"),
        ("?other_per_minute=0", "\"other_per_minute\" of the limits must be between 1 and 1000000, not 0"),
        ("?window=slidin", "did you mean \"sliding\"?"), ("?scope=", "must be one of key, account"),
        ("?scope=key&scope=key", "the key \"scope\" stands twice in the limits"),
    ]

    @Test("a mistake in the query is refused with a message that names it", arguments: mistakes)
    func mistake(_ query: String, _ message: String) throws {
        let answer = try Self.rehearsed().report(query)
        #expect(answer.status == 400)
        #expect(answer.error?.contains(message) == true, "\(answer.text)")
    }

    @Test("a sandbox that does not exist has no report")
    func nowhere() throws {
        let client = try ControlClient()
        for path in ["report", "report.csv"] {
            #expect(client.control(.get, "/sandboxes/nobody/limits/\(path)").status == 404)
        }
    }
}
