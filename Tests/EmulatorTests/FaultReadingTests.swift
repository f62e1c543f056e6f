import JSON
import Testing

@testable import Emulator

@Suite("Reading a fault")
struct FaultReadingTests {
    static let right: [String] = [
        #"{"kind": "status", "status": 503}"#,
        #"{"kind": "status", "status": 502, "text": "<html>", "headers": {"Content-Type": "text/html"}}"#,
        #"{"kind": "status", "status": 418, "body": {"error": null}, "when": "after_turn"}"#,
        #"{"kind": "status", "status": 401, "message": "gone", "nth": 2}"#,
        #"{"kind": "rate_limited"}"#, #"{"kind": "rate_limited", "retry_after_seconds": 3, "clock": "wall"}"#,
        #"{"kind": "delay", "seconds": 2.5}"#, #"{"kind": "delay", "min_seconds": 1, "max_seconds": 2}"#,
        #"{"kind": "delay", "median_seconds": 1, "sigma": 0.5, "clock": "wall"}"#,
        #"{"kind": "reset"}"#, #"{"kind": "reset", "at": "start", "when": "after_turn"}"#,
        #"{"kind": "reset", "at": "body", "after_bytes": 3}"#, #"{"kind": "reset", "at": "event", "after_events": 2}"#,
        #"{"kind": "close", "at": "body"}"#, #"{"kind": "truncate"}"#, #"{"kind": "truncate", "bytes": 7}"#,
        #"{"kind": "truncate", "fraction": 0.9, "event": "done"}"#, #"{"kind": "malform", "event": 2}"#,
        #"{"kind": "content_length", "delta": -2}"#, #"{"kind": "drip"}"#,
        #"{"kind": "drip", "bytes": 4, "every_seconds": 0.01, "clock": "sandbox"}"#,
        #"{"kind": "stall", "after_events": 1, "seconds": 2}"#,
        #"{"kind": "stall", "after_bytes": 1, "seconds": 2, "then": "reset"}"#, #"{"kind": "done"}"#,
        #"{"kind": "done", "copies": 2}"#, #"{"kind": "comments", "every_events": 2}"#, #"{"kind": "split_utf8"}"#,
        #"{"kind": "patch", "patch": {"a": null}}"#, #"{"kind": "patch", "nulls": ["a"], "event": 1}"#,
        #"{"kind": "malform", "from": 2, "every": 3, "count": 4, "probability": 0.5, "ttl_seconds": 60}"#,
        #"{"kind": "malform", "count": null, "match": {}, "when": "after_turn", "$comment": "why"}"#,
    ]

    @Test("each kind accepts its own members", arguments: right)
    func taken(_ text: String) throws {
        _ = try Fault(text)
    }

    @Test("the samples above have every kind")
    func kinds() throws {
        #expect(Set(try Self.right.map { try Fault($0).kind }) == Set(Fault.Kind.allCases))
    }

