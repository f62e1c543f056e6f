import Dialogue
import Emulator
import Fixtures
import HTTP
import JSON
import Support
import Testing

@Suite("The clock of a sandbox")
struct ClockTests {
    private static let path = "/sandboxes/pk_test_a/clock"

    @discardableResult
    private static func advance(_ client: ControlClient, _ seconds: String) -> Answer {
        client.control(.post, "\(path)/advance", "{\"seconds\":\(seconds)}")
    }

    @Test("a real clock reads the server's time")
    func real() throws {
        let client = try ControlClient()
        client.begin()
        #expect(client.time() == "2026-03-10T12:00:00Z")
        client.clock.advance(seconds: 90)
        #expect(client.time() == "2026-03-10T12:01:30Z")
        #expect(client.begin().fields[.date] == nil, "the server's own Date is right")
    }

    @Test("a frozen clock moves only when it is advanced")
    func frozen() throws {
        let client = try ControlClient()
        #expect(
            client.freeze("pk_test_a", "2030-01-02T03:04:05.25Z").text
                == #"{"mode":"frozen","now":"2030-01-02T03:04:05Z","auto_advance_seconds":0,"retry_after_scale":null}"#)
        client.clock.advance(seconds: 3600)
        #expect(client.time() == "2030-01-02T03:04:05Z")
        #expect(Self.advance(client, "0.75")["now"]?.string == "2030-01-02T03:04:06Z")
        #expect(Self.advance(client, "86400")["now"]?.string == "2030-01-03T03:04:06Z")
        #expect(Self.advance(client, "0")["now"]?.string == "2030-01-03T03:04:06Z")
    }

    @Test(
        "an offset clock runs on from the time it was set to, ahead or behind",
        arguments: ["2030-01-01T00:00:00Z", "1999-12-31T23:50:00Z"])
    func offset(_ at: String) throws {
        let client = try ControlClient()
        client.control(.put, Self.path, "{\"mode\":\"offset\",\"at\":\"\(at)\"}")
        #expect(client.time() == at)
        client.clock.advance(seconds: 5)
        #expect(client.time() == at.replacing("0:00Z", with: "0:05Z"))
        #expect(Self.advance(client, "10")["now"]?.string == at.replacing("0:00Z", with: "0:15Z"))
    }

    @Test("a clock that is set without a time starts from the time it reads")
    func goesOn() throws {
        let client = try ControlClient()
        client.clock.advance(seconds: 30)
        #expect(client.control(.put, Self.path, #"{"mode":"frozen"}"#)["now"]?.string == "2026-03-10T12:00:30Z")
        client.clock.advance(seconds: 30)
        #expect(client.control(.put, Self.path, #"{"mode":"offset"}"#)["now"]?.string == "2026-03-10T12:00:30Z")
        client.clock.advance(seconds: 10)
        #expect(client.time() == "2026-03-10T12:00:40Z")
        #expect(client.control(.put, Self.path, #"{"mode":"real"}"#)["now"]?.string == "2026-03-10T12:01:10Z")
    }

    @Test("auto_advance_seconds moves the clock after each request in its sandbox")
    func autoAdvance() throws {
        let client = try ControlClient()
        client.freeze("pk_test_a", "2026-03-10T12:00:00Z", #","auto_advance_seconds":1.5"#)
        let begun = client.begin()
        #expect(begun.fields[.date] == "Tue, 10 Mar 2026 12:00:00 GMT")
        #expect(client.time() == "2026-03-10T12:00:01Z", "looking at it does not")
        #expect(client.history()["started_at"]?.string == "2026-03-10T12:00:00Z")
        #expect(client.time() == "2026-03-10T12:00:03Z")
        // Refused ones too, by their key.
        #expect(client.api(.get, "nothing").status == 404)
        #expect(client.time() == "2026-03-10T12:00:04Z")
        client.begin(key: "pk_test_b")
        #expect(client.time() == "2026-03-10T12:00:04Z")
    }

    @Test("replies and the Date field show the clock's time, in its own sandbox only")
    func replies() throws {
        let client = try ControlClient()
        client.freeze("pk_test_a", "2030-01-02T03:04:05Z")
        for key in ["pk_test_a", "pk_test_b"] { client.begin(key: key) }
        Self.advance(client, "60")
        client.say("hm")
        client.clock.advance(seconds: 3600)
        let history = client.history()
        #expect(history["started_at"]?.string == "2030-01-02T03:04:05Z")
        #expect(history["last_message_at"]?.string == "2030-01-02T03:05:05Z")
        #expect(
            history["messages"]?.array?.map { $0["created_at"]?.string }
                == ["2030-01-02T03:04:05Z", "2030-01-02T03:05:05Z", "2030-01-02T03:05:05Z"])
        #expect(history.fields[.date] == "Wed, 02 Jan 2030 03:05:05 GMT")
        let other = client.history(key: "pk_test_b")
        #expect(other["started_at"]?.string == "2026-03-10T12:00:00Z")
        #expect(other.fields[.date] == nil)
    }

