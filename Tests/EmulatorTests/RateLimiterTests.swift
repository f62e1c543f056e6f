import Dialogue
import Fixtures
import Support
import Testing

@testable import Emulator

/// A second, and a nanosecond, of the clock.
private let s: Int64 = 1_000_000_000
private let ns: Int64 = 1

@Suite("The rate limiter")
struct RateLimiterTests {
    /// A request at a time: admitted, or refused with a wait in seconds.
    struct Step: Sendable {
        let at: Int64
        let wait: Int?

        init(_ at: Int64, wait: Int? = nil) { (self.at, self.wait) = (at, wait) }
    }

    struct Course: Sendable, CustomTestStringConvertible {
        let name: String
        let window: RateLimits.Window
        let limit: Int
        let steps: [Step]

        init(_ name: String, _ window: RateLimits.Window, limit: Int, _ steps: Step...) {
            (self.name, self.window, self.limit, self.steps) = (name, window, limit, steps)
        }

        var testDescription: String { "\(window.rawValue): \(name)" }
    }

    static func limiter(_ window: RateLimits.Window, _ limit: Int, scope: RateLimits.Scope = .key) -> RateLimiter {
        RateLimiter(limits: RateLimits(messagesPerMinute: limit, otherPerMinute: limit, window: window, scope: scope))
    }

    static func admit(_ limiter: inout RateLimiter, at nanoseconds: Int64) -> Int? {
        switch limiter.admit(.message, key: "k", at: Timestamp(nanoseconds: nanoseconds)) {
        case .admitted: nil
        case .refused(let retryAfter): retryAfter
        }
    }

    static let courses = [
        Course(
            "the limit, and room when the first leaves", .sliding, limit: 2, Step(0), Step(0), Step(0, wait: 60),
            Step(60 * s - ns, wait: 1), Step(60 * s), Step(60 * s), Step(60 * s, wait: 60)),
        Course(
            "each leaves for itself", .sliding, limit: 2, Step(0), Step(30 * s), Step(31 * s, wait: 29), Step(60 * s),
            Step(60 * s, wait: 30), Step(90 * s), Step(90 * s, wait: 30)),
        Course(
            "the wait is rounded up", .sliding, limit: 1, Step(0), Step(ns, wait: 60), Step(s, wait: 59),
            Step(s + ns, wait: 59), Step(59 * s, wait: 1), Step(59 * s + ns, wait: 1), Step(60 * s - ns, wait: 1)),
        Course("a refused one does not count", .sliding, limit: 1, Step(0), Step(59 * s, wait: 1), Step(60 * s)),
        Course(
            "a clock set back takes what was counted along", .sliding, limit: 2, Step(100 * s), Step(50 * s),
            Step(40 * s, wait: 60), Step(100 * s - ns, wait: 1), Step(100 * s), Step(100 * s), Step(100 * s, wait: 60)),
        Course(
            "a wait goes on where the clock was set back", .sliding, limit: 2, Step(7200 * s), Step(7220 * s),
            Step(7230 * s, wait: 30), Step(30 * s, wait: 30), Step(60 * s - ns, wait: 1), Step(60 * s),
            Step(60 * s, wait: 20), Step(80 * s)),
        Course(
            "a clock set far on and back, again and again", .sliding, limit: 2, Step(0), Step(9_214_646_399 * s),
            Step(0),
            Step(9_214_646_399 * s), Step(0), Step(9_214_646_399 * s), Step(0), Step(0, wait: 60)),
        Course(
            "from one full minute to the next", .fixed, limit: 2, Step(59 * s), Step(60 * s - ns),
            Step(60 * s - ns, wait: 1),
            Step(60 * s), Step(60 * s), Step(60 * s, wait: 60), Step(120 * s - ns, wait: 1), Step(120 * s)),
        Course(
            "the wait is rounded up", .fixed, limit: 1, Step(60 * s), Step(60 * s + ns, wait: 60),
            Step(61 * s, wait: 59),
            Step(119 * s, wait: 1)),
        Course("a refused one does not count", .fixed, limit: 1, Step(0), Step(1 * s, wait: 59), Step(60 * s)),
        Course(
            "a clock set back opens no window again", .fixed, limit: 1, Step(7230 * s), Step(7240 * s, wait: 20),
            Step(90 * s, wait: 30), Step(80 * s, wait: 40), Step(59 * s, wait: 1), Step(60 * s), Step(60 * s, wait: 60)),
        Course(
            "a full bucket, then one a share of the minute", .tokenBucket, limit: 2, Step(0), Step(0),
            Step(0, wait: 30),
            Step(30 * s - ns, wait: 1), Step(30 * s), Step(30 * s, wait: 30), Step(60 * s)),
        Course(
            "it never holds more than the limit", .tokenBucket, limit: 2, Step(0), Step(3600 * s), Step(3600 * s),
            Step(3600 * s, wait: 30)),
        Course(
            "the wait is rounded up", .tokenBucket, limit: 2, Step(0), Step(0), Step(ns, wait: 30), Step(s, wait: 29),
            Step(29 * s, wait: 1), Step(29 * s + ns, wait: 1)),
        Course(
            "a refused one takes nothing", .tokenBucket, limit: 2, Step(0), Step(0), Step(29 * s, wait: 1), Step(30 * s)
        ),
        Course(
            "a bucket fills on where the clock was set back", .tokenBucket, limit: 2, Step(7200 * s), Step(50 * s),
            Step(50 * s, wait: 30), Step(60 * s, wait: 20), Step(40 * s, wait: 20), Step(60 * s), Step(60 * s, wait: 30)
        ),
        Course(
            "a share that is no whole number", .tokenBucket, limit: 7, Step(0), Step(0), Step(0), Step(0), Step(0),
            Step(0),
            Step(0), Step(0, wait: 9), Step(8 * s, wait: 1), Step(9 * s)),
    ]

