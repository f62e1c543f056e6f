/// Within which bounds the numbers of a conversation are. They are checked where a number comes in from outside, in a snapshot
/// and in a row of a database, so that the arithmetic behind needs no check of its own.
public enum Bounds {
    /// Of a count that a snapshot sets: sessions begun, turns, redirects, nudges, spoken lines, personas made. A count that
    /// begins at the upper bound goes on for a thousand million turns before it reaches that of `storedCounts`.
    public static let counts = 0...1_000_000_000
    /// Of the same counts where they are stored: the strictest client reads 32 bits (spec F.2).
    public static let storedCounts = 0...Int(Int32.max)
    /// Of scores and what is added to them, for the same reason.
    public static let scores = Int(Int32.min)...Int(Int32.max)
    /// Of moments, in nanoseconds since 1970: from `Timestamp.earliest` to `Timestamp.latest`.
    public static let moments = Timestamp.earliest.nanoseconds...Timestamp.latest.nanoseconds
}
