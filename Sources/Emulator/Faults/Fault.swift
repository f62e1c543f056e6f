import Journal
import JSON

/// A deliberate failure: what it does, to which requests, and when.
public struct Fault: Sendable {
    /// When it strikes.
    public enum Moment: String, CaseIterable, Sendable {
        /// Before the request decides or writes anything: it is refused, and changes nothing.
        case beforeTurn = "before_turn"
        /// After the request was carried out: its changes are kept, and only the answer is affected.
        case afterTurn = "after_turn"
    }

    /// The time in which its waits pass.
    enum Time: String, CaseIterable, Sendable {
        /// The sandbox's time. When that is not the real time, waits pass at once on its clock.
        case sandbox
        /// The real time, whatever clock the sandbox has.
        case wall
    }

    let kind: Kind
    let effect: Effect
    let match: RequestMatch
    let schedule: FaultSchedule
    let moment: Moment
    let time: Time
    /// The fault as the client sent it, for reading it back.
    let source: JSONValue
    /// The bytes of `source` as JSON.
    let size: Int
}

extension Fault {
    /// The kind of a fault, by its name in JSON. When several faults change one answer, they are applied in this order:
    /// text first, then cuts, then time.
    enum Kind: String, CaseIterable, Sendable {
        case status
        case rateLimited = "rate_limited"
        case patch, truncate, malform, done, comments
        case splitUTF8 = "split_utf8"
        case contentLength = "content_length"
        case stall, close, reset, drip, delay

        var rank: Int { Kind.allCases.firstIndex(of: self) ?? 0 }
    }

    /// What the fault does, with its settings.
    enum Effect: Sendable {
        case refuse(Refusal)
        case rateLimit(retryAfter: Int)
        /// Ends the connection before or within the answer.
        case cut(Cut, at: Point)
        case delay(Delay)
        case stall(after: Point, seconds: Double, resets: Bool)
        case drip(bytes: Int, everySeconds: Double)
        case truncate(Extent, of: EventChoice?)
        case malform(EventChoice?)
        case patch(JSONValue, nulls: [String], EventChoice?)
        case contentLength(delta: Int)
        case done(copies: Int)
        case comments(every: Int)
        case splitUTF8
    }

    enum Cut: Sendable {
        /// Closes the connection in the normal way.
        case close
        case reset
    }

    /// A place in an answer.
    enum Point: Equatable, Sendable {
        /// Before its first byte.
        case start
        /// After this many bytes of the body; nil: in its middle.
        case bytes(Int?)
        /// After this many whole events of a stream.
        case events(Int)
        /// In the middle of the event that follows this many whole events.
        case withinEvent(after: Int)
    }

    enum Delay: Sendable {
        case fixed(Double)
        case uniform(ClosedRange<Double>)
        /// `median` times e to the power of a normal number with that deviation.
        case lognormal(median: Double, sigma: Double)
    }

    /// How much of a text stays.
    enum Extent: Sendable {
        case bytes(Int)
        case fraction(Double)
    }

    /// The events of a stream that a fault changes.
    enum EventChoice: Equatable, Sendable {
        /// The nth event, from 1.
        case number(Int)
        /// All events of that name.
        case name(String)
    }
}
