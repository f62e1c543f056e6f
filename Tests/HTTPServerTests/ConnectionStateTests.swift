import EventLoop
import HTTP
import Support
import Testing

@testable import HTTPServer

/// A connection without a socket, on a clock that a test moves.
struct Script {
    var state: ConnectionState
    var now = Instant(nanoseconds: 0)
    var bodyPlan = BodyPlan.collect(limit: 10)

    init(_ limits: Limits = Limits()) { state = ConnectionState(limits: limits, at: now) }

    /// Receives, and decides on bodies as a server would.
    mutating func receive(_ text: String) -> ConnectionState.Action {
        let bytes = Array(text.utf8)
        return plan(bytes.withUnsafeBytes { state.received($0, at: now) })
    }

    mutating func advance() -> ConnectionState.Action { plan(state.advance(at: now)) }

    mutating func sent(outputPending: Bool = false, inputPending: Bool = false) -> ConnectionState.Action {
        state.sent(isLast: false, outputPending: outputPending, inputPending: inputPending, at: now)
    }

    private mutating func plan(_ action: ConnectionState.Action) -> ConnectionState.Action {
        guard case .plan(let head) = action else { return action }
        return state.planned(bodyPlan, for: head, at: now)
    }
}

/// An action in a few words, for tables.
func brief(_ action: ConnectionState.Action) -> String {
    switch action {
    case .handle(let request): "handle \(request.head.path) \(text(request.body))"
    case .reject(let error, let head): "reject \(error.status.code) \(head?.path ?? "-")"
    case .plan(let head): "plan \(head.path)"
    default: "\(action)"
    }
}

private let getA = get("/a")

private func post(_ fields: String, _ body: String = "", path: String = "/a") -> String {
    "POST \(path) HTTP/1.1\r\nHost: x\r\n\(fields)\r\n\r\n\(body)"
}

struct ConnectionStateTests {
    @Test(
        "Received bytes give the action of the table",
        arguments: [
            ("", "wait"),
            ("\r\n", "wait"),
            ("GET /a HT", "wait"),
            (getA, "handle /a "),
            (post("Content-Length: 3", "ab"), "wait"),
            (post("Content-Length: 3", "abc"), "handle /a abc"),
            (post("Content-Length: 10", "0123456789"), "handle /a 0123456789"),
            (post("Content-Length: 11"), "reject 413 /a"),
            (post("Transfer-Encoding: chunked", "3\r\nabc\r\n7\r\n0123456\r\n0\r\n\r\n"), "handle /a abc0123456"),
            (post("Transfer-Encoding: chunked", "3\r\nabc\r\n7\r\n0123456\r\n1\r\nx"), "reject 413 /a"),
            (post("Transfer-Encoding: chunked", "fffff\r\n01234567890"), "reject 413 /a"),
            (post("Transfer-Encoding: chunked", "zz\r\n"), "reject 400 /a"),
            (post("Content-Length: 3\r\nExpect: 100-continue"), "sendContinue"),
            (post("Content-Length: 3\r\nExpect: 100-continue", "a"), "wait"),
            (post("Content-Length: 3\r\nExpect: 100-continue", "abc"), "handle /a abc"),
            (post("Content-Length: 11\r\nExpect: 100-continue"), "reject 413 /a"),
            ("GET  /a HTTP/1.1\r\n", "reject 400 -"),
            ("GET /a HTTP/1.1\r\nHost : x\r\n", "reject 400 /a"),
            ("\u{16}", "reject 400 -"),
        ])
    func received(text: String, expected: String) {
        var script = Script()
        #expect(brief(script.receive(text)) == expected)
        var byByte = Script()
        let last = text.utf8.map { byByte.receive(String(decoding: [$0], as: UTF8.self)) }.last { $0 != .wait }
        // A body that comes with its head makes 100 Continue needless; one byte later it is due.
        guard !text.contains("Expect") else { return }
        #expect(last.map(brief) ?? "wait" == expected)
    }

    @Test("After 100 Continue the body is read up to its limit")
    func afterContinue() {
        var script = Script()
        #expect(script.receive(post("Transfer-Encoding: chunked\r\nExpect: 100-continue")) == .sendContinue)
        #expect(script.receive("3\r\nabc\r\n") == .wait)
        #expect(brief(script.receive("8\r\n01234567\r\n0\r\n\r\n")) == "reject 413 /a")
    }

