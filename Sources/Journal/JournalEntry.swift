public import Dialogue
public import HTTP

/// A request and its answer. It keeps the objects that exist anyway; texts are made from them only when they are read.
public final class JournalEntry {
    public enum Kind: Equatable, Sendable {
        case request
        /// A control call that changes a sandbox; later requests depend on it.
        case control
        /// A request with a head that was refused before it reached a dialect.
        case refused(ProtocolError)
    }

    /// The body of a request, as far as it is kept.
    public enum Content: Equatable, Sendable {
        case bytes([UInt8])
        /// The length of a body that was in a file, which no longer exists.
        case spooled(Int)

        var count: Int {
            switch self {
            case .bytes(let bytes): bytes.count
            case .spooled(let count): count
            }
        }
    }

    /// What is known about a request when it is answered.
    public struct Draft {
        let kind: Kind
        let sandbox: String
        let place: String?
        let head: RequestHead
        let facts: RequestFacts
        let body: Content
        let time: Timestamp
        let received: Timestamp
        let began: Int64

        /// - Parameters:
        ///   - sandbox: the sandbox's name.
        ///   - place: the name of the sandbox that the path names; nil when it names none.
        ///   - time: the time of the sandbox's clock; of a control call, the time after it.
        ///   - received: the real time at which the request arrived.
        ///   - began: the start of the request on the monotonic clock, in nanoseconds.
        public init(
            kind: Kind, sandbox: String, place: String?, head: RequestHead, facts: consuming RequestFacts,
            body: Content, time: Timestamp, received: Timestamp, began: Int64
        ) {
            (self.kind, self.sandbox, self.place, self.head) = (kind, sandbox, place, head)
            (self.facts, self.body) = (facts, body)
            (self.time, self.received, self.began) = (time, received, began)
        }
    }

    /// The number and the counts of an entry among those of its journal.
    struct Rank {
        let number: Int
        let isDuplicate: Bool
        let tally: Tally
    }

    /// The draft, moved in as a whole, so that making the entry copies nothing.
    private let draft: Draft
    /// The number in its sandbox, from 1, since the sandbox began or its journal was cleared.
    public internal(set) var number: Int
    /// The number in the process, from 1.
    public internal(set) var arrival: Int
    /// The response as the server got it, before `Date` and framing were added.
    public internal(set) var response: Response
    /// Whether the same caller sent the same request before: perhaps a retry.
    public internal(set) var isDuplicate: Bool
    public let isControl: Bool
    /// Whether its batch was dropped, so that it changed nothing.
    public internal(set) var isUnsaved = false
    private var end: (how: Delivered, at: Int64)?
    /// How long the bodies were; nil: those of the entry are the same.
    var sizes: Sizes?
    /// The approximate memory of the entry, in bytes: all that a caller can make large, and an average for the rest.
    let size: Int
    /// The counts that include the entry.
    var tally: Tally
    /// Whether it was handed out by `JournalBook.takeNew`.
    var isTaken = false

    init(_ draft: consuming Draft, _ rank: Rank, arrival: Int, _ response: Response) {
        size = JournalEntry.size(of: draft, response)
        isControl = draft.kind == .control
        self.draft = draft
        number = rank.number
        isDuplicate = rank.isDuplicate
        tally = rank.tally
        self.arrival = arrival
        self.response = response
    }

    private init(_ other: JournalEntry) {
        (draft, number, arrival, response) = (other.draft, other.number, other.arrival, other.response)
        (isDuplicate, isControl, isUnsaved) = (other.isDuplicate, other.isControl, other.isUnsaved)
        (end, sizes, size, tally, isTaken) = (other.end, other.sizes, other.size, other.tally, other.isTaken)
    }

    /// A copy that does not change with the entry, so that an export written later shows this moment.
    public var frozen: JournalEntry { JournalEntry(self) }

    public var kind: Kind { draft.kind }
    public var sandbox: String { draft.sandbox }
    public var head: RequestHead { draft.head }
    public var facts: RequestFacts { draft.facts }
    var body: Content { draft.body }
    /// The name of the sandbox that the path names; nil when it names none.
    var place: String? { draft.place }
    /// The length of the request's body, in bytes.
    var sentBytes: Int { sizes?.sent ?? body.count }
    /// The lengths of the parts of the answer, in bytes.
    var answeredBytes: [Int] { sizes?.parts ?? response.parts }
    /// Whether the answer's body is not here as a whole.
    var isAnswerLeftOut: Bool {
        response.delivery.laterTicket != nil || response.delivery.length == 0 && answeredBytes.contains { $0 > 0 }
    }
    /// The time of the sandbox's clock; of a control call, the time after it.
    public var time: Timestamp { draft.time }
    /// The real time at which the request arrived.
    public var received: Timestamp { draft.received }
    /// The start of the request on the monotonic clock, in nanoseconds.
    public var began: Int64 { draft.began }
    /// The ticket of the response.
    public var ticket: Ticket { response.ticket }
    /// Nil when the connection ended before the first byte of the answer.
    public var status: Int? { response.sentStatus }

    /// The path as it was sent.
    public var path: String { draft.place.map { "/@\($0)\(head.path)" } ?? head.path }

    /// The request's id, which the answer has as `X-Request-ID`.
    public var requestID: String? { response.fields[.requestID] }

    /// How the delivery of the answer ended; nil while it is being sent.
    public var delivered: Delivered? { end?.how }

    /// The time from the request to the end of its answer, in nanoseconds.
    public var latency: Int64? { end.map { $0.at - began } }

    func end(_ how: Delivered, at time: Int64) { end = (how, time) }

    private static func size(of draft: borrowing Draft, _ response: Response) -> Int {
        var size = 1024 + draft.head.size + response.fields.size + size(of: draft.facts)
        // An array that grew piece by piece may have room for twice its bytes.
        if case .bytes(let bytes) = draft.body { size += bytes.capacity }
        for case .bytes(let bytes) in response.delivery.steps { size += bytes.capacity + 48 }
        return size
    }

    /// The texts that were made for the facts alone.
    private static func size(of facts: borrowing RequestFacts) -> Int {
        var size = (facts.caller?.utf8.count ?? 0) + (facts.player?.utf8.count ?? 0)
        size += facts.message?.utf8.count ?? 0
        for fault in facts.faults { size += fault.utf8.count + 16 }
        return size
    }
}

extension JournalEntry.Draft {
    /// The safe methods (RFC 9110 §9.2.1), whose repeats are not duplicates.
    private static let safe = [HTTP.Method.get, .head, .options]

    /// The fingerprint by which repeats are found; nil for requests that never count as duplicates, and for a body that
    /// is not in memory.
    var fingerprint: Fingerprint? {
        // Most requests are POST, so that comparison comes first.
        guard head.method == .post || !JournalEntry.Draft.safe.contains(head.method), kind == .request,
            case .bytes(let bytes) = body
        else { return nil }
        var print = Fingerprint()
        print.add(facts.caller ?? "")
        print.add(head.method.name)
        print.add(head.pathBytes)
        print.add(head.queryBytes)
        print.add(bytes)
        return print
    }
}
