import Emulator
import FoilEngineAPI
import HTTP
import JSON
import Support
import Testing

@Suite("Waits in a sandbox whose clock is not the real one")
struct WaitTests {
    private static let limits = #"{"messages_per_minute":1,"other_per_minute":2}"#

    /// A sandbox of few requests, whose clock has been set.
    private static func limited(_ clock: String = #"{"mode":"frozen","at":"2026-03-10T12:00:00Z"}"#) throws
        -> ControlClient
    {
        let client = try ControlClient()
        for name in ["pk_test_a", "demo"] {
            client.control(.put, "/sandboxes/\(name)/clock", clock)
            client.control(.put, "/sandboxes/\(name)/limits", limits)
        }
        return client
    }

    @Test("a delay moves the clock, and the answer does not wait", arguments: ["frozen", "offset"])
    func delay(_ mode: String) throws {
        let client = try ControlClient()
        client.begin()
        #expect(client.say("[[delay 5s]] hm").waits == [.seconds(5)])
        client.control(
            .put, "/sandboxes/pk_test_a/clock", "{\"mode\":\"\(mode)\",\"at\":\"2030-01-01T00:00:00Z\"}")
        let answer = client.say("[[delay 5s]] hm")
        #expect(answer.status == 200)
        #expect(answer.waits == [])
        #expect(answer.fields[.date] == "Tue, 01 Jan 2030 00:00:05 GMT")
        #expect(client.time() == "2030-01-01T00:00:05Z")
        #expect(client.history()["last_message_at"]?.string == "2030-01-01T00:00:00Z", "it was said before the delay")
    }

    @Test("a delayed error is answered at once")
    func lateError() throws {
        let client = try ControlClient()
        client.freeze()
        client.begin()
        let answer = client.say("[[delay 300ms]] [[error 503]] hm")
        #expect((answer.status, answer.waits) == (503, []))
        client.control(.post, "/sandboxes/pk_test_a/clock/advance", #"{"seconds":0.7}"#)
        #expect(client.time() == "2026-03-10T12:00:01Z")
    }

    @Test("the pauses of a stream move the clock, and its text is the same to the byte")
    func stream() throws {
        let pacing = Pacing(firstTokenMilliseconds: 400, tokensPerSecond: 10)
        let (real, frozen) = (try ControlClient(pacing: pacing), try ControlClient(pacing: pacing))
        frozen.freeze("pk_test_a", "2026-03-10T12:00:00Z")
        let answers = [real, frozen].map { client in
            client.begin()
            return client.stream("[[delay 2s]] hm")
        }
        #expect(answers[0].waits.count > 2)
        #expect(answers[1].waits == [])
        #expect(answers[0].text == answers[1].text)
        #expect(answers[1].delivery.framing == .stream)
        let waited = answers[0].waits.reduce(.zero, +).components.seconds
        #expect(frozen.time() == "2026-03-10T12:00:0\(waited)Z")
    }

    // MARK: Retry-After

    @Test("Retry-After is one whole second, and the clock advances by the true wait when the key calls again")
    func retry() throws {
        let client = try Self.limited()
        client.begin()
        #expect(client.say("hm").status == 200)
        let refused = client.say("hm")
        #expect((refused.status, refused.fields[.retryAfter]) == (429, "1"))
        #expect(refused.error == "Rate limit exceeded. Try again in 60 s")
        #expect(client.time() == "2026-03-10T12:00:00Z", "not before it calls")
        #expect(client.say("hm").status == 200)
        #expect(client.time() == "2026-03-10T12:01:00Z")
    }

    @Test("a call does not pass the wait of another key in the same sandbox")
    func otherKey() throws {
        let client = try Self.limited()
        client.begin(key: "pk_live_demo")
        #expect([1, 2].map { _ in client.say("hm", key: "pk_live_demo").status } == [200, 429])
        client.begin(key: "pk_live_second")
        #expect(client.say("hm", key: "pk_live_second").status == 200)
        #expect(client.time("demo") == "2026-03-10T12:00:00Z")
        #expect(client.say("hm", key: "pk_live_demo").status == 200)
        #expect(client.time("demo") == "2026-03-10T12:01:00Z")
    }

    @Test("a wait that is over already does not move the clock")
    func passed() throws {
        let client = try Self.limited()
        client.begin()
        #expect([1, 2].map { _ in client.say("hm").status } == [200, 429])
        client.control(.post, "/sandboxes/pk_test_a/clock/advance", #"{"seconds":90}"#)
        #expect(client.say("hm").status == 200)
        #expect(client.time() == "2026-03-10T12:01:30Z")
    }

    @Test("a call moves an offset clock by the rest of the wait")
    func offset() throws {
        let client = try Self.limited(#"{"mode":"offset","at":"2030-01-01T00:00:00Z"}"#)
        client.begin()
        #expect([1, 2].map { _ in client.say("hm").status } == [200, 429])
        client.clock.advance(seconds: 1)
        #expect(client.say("hm").status == 200)
        #expect(client.time() == "2030-01-01T00:01:00Z")
    }

    static let scales = [
        ("0", "0.001"), ("0.001", "0.06"), ("0.01", "0.6"), ("0.5", "30"), ("1", "60"), ("0.0123", "0.738"),
        ("0.00001", "0.001"),
    ]

    @Test(
        "Retry-After is multiplied by retry_after_scale, and is never 0 (H-4)",
        arguments: scales)
    func scale(_ scale: String, _ field: String) throws {
        let client = try Self.limited(#"{"mode":"frozen","retry_after_scale":\#(scale)}"#)
        client.begin()
        #expect(client.say("hm").status == 200)
        #expect(client.say("hm").fields[.retryAfter] == field)
    }

    @Test("under the real clock Retry-After is not scaled, and no wait is passed")
    func real() throws {
        let client = try Self.limited(#"{"mode":"real","retry_after_scale":0.5}"#)
        client.begin()
        #expect(client.say("hm").status == 200)
        #expect(client.say("hm").fields[.retryAfter] == "60")
        #expect(client.say("hm").status == 429)
    }

    @Test("setting the clock cancels all waits")
    func forgotten() throws {
        let client = try Self.limited()
        client.begin()
        #expect([1, 2].map { _ in client.say("hm").status } == [200, 429])
        client.freeze("pk_test_a", "2027-01-01T00:00:00Z")
        #expect(client.say("hm").status == 200)
        #expect(client.time() == "2027-01-01T00:00:00Z")
    }
}