    @Test(
        "The request and its error decide whether the connection is kept",
        arguments: [
            ("GET / HTTP/1.1\r\nHost: x\r\n\r\n", true),
            ("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", false),
            ("GET / HTTP/1.0\r\n\r\n", false),
            ("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true),
            ("GET", false),
            ("broken\r\n", false),
            (post("Content-Length: 11"), false),
        ])
    func keepsAlive(text: String, expected: Bool) {
        var script = Script()
        _ = script.receive(text)
        #expect(script.state.keepsAlive == expected)
        if !script.state.readsInput { #expect(script.sent() == (expected ? .wait : .close)) }
    }

    @Test("While a request is pending nothing after it is parsed; then the next one is, in another iteration")
    func oneInFlight() {
        var script = Script()
        #expect(
            brief(script.receive(getA + post("Content-Length: 1", "b", path: "/b") + "nonsense\r\n")) == "handle /a ")
        #expect(!script.state.readsInput)
        #expect(script.advance() == .wait)
        #expect(script.sent() == .resume)
        #expect(!script.state.readsInput)
        #expect(brief(script.advance()) == "handle /b b")
        #expect(script.sent() == .resume)
        #expect(brief(script.advance()) == "reject 400 -")
        #expect(script.sent() == .close)
        #expect(script.receive(getA) == .wait)
    }

    @Test("Unread input resumes the connection after a pending request")
    func unreadInput() {
        var script = Script()
        _ = script.receive(getA)
        #expect(script.sent(inputPending: true) == .resume)
        #expect(script.advance() == .wait)
        #expect(brief(script.receive(getA)) == "handle /a ")
    }

    @Test("While an answer waits for the client nothing after it is parsed")
    func writing() {
        var script = Script()
        _ = script.receive(getA + getA)
        #expect(script.sent(outputPending: true) == .wait)
        #expect(!script.state.readsInput)
        #expect(script.state.drained(inputPending: false, at: script.now) == .resume)
        #expect(brief(script.advance()) == "handle /a ")
    }

    @Test("A last answer that waits for the client closes at once, since closing sends it out")
    func lastAnswerPending() {
        var script = Script()
        _ = script.receive("GET / HTTP/1.0\r\n\r\n")
        #expect(script.sent(outputPending: true) == .close)
    }

    @Test("A cut or a reset ends the connection, and nothing after it is read")
    func breaksOff() {
        var cut = Script()
        _ = cut.receive(getA + getA)
        #expect(cut.state.cut(at: cut.now) == .close)
        #expect(cut.advance() == .wait)
        var reset = Script()
        _ = reset.receive(getA + getA)
        #expect(reset.state.reset(at: reset.now) == .reset)
        #expect(reset.advance() == .wait)
    }

    @Test(
        "The end of input closes the connection, in a request or between two",
        arguments: ["", "GET", post("Content-Length: 3", "ab")])
    func inputEnds(text: String) {
        var script = Script()
        _ = script.receive(text)
        #expect(script.state.inputEnded(at: script.now) == .close)
        #expect(!script.state.readsInput)
    }

    @Test("A connection too many gets a 503 and is closed")
    func overcrowded() {
        var script = Script()
        #expect(brief(script.state.overcrowded(at: script.now)) == "reject 503 -")
        #expect(script.sent() == .close)
    }
}

struct ConnectionStateDrainTests {
    @Test("A drain closes a connection at rest")
    func atRest() {
        var script = Script()
        #expect(script.state.drain() == .abort)
        var used = Script()
        _ = used.receive(getA)
        _ = used.sent()
        #expect(used.state.drain() == .abort)
    }

    @Test("A drain lets a request in flight be answered, and its answer is the last", arguments: ["", getA])
    func inFlight(rest: String) {
        var script = Script()
        _ = script.receive(getA + rest)
        #expect(script.state.drain() == .wait)
        #expect(!script.state.keepsAlive)
        #expect(script.sent() == .close)
    }

    @Test("A drain lets a request that has begun arrive", arguments: 1..<getA.utf8.count)
    func partOfARequest(length: Int) {
        var script = Script()
        let bytes = Array(getA.utf8)
        _ = script.receive(String(decoding: bytes[..<length], as: UTF8.self))
        #expect(script.state.drain() == .wait)
        #expect(brief(script.receive(String(decoding: bytes[length...], as: UTF8.self))) == "handle /a ")
        #expect(script.sent() == .close)
    }

    @Test("A drain lets an answer that waits for the client go out")
    func writing() {
        var script = Script()
        _ = script.receive(getA)
        _ = script.sent(outputPending: true)
        #expect(script.state.drain() == .wait)
        #expect(script.state.drained(inputPending: false, at: script.now) == .close)
    }

    @Test("A drain parses input that waits for the next iteration")
    func awaitingResume() {
        var script = Script()
        _ = script.receive(getA + getA)
        #expect(script.sent() == .resume)
        #expect(script.state.drain() == .wait)
        #expect(brief(script.advance()) == "handle /a ")
        #expect(script.sent() == .close)

        var empty = Script()
        _ = empty.receive(getA)
        #expect(empty.sent(inputPending: true) == .resume)
        #expect(empty.state.drain() == .wait)
        #expect(empty.advance() == .abort)
    }
}
