public import Dialogue
public import HTTP

/// One request and what it came to. It holds on to what is there anyway; texts are made of that when somebody asks.
public final class JournalEntry {
    public enum Kind: Equatable {
        case request
        /// A call of the control API that changes a sandbox: what comes after it depends on it.
        case control
        /// What is wrong below any API, and came with a head.
        case refused(ProtocolError)
    }

    /// A body that is kept.
    public enum Content: Equatable {
        case bytes([UInt8])
        /// One that went to a file, which is gone: its length.
        case spooled(Int)
    }

    /// What is known of a request when it is answered.
    struct Draft {
        let kind: Kind
        let sandbox: String
        let place: String?
        let head: RequestHead
        let facts: RequestFacts
        let body: Content
        let time: Timestamp
        let received: Timestamp
        let began: Int64
    }

    /// Where an entry stands among others.
    struct Rank {
        let number: Int
        let isDuplicate: Bool
        let tally: Tally
    }

    /// Whole as it came, so that making the entry copies nothing.
    private let draft: Draft
    /// Counted from 1 in its sandbox, since that began or its journal was cleared.
    public internal(set) var number: Int
    /// Counted from 1 in the process.
    public let arrival: Int
    /// As it was handed to the server, `Date` and framing to be added.
    public internal(set) var response: Response
    /// The same line again, from the same caller: a retry?
    public let isDuplicate: Bool
    public let isControl: Bool
    /// Whether the store could not keep it, so that nothing of it has happened.
    public internal(set) var isUnsaved = false
    private var end: (how: Delivered, at: Int64)?
    /// About what it keeps in memory, in bytes: what grows with the request, and what the rest takes on an average.
    let size: Int
    /// Where it is counted.
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
        (end, size, tally, isTaken) = (other.end, other.size, other.tally, other.isTaken)
    }

    /// A copy that later changes of the entry do not reach: an export that is written later shows this moment.
    public var frozen: JournalEntry { JournalEntry(self) }

    public var kind: Kind { draft.kind }
    public var sandbox: String { draft.sandbox }
    public var head: RequestHead { draft.head }
    public var facts: RequestFacts { draft.facts }
    var body: Content { draft.body }
    /// What the sandbox's clock read; of a control call, when it was done.
    public var time: Timestamp { draft.time }
    /// The real time.
    public var received: Timestamp { draft.received }
    /// On the monotonic clock, in nanoseconds.
    public var began: Int64 { draft.began }
    public var status: Int { response.status.code }

    /// The path as it was sent.
    public var path: String { draft.place.map { "/@\($0)\(head.path)" } ?? head.path }

    /// Nil: it is still under way.
    public var delivered: Delivered? { end?.how }

    /// From the request to the end of its answer, in nanoseconds.
    public var latency: Int64? { end.map { $0.at - began } }

    func end(_ how: Delivered, at time: Int64) { end = (how, time) }

    private static func size(of draft: borrowing Draft, _ response: Response) -> Int {
        let sent = if case .bytes(let bytes) = draft.body { bytes.count } else { 0 }
        var answered = 0
        for case .bytes(let bytes) in response.delivery.steps { answered += bytes.count + 48 }
        return 1024 + draft.head.path.utf8.count + draft.head.query.utf8.count + sent + answered
            + 64 * (draft.head.fields.list.count + response.fields.list.count)
    }
}

extension JournalEntry.Draft {
    /// What asks and does not act (RFC 9110 §9.2.1): it may come as often as anybody likes.
    private static let safe = [HTTP.Method.get, .head, .options]

    /// Nil for what is no repeat however often it comes, and for a body that is not in memory.
    var fingerprint: Fingerprint? {
        // Most are, and equal texts are told faster than others.
        guard head.method == .post || !JournalEntry.Draft.safe.contains(head.method), kind == .request,
            case .bytes(let bytes) = body
        else { return nil }
        var print = Fingerprint()
        print.add(facts.caller ?? "")
        print.add(head.method.name)
        print.add(head.path)
        print.add(head.query)
        print.add(bytes)
        return print
    }
}
