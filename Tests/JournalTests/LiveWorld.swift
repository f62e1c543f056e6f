import Dialogue
import HTTP

@testable import Journal

/// Journals with a clock that a test moves.
final class LiveWorld {
    final class Time {
        var now: Int64 = 0
    }

    let time = Time()
    let book: JournalBook
    let journals = [Journal(), Journal(), Journal()]

    init(limit: Int = 250, budget: Int = JournalBook.standardBudget) {
        book = JournalBook(limit: limit, budget: budget, monotonic: { [time] in time.now })
    }

    /// Adds an entry for a path. Returns it.
    @discardableResult
    func add(
        _ path: String, to journal: Int = 0, _ kind: JournalEntry.Kind = .request, size: Int = 0,
        isDelivered: Bool = true
    ) -> JournalEntry {
        let head = RequestHead(method: .get, path: path)
        let draft = JournalEntry.Draft(
            kind: kind, sandbox: "s\(journal)", place: nil, head: head, facts: RequestFacts(head),
            body: .bytes([UInt8](repeating: 0x61, count: size)), time: Timestamp(seconds: 0),
            received: Timestamp(seconds: 0), began: 0)
        var response = Response(status: .ok)
        let entry = book.add(draft, &response, to: journals[journal])
        if isDelivered { book.delivered(entry.ticket, .complete) }
        return entry
    }

    func add(_ numbers: Range<Int>, to journal: Int = 0) { for number in numbers { add("/\(number)", to: journal) } }

    /// A feed of one journal, whose sandbox's number is its place; nil: of all.
    func feed(
        _ journal: Int? = 0, from start: LiveFeed.Start = .now, _ set: (inout LiveFeed.Terms) -> Void = { _ in }
    ) -> LiveFeed {
        var terms = LiveFeed.Terms()
        set(&terms)
        return LiveFeed(book, of: journal.map { (journals[$0], Int64($0)) }, terms, from: start)
    }

    /// The feed's next events in short, until it pauses or ends: `/path`, `lost 3`, `heartbeat`, `at 0-1-2`, `end limit`,
    /// and `pause`.
    func read(_ feed: LiveFeed, end: LiveFeed.End? = nil) -> [String] {
        var events: [String] = []
        while true {
            switch feed.next(end: end) {
            case .bytes(let bytes): events += LiveWorld.events(bytes)
            case .last(let bytes): return events + LiveWorld.events(bytes)
            case .pause: return events + ["pause"]
            }
        }
    }

    /// The feed's next part.
    func bytes(_ feed: LiveFeed) -> [UInt8] {
        guard case .bytes(let bytes) = feed.next(end: nil) else { return [] }
        return bytes
    }

    static func events(_ bytes: [UInt8]) -> [String] {
        String(decoding: bytes, as: UTF8.self).split(separator: "\n\n").map { block in
            let lines = block.split(separator: "\n").map(String.init)
            if lines[0] == ": heartbeat" { return "heartbeat" }
            if lines.count == 1 { return "at \(lines[0].dropFirst(4))" }
            let data = lines[2]
            switch lines[0] {
            case "event: entry":
                let path = data.firstRange(of: "\"path\":\"").map { data[$0.upperBound...].prefix { $0 != "\"" } }
                return path.map(String.init) ?? data
            case "event: lost": return "lost \(data.dropFirst(17).dropLast())"
            default: return "end \(data.dropFirst(17).dropLast(2))"
            }
        }
    }
}
