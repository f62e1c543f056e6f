/// An order to the engine inside a player's message, such as `[[pass]]` (FIXTURES.md "Directives in a message").
public enum Directive: Equatable, Sendable {
    /// Decide this, whatever the line says.
    case decide(Decision)
}

/// A message taken apart: what the player says, and what the engine is told.
public struct Instruction: Equatable, Sendable {
    /// The message without its directives.
    public let text: String
    public let directives: [Directive]

    /// `[[…]]` holds a directive that does not exist. `name` is what stands between the brackets.
    public struct UnknownDirective: Error, Equatable, Sendable {
        public let name: String
    }

    /// A message in which nothing is a directive.
    public init(plain message: String) {
        text = message
        directives = []
    }

    public init(_ message: String) throws(UnknownDirective) {
        var text = ""
        var directives: [Directive] = []
        var rest = Substring(message)
        while let open = rest.firstPair(of: "["), let close = rest[open.upperBound...].firstPair(of: "]") {
            let name = String(rest[open.upperBound..<close.lowerBound])
            guard let decision = Decision(rawValue: name) else { throw UnknownDirective(name: name) }
            directives.append(.decide(decision))
            text += rest[..<open.lowerBound]
            rest = rest[close.upperBound...]
        }
        self.text = text + rest
        self.directives = directives
    }
}

extension Substring {
    /// The first place where an ASCII character stands twice in a row. Bytes are searched, which costs a tenth of what
    /// characters do.
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
