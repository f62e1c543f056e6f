import Dialogue
import HTTP

extension Sandbox {
    /// Has faults change a response, and puts it under the sandbox's clock: in one that is not real, what the response would
    /// wait for passes at once on the clock, and `Date` is the clock's. Then the clock goes on by what each request takes.
    func settle(_ response: inout Response, striking strikes: [FaultLedger.Strike]) {
        let clock = clock
        var waited = clock.isReal ? 0 : response.delivery.takeWaits()
        for strike in strikes.sorted(by: { $0.fault.kind.rank < $1.fault.kind.rank }) {
            waited = SandboxClock.sum(waited, strike.change(&response, inRealTime: clock.isReal))
        }
        guard !clock.isReal else { return }
        response.fields.add(.date, DateText.of(unixTime: Int(now.advanced(by: waited).seconds)))
        let passed = SandboxClock.sum(waited, clock.autoAdvance)
        guard passed > 0 else { return }
        var moved = clock
        moved.advance(by: passed)
        set(moved)
    }
}

extension Delivery {
    /// Takes the waits out of it and returns their sum in nanoseconds.
    fileprivate mutating func takeWaits() -> Int64 {
        var waited: Int64 = 0
        steps.removeAll { step in
            guard case .wait(let duration) = step else { return false }
            let (seconds, attoseconds) = duration.components
            waited = SandboxClock.sum(waited, seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
            return true
        }
        return waited
    }
}
