import Exact
public import Text

/// A condition on a turn (FIXTURES.md "Matchers").
public indirect enum Matcher: Sendable {
    case text(TextMatcher)
    /// Some listed word or phrase occurred in an earlier line of the player's.
    case said([Phrase])
    case length(NumberMatcher)
    case turn(NumberMatcher)
    case score(NumberMatcher)
    case redirects(NumberMatcher)
    /// The variable has a value that fits.
    case variable(String, ValueMatcher)
    case inFollowUp(Bool)
    case event(String)
    /// The event's context has this member, and its value fits.
    case context(String, ValueMatcher)
    case image(Bool)
    /// Nothing else fired; a transition with it is tried last.
    case otherwise
    /// The keys of one object.
    case every([Matcher])
    /// `all_of`. It is separate from `every` because explanations name it.
    case allOf([Matcher])
    case some([Matcher])
    case not(Matcher)

    /// Whether it holds. The captures of its patterns are added to `captures`, whose content is undefined when the
    /// matcher does not hold. When the effort is spent, no text matches.
    func holds(in context: MatchContext, _ effort: inout Effort, captures: inout Texts) -> Bool {
        switch self {
        case .text(let matcher):
            return matcher.holds(for: context.text, context.line, &effort, captures: &captures)
        case .said(let phrases):
            return context.earlier.contains { line in phrases.contains { $0.occurs(in: line, &effort) } }
        case .length(let range): return range.holds(for: context.text.count)
        case .turn(let range): return range.holds(for: context.turn)
        case .score(let range): return range.holds(for: context.score)
        case .redirects(let range): return range.holds(for: context.redirects)
        case .variable(let name, let matcher): return matcher.holds(for: context.variables[name], &effort)
        case .inFollowUp(let wanted): return context.inFollowUp == wanted
        case .event(let id): return context.event?.id === id
        case .context(let name, let matcher): return matcher.holds(for: context.event?.context[name], &effort)
        case .image(let wanted): return context.hasImage == wanted
        case .otherwise: return context.event == nil
        case .every(let matchers), .allOf(let matchers):
            for matcher in matchers where !matcher.holds(in: context, &effort, captures: &captures) { return false }
            return true
        case .some(let matchers):
            for matcher in matchers {
                var caught = captures
                guard matcher.holds(in: context, &effort, captures: &caught) else { continue }
                captures = caught
                return true
            }
            return false
        case .not(let matcher):
            var dropped: Texts = [:]
            return !matcher.holds(in: context, &effort, captures: &dropped)
        }
    }

    /// Whether it holds, without the captures.
    public func holds(in context: MatchContext, _ effort: inout Effort) -> Bool {
        var captures: Texts = [:]
        return holds(in: context, &effort, captures: &captures)
    }

    /// Whether `test` is true of this matcher or of one inside it.
    public func contains(_ test: (Matcher) -> Bool) -> Bool {
        if test(self) { return true }
        return switch self {
        case .every(let inside), .allOf(let inside), .some(let inside): inside.contains { $0.contains(test) }
        case .not(let inside): inside.contains(test)
        default: false
        }
    }

    /// Whether it is about events; only such conditions are tried for an event.
    var asksForEvent: Bool { contains { if case .event = $0 { true } else { false } } }

    var isOtherwise: Bool {
        switch self {
        case .otherwise: true
        case .every(let matchers), .allOf(let matchers): matchers.contains(where: \.isOtherwise)
        default: false
        }
    }
}

/// A condition on a text.
public enum TextMatcher: Sendable {
    /// Some listed word or phrase occurs.
    case any([Phrase])
    /// Every listed word or phrase occurs.
    case all([Phrase])
    /// No listed word or phrase occurs.
    case none([Phrase])
    /// The folded, trimmed text is this one.
    case equals(FoldedText)
    /// The pattern matches; its named groups are captures.
    case pattern(Pattern)

    func holds(
        for text: String, _ line: Line, _ effort: inout Effort, captures: inout Texts
    ) -> Bool {
        switch self {
        case .any(let phrases): return phrases.contains { $0.occurs(in: line, &effort) }
        case .all(let phrases): return phrases.allSatisfy { $0.occurs(in: line, &effort) }
        case .none(let phrases): return !phrases.contains { $0.occurs(in: line, &effort) }
        case .equals(let wanted): return line.equals(wanted)
        case .pattern(let pattern):
            guard let caught = pattern.captures(in: text, &effort) else { return false }
            captures.merge(caught) { $1 }
            return true
        }
    }
}

/// A condition on a whole number: each bound that is set must hold.
public struct NumberMatcher: Hashable, Sendable {
    public let atLeast: Int?
    public let atMost: Int?

    public init(atLeast: Int? = nil, atMost: Int? = nil) {
        self.atLeast = atLeast
        self.atMost = atMost
    }

    public func holds(for number: Int) -> Bool {
        number >= (atLeast ?? .min) && number <= (atMost ?? .max)
    }
}

/// A condition on the value of a variable or of an event's context. All of it must hold; without a value it never does.
public struct ValueMatcher: Sendable {
    public let texts: [TextMatcher]
    /// The value must be a whole number that fits.
    public let number: NumberMatcher?

    public init(texts: [TextMatcher] = [], number: NumberMatcher? = nil) {
        self.texts = texts
        self.number = number
    }

    func holds(for value: String?, _ effort: inout Effort) -> Bool {
        guard let value else { return false }
        if let number {
            guard let parsed = Int(value), number.holds(for: parsed) else { return false }
        }
        guard !texts.isEmpty else { return true }
        guard let line = effort.line(value) else { return false }
        return holds(for: value, line, &effort)
    }

    /// The same for a prepared value, without the condition on a number.
    func holds(for value: String, _ line: Line, _ effort: inout Effort) -> Bool {
        var dropped: Texts = [:]
        return texts.allSatisfy { $0.holds(for: value, line, &effort, captures: &dropped) }
    }
}
