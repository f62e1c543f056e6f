import Text

/// A limit on one turn that was reached, so that the turn differs from what its machine defines.
public enum Overrun: String, CaseIterable, Sendable {
    /// Comparing the conditions needed more than an `Effort` allows. Conditions that were not compared did not hold.
    case matching
    /// The captures are longer than a session keeps.
    case captures
    /// The reply was longer than `ReplyComposer.byteLimit`.
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

/// The effort that is left for comparing messages with matchers, for a request that is not a turn. The current message
/// is prepared once.
public struct RequestEffort: Sendable {
    var effort = Effort()
    private var text: String?
    private var line: Line?

    public init() {}

    /// Whether a comparison was given up before its result was known.
    public var hasGivenUp: Bool { effort.hasGivenUp }

    /// Whether the message fits; false when the effort is spent.
    public mutating func holds(_ matcher: ValueMatcher, for message: String?) -> Bool {
        guard let message else { return false }
        guard matcher.number == nil else { return matcher.holds(for: message, &effort) }
        if text != message { (text, line) = (message, effort.line(message)) }
        return line.map { matcher.holds(for: message, $0, &effort) } ?? false
    }
}
