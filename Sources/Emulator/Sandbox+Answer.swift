import Dialogue
import HTTP

extension Sandbox {
    /// Puts a response under the sandbox's clock: in one that is not real, what the response would wait for passes at once
    /// on the clock, and `Date` is the clock's. Then the clock goes on by what each request takes.
    func settle(_ response: inout Response) {
        let clock = clock
        guard !clock.isReal else { return }
        let waited = response.delivery.takeWaits()
        response.fields.add(
            .date, DateText.of(unixTime: Int((Timestamp(nanoseconds: now.nanoseconds + waited)).seconds)))
        guard waited + clock.autoAdvance > 0 else { return }
        var moved = clock
        moved.advance(by: waited + clock.autoAdvance)
        set(moved)
    }
}

extension HTTP.Delivery {
    /// Takes the waits out of it and returns their sum in nanoseconds.
    fileprivate mutating func takeWaits() -> Int64 {
        var waited: Int64 = 0
        steps.removeAll { step in
            guard case .wait(let duration) = step else { return false }
            let (seconds, attoseconds) = duration.components
            waited += seconds * 1_000_000_000 + attoseconds / 1_000_000_000
            return true
        }
        return waited
    }
}
