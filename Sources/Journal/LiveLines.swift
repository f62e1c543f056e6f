/// The lines of entries that live readers have just got, because most readers get the same.
struct LiveLines {
    /// The most bytes that are kept; beyond it all are dropped.
    private static let most = 1 << 20

    /// By arrival.
    private var lines: [Int: [UInt8]] = [:]
    private var bytes = 0

    /// An entry as one line.
    mutating func line(of entry: JournalEntry, _ writer: JournalWriter) -> [UInt8] {
        if let line = lines[entry.arrival] { return line }
        let line = writer.line(entry)
        // The line of an answer that is being sent will be another.
        guard entry.delivered != nil else { return line }
        bytes += line.count
        if bytes > LiveLines.most { self = LiveLines() }
        lines[entry.arrival] = line
        return line
    }
}