    @Test(
        "a refused request shows the clock's time in Date too",
        arguments: [("nothing", 404), ("sdk/chat/x/session", 400)])
    func failures(_ path: String, _ status: Int) throws {
        let client = try ControlClient()
        client.freeze("pk_test_a", "2030-01-02T03:04:05Z")
        let answer = client.api(.get, path)
        #expect(answer.status == status)
        #expect(answer.fields[.date] == "Wed, 02 Jan 2030 03:04:05 GMT")
    }

    @Test("rate limits count in the clock's time", arguments: ["sliding", "fixed", "token_bucket"])
    func limits(_ window: String) throws {
        let client = try ControlClient()
        client.freeze()
        client.control(
            .put, "/sandboxes/pk_test_a/limits", "{\"messages_per_minute\":1,\"window\":\"\(window)\"}")
        client.begin()
        #expect(client.say("hm").status == 200)
        client.clock.advance(seconds: 3600)
        #expect(client.say("hm", player: "nobody").status == 429)
        Self.advance(client, "60")
        #expect(client.say("hm").status == 200)
    }

    @Test("rates count anew after the clock is set back, and count on after it is advanced")
    func back() throws {
        let client = try ControlClient(limits: RateLimits(messagesPerMinute: 1))
        client.freeze("pk_test_a", "2030-01-01T00:00:00Z")
        client.begin()
        #expect(client.say("hm").status == 200)
        Self.advance(client, "1")
        client.freeze("pk_test_a", "2020-01-01T00:00:00Z")
        #expect([client.say("hm").status, client.say("hm", player: "x").status] == [200, 429])
    }

