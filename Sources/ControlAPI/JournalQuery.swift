import Journal
import Dialogue
import Emulator
import Fixtures
import HTTP
import JSON

/// The query of a call: which entries of a journal are selected, and how they are written.
struct JournalQuery {
    enum Format: String, CaseIterable {
        case json, jsonl, har
    }

    let format: Format
    private let match: EntryMatch
    private let withControl: Bool
    private let after: Int
    private let limit: Int
    private let newest: Int

    /// - Throws: a 400 that names the mistake.
    init(_ query: Query, routes: [String], in book: JournalBook) throws(Failure) {
        try JournalQuery.checkStatus(in: query)
        self = try Input.query(query, "the query", value: JournalQuery.value) { JournalQuery($0, routes, book) }
    }

    private init(_ reader: ObjectReader, _ routes: [String], _ book: JournalBook) {
        format = reader.choice("format", Format.self) ?? .json
        match = EntryMatch(reader, routes: routes, in: book)
        withControl = reader.bool("control") ?? (format == .jsonl)
        after = reader.integer("after", in: 0...Int(Int32.max)) ?? 0
        limit = reader.integer("limit", in: 0...Int(Int32.max)) ?? Int.max
        newest = reader.integer("newest", in: 0...Int(Int32.max)) ?? Int.max
    }

    /// The entries as they are now.
    /// - Throws: a 400 for a matcher that is too expensive.
    func select(from journal: Journal) throws(Failure) -> [JournalEntry] {
        var effort = RequestEffort()
        var found: [JournalEntry] = []
        for entry in journal.entries where found.count < limit {
            guard entry.number > after, !entry.isControl || withControl, match.holds(for: entry, &effort) else {
                continue
            }
            found.append(entry)
        }
        guard !effort.hasGivenUp else { throw Emulator.tooMuchMatching }
        return found.suffix(newest).map(\.frozen)
    }

    /// - Throws: a 400 for a status that cannot be read, because only a query writes bounds as `400-499`.
    fileprivate static func checkStatus(in query: Query) throws(Failure) {
        for pair in query.pairs where pair.name == "status" {
            guard case .string(let text) = value(of: pair).kind else { continue }
            throw Failure(
                .badRequest,
                "\"status\" of the query must be a status such as 404, or bounds such as 400-499, not \"\(text)\"")
        }
    }

    /// Numbers, truth values, and `400-499` for a range of statuses.
    fileprivate static func value(of pair: Query.Pair) -> JSONValue {
        switch pair.name {
        case "status":
            let bounds = pair.value.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            if bounds.count == 2, let least = bounds[0], let most = bounds[1] {
                return .object([JSONValue.Member("gte", .integer(least)), JSONValue.Member("lte", .integer(most))])
            }
            return Input.number(pair.value)
        case "after", "limit", "newest": return Input.number(pair.value)
        case "wait_seconds":
            let value = try? JSONReader.read(Array(pair.value.utf8))
            return value.flatMap { $0.number == nil ? nil : $0 } ?? .string(pair.value)
        case "duplicate", "control":
            return ["true": .bool(true), "false": .bool(false)][pair.value] ?? .string(pair.value)
        default: return .string(pair.value)
        }
    }
}

/// The query of a call that follows a journal live.
struct LiveQuery {
    private enum Since: String, CaseIterable {
        case start
    }

    /// A day, in seconds.
    private static let longest = 86_400.0

    let terms: LiveFeed.Terms
    let start: LiveFeed.Start

    /// - Throws: a 400 that names the mistake.
    init(_ call: Call, routes: [String], in book: JournalBook) throws(Failure) {
        try JournalQuery.checkStatus(in: call.query)
        let (terms, since) = try Input.query(call.query, "the query", value: JournalQuery.value) { reader in
            var terms = LiveFeed.Terms()
            terms.match = EntryMatch(reader, routes: routes, in: book)
            terms.withControl = reader.bool("control") ?? false
            terms.limit = reader.integer("limit", in: 0...Int(Int32.max))
            terms.duration = reader.number("wait_seconds", in: 0...LiveQuery.longest).map { Int64($0 * 1_000_000_000) }
            return (terms, reader.choice("since", Since.self))
        }
        self.terms = terms
        // A reader that comes again sends the query that it sent at first.
        if let text = call.request.head.fields[.lastEventID], !text.isEmpty {
            guard let id = LiveID(text) else {
                throw Failure(.badRequest, "Last-Event-ID is no id of a live event: \"\(text)\"")
            }
            start = .event(id)
        } else {
            start = since == nil ? .now : .oldest
        }
    }
}
