import Emulator

/// Slows down a caller that tries tokens: beyond the tenth wrong token in a row each is answered a tenth of a second
/// after the one before, whatever number of connections they come by. A token of
/// eight characters could be tried out at the server's full speed.
final class Guesses {
    /// In nanoseconds.
    private static let interval: Int64 = 100_000_000
    /// How many wrong tokens in a row are answered at once.
    private static let burst: Int64 = 10
    /// The longest delay, in nanoseconds: a connection is not held for longer.
    private static let longest: Int64 = 30_000_000_000

    /// When the next wrong token could be answered if none had been answered at once, in nanoseconds since 1970.
    private var free: Int64 = .min

    /// Counts a wrong token. Returns how long its answer is delayed; nil when it is not.
    func countWrong(at now: Int64) -> Duration? {
        let earliest = now - Guesses.burst * Guesses.interval
        // The system's clock can have been set back.
        free = min(max(free, earliest), now + Guesses.longest) + Guesses.interval
        return free > now ? .nanoseconds(free - now) : nil
    }

    /// Whether the answer to a wrong token would be delayed.
    func areSlow(at now: Int64) -> Bool { free > now - Guesses.interval }
}