    @Test("requests are admitted up to the limit, and a refusal has the wait until there is room", arguments: courses)
    func course(_ course: Course) {
        var limiter = Self.limiter(course.window, course.limit)
        for (number, step) in course.steps.enumerated() {
            #expect(Self.admit(&limiter, at: step.at) == step.wait, "step \(number + 1) at \(step.at) ns")
        }
    }

    @Test(
        "after the clock is set back by an hour no wait is longer than a minute", arguments: RateLimits.Window.allCases)
    func setBack(_ window: RateLimits.Window) {
        var limiter = Self.limiter(window, 1)
        #expect(Self.admit(&limiter, at: 7200 * s) == nil)
        #expect(Self.admit(&limiter, at: 3600 * s) == 60)
    }

    @Test(
        "what came to nothing is not counted, also when the clock was set back", arguments: RateLimits.Window.allCases)
    func dropAfterSettingBack(_ window: RateLimits.Window) {
        var limiter = Self.limiter(window, 2)
        #expect(Self.admit(&limiter, at: 7200 * s) == nil)
        limiter.keepBatch()
        for moment in [7201 * s, 7201 * s, 130 * s] { _ = Self.admit(&limiter, at: moment) }
        limiter.dropBatch()
        #expect(Self.admit(&limiter, at: 131 * s) == nil)
        #expect(Self.admit(&limiter, at: 131 * s) != nil)
    }

    @Test("a request of a failed batch is not counted", arguments: RateLimits.Window.allCases)
    func dropBatch(_ window: RateLimits.Window) {
        var limiter = Self.limiter(window, 2)
        #expect(Self.admit(&limiter, at: 0) == nil)
        limiter.keepBatch()
        #expect(Self.admit(&limiter, at: s) == nil)
        #expect(Self.admit(&limiter, at: s) != nil)
        limiter.dropBatch()
        #expect(Self.admit(&limiter, at: s) == nil)
        #expect(Self.admit(&limiter, at: s) != nil)
        limiter.keepBatch()
        limiter.dropBatch()
        #expect(Self.admit(&limiter, at: s) != nil)
    }

    @Test("a failed batch leaves as much room as without it", arguments: RateLimits.Window.allCases)
    func dropAcrossMinutes(_ window: RateLimits.Window) {
        var limiter = Self.limiter(window, 3)
        for moment in [59 * s, 60 * s - ns, 60 * s, 61 * s] { _ = Self.admit(&limiter, at: moment) }
        limiter.dropBatch()
        #expect((0..<4).map { _ in Self.admit(&limiter, at: 61 * s) == nil } == [true, true, true, false])
    }

    @Test(
        "a failed batch leaves every window as it was, whatever the clock did meanwhile",
        arguments: RateLimits.Window.allCases)
    func dropWhateverTheClockDid(_ window: RateLimits.Window) {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<400 {
            var (disturbed, calm) = (Self.limiter(window, 3), Self.limiter(window, 3))
            var now: Int64 = 600
            for _ in 0..<12 {
                let moments = (0..<Int.random(in: 1...6, using: &generator)).map { _ in
                    now = max(1, now + Int64.random(in: -70...90, using: &generator))
                    return now * s
                }
                // It fails once before it is kept.
                for moment in moments { _ = Self.admit(&disturbed, at: moment + 200 * s) }
                disturbed.dropBatch()
                #expect(
                    moments.map { Self.admit(&disturbed, at: $0) } == moments.map { Self.admit(&calm, at: $0) })
                disturbed.keepBatch()
                calm.keepBatch()
                #expect(
                    disturbed.counts(of: .message, at: nil) == calm.counts(of: .message, at: nil))
            }
            disturbed.keepBatch()
        }
    }

    @Test("messages and other requests are counted apart (H-4)")
    func kinds() {
        var limiter = RateLimiter(limits: RateLimits(messagesPerMinute: 1, otherPerMinute: 2))
        let now = Timestamp(seconds: 0)
        #expect(limiter.admit(.message, key: "k", at: now) == .admitted)
        #expect(limiter.admit(.message, key: "k", at: now) == .refused(retryAfter: 60))
        #expect(limiter.admit(.other, key: "k", at: now) == .admitted)
        #expect(limiter.admit(.other, key: "k", at: now) == .admitted)
        #expect(limiter.admit(.other, key: "k", at: now) == .refused(retryAfter: 60))
    }

    @Test("keys are counted apart, or together under scope account", arguments: RateLimits.Scope.allCases)
    func scope(_ scope: RateLimits.Scope) {
        var limiter = Self.limiter(.sliding, 1, scope: scope)
        #expect(limiter.admit(.other, key: "a", at: Timestamp(seconds: 0)) == .admitted)
        let second = limiter.admit(.other, key: "b", at: Timestamp(seconds: 0))
        #expect(second == (scope == .key ? .admitted : .refused(retryAfter: 60)))
    }

    @Test("without limits everything is admitted")
    func unlimited() {
        var limiter = RateLimiter(limits: nil)
        #expect((0..<1000).allSatisfy { _ in Self.admit(&limiter, at: 0) == nil })
    }

    @Test("a window of many requests is counted exactly", arguments: [100, 1000])
    func many(_ limit: Int) {
        var limiter = Self.limiter(.sliding, limit)
        // One each tenth of a second: a minute holds 600.
        var admitted: [Int64] = []
        for tenth in 0..<3000 {
            let now = Int64(tenth) * s / 10
            let inWindow = admitted.count { $0 > now - 60 * s }
            let wait = Self.admit(&limiter, at: now)
            #expect((wait == nil) == (inWindow < limit))
            if wait == nil { admitted.append(now) }
        }
    }
}
