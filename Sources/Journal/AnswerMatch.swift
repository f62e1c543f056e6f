public import Dialogue
public import Fixtures
import JSON

/// Conditions on the answer to a request. All members that are set must hold.
public struct AnswerMatch {
    public enum Status: Equatable {
        case one(Int)
        /// From the first to the second, both included.
        case range(Int, Int)

        func holds(for status: Int) -> Bool {
            switch self {
            case .one(let wanted): status == wanted
            case .range(let least, let most): least...most ~= status
            }
        }
    }

    public var status: Status?
    public var decision: Decision?
    /// The id or the kind of a fault that struck.
    public var fault: String?
    public var isDuplicate: Bool?
    /// A session's id.
    public var session: String?
    public var requestID: String?

    public init() {}

    private static let statuses = 100...999

    /// Reads the members that are about an answer; the calling code reads the others.
    public init(_ reader: ObjectReader) {
        if let value = reader.value("status"), case .object = value.kind {
            status = AnswerMatch.range(in: reader.object("status", "a range of statuses"))
        } else {
            status = reader.integer("status", in: AnswerMatch.statuses).map { .one($0) }
        }
        decision = reader.choice("decision", Decision.self)
        fault = reader.name("fault")
        isDuplicate = reader.bool("duplicate")
        session = reader.name("session")
        requestID = reader.name("request_id")
    }

    private static func range(in reader: ObjectReader?) -> Status? {
        guard let reader else { return nil }
        let least = reader.integer("gte", in: statuses) ?? statuses.lowerBound
        let most = reader.integer("lte", in: statuses) ?? statuses.upperBound
        reader.finish()
        guard least <= most else {
            reader.findings.report("\"gte\" is more than \"lte\"", at: reader.offset)
            return nil
        }
        return .range(least, most)
    }

    /// One text for each condition that does not hold.
    func differences(to entry: JournalEntry) -> [String] {
        let facts = entry.facts
        var found: [String] = []
        if let status, entry.status.map({ !status.holds(for: $0) }) ?? true {
            found.append("status is \(entry.status.map(String.init) ?? "none"), not \(status.word)")
        }
        if let decision, decision != facts.turn?.decision {
            found.append("decision is \(facts.turn?.decision?.rawValue ?? "none"), not \(decision.rawValue)")
        }
        if let fault, !facts.faults.contains(where: { $0.split(separator: " ").contains { $0 == fault } }) {
            let struck = facts.faults.isEmpty ? "none" : facts.faults.joined(separator: ", ")
            found.append("fault is \(struck), not \(fault)")
        }
        if let isDuplicate, isDuplicate != entry.isDuplicate {
            found.append(isDuplicate ? "it is no duplicate" : "it is a duplicate")
        }
        if let session, session != facts.session?.description {
            found.append("session is \(facts.session?.description ?? "none"), not \(session)")
        }
        if let requestID, !(entry.requestID.map { $0 === requestID } ?? false) {
            found.append("request_id is \(entry.requestID ?? "none"), not \(requestID)")
        }
        return found
    }
}

extension AnswerMatch.Status {
    fileprivate var word: String {
        switch self {
        case .one(let status): String(status)
        case .range(let least, let most): "\(least) to \(most)"
        }
    }
}

/// Conditions on a request and its answer.
public struct EntryMatch {
    public var request = RequestMatch()
    public var answer = AnswerMatch()

    public init() {}

    /// - Parameter book: the journals whose entries are compared.
    public init(_ reader: ObjectReader, routes: [String], in book: JournalBook) {
        request = RequestMatch(reader, routes: routes)
        if book.isShared { request.key = request.key.map(book.redactor.shown(caller:)) }
        answer = AnswerMatch(reader)
    }

    public func holds(for entry: JournalEntry, _ effort: inout RequestEffort) -> Bool {
        request.holds(for: entry.facts, &effort) && answer.differences(to: entry).isEmpty
    }

    /// One text for each condition that does not hold.
    func differences(to entry: JournalEntry, _ effort: inout RequestEffort) -> [String] {
        request.differences(to: entry.facts, &effort) + answer.differences(to: entry)
    }
}
