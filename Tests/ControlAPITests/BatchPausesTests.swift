import Emulator
import Support
import Testing

@Suite("The next batch on a shared database")
struct BatchPausesTests {
    @Test("begins an iteration of the loop after the last one, and requests that come meanwhile join it")
    func between() throws {
        let disturbed = try Disturbed()
        disturbed.client.begin()
        let dispatcher = disturbed.client.dispatcher
        // The iteration of the loop after that.
        #expect(dispatcher.beginBatch() == nil)
        var answers = 0
        disturbed.database.holdsCommits = true
        disturbed.say("one") { answers += 1 }
        #expect(dispatcher.beginBatch() == nil)
        disturbed.say("two") { answers += 1 }
        #expect(dispatcher.beginBatch() == nil)
        #expect(dispatcher.isBatchUnderWay && answers == 0)
        disturbed.database.goOn?()
        #expect(answers == 1)
        #expect(dispatcher.beginBatch() == .zero)
        #expect(!dispatcher.isBatchUnderWay)
        disturbed.say("three") { answers += 1 }
        #expect(dispatcher.beginBatch() == nil)
        disturbed.database.holdsCommits = false
        disturbed.database.goOn?()
        #expect(answers == 3)
        #expect(disturbed.client.lines() == ["one", "two", "three"])
    }

    /// Nanoseconds from the end of a batch, and whether the next one begins then with that many of the two requests that
    /// can be expected.
    private static let pauses: [(time: Int64, count: Int, begins: Bool)] = [
        (0, 1, false), (1_999_999, 1, false), (2_000_000, 1, true), (0, 2, true),
    ]

    @Test(
        "waits for as many requests as can be expected, for a fourth of a long way to the database at most",
        arguments: pauses)
    func gathering(_ pause: (time: Int64, count: Int, begins: Bool)) throws {
        var now: Int64 = 1
        let disturbed = try Disturbed(monotonic: { now })
        disturbed.client.begin()
        let dispatcher = disturbed.client.dispatcher
        // The iteration of the loop after that.
        #expect(dispatcher.beginBatch() == nil)
        (disturbed.database.roundTrip, disturbed.database.holdsCommits) = (8_000_000, true)
        disturbed.say("one") {}
        #expect(dispatcher.beginBatch() == nil)
        disturbed.say("two") {}
        disturbed.database.goOn?()
        #expect(dispatcher.beginBatch() == .milliseconds(2))
        now += pause.time
        if pause.count == 2 { disturbed.say("three") {} }
        let rest = dispatcher.beginBatch()
        #expect(rest == (pause.begins ? nil : .nanoseconds(2_000_000 - pause.time)))
        #expect(dispatcher.isBatchUnderWay == pause.begins)
    }
}
