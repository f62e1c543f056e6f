import Text

/// A limit on one turn that was reached, so that the turn came out otherwise than its machine says.
public enum Overrun: String, CaseIterable, Sendable {
    /// Conditions needed more comparing than an `Effort` has. What was not compared did not match.
    case matching
    /// The patterns caught more than a session remembers.
    case captures
    /// The reply was longer than may be said at once.
    case reply

    /// What happened, for an author.
    public var text: String {
        switch self {
        case .matching:
            "the conditions took more than a turn may: \(Effort.itemLimit) items of patterns, of which one may take "
                + "\(Pattern.itemLimit), and \(Effort.byteLimit) bytes compared with words; what was not tried did not match"
        case .captures:
            "the patterns caught more than a session remembers: \(Memory.captureLimit) bytes each, and "
                + "\(Memory.capturesLimit) in all; the rest was dropped"
        case .reply: "the reply was longer than \(ReplyComposer.byteLimit) bytes and was cut there"
        }
    }
}

/// What holding messages against matchers may still cost a request that is no turn. The message at hand is prepared once.
public struct RequestEffort: Sendable {
    private var effort = Effort()
    private var text: String?
    private var line: Line?

    public init() {}

    /// Whether something was given up before it was known whether it matches.
    public var hasGivenUp: Bool { effort.hasGivenUp }

    /// Beyond the effort no message fits.
    public mutating func holds(_ matcher: ValueMatcher, for message: String?) -> Bool {
        guard let message else { return false }
        guard matcher.number == nil else { return matcher.holds(for: message, &effort) }
        if text != message { (text, line) = (message, effort.line(message)) }
        return line.map { matcher.holds(for: message, $0, &effort) } ?? false
    }
}
