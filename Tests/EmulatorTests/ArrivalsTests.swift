import Dialogue
import Fixtures
import Support
import Testing

@testable import Emulator

/// A second of either clock.
private let s: Int64 = 1_000_000_000

/// A request, as a row of a table.
struct ArrivalRow: Sendable {
    let kind: RateLimiter.Kind
    let key: String
    let time: Int64
    let real: Int64
    let wait: Int?

    /// At a second of the sandbox's clock and, if `real` is nil, of the real one; `wait` in milliseconds when it was
    /// refused.
    init(_ kind: RateLimiter.Kind, _ key: String, _ second: Double, real: Double? = nil, wait: Int? = nil) {
        (self.kind, self.key, self.wait) = (kind, key, wait)
        time = Int64((second * Double(s)).rounded())
        self.real = Int64(((real ?? second) * Double(s)).rounded())
    }
}

extension Arrivals {
    fileprivate mutating func note(_ rows: [ArrivalRow]) {
        for row in rows {
            note(
                row.kind, key: row.key, at: Timestamp(nanoseconds: row.time), real: Timestamp(nanoseconds: row.real),
                wait: row.wait)
        }
    }

    fileprivate static func of(_ rows: [ArrivalRow], limit: Int = Arrivals.limit, keyLimit: Int = Arrivals.keyLimit)
        -> Self
    {
        var arrivals = Arrivals(limit: limit, keyLimit: keyLimit)
        arrivals.note(rows)
        arrivals.keepBatch()
        return arrivals
    }
}

@Suite("Arrivals, for reports on rates")
struct ArrivalsTests {
    typealias Retries = RateReport.Retries

    private static func report(_ rows: [ArrivalRow]) -> RateReport { RateReport(.of(rows)) { $0 } }

    @Test("the report counts requests by key and kind")
    func counts() {
        let report = Self.report([
            ArrivalRow(.message, "pk_test_b", 1), ArrivalRow(.message, "pk_test_a", 1),
            ArrivalRow(.message, "pk_test_a", 2, wait: 1000),
            ArrivalRow(.other, "pk_test_a", 3), ArrivalRow(.other, "pk_test_a", 3),
            ArrivalRow(.other, "pk_test_a", 3, wait: 1000),
        ])
        #expect(report.keys.map(\.key) == ["pk_test_a", "pk_test_b"])
        #expect(report.keys.map(\.messages.count.admitted) == [1, 1])
        #expect(report.keys.map(\.messages.count.refused) == [1, 0])
        #expect(report.keys.map(\.other.count.admitted) == [2, 0])
        #expect(report.keys.map(\.other.count.refused) == [1, 0])
        #expect(report.since == Timestamp(seconds: 1))
        #expect(report.keptSince == Timestamp(seconds: 1))
        #expect(report.isComplete)
        #expect(report.rerun == nil)
    }

    @Test("the report is empty before the first request")
    func nothing() {
        let report = Self.report([])
        #expect((report.since, report.keptSince) == (nil, nil))
        #expect(report.isComplete)
        #expect(report.keys == [])
    }

