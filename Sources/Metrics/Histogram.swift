/// How many of the values fall below each of a few bounds, and their sum.
public struct Histogram: Sendable {
    /// Bounds for durations in nanoseconds, from 50 µs to 10 s.
    public static let durations: [Int64] =
        [50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000, 10_000_000]
        .map { $0 * 1_000 }
    /// Bounds for the number of requests of a batch.
    public static let batches: [Int64] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]

    let bounds: [Int64]
    /// The values up to each bound and above the bound before it; the last: those above all bounds.
    private(set) var counts: [Int]
    private(set) var sum: Int64 = 0

    /// - Parameter bounds: the largest value of each class, in ascending order.
    public init(_ bounds: [Int64]) {
        self.bounds = bounds
        counts = [Int](repeating: 0, count: bounds.count + 1)
    }

    public mutating func add(_ value: Int64) {
        var place = 0
        while place < bounds.count, value > bounds[place] { place += 1 }
        counts[place] += 1
        sum &+= value
    }
}
