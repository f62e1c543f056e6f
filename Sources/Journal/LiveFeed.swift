import Dialogue
import HTTP
import JSON

/// A journal as server-sent events, as its entries come: it decides what is sent when, and does no I/O.
public final class LiveFeed {
    /// The most feeds that are open at a time.
    public static let most = 64
    /// A comment is sent after this time without other output, in nanoseconds.
    static let heartbeat: Int64 = 15_000_000_000
    /// A reader that has not taken a part after this time is ended, in nanoseconds.
    static let patience: Int64 = 10_000_000_000
    /// A part ends once so many entries were compared, or it has so many bytes.
    static let (compared, bytes) = (100, 64 * 1024)

    /// Which entries a reader wants, and how long.
    public struct Terms {
        public var match = EntryMatch()
        /// Whether control calls that change a sandbox are sent too.
        public var withControl = false
        /// The most entries; nil: without limit.
        public var limit: Int?
        /// How long the feed lasts, in nanoseconds; nil: until the reader leaves.
        public var duration: Int64?

        public init() {}
    }

    /// Where a feed begins.
    public enum Start: Equatable {
        case now
        /// With the oldest entry that is kept.
        case oldest
        /// Behind the event with that id.
        case event(LiveID)
    }

    /// Why a feed ended.
    public enum End: String {
        /// It had as many entries as were asked for.
        case limit
        /// It lasted as long as was asked for.
        case wait
        /// The server ends.
        case drain
        /// The reader did not take a part for `patience`.
        case slow
        /// The sandbox was removed.
        case removed
    }

    public enum Part: Equatable {
        /// Empty: there is more to compare.
        case bytes([UInt8])
        case last([UInt8])
        /// There is nothing to send before this time has passed, in nanoseconds, unless an entry comes.
        case pause(Int64)
    }

    private let book: JournalBook
    private let writer: JournalWriter
    private let terms: Terms
    private var reader: LiveReader
    private var left: Int
    private let deadline: Int64?
    /// What is sent before the first entry.
    private var opening: [UInt8]
    /// When the part before was given that the reader may not have taken yet.
    private var partAt: Int64?
    private var lastOutput: Int64

    /// - Parameter sandbox: the journal's sandbox, by its number; nil: the journals of all.
    public init(
        _ book: JournalBook, of sandbox: (journal: Journal, number: Int64)?, _ terms: Terms, from start: Start
    ) {
        self.book = book
        self.terms = terms
        writer = JournalWriter(book)
        left = terms.limit ?? .max
        lastOutput = book.monotonicNow()
        deadline = terms.duration.map { book.monotonicNow() + $0 }
        var reader = LiveReader(book, sandbox)
        var isLost = false
        switch start {
        case .now: break
        case .oldest: reader.rewind()
        case .event(let id):
            isLost = !reader.resume(at: id)
            if isLost { reader.rewind() }
        }
        self.reader = reader
        opening = isLost ? LiveFeed.lost(nil, reader.id) : EventStream.place(reader.id.text)
        book.enterReader()
    }

    deinit { book.leaveReader() }

    /// The id behind the entries of now.
    public static func id(_ book: JournalBook, of sandbox: (journal: Journal, number: Int64)) -> String {
        LiveReader(book, sandbox).id.text
    }

    /// The next part. Call it when the reader has taken the one before.
    /// - Parameter end: why the feed is to end; nil: it goes on.
    public func next(end: End?) -> Part {
        let now = book.monotonicNow()
        if let given = partAt.take(), now - given > LiveFeed.patience { return .last(ending(.slow)) }
        var bytes = opening
        opening = []
        let hasMore = addEntries(to: &bytes)
        if let end = reason(end, at: now, hasMore: hasMore) { return .last(bytes + ending(end)) }
        let quiet = now - lastOutput
        if bytes.isEmpty, !hasMore {
            guard quiet >= LiveFeed.heartbeat else {
                return .pause(min(LiveFeed.heartbeat - quiet, deadline.map { $0 - now } ?? .max))
            }
            bytes = Array(": heartbeat\nid: \(reader.id.text)\n\n".utf8)
        }
        if !bytes.isEmpty { (partAt, lastOutput) = (now, now) }
        return .bytes(bytes)
    }

    /// - Returns: whether there may be more entries than were looked at.
    private func addEntries(to bytes: inout [UInt8]) -> Bool {
        let steps = reader.steps(atMost: LiveFeed.compared)
        for step in steps {
            guard left > 0, bytes.count < LiveFeed.bytes else { return true }
            reader.take(step)
            switch step {
            case .lost(let count): bytes += LiveFeed.lost(count, reader.id)
            case .entry(let entry):
                guard isWanted(entry) else { continue }
                left -= 1
                bytes += EventStream.event("entry", id: reader.id.text, data: book.line(of: entry, writer))
            }
        }
        return !steps.isEmpty
    }

    private func isWanted(_ entry: JournalEntry) -> Bool {
        guard !entry.isUnsaved, !entry.isControl || terms.withControl else { return false }
        var effort = RequestEffort()
        return terms.match.holds(for: entry, &effort)
    }

    private func reason(_ end: End?, at now: Int64, hasMore: Bool) -> End? {
        if left == 0 { return .limit }
        if end == .drain { return .drain }
        if let deadline, deadline <= now { return .wait }
        return hasMore ? nil : end
    }

    private func ending(_ end: End) -> [UInt8] {
        EventStream.event("end", id: reader.id.text, data: Array("{\"reason\":\"\(end.rawValue)\"}".utf8))
    }

    /// - Parameter count: nil when it is not known.
    private static func lost(_ count: Int?, _ id: LiveID) -> [UInt8] {
        EventStream.event(
            "lost", id: id.text, data: Array("{\"entries\":\(count.map { "\($0)" } ?? "null")}".utf8))
    }
}