    static let retries: [(String, [ArrivalRow], RateReport.Retries)] = [
        ("none without a refusal", [ArrivalRow(.message, "k", 0), ArrivalRow(.message, "k", 1)], Retries()),
        (
            "none of what was refused last", [ArrivalRow(.message, "k", 0), ArrivalRow(.message, "k", 1, wait: 1000)],
            Retries()
        ),
        (
            "too early", [ArrivalRow(.message, "k", 0, wait: 60_000), ArrivalRow(.message, "k", 48)],
            Retries(count: 1, early: 1, earliest: 12_000, median: 12_000, latest: 12_000)
        ),
        (
            "to the moment", [ArrivalRow(.message, "k", 0, wait: 60_000), ArrivalRow(.message, "k", 60)],
            Retries(count: 1, early: 0, earliest: 0, median: 0, latest: 0)
        ),
        (
            "less than a millisecond too early",
            [ArrivalRow(.message, "k", 0, wait: 1000), ArrivalRow(.message, "k", 0.9999)],
            Retries(count: 1, early: 1, earliest: 1, median: 1, latest: 1)
        ),
        (
            "in time", [ArrivalRow(.message, "k", 0, wait: 60_000), ArrivalRow(.message, "k", 61.5)],
            Retries(count: 1, early: 0, earliest: -1500, median: -1500, latest: -1500)
        ),
        (
            "a retry that is refused is retried itself",
            [
                ArrivalRow(.message, "k", 0, wait: 60_000), ArrivalRow(.message, "k", 10, wait: 50_000),
                ArrivalRow(.message, "k", 20, wait: 40_000), ArrivalRow(.message, "k", 61),
                ArrivalRow(.message, "k", 62),
            ], Retries(count: 3, early: 2, earliest: 50_000, median: 40_000, latest: -1000)
        ),
        (
            "the median of an even number lies between two",
            [
                ArrivalRow(.message, "k", 0, wait: 1000), ArrivalRow(.message, "k", 0, wait: 1000),
                ArrivalRow(.message, "k", 1.001),
                ArrivalRow(.message, "k", 2),
            ], Retries(count: 2, early: 1, earliest: 1000, median: 499.5, latest: -1)
        ),
        (
            "another key's request is none",
            [ArrivalRow(.message, "l", 0, wait: 60_000), ArrivalRow(.message, "k", 1), ArrivalRow(.message, "l", 60)],
            Retries()
        ),
        (
            "a request of the other kind is none",
            [ArrivalRow(.other, "k", 0, wait: 60_000), ArrivalRow(.message, "k", 1)], Retries()
        ),
        (
            "by the real time, and what was told of the sandbox's",
            [ArrivalRow(.message, "k", 0, real: 100, wait: 600), ArrivalRow(.message, "k", 60, real: 100.5)],
            Retries(count: 1, early: 1, earliest: 100, median: 100, latest: 100)
        ),
        (
            "by the whole wait at most, when the clock was set back",
            [ArrivalRow(.message, "k", 7200, wait: 60_000), ArrivalRow(.message, "k", 0)],
            Retries(count: 1, early: 1, earliest: 60_000, median: 60_000, latest: 60_000)
        ),
        (
            "no longer than a number of 32 bits counts",
            [ArrivalRow(.message, "k", 0, wait: 1), ArrivalRow(.message, "k", 1e9)],
            Retries(
                count: 1, early: 0, earliest: -2_147_483_647, median: -2_147_483_647, latest: -2_147_483_647)
        ),
    ]

    @Test("a request after a refusal of its key and kind is a retry, and came early or in time", arguments: retries)
    func retry(_ name: String, _ rows: [ArrivalRow], _ expected: RateReport.Retries) throws {
        let row = try #require(Self.report(rows).keys.first { $0.key == "k" }, "\(name)")
        #expect(row.messages.retries == expected, "\(name)")
    }
}

@Suite("Arrivals in batches, and their bounds")
struct ArrivalBoundsTests {
    private static let three = (1...3).map { ArrivalRow(.message, "pk_test_\($0)", Double($0), wait: 1000) }

    @Test("arrivals of a failed batch are forgotten, with their keys")
    func dropBatch() {
        var arrivals = Arrivals.of([ArrivalRow(.message, "pk_test_0", 0)])
        arrivals.note(Self.three)
        arrivals.dropBatch()
        arrivals.note([ArrivalRow(.message, "pk_test_1", 5)])
        arrivals.keepBatch()
        let report = RateReport(arrivals) { $0 }
        #expect(report.keys.map(\.key) == ["pk_test_0", "pk_test_1"])
        #expect(report.keys.map(\.messages.count) == Array(repeating: RateReport.Count(admitted: 1), count: 2))
        #expect(report.keys.allSatisfy { $0.messages.retries.count == 0 })
    }

    @Test("beyond the bound the oldest arrivals go, the counts stay, and the report says so")
    func bound() {
        let rows = (0..<10).map { ArrivalRow(.message, "pk_test_a", Double($0)) }
        for limit in [3, 7, 10] {
            let report = RateReport(.of(rows, limit: limit), rerunWith: RateLimits()) { $0 }
            #expect(report.keys.first?.messages.count.admitted == 10)
            #expect(report.isComplete == (limit == 10))
            #expect(report.since == Timestamp(seconds: 0))
            #expect(report.keptSince == Timestamp(seconds: Int64(10 - limit)))
            #expect(report.rerun?.keys.first?.messages.admitted == limit)
        }
    }

