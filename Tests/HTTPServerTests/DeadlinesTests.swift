import EventLoop
import HTTP
import Support
import Testing

@testable import HTTPServer

struct DeadlinesTests {
    private static let start = Instant(nanoseconds: 5_000_000_000)

    @Test(
        "Each phase has its own deadline, counted from its beginning",
        arguments: [
            (Deadlines.Phase.idle, 60), (.head, 10), (.body, 30), (.answering, nil), (.closing, 5),
        ] as [(Deadlines.Phase, Int?)])
    func phases(phase: Deadlines.Phase, seconds: Int?) {
        var deadlines = Deadlines(limits: Limits(), at: DeadlinesTests.start)
        let began = DeadlinesTests.start + .seconds(100)
        deadlines.enter(phase, at: began)
        let limit = Duration.seconds(seconds ?? 1_000_000)
        let before = deadlines.havePassed(at: began + (limit - .milliseconds(1)), pendingOutput: 0)
        let at = deadlines.havePassed(at: began + limit, pendingOutput: 0)
        #expect(!before)
        #expect(at == (seconds != nil))
    }

    @Test(
        "Pending output that shrinks is progress, output that does not is a stall",
        arguments: [Deadlines.Phase.delivering, .writing, .closing])
    func stall(phase: Deadlines.Phase) {
        var deadlines = Deadlines(limits: Limits(), at: DeadlinesTests.start)
        deadlines.enter(phase, at: DeadlinesTests.start)
        for (second, pending, expected) in [
            (20, 1000, false), (45, 999, false), (74, 999, false), (76, 999, true), (76, 998, false), (105, 998, false),
            (106, 998, true),
        ] {
            let passed = deadlines.havePassed(at: DeadlinesTests.start + .seconds(second), pendingOutput: pending)
            #expect(passed == expected, "at \(second) s with \(pending) bytes")
        }
    }

    @Test("A response in steps cannot stall while the client has taken all of it so far")
    func delivering() {
        var deadlines = Deadlines(limits: Limits(), at: DeadlinesTests.start)
        deadlines.enter(.delivering, at: DeadlinesTests.start)
        for (second, pending, expected) in [
            (500, 0, false), (1000, 10, false), (1029, 10, false), (1030, 0, false), (1031, 10, false),
            (1062, 10, true),
        ] {
            let passed = deadlines.havePassed(at: DeadlinesTests.start + .seconds(second), pendingOutput: pending)
            #expect(passed == expected, "at \(second) s with \(pending) bytes")
        }
    }

    @Test("A client that has taken everything gets the whole time to close")
    func lingering() {
        var deadlines = Deadlines(limits: Limits(), at: DeadlinesTests.start)
        deadlines.enter(.closing, at: DeadlinesTests.start)
        for (second, pending, expected) in [
            (1, 10, false), (20, 10, false), (22, 0, false), (26, 0, false), (27, 0, true),
        ] {
            let passed = deadlines.havePassed(at: DeadlinesTests.start + .seconds(second), pendingOutput: pending)
            #expect(passed == expected, "at \(second) s with \(pending) bytes")
        }
    }
}

struct ConnectionStateTimeTests {
    private static let head = "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n"

    /// Moves the clock and says what comes of it.
    private func pass(_ seconds: Double, _ script: inout Script, pendingOutput: Int = 0) -> String {
        script.now = script.now + .milliseconds(Int(seconds * 1000))
        return brief(script.state.passTime(to: script.now, pendingOutput: pendingOutput))
    }

    @Test("An idle connection is closed without an answer")
    func idle() {
        var script = Script()
        #expect(pass(59, &script) == "wait")
        #expect(pass(1, &script) == "abort")
    }

    @Test("An empty line before a request does not renew the idle time")
    func emptyLine() {
        var script = Script()
        _ = pass(59, &script)
        #expect(script.receive("\r\n") == .wait)
        #expect(pass(1, &script) == "abort")
    }

    @Test("A slow head gets 408 at its deadline, which counts from its first byte")
    func slowHead() {
        var script = Script()
        #expect(pass(50, &script) == "wait")
        for byte in "GET / HTTP/1.1\r\n".utf8 {
            #expect(script.receive(String(decoding: [byte], as: UTF8.self)) == .wait)
            #expect(pass(0.6, &script) == "wait")
        }
        #expect(pass(0.4, &script) == "reject 408 /")
        #expect(script.sent() == .close)
    }

    @Test("A slow body gets 408 at its deadline, which counts from the end of the head")
    func slowBody() {
        var script = Script()
        #expect(script.receive(ConnectionStateTimeTests.head + "a") == .wait)
        #expect(pass(29, &script) == "wait")
        #expect(script.receive("b") == .wait)
        #expect(pass(1, &script) == "reject 408 /a")
    }

    @Test("No deadline passes while the server works out the answer")
    func answering() {
        var script = Script()
        #expect(brief(script.receive(ConnectionStateTimeTests.head + "abc")) == "handle /a abc")
        #expect(pass(1000, &script) == "wait")
    }

    @Test("The idle time counts from the end of the answer")
    func idleAfterAnswer() {
        var script = Script()
        _ = pass(59, &script)
        _ = script.receive(ConnectionStateTimeTests.head + "abc")
        _ = pass(10, &script)
        #expect(script.sent() == .wait)
        #expect(pass(59, &script) == "wait")
        #expect(pass(1, &script) == "abort")
    }

    @Test("A client that does not read its answer is cut, before and after the close", arguments: [true, false])
    func stall(keepsAlive: Bool) {
        var script = Script()
        _ = script.receive("GET / HTTP/1.\(keepsAlive ? 1 : 0)\r\nHost: x\r\n\r\n")
        #expect(script.sent(outputPending: true) == (keepsAlive ? .wait : .close))
        #expect(pass(1, &script, pendingOutput: 100) == "wait")
        #expect(pass(29, &script, pendingOutput: 100) == "wait")
        #expect(pass(1, &script, pendingOutput: 100) == "abort")
    }
}
