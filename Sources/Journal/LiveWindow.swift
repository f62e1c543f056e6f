/// The latest entries of all sandboxes, so that a reader of all that keeps up need not look through every journal.
struct LiveWindow {
    /// The most entries, and the most bytes of them.
    private static let (entries, bytes) = (1_000, 8 << 20)

    private var ring = Ring<JournalEntry>()
    private var bytes = 0

    /// Takes every entry: so their arrivals are consecutive.
    mutating func append(_ entry: JournalEntry) {
        bytes += entry.size
        if let left = ring.append(entry, limit: LiveWindow.entries) { bytes -= left.size }
        while bytes > LiveWindow.bytes, let left = ring.removeFirst() { bytes -= left.size }
    }

    /// At most so many entries after an arrival; nil when earlier ones have left.
    func entries(after arrival: Int, atMost count: Int) -> [JournalEntry]? {
        guard let oldest = ring.oldest, oldest.arrival <= arrival + 1 else { return nil }
        let first = arrival + 1 - oldest.arrival
        return ring.elements(in: first..<first + count)
    }
}
