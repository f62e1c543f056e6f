import Dialogue
import Fixtures
import Store
import Support
import Testing

@testable import Emulator

@Suite("The size of a sandbox's row")
struct SandboxRowSizeTests {
    @Test("all that a sandbox may have is restored, and no more than that is read")
    func largest() throws {
        let world = try World()
        let sandbox = try world.account().sandbox
        world.emulator.set(SandboxClock(.frozen(world.clock.now)), in: sandbox)
        world.emulator.set(RateLimits(messagesPerMinute: 1, otherPerMinute: 100), in: sandbox)
        let fault = try Fault(#"{"kind":"status","status":503,"match":{"message":{"pattern":"a+b"}}}"#)
        for _ in 1...Emulator.faultLimit { _ = try world.emulator.add(fault, in: sandbox) }
        let steps = (1...10).map { Script.Step.turn(nil, reply: "Step \($0).") }
        try sandbox.change { state in
            for number in 1...Scripts.limit {
                _ = try state.scripts.add(player: "p\(number)", persona: nil, steps: steps)
            }
        }
        for number in 1...Sandbox.waitLimit { sandbox.noteWait(of: "caller \(number)", seconds: number) }
        let player = try world.play().play.key
        for number in 1...Sandbox.deliveryLimit { #expect(sandbox.isFirstDelivery(of: "\(number)", from: player)) }
        for number in 1...1_000 { _ = sandbox.admit(.message, from: "caller \(number)", onlyOwn: false) }
        let kept = sandbox.kept
        let other = try World()
        let place = try other.account().sandbox
        try place.restore(from: kept)
        #expect(place.kept == kept)
        #expect(place.state.waits.count == Sandbox.waitLimit)
        #expect(place.state.deliveries == sandbox.state.deliveries)
        #expect(place.state.scripts.all == sandbox.state.scripts.all)
        #expect(place.state.faults.bytes == sandbox.state.faults.bytes)
        // One more of any kind is no row of a sandbox.
        let wait = #""waits":{"\#(CallerDigest.of("one more").text)":1,"#
        let script = #"{"number":0,"script":{"steps":[{}]}}"#
        for (from, to) in [
            (#""waits":{"#, wait), (#""all":["#, #""all":[{"number":0,"fault":{"kind":"reset"}},"#),
            (#""scripts":{"made":1000,"all":["#, #""scripts":{"made":1000,"all":[\#(script),"#),
        ] {
            var row = kept
            for text in [\SandboxRow.set, \SandboxRow.counted] {
                var changed = String(decoding: row[keyPath: text], as: UTF8.self)
                if let found = changed.firstRange(of: from) { changed.replaceSubrange(found, with: to) }
                row[keyPath: text] = Array(changed.utf8)
            }
            let error = try #require(throws: StoreError.self) { try place.restore(from: row) }
            #expect(error.message.contains("may have"), "\(error.message)")
        }
    }

    @Test("callers whose minute is over are not in the row if the clock is real")
    func over() throws {
        let world = try World(limits: RateLimits())
        let sandbox = try world.account().sandbox
        for number in 1...100 {
            world.clock.advance(seconds: 1)
            world.emulator.enter(sandbox, caller: "")
            _ = sandbox.admit(.message, from: "caller \(number)", onlyOwn: false)
        }
        let counted = sandbox.kept.counted
        #expect(sandbox.rates.limiter.counts(of: .message, at: sandbox.now).count == 60)
        world.clock.advance(seconds: 60)
        world.emulator.enter(sandbox, caller: "")
        #expect(sandbox.kept.counted.isEmpty)
        #expect(!counted.isEmpty)
        // What the server knows of another clock's time may be old.
        world.emulator.advance(SandboxClock(.frozen(world.clock.now)), in: sandbox)
        #expect(!sandbox.kept.counted.isEmpty)
    }
}
