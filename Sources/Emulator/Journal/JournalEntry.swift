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

    /// Counted from 1 in its sandbox, since that began or its journal was cleared.
    public internal(set) var number = 0
    /// Counted from 1 in the process.
    public internal(set) var arrival = 0
    public let kind: Kind
    public let sandbox: String
    /// The sandbox that the path began with, as it was sent.
    let place: String?
    let body: Content
    private let exchange: Exchange
    /// What the sandbox's clock read; of a control call, when it was done.
    public let time: Timestamp
    /// The real time.
    public let received: Timestamp
    /// On the monotonic clock, in nanoseconds.
    public let began: Int64
    /// As it was handed to the server, `Date` and framing to be added.
    public internal(set) var response: Response
    /// The same line again, from the same caller: a retry?
    public internal(set) var isDuplicate = false
    /// Whether the store could not keep it, so that nothing of it has happened.
    public internal(set) var isUnsaved = false
    /// Nil: it is still under way.
    public private(set) var delivered: Delivered?
    /// From the request to the end of its answer, in nanoseconds.
    public private(set) var latency: Int64?
    /// About what it keeps in memory, in bytes: what grows with the request, and what the rest takes on an average.
    let size: Int
    /// Where it is counted.
    var tally: Tally?
    /// Whether it was handed out by `JournalBook.takeNew`.
    var isTaken = false

    init(
        _ kind: Kind, of exchange: Exchange, sandbox: String, place: String?, body: Content, time: Timestamp,
        received: Timestamp, began: Int64, response: Response
    ) {
        self.kind = kind
        self.exchange = exchange
        self.sandbox = sandbox
        self.place = place
        self.body = body
        self.time = time
        self.received = received
        self.began = began
        self.response = response
        size = JournalEntry.size(of: exchange.head, body, response)
    }

    public var head: RequestHead { exchange.head }
    public var facts: Facts { exchange.facts }
    public var isControl: Bool { kind == .control }
    public var status: Int { response.status.code }

    /// The path as it was sent.
    public var path: String { place.map { "/@\($0)\(head.path)" } ?? head.path }

    func end(_ how: Delivered, at time: Int64) {
        delivered = how
        latency = time - began
    }

    private static func size(of head: RequestHead, _ body: Content, _ response: Response) -> Int {
        let sent = if case .bytes(let bytes) = body { bytes.count } else { 0 }
        let answered = response.delivery.steps.reduce(0) { sum, step in
            if case .bytes(let bytes) = step { sum + bytes.count + 48 } else { sum }
        }
        return 1024 + head.path.utf8.count + head.query.utf8.count + sent + answered
            + 64 * (head.fields.list.count + response.fields.list.count)
    }
}
