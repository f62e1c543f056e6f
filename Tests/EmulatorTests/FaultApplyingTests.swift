import Dialogue
import HTTP
import JSON
import Testing

@testable import Emulator

@Suite("The effect of a fault on an answer")
struct FaultApplyingTests {
    private static let metadata = "event: metadata\ndata: {\"score\":1}\n\n"
    private static let piece = "event: text_delta\ndata: {\"text\":\"Oh \"}\n\n"
    private static let done = "event: done\ndata: {\"message\":\"Oh ❤\"}\n\n"
    private static let half = done.utf8.count / 2

    /// The members of a fault, and the steps of a JSON reply that it has changed.
    static let replies: [(String, [String])] = [
        (#""patch", "patch": {"score": null, "more": [1]}"#, [#"{"message":"Oh ❤","more":[1]}"#]),
        (#""patch", "nulls": ["score", "more"]"#, [#"{"message":"Oh ❤","score":null,"more":null}"#]),
        (#""truncate", "bytes": 12"#, [#"{"message":""#]), (#""truncate", "fraction": 0"#, [""]),
        (#""truncate", "bytes": 1000"#, [#"{"message":"Oh ❤","score":1}"#]),
        (#""malform""#, [#"<"message":"Oh ❤","score":1}"#]),
        (#""split_utf8""#, [#"{"message":"Oh "# + "\u{FFFD}", "wait 0.0", "\u{FFFD}\u{FFFD}" + #"","score":1}"#]),
        (#""stall", "after_bytes": 1, "seconds": 3"#, ["{", "wait 3.0", #""message":"Oh ❤","score":1}"#]),
        (#""stall", "after_bytes": 0, "seconds": 3"#, ["", "wait 3.0", #"{"message":"Oh ❤","score":1}"#]),
        (
            #""stall", "after_bytes": 1, "seconds": 3, "then": "reset""#,
            ["{", "wait 3.0", "wait 0.02", "reset", #""message":"Oh ❤","score":1}"#]
        ),
        (#""close", "at": "body""#, [#"{"message":"Oh "#, "close", "❤\",\"score\":1}"]),
        (#""close", "at": "body", "after_bytes": 1000"#, [#"{"message":"Oh ❤","score":1}"#, "close"]),
        (#""reset", "at": "body", "after_bytes": 0"#, ["", "wait 0.02", "reset", #"{"message":"Oh ❤","score":1}"#]),
        (
            #""drip", "bytes": 17, "every_seconds": 0.5"#,
            [#"{"message":"Oh "# + "\u{FFFD}", "wait 0.5", "\u{FFFD}" + #"","score":1}"#]
        ),
        (#""delay", "seconds": 2"#, ["wait 2.0", #"{"message":"Oh ❤","score":1}"#]),
    ]

    @Test("a fault changes a JSON reply as its kind says", arguments: replies)
    func ofReply(_ members: String, _ steps: [String]) throws {
        let fault = try Fault("{\"kind\": \(members)}")
        #expect(fault.effect.concerns(sampleReply))
        let changed = fault.changing(sampleReply)
        #expect(shown(changed.response.delivery) == steps)
        #expect(changed.response.delivery.framing == .length)
        #expect(changed.passed == 0)
    }

    @Test("the sum of waits stays within 64 bits")
    func longestWaits() {
        var waits = FaultWaits(areReal: false, passed: .max - 1)
        for _ in 1...3 { _ = waits.steps(600) }
        #expect(waits.passed == .max)
    }

    /// The same of a stream. `M`, `P` and `D` are its events.
    static let streams: [(String, [String])] = [
        (#""patch", "patch": {"message": "é"}"#, ["M", "P", "event: done\ndata: {\"message\":\"\\u00e9\"}\n\n"]),
        (#""patch", "nulls": ["score"], "event": 1"#, ["event: metadata\ndata: {\"score\":null}\n\n", "P", "D"]),
        (#""patch", "nulls": ["score"], "event": 9"#, ["M", "P", "D"]),
        (#""truncate", "bytes": 1, "event": "text_delta""#, ["M", "event: text_delta\ndata: {\n\n", "D"]),
        (#""malform", "event": 1"#, ["event: metadata\ndata: <\"score\":1}\n\n", "P", "D"]),
        (#""done""#, ["M", "P"]), (#""done", "copies": 2"#, ["M", "P", "D", "D"]),
        (#""comments""#, [": keepalive\n\n", "M", ": keepalive\n\n", "P", ": keepalive\n\n", "D"]),
        (#""comments", "every_events": 2"#, [": keepalive\n\n", "M", "P", ": keepalive\n\n", "D"]),
        (
            #""split_utf8""#,
            ["M", "P", "event: done\ndata: {\"message\":\"Oh \u{FFFD}", "wait 0.0", "\u{FFFD}\u{FFFD}\"}\n\n"]
        ),
        (#""stall", "after_events": 2, "seconds": 3"#, ["M", "P", "", "wait 3.0", "D"].filter { $0 != "" }),
        (#""stall", "after_events": 3, "seconds": 3"#, ["M", "P", "D", "wait 3.0"]),
        (#""close", "at": "event", "after_events": 3"#, ["M", "P", "D", "close"]),
        (#""reset", "at": "event", "after_events": 9"#, ["M", "P", "D", "wait 0.02", "reset"]),
        (
            #""reset", "at": "event", "after_events": 0"#,
            ["event: metadata\nd", "wait 0.02", "reset", "ata: {\"score\":1}\n\n", "P", "D"]
        ),
        (#""delay", "seconds": 2"#, ["wait 2.0", "M", "P", "D"]),
    ]

    @Test("a fault changes an event stream as its kind says", arguments: streams)
    func ofStream(_ members: String, _ steps: [String]) throws {
        let fault = try Fault("{\"kind\": \(members)}")
        #expect(fault.effect.concerns(sampleStream))
        let events = ["M": Self.metadata, "P": Self.piece, "D": Self.done]
        let changed = fault.changing(sampleStream)
        #expect(shown(changed.response.delivery) == steps.map { events[$0] ?? $0 })
    }

    @Test("content_length changes the length by its delta", arguments: [-3, 5])
    func contentLength(_ delta: Int) throws {
        let fault = try Fault("{\"kind\": \"content_length\", \"delta\": \(delta)}")
        let changed = fault.changing(sampleReply).response
        #expect(changed.delivery.framing == .exact(contentLength: sampleReply.body.count + delta))
        #expect(changed.body == sampleReply.body)
    }

    static let strangers: [String] = [
        #""done""#, #""comments""#, #""reset", "at": "event""#, #""stall", "after_events": 1, "seconds": 1"#,
        #""patch", "patch": {}, "event": "done""#, #""malform", "event": 1"#,
    ]

    @Test("a fault about events does not concern a JSON reply", arguments: strangers)
    func unconcerned(_ members: String) throws {
        #expect(!(try Fault("{\"kind\": \(members)}")).effect.concerns(sampleReply))
    }

    @Test("a fault about text does not concern an image")
    func image() throws {
        var fields = Fields()
        fields.add(.contentType, "image/png")
        let image = Response(status: .ok, fields: fields, body: [1, 2])
        for kind in ["malform", "truncate", "split_utf8"] {
            #expect(!(try Fault("{\"kind\": \"\(kind)\"}")).effect.concerns(image))
        }
        #expect(try Fault(#"{"kind": "drip"}"#).effect.concerns(image))
    }

    @Test("waits pass on a clock that is not real, and the parts stay apart; with wall they are real waits")
    func time() throws {
        let drip = #"{"kind": "drip", "bytes": 20, "every_seconds": 0.5"#
        let own = try Fault(drip + "}").changing(sampleReply, inRealTime: false)
        #expect(own.passed == 500_000_000)
        #expect(shown(own.response.delivery)[1] == "wait 0.0")
        let wall = try Fault(drip + #", "clock": "wall"}"#).changing(sampleReply, inRealTime: false)
        #expect(wall.passed == 0)
        #expect(shown(wall.response.delivery)[1] == "wait 0.5")
    }

    @Test("drawn delays are within their bounds, around their median, and the same for one seed")
    func delays() throws {
        func drawn(_ members: String) throws -> [Double] {
            let fault = try Fault("{\"kind\": \"delay\", \(members)}")
            return (1...200).map {
                Double(fault.changing(sampleReply, inRealTime: false, seed: $0).passed) / 1e9
            }
        }
        let uniform = try drawn(#""min_seconds": 1, "max_seconds": 3"#)
        #expect(uniform.allSatisfy { (1...3).contains($0) } && Set(uniform).count > 190)
        #expect(try drawn(#""min_seconds": 1, "max_seconds": 3"#) == uniform)
        let lognormal = try drawn(#""median_seconds": 2, "sigma": 0.5"#).sorted()
        #expect((1.8...2.2).contains(lognormal[100]))
        #expect(lognormal[30] < 1.5 && lognormal[170] > 2.6)
        #expect(try drawn(#""median_seconds": 600, "sigma": 10"#).allSatisfy { $0 <= 600 })
    }
}
