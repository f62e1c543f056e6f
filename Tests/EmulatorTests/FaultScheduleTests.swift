import Dialogue
import Testing

@testable import Emulator

@Suite("The schedule of a fault")
struct FaultScheduleTests {
    /// Which of ten matching requests are struck.
    static let schedules: [(String, [Int])] = [
        ("", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), (#", "nth": 3"#, [3]), (#", "from": 9"#, [9, 10]),
        (#", "count": 2"#, [1, 2]), (#", "from": 3, "count": 1"#, [3]), (#", "from": 2, "every": 4"#, [2, 6, 10]),
        (#", "every": 3"#, [1, 4, 7, 10]), (#", "every": 3, "count": 2"#, [1, 4]), (#", "probability": 0"#, []),
    ]

    private func struck(_ ledger: inout FaultLedger, seed: UInt64 = 1) -> [Int] {
        (1...10).filter { _ in
            !ledger.strikes(at: Timestamp(seconds: 0), seed: { _, number in seed &* 1_000 &+ UInt64(number) }) { _ in
                true
            }
            .isEmpty
        }
    }

    @Test("nth, from, every and count choose requests by number", arguments: schedules)
    func numbers(_ members: String, _ requests: [Int]) throws {
        var ledger = FaultLedger([try Fault("{\"kind\": \"malform\"\(members)}")])
        #expect(struck(&ledger) == requests)
        #expect(ledger.entries[0].matched == 10)
        #expect(ledger.entries[0].struck == requests.count)
    }

    @Test("probability chooses the same requests each time, and others with another seed")
    func chance() throws {
        let fault = try Fault(#"{"kind": "malform", "probability": 0.5}"#)
        func draw(_ seed: UInt64) -> [Int] {
            var ledger = FaultLedger([fault])
            return struck(&ledger, seed: seed)
        }
        #expect(draw(1) == draw(1))
        #expect((1...20).contains { draw($0) != draw(1) })
        let all = (1...100).reduce(0) { $0 + draw($1).count }
        #expect((400...600).contains(all))
    }

    @Test("after ttl_seconds a fault neither strikes nor counts")
    func timeToLive() throws {
        var ledger = FaultLedger()
        let made = Timestamp(seconds: 100)
        _ = ledger.add(try Fault(#"{"kind": "malform", "ttl_seconds": 60}"#), at: made)
        func meet(_ second: Int64) -> Bool {
            !ledger.strikes(at: Timestamp(seconds: second), seed: { _, _ in 1 }, { _ in true }).isEmpty
        }
        #expect([100, 159, 160, 1000].map(meet) == [true, true, false, false])
        #expect(ledger.entries[0].matched == 2)
    }

    @Test("no longer than its time when the clock was set back: it begins there anew")
    func timeToLiveSetBack() throws {
        var ledger = FaultLedger()
        _ = ledger.add(try Fault(#"{"kind": "malform", "ttl_seconds": 60}"#), at: Timestamp(seconds: 7200))
        func meet(_ second: Int64) -> Bool {
            !ledger.strikes(at: Timestamp(seconds: second), seed: { _, _ in 1 }, { _ in true }).isEmpty
        }
        #expect([100, 159, 160, 7210].map(meet) == [true, true, false, false])
    }

    @Test("only one of the faults that refuse strikes, and each of them counts the request")
    func refusals() throws {
        let texts = [
            #"{"kind": "status", "status": 500, "nth": 1}"#, #"{"kind": "rate_limited"}"#, #"{"kind": "malform"}"#,
            #"{"kind": "reset"}"#,
        ]
        var ledger = FaultLedger(try texts.map { try Fault($0) })
        func meet() -> [String] {
            ledger.strikes(at: Timestamp(seconds: 0), seed: { _, _ in 1 }, { _ in true }).map(\.name)
        }
        #expect(meet() == ["f1 status", "f3 malform"])
        #expect(meet() == ["f2 rate_limited", "f3 malform"])
        #expect(ledger.entries.map(\.matched) == [2, 2, 2, 2])
        #expect(ledger.entries.map(\.struck) == [1, 1, 2, 0])
    }

    @Test("a fault's id is given only once")
    func names() throws {
        let fault = try Fault(#"{"kind": "malform"}"#)
        var ledger = FaultLedger([fault, fault])
        let removed = [ledger.remove("f1"), ledger.remove("f1")]
        #expect(removed == [true, false])
        let third = ledger.add(fault, at: Timestamp(seconds: 0)).id
        let count = ledger.removeAll()
        let fourth = ledger.add(fault, at: Timestamp(seconds: 0)).id
        #expect((third, count, fourth) == ("f3", 2, "f4"))
    }
}

extension FaultLedger {
    /// Of a request that meets the faults of every place.
    fileprivate mutating func strikes(
        at now: Timestamp, seed: (_ id: String, _ number: Int) -> UInt64, _ concerns: (Fault) -> Bool
    ) -> [Strike] {
        Stage.allCases.flatMap { strikes($0, at: now, seed: seed, concerns) }
    }
}
