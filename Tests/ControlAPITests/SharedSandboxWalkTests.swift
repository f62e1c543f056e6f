import Fixtures
import HTTP
import Store
import Support
import Testing

@testable import Emulator

/// Requests at random: what players say, and what tests set.
private struct Walk {
    private var generator: SeededGenerator
    private static let names = ["pk_test_a", "demo"]

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    private static let lines = [
        "hm", "gold", "hello", "[[pass]]", "[[error 503 x1]] hm", "[[error 500 x1]] hm", "[[delay 2s]] hm",
        "[[follow_up]]",
        "[[redirect]]",
    ]

    private static let faults = [
        #"{"kind":"status","status":503,"every":3}"#, #"{"kind":"rate_limited","count":2,"retry_after_seconds":20}"#,
        #"{"kind":"delay","median_seconds":1,"sigma":0.5,"probability":0.5}"#, #"{"kind":"reset","ttl_seconds":20}"#,
        #"{"kind":"drip","bytes":20,"every_seconds":0.5,"match":{"message":{"any":["hm"]}}}"#,
        #"{"kind":"status","status":418,"nth":3,"match":{"player":"eve"}}"#,
    ]

    private static let scripts = [
        #"{"steps":[{"reply":"One."},{"error":429},{"decision":"pass"}]}"#,
        #"{"player":"eve","steps":[{"follow_up":true},{"decision":"kick_out","reply":"Out."}]}"#,
        #"{"persona":"Mira","steps":[{},{}]}"#,
    ]

    private static let clocks = [
        #"{"mode":"real"}"#, #"{"mode":"frozen","at":"2026-03-10T12:00:00Z","auto_advance_seconds":3}"#,
        #"{"mode":"offset","at":"2027-01-01T00:00:59Z"}"#,
        #"{"mode":"frozen","at":"2026-03-10T12:00:00Z","retry_after_scale":0.5}"#,
    ]

    private static let limits = [
        "null", #"{"messages_per_minute":3,"window":"fixed"}"#, #"{"messages_per_minute":4,"window":"sliding"}"#,
        #"{"messages_per_minute":2,"other_per_minute":2,"window":"token_bucket","scope":"account"}"#,
    ]

    /// One request, as a call of any server, and the seconds that pass before it.
    mutating func step() -> (seconds: Int64, call: (ControlClient) -> Answer) {
        (Int64.random(in: 0...9, using: &generator), call())
    }

    private mutating func call() -> (ControlClient) -> Answer {
        let name = pick(Walk.names)
        let key = name == "demo" ? pick(["pk_live_demo", "pk_live_second"]) : name
        let player = pick(["sam", "eve"])
        let path = "/sandboxes/\(name)"
        switch Int.random(in: 0..<30, using: &generator) {
        case 0: return set(.post, path + "/faults", pick(Walk.faults))
        case 1: return set(.post, path + "/scripts", pick(Walk.scripts))
        case 2: return set(.put, path + "/clock", pick(Walk.clocks))
        case 3: return set(.put, path + "/limits", pick(Walk.limits))
        case 4:
            return set(.delete, path + pick(["/faults", "/scripts", "/faults/f1", "/faults/f2", "/scripts/s1"]), "")
        case 5: return set(.put, path + "/seed", pick([#"{"seed":1}"#, #"{"seed":7}"#]))
        case 6: return set(.post, path + "/clock/advance", #"{"seconds":30}"#)
        case 7 where Bool.random(using: &generator): return set(.post, path + "/reset", "")
        case 8...11: return set(.get, path + pick(["/faults", "/scripts", "/limits", "/clock"]), "")
        case 12...14: return { $0.begin(key: key, player: player) }
        default:
            let line = pick(Walk.lines)
            return { $0.say(line, key: key, player: player) }
        }
    }

    private func set(_ method: HTTP.Method, _ path: String, _ body: String) -> (ControlClient) -> Answer {
        { $0.control(method, path, body) }
    }

    private mutating func pick(_ all: [String]) -> String { all.randomElement(using: &generator) ?? "" }
}

@Suite("A sandbox that goes from server to server")
struct SharedSandboxWalkTests {
    private static let limits = RateLimits(messagesPerMinute: 8, otherPerMinute: 5)

    private static func server(over store: any Store, _ clock: TestClock) throws -> ControlClient {
        let client = try ControlClient(store: store, clock: clock, limits: limits)
        client.begin()
        return client
    }

    @Test(
        "two servers that take turns answer as one that never gives its state away",
        arguments: [1, 2, 3, 4] as [UInt64]
    )
    func walk(_ seed: UInt64) throws {
        var (walk, turns) = (Walk(seed: seed), SeededGenerator(seed: seed + 100))
        let alone = try Self.server(over: MemoryStore(), TestClock())
        let first = try Self.server(over: MemoryStore(), TestClock())
        let second = try ControlClient(store: first.store, clock: first.clock, limits: Self.limits)
        var present = first
        var counts: [Int: Int] = [:]
        for number in 1...600 {
            let next = Bool.random(using: &turns) ? first : second
            for name in ["pk_test_a", "demo"] {
                let kept = try present.sandbox(name).kept
                try next.sandbox(name).restore(from: kept)
                if next === present { #expect(try next.sandbox(name).kept == kept) }
            }
            present = next
            let (seconds, call) = walk.step()
            alone.clock.advance(seconds: seconds)
            first.clock.advance(seconds: seconds)
            let (wanted, got) = (call(alone), call(present))
            counts[wanted.status, default: 0] += 1
            // The journal is one server's.
            let isSame = got.shownOfAll == wanted.shownOfAll
            #expect(isSame, "request \(number): \(got.uncounted) in place of \(wanted.uncounted)")
            guard isSame else { return }
        }
        // The walk comes by what counts.
        for status in [200, 418, 429, 503] { #expect(counts[status, default: 0] > 0, "\(status)") }
    }
}
