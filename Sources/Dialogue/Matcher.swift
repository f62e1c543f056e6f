public import Text

/// A condition on a player's line (FIXTURES.md "Matchers").
public indirect enum Matcher: Sendable {
    /// Some listed word or phrase occurs.
    case any([Phrase])
    /// Every listed word or phrase occurs.
    case all([Phrase])
    /// No listed word or phrase occurs.
    case none([Phrase])
    /// The folded, trimmed line is the text.
    case equals(FoldedText)
    /// Nothing else fired; a transition with it is tried last.
    case otherwise
    /// All of them hold: the keys of one object.
    case every([Matcher])

    public func holds(for line: Line) -> Bool {
        switch self {
        case .any(let phrases): phrases.contains { $0.occurs(in: line) }
        case .all(let phrases): phrases.allSatisfy { $0.occurs(in: line) }
        case .none(let phrases): !phrases.contains { $0.occurs(in: line) }
        case .equals(let text): line.equals(text)
        case .otherwise: true
        case .every(let matchers): matchers.allSatisfy { $0.holds(for: line) }
        }
    }

    var isOtherwise: Bool {
        switch self {
        case .otherwise: true
        case .every(let matchers): matchers.contains(where: \.isOtherwise)
        case .any, .all, .none, .equals: false
        }
    }
}