    @Test("arrivals are kept in the order in which they came")
    func order() {
        let rows = (0..<8).map { ArrivalRow($0 % 2 == 0 ? .message : .other, "k\($0)", Double($0)) }
        let arrivals = Arrivals.of(rows, limit: 5)
        #expect(arrivals.all.map(\.time) == (3..<8).map { Int64($0) * s })
        #expect(arrivals.all.map(\.key) == Array(3..<8))
        #expect(arrivals.all.map(\.kind) == [.other, .message, .other, .message, .other])
    }

    @Test("a key beyond the bound is not listed, and the report says so")
    func keys() {
        let report = RateReport(.of(Self.three, keyLimit: 2)) { $0 }
        #expect(report.keys.map(\.key) == ["pk_test_1", "pk_test_2"])
        #expect(!report.isComplete)
    }

    @Test("an arrival takes 16 bytes")
    func size() { #expect(MemoryLayout<Arrivals.Arrival>.stride == 16) }
}

@Suite("A rerun with other limits")
struct RerunTests {
    private static let rows = {
        var random = SeededGenerator(seed: 8)
        return (0..<500).map { number in
            ArrivalRow(
                Bool.random(using: &random) ? .message : .other, "pk_test_\(Int.random(in: 0..<3, using: &random))",
                Double(number) / 3)
        }
    }()

    static let limits = RateLimits.Window.allCases.flatMap { window in
        RateLimits.Scope.allCases.flatMap { scope in
            [1, 7, 1000].map { RateLimits(messagesPerMinute: $0, otherPerMinute: 9, window: window, scope: scope) }
        }
    }

    @Test("a rerun does what a limiter with those limits does with the same requests", arguments: limits)
    func rerun(_ limits: RateLimits) throws {
        var limiter = RateLimiter(limits: limits)
        var expected: [String: RateReport.Row<RateReport.Count>] = [:]
        for row in Self.rows {
            let admission = limiter.admit(row.kind, key: row.key, at: Timestamp(nanoseconds: row.time))
            var counted =
                expected[row.key]
                ?? RateReport.Row(key: row.key, messages: RateReport.Count(), other: RateReport.Count())
            switch (row.kind, admission) {
            case (.message, .admitted): counted.messages.admitted += 1
            case (.message, .refused): counted.messages.refused += 1
            case (.other, .admitted): counted.other.admitted += 1
            case (.other, .refused): counted.other.refused += 1
            }
            expected[row.key] = counted
        }
        let rerun = try #require(RateReport(.of(Self.rows), rerunWith: limits) { $0 }.rerun)
        #expect(rerun.limits == limits)
        #expect(rerun.keys == expected.values.sorted { $0.key < $1.key })
    }

    @Test("the rows by second are sorted by second and key, one for each key with a request")
    func seconds() {
        let rows = [
            ArrivalRow(.message, "pk_test_b", 7.25), ArrivalRow(.message, "pk_test_b", 7.5),
            ArrivalRow(.message, "pk_test_a", 7.75),
            ArrivalRow(.other, "pk_test_a", 9, wait: 1), ArrivalRow(.message, "pk_test_b", 7.999, wait: 1),
            ArrivalRow(.message, "pk_test_a", 6.999_999_999),
        ]
        let seconds = RateReport.seconds(of: .of(rows)) { $0 }
        #expect(seconds.map(\.second.seconds) == [6, 7, 7, 9])
        #expect(seconds.map(\.row.key) == ["pk_test_a", "pk_test_a", "pk_test_b", "pk_test_a"])
        #expect(seconds.map(\.row.messages.admitted) == [1, 1, 2, 0])
        #expect(seconds.map(\.row.messages.refused) == [0, 0, 1, 0])
        #expect(seconds.map(\.row.other.admitted) == [0, 0, 0, 0])
        #expect(seconds.map(\.row.other.refused) == [0, 0, 0, 1])
    }
}

@Suite("The Retry-After field")
struct RetryAfterTests {
    @Test(
        "Retry-After has seconds, and a fraction where it is scaled",
        arguments: [
            (60, 1, "60"), (1, 1, "1"), (60, 0.01, "0.6"), (59, 0.01, "0.59"), (1, 0.0001, "0.001"), (60, 0, "0.001"),
            (7, 0.001, "0.007"), (60, 0.5, "30"), (1, 0.3333, "0.334"),
        ] as [(Int, Double, String)])
    func field(_ seconds: Int, _ scale: Double, _ field: String) {
        #expect(RetryAfter(seconds: seconds, scale: scale).field == field)
    }
}