    /// A mistake, and the beginning of its message.
    static let wrong: [(String, String)] = [
        (#"{}"#, #"$: a fault has no "kind""#),
        (#"{"kind": "dealy"}"#, #"$.kind: "kind" of a fault must be one of status, rate_limited, "#),
        (#"{"kind": "status"}"#, #"$: a fault has no "status""#),
        (#"{"kind": "status", "status": 99}"#, #"$.status: "status" of a fault must be between 200 and 599, not 99"#),
        (#"{"kind": "status", "status": 500, "body": 1, "text": ""}"#, #"$.text: and "body" both say"#),
        (#"{"kind": "status", "status": 500, "headers": {"Date": "x"}}"#, "$.headers.Date: is the server's own to set"),
        (
            #"{"kind": "status", "status": 500, "headers": {"x-request-id": "x"}}"#,
            #"$.headers["x-request-id"]: "x-request-id" is the server's own to set"#
        ),
        (
            #"{"kind": "status", "status": 500, "headers": {"X-A": "x\r\nX-B: y"}}"#,
            #"$.headers["X-A"]: "X-A" must be a text without line ends"#
        ),
        (
            #"{"kind": "status", "status": 500, "headers": {"X-A": "\u0000"}}"#,
            #"$.headers["X-A"]: "X-A" must be a text without line ends"#
        ),
        (
            #"{"kind": "status", "status": 500, "headers": {"a b": "x"}}"#,
            #"$.headers["a b"]: "a b" must be a field's name"#
        ),
        (#"{"kind": "status", "status": 500, "headers": []}"#, #"$.headers: "headers" of a fault must be an object"#),
        (#"{"kind": "status", "status": 500, "seconds": 1}"#, #"$.seconds: unknown key "seconds" in a fault"#),
        (#"{"kind": "rate_limited", "retry_after_seconds": 0}"#, #"$.retry_after_seconds: "retry_after_seconds" of"#),
        (#"{"kind": "delay"}"#, #"$: a delay is "seconds", or"#),
        (#"{"kind": "delay", "seconds": 1, "sigma": 1}"#, #"$: a delay is "seconds", or"#),
        (#"{"kind": "delay", "min_seconds": 1}"#, #"$: a delay is "seconds", or"#),
        (#"{"kind": "delay", "min_seconds": 3, "max_seconds": 2}"#, #"$.max_seconds: is less than "min_seconds""#),
        (#"{"kind": "delay", "seconds": 601}"#, #"$.seconds: "seconds" of a fault must be between"#),
        (#"{"kind": "delay", "seconds": 1, "when": "before_turn"}"#, #"$.when: "before_turn" means nothing to delay"#),
        (#"{"kind": "reset", "at": "body", "when": "before_turn"}"#, #"$.when: "before_turn" means nothing to reset"#),
        (#"{"kind": "reset", "at": "start", "after_bytes": 1}"#, #"$.after_bytes: unknown key "after_bytes""#),
        (#"{"kind": "patch"}"#, #"$: a patch needs "patch""#),
        (#"{"kind": "patch", "nulls": [1]}"#, #"$.nulls[0]: "nulls" of a fault must list names"#),
        (#"{"kind": "patch", "patch": {}, "clock": "wall"}"#, #"$.clock: means nothing to patch"#),
        (#"{"kind": "content_length"}"#, #"$: a fault has no "delta""#),
        (#"{"kind": "truncate", "bytes": 1, "fraction": 0.5}"#, #"$.bytes: and "fraction" say"#),
        (#"{"kind": "malform", "event": true}"#, #"$.event: "event" of a fault must be a whole number"#),
        (#"{"kind": "stall", "seconds": 1}"#, "$: a stall stands after_events"),
        (#"{"kind": "stall", "after_events": 1}"#, #"$: a fault has no "seconds""#),
        (#"{"kind": "done", "nth": 1, "count": 2}"#, #"$.count: means nothing beside "nth""#),
        (#"{"kind": "done", "nth": 0}"#, #"$.nth: "nth" of a fault must be between 1"#),
        (#"{"kind": "done", "probability": 2}"#, #"$.probability: "probability" of a fault must be between"#),
        (
            #"{"kind": "done", "match": {"rute": "x"}}"#,
            #"$.match.rute: unknown key "rute" in a match; did you mean "route"?"#
        ),
        (
            #"{"kind": "done", "match": {"route": "GET /x"}}"#,
            #"$.match.route: must be the method and path of a known route, not "GET /x"; did you mean "GET /y"?"#
        ),
        (#"[]"#, "$: a fault must be an object, not a list"),
    ]

    @Test("a mistake is refused with its place and a remedy", arguments: wrong)
    func refused(_ text: String, _ message: String) {
        do {
            _ = try Fault(text, routes: ["GET /y"])
            Issue.record("\(text) was taken")
        } catch let error as WrongFault {
            #expect(error.message.hasPrefix(message), "\(error.message)")
        } catch {
            Issue.record("\(error)")
        }
    }

    @Test("by default a fault that refuses strikes before the turn, and any other after it")
    func moments() throws {
        for text in Self.right where !text.contains("after_turn") {
            let fault = try Fault(text)
            #expect((fault.moment == .beforeTurn) == fault.effect.refuses, "\(text)")
        }
    }
}

@Suite("Magic words")
struct MagicWordTests {
    static let schedules: [(String, [Fault.Kind])] = [
        ("pk_test_cart", []), ("cart+odd", []), ("pk_test_cart+ratelimited", [.rateLimited]),
        ("pk_test_cart+expired", [.status]), ("x+slow", [.delay]), ("x+flaky", [.status, .reset]),
        ("x+slow+flaky", [.delay, .status, .reset]), ("x+slow+slow", []),
        ("x+broke", []), ("x+paused+slow", [.delay]),
    ]

    @Test("each magic word gives its faults", arguments: schedules)
    func schedule(_ name: String, _ kinds: [Fault.Kind]) {
        #expect(MagicWord.faults(of: name).map(\.kind) == kinds)
    }

    @Test(
        "each fault of a magic word can be read as a fault",
        arguments: [MagicWord.ratelimited, .expired, .slow, .flaky])
    func whole(_ word: MagicWord) throws {
        #expect(!word.faults.isEmpty)
        for fault in word.faults { _ = try Fault(String(decoding: fault.source.bytes, as: UTF8.self)) }
    }
}
