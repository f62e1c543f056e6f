import Dialogue

/// What a journal has counted, as servers that share a database hand it on.
struct JournalState: Equatable {
    /// Of `JournalContents`.
    var taken = 0
    var cleared = 0
    var lastNumber = 0
    var counts = Counts()
    var kept = 0
    var isWhole = true
    /// The real time of the newest entry; nil: there is none.
    var received: Timestamp?

    private static let version = 1

    var bytes: [UInt8] {
        var writer = EntryWriter()
        for number in [
            JournalState.version, taken, cleared, lastNumber, counts.requests, counts.errors, counts.duplicates,
            counts.unanswered, kept,
        ] { writer.put(number) }
        writer.put(isWhole)
        writer.put(received) { $0.put($1.nanoseconds) }
        return writer.bytes
    }
}

extension JournalState {
    /// Reads what `bytes` wrote; nil for anything else.
    init?(_ bytes: [UInt8]) {
        do throws(EntryReader.Unreadable) {
            var reader = EntryReader(bytes)
            guard try reader.number() == JournalState.version else { return nil }
            (taken, cleared, lastNumber) = (try reader.number(), try reader.number(), try reader.number())
            counts = Counts(
                requests: try reader.number(), errors: try reader.number(), duplicates: try reader.number(),
                unanswered: try reader.number())
            (kept, isWhole) = (try reader.number(), try reader.flag())
            received = try reader.optional { reader throws(EntryReader.Unreadable) in try reader.moment() }
            guard reader.isAtEnd else { return nil }
        } catch {
            return nil
        }
    }
}
