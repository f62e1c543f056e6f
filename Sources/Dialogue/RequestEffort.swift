import Text

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
