import Dialogue
import Fixtures
import Support
import Testing

@testable import Emulator

@Suite("The counts of a limiter")
struct RateCountTests {
    private static func restored(_ limiter: RateLimiter, at now: Timestamp) -> RateLimiter {
        var other = RateLimiter(limits: limiter.limits)
        for kind in [RateLimiter.Kind.message, .other] {
            for (digest, numbers) in limiter.counts(of: kind, at: now) {
                let isRestored = other.restore(kind, of: digest.text, numbers)
                #expect(isRestored)
            }
        }
        return other
    }

    @Test(
        "go from limiter to limiter at any time", arguments: RateLimits.Window.allCases,
        [RateLimits.Scope.key, .account])
    func walk(_ window: RateLimits.Window, _ scope: RateLimits.Scope) {
        for seed in 1...20 as ClosedRange<UInt64> {
            var generator = SeededGenerator(seed: seed)
            let limits = RateLimits(
                messagesPerMinute: Int.random(in: 1...9, using: &generator), otherPerMinute: 7, window: window,
                scope: scope)
            var alone = RateLimiter(limits: limits)
            var passed = alone
            var now = Timestamp(seconds: 1_773_144_000)
            for _ in 1...300 {
                passed = Self.restored(passed, at: now)
                now = now.advanced(by: Int64.random(in: 0...12_000_000_000, using: &generator))
                if Int.random(in: 0..<30, using: &generator) == 0 { now = now.advanced(by: 100_000_000_000) }
                let kind: RateLimiter.Kind = Bool.random(using: &generator) ? .message : .other
                let key = "k\(Int.random(in: 1...2, using: &generator))"
                let (answer, wanted) = (passed.admit(kind, key: key, at: now), alone.admit(kind, key: key, at: now))
                #expect(answer == wanted)
                if Int.random(in: 0..<8, using: &generator) == 0 {
                    alone.dropBatch()
                    passed.dropBatch()
                } else {
                    alone.keepBatch()
                    passed.keepBatch()
                }
            }
        }
    }

    @Test("go on where the clock was set back meanwhile", arguments: RateLimits.Window.allCases)
    func setBack(_ window: RateLimits.Window) {
        for back in [1, 59, 3_600, 1_773_144_000] as [Int64] {
            var alone = RateLimiter(limits: RateLimits(messagesPerMinute: 2, window: window))
            let now = Timestamp(seconds: 1_773_144_000)
            _ = alone.admit(.message, key: "k", at: now)
            _ = alone.admit(.message, key: "k", at: now)
            var passed = Self.restored(alone, at: now)
            for seconds in 0...70 as ClosedRange<Int64> {
                let time = now.advanced(by: (seconds - back) * 1_000_000_000)
                passed = Self.restored(passed, at: time)
                let (answer, wanted) = (
                    passed.admit(.message, key: "k", at: time), alone.admit(.message, key: "k", at: time)
                )
                #expect(answer == wanted)
            }
        }
    }

    static let wrong: [(window: RateLimits.Window, numbers: [Int])] = [
        (.sliding, []), (.sliding, [5, 9]), (.sliding, [9, 5, -1]), (.sliding, [9, 5, 5]), (.sliding, [9, 1, 1, 1]),
        (.sliding, [-60_000_000_001]), (.sliding, [.max, .max]), (.fixed, []), (.fixed, [0]), (.fixed, [0, 3]),
        (.fixed, [0, -1]), (.fixed, [.min, 1]), (.fixed, [0, 1, 2]), (.tokenBucket, [0]), (.tokenBucket, [0, -1]),
        (.tokenBucket, [0, 60_000_000_001]), (.tokenBucket, [.max, 0]), (.tokenBucket, [0, 0, 0]),
    ]

    @Test("are refused when no limiter can have them", arguments: wrong)
    func refused(_ window: RateLimits.Window, _ numbers: [Int]) {
        var limiter = RateLimiter(limits: RateLimits(messagesPerMinute: 2, window: window))
        let isRestored = limiter.restore(.message, of: CallerDigest.of("k").text, numbers)
        #expect(!isRestored)
        #expect(limiter.counts(of: .message, at: Timestamp(seconds: 0)).isEmpty)
    }
}