    @Test("cooldowns follow the clock")
    func cooldowns() throws {
        let client = try ControlClient()
        client.freeze("ft_sk_test_a")
        func act(_ action: String) -> Answer {
            client.api(
                .post, "bot/action", "target=lead&action=\(action)", key: "ft_sk_test_a",
                fields: ["Content-Type": "application/x-www-form-urlencoded"])
        }
        #expect(act("OUTREACH")["message"]?.string == "Hey.")
        #expect(act("FOLLOW_UP")["message"]?.string == "Still there?")
        client.clock.advance(seconds: 3600)
        #expect(act("FOLLOW_UP")["message"]?.string != "Still there?")
        client.control(.post, "/sandboxes/ft_sk_test_a/clock/advance", #"{"seconds":60}"#)
        #expect(act("FOLLOW_UP")["message"]?.string == "Still there?")
    }

    @Test("a server can start its sandboxes with a frozen clock")
    func standard() throws {
        let start = SandboxClock(.frozen(Timestamp(seconds: 0)))
        let client = try ControlClient(standard: start)
        client.begin()
        #expect(client.time() == "1970-01-01T00:00:00Z")
        #expect(client.control(.put, Self.path, #"{"mode":"real"}"#)["now"]?.string == "2026-03-10T12:00:00Z")
        #expect(client.control(.post, "/sandboxes/pk_test_a/reset")["clock"]?["mode"]?.string == "frozen")
    }

    // MARK: Bounds

    @Test("a clock stops at the end of 2261, and nothing overflows there")
    func end() throws {
        let client = try ControlClient(limits: RateLimits(messagesPerMinute: 1))
        client.freeze("pk_test_a", "2261-12-31T23:59:59.999999999Z", #","auto_advance_seconds":3155760000"#)
        client.begin()
        #expect(client.time() == "2261-12-31T23:59:59Z")
        #expect(Self.advance(client, "3155760000")["now"]?.string == "2261-12-31T23:59:59Z")
        #expect(client.say("[[delay 600s]] hm").fields[.date] == "Tue, 31 Dec 2261 23:59:59 GMT")
        let refused = client.say("hm")
        #expect((refused.status, refused.fields[.retryAfter]) == (429, "1"))
        #expect(client.say("hm").status == 429, "there is no later")
        client.control(.put, Self.path, #"{"mode":"offset","at":"2261-12-31T23:59:59Z"}"#)
        client.clock.advance(seconds: 86_400)
        #expect(client.time() == "2261-12-31T23:59:59Z")
        #expect(client.begin().status == 200)
    }

    @Test("a delay, a fault and auto_advance_seconds can all pass at the end of 2261")
    func faults() throws {
        let client = try ControlClient()
        client.freeze("pk_test_a", "2261-12-31T23:59:59Z", #","auto_advance_seconds":3155760000"#)
        client.begin()
        client.control(.post, "/sandboxes/pk_test_a/faults", #"{"kind":"drip","bytes":1,"every_seconds":600}"#)
        #expect(client.say("[[delay 600s]] hm").fields[.date] == "Tue, 31 Dec 2261 23:59:59 GMT")
        #expect(client.time() == "2261-12-31T23:59:59Z")
    }

    static let mistakes = [
        ("", #"{}"#, #"$: a clock has no "mode""#),
        ("", #"{"mod":"frozen"}"#, #"$.mod: unknown key "mod" in a clock; did you mean "mode"? (and 1 more mistake)"#),
        ("", #"{"att":"x","mode":7}"#, #"$.mode: "mode" of a clock must be a text, not a number"#),
        (
            "/advance", #"{"second":2}"#,
            #"$.second: unknown key "second" in an advance; did you mean "seconds"? (and 1 more mistake)"#
        ),
        ("", #"{"mode":"stopped"}"#, #"$.mode: "mode" of a clock must be one of real, offset, frozen, not "stopped""#),
        (
            "", #"{"mode":"frozen","at":"2262-01-01T00:00:00Z"}"#,
            #"$.at: must be a time such as 2026-03-10T12:00:00Z or 2026-03-10T13:00:00+01:00, from 1970 to 2261, not "2262-01-01T00:00:00Z""#
        ),
        (
            "", #"{"mode":"frozen","at":"1969-12-31T23:59:59Z"}"#,
            #"$.at: must be a time such as 2026-03-10T12:00:00Z or 2026-03-10T13:00:00+01:00, from 1970 to 2261, not "1969-12-31T23:59:59Z""#
        ),
        (
            "", #"{"mode":"real","at":"2026-03-10T12:00:00Z"}"#,
            "$.at: means nothing in the real time; make the clock frozen or offset"
        ),
        (
            "", #"{"mode":"real","auto_advance_seconds":1}"#,
            "$.auto_advance_seconds: means nothing in the real time; make the clock frozen or offset"
        ),
        (
            "", #"{"mode":"frozen","auto_advance_seconds":-1}"#,
            #"$.auto_advance_seconds: "auto_advance_seconds" of a clock must be between 0 and 3155760000, not -1"#
        ),
        (
            "", #"{"mode":"frozen","retry_after_scale":1.1}"#,
            #"$.retry_after_scale: "retry_after_scale" of a clock must be between 0 and 1, not 1.1"#
        ),
        (
            "", #"{"mode":"frozen","retry_after":1}"#,
            #"$.retry_after: unknown key "retry_after" in a clock"#
        ),
        ("/advance", "{}", #"$: an advance has no "seconds""#),
        (
            "/advance", #"{"seconds":-1}"#,
            #"$.seconds: "seconds" of an advance must be between 0 and 3155760000, not -1"#
        ),
    ]

    @Test("a mistake in a body is refused with its path, and leaves the clock as it is", arguments: mistakes)
    func mistake(_ part: String, _ body: String, _ message: String) throws {
        let client = try ControlClient()
        client.freeze()
        let answer = client.control(part.isEmpty ? .put : .post, Self.path + part, body)
        #expect(answer.status == 400)
        #expect(answer.error?.hasPrefix(message) == true, "\(answer.text)")
        #expect(client.control(.get, Self.path)["mode"]?.string == "frozen")
        #expect(client.time() == "2026-03-10T12:00:00Z")
    }

    @Test("a real clock cannot be advanced")
    func realAdvance() throws {
        let client = try ControlClient()
        let answer = Self.advance(client, "60")
        #expect(answer.status == 400)
        #expect(answer.error?.contains("frozen or offset") == true)
        #expect(client.time() == "2026-03-10T12:00:00Z")
    }
}
