import JSON

/// Something that goes wrong on purpose: what it does, to which requests, and when.
public struct Fault: Sendable {
    /// When it strikes.
    public enum Moment: String, CaseIterable, Sendable {
        /// Before anything of the request is decided or written: it is refused, and has changed nothing.
        case beforeTurn = "before_turn"
        /// When the request was carried out: what it did is kept, and only the answer suffers.
        case afterTurn = "after_turn"
    }

    /// Which time its waits take.
    enum Time: String, CaseIterable, Sendable {
        /// The sandbox's: where that is not the real one, they pass at once on its clock.
        case sandbox
        /// The real one, whatever clock the sandbox has.
        case wall
    }

    let kind: Kind
    let effect: Effect
    let match: RequestMatch
    let schedule: FaultSchedule
    let moment: Moment
    let time: Time
    /// As it was told, for those who ask.
    let source: JSONValue
    /// Bytes of that as JSON.
    let size: Int
}

extension Fault {
    /// What it does, in the word that it is told by. The order is that in which several change one answer: its text, then
    /// how it is cut, then its time.
    enum Kind: String, CaseIterable, Sendable {
        case status
        case rateLimited = "rate_limited"
        case patch, truncate, malform, done, comments
        case splitUTF8 = "split_utf8"
        case contentLength = "content_length"
        case stall, close, reset, drip, delay

        var rank: Int { Kind.allCases.firstIndex(of: self) ?? 0 }
    }

    /// What it does, with all that has to be known to do it.
    enum Effect: Sendable {
        case refuse(Refusal)
        case rateLimit(retryAfter: Int)
        /// Ends the connection without an answer, or within one.
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
        /// In good order.
        case close
        case reset
    }

    /// A place in an answer.
    enum Point: Equatable, Sendable {
        /// Before its first byte.
        case start
        /// After so many bytes of the body; nil: in its middle.
        case bytes(Int?)
        /// After so many whole events of a stream.
        case events(Int)
        /// In the middle of the event after so many whole ones.
        case withinEvent(after: Int)
    }

    enum Delay: Sendable {
        case fixed(Double)
        case uniform(ClosedRange<Double>)
        /// `median` times e to the power of a normal number with that deviation.
        case lognormal(median: Double, sigma: Double)
    }

    /// How much stays of a text.
    enum Extent: Sendable {
        case bytes(Int)
        case fraction(Double)
    }

    /// Which events of a stream are meant.
    enum EventChoice: Equatable, Sendable {
        /// The nth, from 1.
        case number(Int)
        /// All of that name.
        case name(String)
    }
}
