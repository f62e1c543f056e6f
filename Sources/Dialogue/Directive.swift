import Exact

/// An order to the engine inside a player's message, such as `[[pass]]` (FIXTURES.md "Directives in a message").
public enum Directive: Equatable, Sendable {
    /// Decide this, whatever the line says.
    case decide(Decision)
    /// Ask the state's follow-up.
    case followUp
    /// Answer with this status and make no turn; `once`: only at the first delivery of this message.
    case error(status: Int, once: Bool)
    /// Delay the answer by this time.
    case delay(Duration)
    /// End an event stream with an error event, after the first piece of text.
    case streamError
    /// Close the connection after this many events of a stream.
    case drop(afterEvents: Int)

    /// All forms of directives, for error messages.
    public static let forms =
        "[[pass]], [[redirect]], [[reject]], [[kick_out]], [[follow_up]], [[error 503]], [[error 503 x1]], [[delay 2s]], "
        + "[[delay 300ms]], [[stream_error]] and [[drop after 2]]"

    /// Clients do not wait longer, and a delayed answer uses memory.
    private static let longestDelay = Duration.seconds(600)

    /// Reads the text between the brackets.
    init?(_ text: Substring) {
        let words = text.split(separator: " ")
        switch (words.first, words.count) {
        case ("follow_up", 1): self = .followUp
        case ("error", 2), ("error", 3):
            guard let status = Int(words[1]), (400...599).contains(status), words.count == 2 || words[2] == "x1" else {
                return nil
            }
            self = .error(status: status, once: words.count == 3)
        case ("delay", 2):
            guard let delay = Directive.duration(words[1]), delay <= Directive.longestDelay else { return nil }
            self = .delay(delay)
        case ("stream_error", 1): self = .streamError
        case ("drop", 3):
            guard words[1] == "after", let count = Int(words[2]), count >= 0 else { return nil }
            self = .drop(afterEvents: count)
        case (let word?, 1):
            guard let decision = Decision(rawValue: String(word)) else { return nil }
            self = .decide(decision)
        default: return nil
        }
    }

    /// Whether it sets the result of the turn.
    public var decides: Bool {
        switch self {
        case .decide, .followUp: true
        case .error, .delay, .streamError, .drop: false
        }
    }

    /// Whether it applies to event streams only.
    public var needsStream: Bool {
        switch self {
        case .streamError, .drop: true
        case .decide, .followUp, .error, .delay: false
        }
    }

    /// `2s` or `300ms`.
    private static func duration(_ text: Substring) -> Duration? {
        if text.hasSuffix("ms") { return UInt32(text.dropLast(2)).map { .milliseconds($0) } }
        return text.hasSuffix("s") ? UInt32(text.dropLast()).map { .seconds($0) } : nil
    }
}

extension Directive: CustomStringConvertible {
    /// The directive as it is written in a message: `[[error 503 x1]]`.
    public var description: String {
        switch self {
        case .decide(let decision): "[[\(decision.rawValue)]]"
        case .followUp: "[[follow_up]]"
        case .error(let status, let once): "[[error \(status)\(once ? " x1" : "")]]"
        case .delay(let delay):
            delay.components.attoseconds == 0
                ? "[[delay \(delay.components.seconds)s]]"
                : "[[delay \(delay.components.seconds * 1_000 + delay.components.attoseconds / 1_000_000_000_000_000)ms]]"
        case .streamError: "[[stream_error]]"
        case .drop(let count): "[[drop after \(count)]]"
        }
    }
}

/// A message split into the player's text and the directives.
public struct Instruction: Equatable, Sendable {
    /// The message without its directives.
    public let text: String
    public let directives: [Directive]

    /// How long the answer is delayed.
    public var delay: Duration? {
        directives.reduce(nil) { if case .delay(let delay) = $1 { delay } else { $0 } }
    }

    /// The message contains an unknown directive. `name` is the text between the brackets.
    public struct UnknownDirective: Error, Equatable, Sendable {
        public let name: String
    }

    /// A message that is plain text as a whole, with directives from elsewhere.
    public init(plain message: String, directives: [Directive] = []) {
        text = message
        self.directives = directives
    }

    public init(_ message: String) throws(UnknownDirective) {
        guard message.holds(UInt8(ascii: "[")) else {
            (text, directives) = (message, [])
            return
        }
        var text = ""
        var directives: [Directive] = []
        var rest = Substring(message)
        while let open = rest.firstPair(of: "["), let close = rest[open.upperBound...].firstPair(of: "]") {
            let name = rest[open.upperBound..<close.lowerBound]
            guard let directive = Directive(name) else { throw UnknownDirective(name: String(name)) }
            directives.append(directive)
            text += rest[..<open.lowerBound]
            rest = rest[close.upperBound...]
        }
        self.text = text + rest
        self.directives = directives
    }
}

extension Substring {
    /// The first place with the same ASCII character twice in a row. Bytes are searched, which costs a tenth of
    /// searching characters.
    fileprivate func firstPair(of character: Unicode.Scalar) -> Range<Index>? {
        let byte = UInt8(ascii: character)
        var from = startIndex
        while let at = utf8[from...].firstIndex(of: byte) {
            let next = utf8.index(after: at)
            if next < endIndex, utf8[next] == byte { return at..<utf8.index(after: next) }
            from = next
        }
        return nil
    }
}
