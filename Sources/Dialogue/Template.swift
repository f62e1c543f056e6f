/// A line with placeholders, parsed once (FIXTURES.md "Replies"). Values are inserted unchanged and never expanded
/// again.
public struct Template: Sendable {
    public enum Placeholder: Equatable, Sendable {
        case playerName
        case personaName
        case pronoun(Pronoun, capitalised: Bool)
        case score
        /// The session's capture of that name.
        case capture(String)
        /// A variable of the persona or of a completed machine.
        case variable(String)
        /// The caller's own name for the player, if it gives no other.
        case target
        /// A member of the event's context.
        case event(String)
        /// The line of the state being entered.
        case entering
    }

    public enum Part: Equatable, Sendable {
        case text(String)
        case placeholder(Placeholder, fallback: String?)
    }

    public let parts: [Part]

    /// Why a text is not a template. `message` names the placeholder and the valid ones.
    public struct ParseError: Error, Equatable, Sendable {
        public let message: String
        /// The name of the unknown placeholder; nil: a brace is wrong.
        public let placeholder: String?

        init(_ message: String, placeholder: String? = nil) {
            (self.message, self.placeholder) = (message, placeholder)
        }
    }

    /// The placeholders without a name of their own behind a point.
    public static let plainNames =
        ["player_name", "persona_name", "score", "entering", "target"]
        + Pronoun.allCases.flatMap { [$0.rawValue, $0.capitalised] }
    /// What is before the point in the others.
    public static let prefixes = ["capture", "variable", "event"]

    public init(_ text: String) throws(ParseError) {
        var parts: [Part] = []
        var literal = "".unicodeScalars
        // Read by scalars, because a brace followed by a combining mark or a joiner is another `Character`.
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            guard scalar == "{" || scalar == "}" else {
                literal.append(scalar)
                continue
            }
            if rest.first == scalar {
                rest.removeFirst()
                literal.append(scalar)
                continue
            }
            guard scalar == "{" else { throw ParseError("a single '}' (write '}}' for a brace)") }
            guard let end = rest.firstIndex(of: "}") else {
                throw ParseError("'{' is never closed (write '{{' for a brace)")
            }
            if !literal.isEmpty { parts.append(.text(String(literal))) }
            literal = "".unicodeScalars
            parts.append(try Template.part(rest[..<end]))
            rest = rest[rest.index(after: end)...]
        }
        if !literal.isEmpty { parts.append(.text(String(literal))) }
        self.parts = parts
    }

    public var placeholders: [Placeholder] {
        parts.compactMap { part in
            if case .placeholder(let placeholder, _) = part { placeholder } else { nil }
        }
    }

    private static func part(_ inside: Substring.UnicodeScalarView) throws(ParseError) -> Part {
        let halves = inside.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(halves[0])
        let fallback = halves.count == 2 ? String(halves[1]) : nil
        guard let placeholder = placeholder(name) else {
            throw ParseError(
                "unknown placeholder {\(name)}; known are {player_name}, {persona_name}, {they}, {them}, "
                    + "{their}, {theirs} (capitalised too), {score}, {capture.NAME}, {variable.NAME}, {event.NAME}, {target} and {entering}",
                placeholder: name)
        }
        return .placeholder(placeholder, fallback: fallback)
    }

    private static func placeholder(_ name: String) -> Placeholder? {
        switch name {
        case "player_name": return .playerName
        case "persona_name": return .personaName
        case "score": return .score
        case "entering": return .entering
        case "target": return .target
        default: break
        }
        let parts = name.unicodeScalars.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2, !parts[1].isEmpty {
            switch String(parts[0]) {
            case "capture": return .capture(String(parts[1]))
            case "variable": return .variable(String(parts[1]))
            case "event": return .event(String(parts[1]))
            default: return nil
            }
        }
        if let pronoun = Pronoun(rawValue: name) { return .pronoun(pronoun, capitalised: false) }
        if let pronoun = Pronoun.allCases.first(where: { $0.capitalised == name }) {
            return .pronoun(pronoun, capitalised: true)
        }
        return nil
    }
}

extension Template.Placeholder {
    /// As it is written between braces.
    public var name: String {
        switch self {
        case .playerName: "player_name"
        case .personaName: "persona_name"
        case .pronoun(let pronoun, let capitalised): capitalised ? pronoun.capitalised : pronoun.rawValue
        case .score: "score"
        case .capture(let name): "capture.\(name)"
        case .variable(let name): "variable.\(name)"
        case .target: "target"
        case .event(let name): "event.\(name)"
        case .entering: "entering"
        }
    }
}

/// A pronoun as its non-binary form names it.
public enum Pronoun: String, CaseIterable, Sendable {
    case they, them, their, theirs

    func form(_ gender: Gender) -> String {
        switch (gender, self) {
        case (.female, .they): "she"
        case (.female, .them), (.female, .their): "her"
        case (.female, .theirs): "hers"
        case (.male, .they): "he"
        case (.male, .them): "him"
        case (.male, .their), (.male, .theirs): "his"
        case (.nonBinary, _): rawValue
        }
    }

    var capitalised: String { Pronoun.capitalise(rawValue) }

    static func capitalise(_ word: String) -> String { word.prefix(1).uppercased() + word.dropFirst() }
}
