import Dialogue
import Testing

@testable import Emulator

@Suite("The memory of all sandboxes together")
struct KeptMemoryTests {
    /// The turns that a sandbox remembers, and the arrivals of its report.
    private static func kept(_ world: World, _ key: String) throws -> (turns: Int, arrivals: Int, isComplete: Bool) {
        let sandbox = try #require(world.emulator.accounts.known(named: key)).sandbox
        let arrivals = sandbox.rates.kept
        return (sandbox.recent.bytes, arrivals.all.count, arrivals.isComplete)
    }

    @Test("where it is too much, the sandboxes that keep most of it drop the older half")
    func together() throws {
        let world = try World()
        world.emulator.keptMemory = KeptMemory(limit: 100_000, step: 1)
        let quiet = try world.play("pk_test_quiet")
        try quiet.begin()
        _ = try quiet.say("hm")
        let loud = try world.play("pk_test_loud")
        for _ in 0..<20 {
            _ = try world.account("pk_test_loud")
            try loud.begin()
            _ = try loud.say(String(repeating: "x", count: 8_000))
            #expect(world.emulator.endBatch(failed: false))
            let kept = try Self.kept(world, "pk_test_loud")
            #expect(kept.turns <= 100_000)
        }
        let (few, many) = (try Self.kept(world, "pk_test_quiet"), try Self.kept(world, "pk_test_loud"))
        #expect(few.turns > 0 && few.isComplete)
        #expect((20_000...100_000).contains(many.turns))
        #expect((1..<20).contains(many.arrivals) && !many.isComplete)
    }

    @Test("arrivals count too: many sandboxes with few turns stay within it")
    func arrivals() throws {
        let world = try World()
        world.emulator.keptMemory = KeptMemory(limit: 16_000, step: 1_600)
        let keys = (0..<10).map { "pk_test_\($0)" }
        for _ in 0..<300 {
            for key in keys { _ = try world.account(key) }
            #expect(world.emulator.endBatch(failed: false))
        }
        let total = try keys.reduce(0) { $0 + (try Self.kept(world, $1).arrivals) }
        #expect((100...1_100).contains(total))
    }
}
