/// A text as a key, equal to another when both are the same bytes, and ordered by its bytes.
public struct ExactText: Hashable, Comparable, Sendable, ExpressibleByStringInterpolation,
    CustomStringConvertible
{
    public let text: String

    public init(_ text: String) { self.text = text }

    public init(stringLiteral text: String) { self.text = text }

    public var description: String { text }

    public static func == (a: ExactText, b: ExactText) -> Bool { a.text === b.text }

    public static func < (a: ExactText, b: ExactText) -> Bool { a.text.utf8.lexicographicallyPrecedes(b.text.utf8) }

    public func hash(into hasher: inout Hasher) {
        text.utf8.span.withUnsafeBytes { hasher.combine(bytes: $0) }
        // As `String` does, so that different pairs of adjacent texts hash differently.
        hasher.combine(0xFF as UInt8)
    }
}

/// Texts by their names.
public typealias Texts = [ExactText: String]

extension Dictionary where Key == ExactText {
    public subscript(_ name: String) -> Value? {
        get { self[ExactText(name)] }
        set { self[ExactText(name)] = newValue }
    }

    public subscript(_ name: String, default standard: @autoclosure () -> Value) -> Value {
        get { self[ExactText(name), default: standard()] }
        set { self[ExactText(name)] = newValue }
    }
}

extension Set where Element == ExactText {
    public init(exact texts: some Sequence<String>) { self.init(texts.map { ExactText($0) }) }

    public func contains(_ text: String) -> Bool { contains(ExactText(text)) }

    /// Returns false when it is present already.
    public mutating func insert(_ text: String) -> Bool { insert(ExactText(text)).inserted }
}
