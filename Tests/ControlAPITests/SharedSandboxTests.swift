import Fixtures
import HTTP
import Store
import Support
import Testing

@testable import Emulator

extension ControlClient {
    func sandbox(_ name: String = "pk_test_a") throws -> Sandbox { try emulator.account(named: name).sandbox }
}

extension Answer {
    /// All of it, without what one server's journal counts.
    var shownOfAll: String {
        let steps = delivery.steps.map { if case .bytes = $0 { "bytes" } else { "\($0)" } }
        return "\(status) \(fields.list.map { "\($0.name): \($0.value)" }) \(steps) \(uncounted)"
    }
}

@Suite("A sandbox that goes on at another server")
struct SharedSandboxTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var limits: RateLimits?
        var key = "pk_test_a"
        /// What happens at the first server.
        let live: @Sendable (ControlClient) -> Void
        /// What happens then; it shows what is kept of the life before.
        let goOn: @Sendable (ControlClient) -> [Answer]
    }

    private static let path = "/sandboxes/pk_test_a"

    /// The answers to some messages, a few seconds one after the other.
    @Sendable private static func talk(_ client: ControlClient) -> [Answer] {
        (1...8).map { number in
            client.clock.advance(seconds: 7)
            return client.say("hm \(number)")
        }
    }

    /// A call of the control API that is carried out.
    @Sendable private static func done(
        _ client: ControlClient, _ method: HTTP.Method, _ path: String, _ body: String = ""
    ) {
        let answer = client.control(method, path, body)
        #expect(answer.status == 200, "\(answer.text)")
    }

    private static func limited(_ window: String, scope: String = "key") -> Case {
        Case(testDescription: "\(window) limits by \(scope)") { client in
            done(
                client, .put, "\(path)/limits",
                #"{"messages_per_minute":4,"other_per_minute":2,"window":"\#(window)","scope":"\#(scope)"}"#)
            for _ in 1...3 {
                client.clock.advance(seconds: 5)
                client.say("hm")
            }
            client.clock.advance(seconds: 5)
            client.say("hm", key: "pk_live_demo", place: "pk_test_a")
        } goOn: { client in
            talk(client) + [client.history(), client.say("hm", key: "pk_live_demo", place: "pk_test_a")]
        }
    }

    private static func faulty(_ fault: String) -> Case {
        Case(testDescription: fault) { client in
            done(client, .post, "\(path)/faults", fault)
            for number in 1...2 { client.say("hm \(number)") }
        } goOn: {
            talk($0) + [$0.control(.get, "\(path)/faults")]
        }
    }

    private static func timed(_ clock: String) -> Case {
        Case(testDescription: "clock \(clock)") { client in
            done(client, .put, "\(path)/clock", clock)
            done(client, .put, "\(path)/limits", #"{"messages_per_minute":2}"#)
            for _ in 1...3 { client.say("hm") }
        } goOn: { client in
            talk(client) + [client.control(.get, "\(path)/clock")]
        }
    }

    private static let limits: [Case] =
        [
            limited("sliding"), limited("fixed"), limited("token_bucket"), limited("sliding", scope: "account"),
            Case(testDescription: "limits of the server", limits: RateLimits(messagesPerMinute: 3, window: .fixed)) {
                $0.say("hm")
            } goOn: {
                talk($0)
            },
            Case(testDescription: "limits that are lifted", limits: RateLimits(messagesPerMinute: 3)) {
                done($0, .put, "\(path)/limits", "null")
                $0.say("hm")
            } goOn: {
                talk($0) + [$0.control(.get, "\(path)/limits")]
            },
        ]

    private static let faults: [Case] =
        [
            #"{"kind":"status","status":503,"nth":4}"#, #"{"kind":"status","status":418,"from":2,"every":3}"#,
            #"{"kind":"rate_limited","count":4}"#, #"{"kind":"status","status":500,"probability":0.5}"#,
            #"{"kind":"delay","min_seconds":1,"max_seconds":9,"when":"after_turn"}"#,
            #"{"kind":"reset","ttl_seconds":30}"#,
            #"{"kind":"status","status":503,"count":3,"match":{"message":{"pattern":"^hm \\d$"}}}"#,
            #"{"kind":"patch","patch":{"score":1e2},"nulls":["message"],"every":2,"match":{"player":"sam"}}"#,
            #"{"kind":"truncate","fraction":0.25,"from":3,"match":{"route":"POST /api/v1/sdk/chat/{persona_id}/message"}}"#,
        ].map(faulty)

    private static let clocks: [Case] =
        [
            #"{"mode":"frozen","at":"2026-03-10T12:00:00Z"}"#,
            #"{"mode":"frozen","at":"2026-03-10T12:00:00Z","auto_advance_seconds":1.5,"retry_after_scale":0.25}"#,
            #"{"mode":"offset","at":"2031-01-01T00:00:00Z","auto_advance_seconds":11}"#,
        ].map(timed)

    private static let others: [Case] =
        [
            Case(testDescription: "a fault that was deleted") {
                for status in [500, 501, 502] {
                    $0.control(.post, "\(path)/faults", #"{"kind":"status","status":\#(status),"nth":2}"#)
                }
                done($0, .delete, "\(path)/faults/f1")
                done($0, .delete, "\(path)/faults/f3")
            } goOn: {
                talk($0) + [
                    $0.control(.post, "\(path)/faults", #"{"kind":"reset"}"#), $0.control(.get, "\(path)/faults"),
                ]
            },
            Case(testDescription: "faults of a magic word", key: "pk_test_a+flaky") {
                $0.say("hm", key: "pk_test_a+flaky")
            } goOn: { client in
                (1...6).map { client.say("hm \($0)", key: "pk_test_a+flaky") }
            },
            Case(testDescription: "faults of a magic word that were deleted", key: "pk_test_a+flaky") {
                done($0, .delete, "/sandboxes/pk_test_a+flaky/faults")
            } goOn: { client in
                (1...6).map { client.say("hm \($0)", key: "pk_test_a+flaky") }
                    + [client.control(.post, "/sandboxes/pk_test_a+flaky/faults", #"{"kind":"reset"}"#)]
            },
            Case(testDescription: "scripts that are half taken") {
                done(
                    $0, .post, "\(path)/scripts",
                    #"{"steps":[{"reply":"One."},{"error":503,"message":"é"},{"reply":"3"}]}"#
                )
                done($0, .post, "\(path)/scripts", #"{"player":"eve","steps":[{"reply":"Never."}]}"#)
                done(
                    $0, .post, "\(path)/scripts",
                    #"{"persona":"mira","steps":[{"decision":"redirect"},{"follow_up":true},{"decision":"pass"}]}"#)
                done($0, .delete, "\(path)/scripts/s2")
                $0.say("hm")
            } goOn: {
                talk($0) + [
                    $0.control(.post, "\(path)/scripts", #"{"steps":[{}]}"#), $0.control(.get, "\(path)/scripts"),
                ]
            },
            Case(testDescription: "a seed") {
                done($0, .put, "\(path)/seed", #"{"seed":-9}"#)
            } goOn: {
                [$0.begin(), $0.say("hm"), $0.control(.get, path)]
            },
            Case(testDescription: "a message that got its error") {
                $0.say("[[error 503 x1]] hm")
            } goOn: {
                [$0.say("[[error 503 x1]] hm"), $0.say("[[error 503 x1]] hm"), $0.say("[[error 504 x1]] hm")]
            },
            Case(testDescription: "a reset after all of it") {
                done($0, .post, "\(path)/faults", #"{"kind":"reset"}"#)
                done($0, .post, "\(path)/scripts", #"{"steps":[{"reply":"One."}]}"#)
                done($0, .put, "\(path)/seed", #"{"seed":4}"#)
                done($0, .post, "\(path)/reset")
                done($0, .post, "\(path)/faults", #"{"kind":"status","status":418,"nth":2}"#)
            } goOn: {
                [$0.begin()] + talk($0) + [$0.control(.get, "\(path)/faults"), $0.control(.get, path)]
            },
        ]

    static let cases = limits + faults + clocks + others

    /// Two servers over one store, which both know the account. At the first there was a life since.
    private static func pair(_ test: Case) throws -> (first: ControlClient, second: ControlClient) {
        let first = try ControlClient(limits: test.limits)
        first.begin(key: test.key)
        let second = try ControlClient(store: first.store, clock: first.clock, limits: test.limits)
        test.live(first)
        return (first, second)
    }

    private static func shown(_ answers: [Answer]) -> [String] { answers.map(\.shownOfAll) }

    @Test("what was written and restored goes on as what never was", arguments: cases)
    func goesOn(_ test: Case) throws {
        let (alone, _) = try Self.pair(test)
        let (first, second) = try Self.pair(test)
        let kept = try first.sandbox(test.key).kept
        #expect(kept == (try alone.sandbox(test.key).kept))
        try second.sandbox(test.key).restore(from: kept)
        #expect(try second.sandbox(test.key).kept == kept)
        let wanted = Self.shown(test.goOn(alone))
        #expect(Self.shown(test.goOn(second)) == wanted)
        #expect(try second.sandbox(test.key).kept == alone.sandbox(test.key).kept)
    }

    @Test("without its row it would go on otherwise", arguments: cases)
    func needed(_ test: Case) throws {
        let (first, second) = try Self.pair(test)
        let answers = Self.shown(test.goOn(second))
        let (_, third) = try Self.pair(test)
        try third.sandbox(test.key).restore(from: first.sandbox(test.key).kept)
        #expect(Self.shown(test.goOn(third)) != answers)
    }
}
