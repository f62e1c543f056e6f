/// The bounds of the numbers of a conversation. They are checked when a number is read from a snapshot or a row of the
/// database, so that later arithmetic needs no checks.
public enum Bounds {
    /// The bounds of a count in a snapshot: sessions begun, turns, redirects, nudges, spoken lines, personas made. A
    /// count that begins at the upper bound lasts for a thousand million more turns before it reaches that of
    /// `storedCounts`.
    public static let counts = 0...1_000_000_000
    /// The bounds of the same counts in the store: the strictest client reads 32 bits (spec F.2).
    public static let storedCounts = 0...Int(Int32.max)
    /// The bounds of scores and score deltas, for the same reason.
    public static let scores = Int(Int32.min)...Int(Int32.max)
    /// The bounds of moments, in nanoseconds since 1970: from `Timestamp.earliest` to `Timestamp.latest`.
    public static let moments = Timestamp.earliest.nanoseconds...Timestamp.latest.nanoseconds
}
