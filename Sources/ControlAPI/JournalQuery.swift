import Emulator
import Fixtures
import HTTP
import JSON

/// Which entries of a journal are asked for, and how they are to be written: the query of a call.
struct JournalQuery {
    enum Format: String, CaseIterable {
        case json, jsonl, har
    }

    let format: Format
    private let match: EntryMatch
    private let withControl: Bool
    private let after: Int
    private let limit: Int

    /// - Throws: a 400 that names what is wrong.
    init(_ query: Query, routes: [String]) throws(Failure) {
        let value = JournalQuery.object(of: query)
        let findings = Findings(document: value)
        guard let reader = ObjectReader(value, "the query", findings) else {
            throw Failure(.badRequest, findings.summary ?? "this is no query")
        }
        format = reader.choice("format", Format.self) ?? .json
        match = EntryMatch(reader, routes: routes)
        withControl = reader.bool("control") ?? (format == .jsonl)
        after = reader.integer("after", in: 0...Int(Int32.max)) ?? 0
        limit = reader.integer("limit", in: 0...Int(Int32.max)) ?? Int.max
        reader.finish()
        if let summary = findings.summary { throw Failure(.badRequest, summary) }
    }

    func select(from journal: Journal) -> [JournalEntry] {
        Array(
            journal.entries.lazy.filter { entry in
                entry.number > after && (entry.isControl ? withControl : true) && match.holds(for: entry)
            }.prefix(limit))
    }

    /// The query as the JSON that a body would have: numbers, truth values, and `400-499` for a range of statuses.
    private static func object(of query: Query) -> JSONValue {
        let members = query.pairs.map { JSONValue.Member($0.name, value(of: $0)) }
        let written = JSONValue.object(members)
        // Read again, so that each member has a place and mistakes are told with it.
        return (try? JSONReader.read(written.bytes)) ?? written
    }

    private static func value(of pair: Query.Pair) -> JSONValue {
        switch pair.name {
        case "status":
            let bounds = pair.value.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            if bounds.count == 2, let least = bounds[0], let most = bounds[1] {
                return .object([JSONValue.Member("gte", .integer(least)), JSONValue.Member("lte", .integer(most))])
            }
            return number(pair.value)
        case "after", "limit": return number(pair.value)
        case "duplicate", "control":
            return ["true": .bool(true), "false": .bool(false)][pair.value] ?? .string(pair.value)
        default: return .string(pair.value)
        }
    }

    private static func number(_ text: String) -> JSONValue { Int(text).map { .integer($0) } ?? .string(text) }
}
