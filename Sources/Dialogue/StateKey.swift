import Exact

/// The name of a state within its machine: free text, not empty (spec B.4).
public struct StateKey: Hashable, Sendable, CustomStringConvertible {
    private let key: ExactText

    public var text: String { key.text }

    public init?(_ text: String) {
        guard !text.isEmpty else { return nil }
        key = ExactText(text)
    }

    public var description: String { text }
}
